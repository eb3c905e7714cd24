# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Options of a build, and the flags that every target of ours gets.
option(SPINDLE_TESTS "build the tests" ON)
option(SPINDLE_BENCH "build the benchmarks" OFF)
option(SPINDLE_MPI "networks on several processes, where MPI is installed" ON)
option(SPINDLE_FUZZ "build the libFuzzer targets (clang only)" OFF)
option(SPINDLE_WERROR "warnings are errors" ON)
option(SPINDLE_COVERAGE "instrument for llvm-cov" OFF)
set(SPINDLE_SANITIZE "" CACHE STRING "sanitizers, as for -fsanitize=")

# MLIR of the distribution is built with NDEBUG. A file that includes MLIR without it sees other
# class layouts (llvm::Statistic), so NDEBUG is on in every build type; our own checks use
# SPINDLE_ASSERT, which SPINDLE_CHECKS turns on.
add_compile_definitions(NDEBUG)
option(SPINDLE_CHECKS "keep internal assertions" ON)

add_library(spindle_flags INTERFACE)
target_compile_options(spindle_flags INTERFACE
  -Wall -Wextra -Wno-unused-parameter $<$<BOOL:${SPINDLE_WERROR}>:-Werror>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized -Wno-array-bounds
    -Wno-stringop-overflow -Wno-restrict>
  -fno-strict-aliasing -ffp-contract=off)
target_compile_definitions(spindle_flags INTERFACE
  $<$<BOOL:${SPINDLE_CHECKS}>:SPINDLE_CHECKS=1> SPINDLE_VERSION="${PROJECT_VERSION}")
target_include_directories(spindle_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
# vptr: MLIR of the distribution; function: compiled kernels carry no type signature to check.
if(SPINDLE_SANITIZE)
  add_compile_options(-fsanitize=${SPINDLE_SANITIZE} -fno-sanitize=vptr,function -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${SPINDLE_SANITIZE})
endif()
# Without it a fuzzer does not see which branches an input takes, and only guesses.
if(SPINDLE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SPINDLE_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
