# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Everything that Spindle takes from the distribution. The list of packages is tools/packages.txt.
find_package(MLIR 19.1 REQUIRED CONFIG HINTS /usr/lib/llvm-19/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM) # add_public_tablegen_target needs it
include(AddMLIR) # deliberately not HandleLLVMOptions: it imposes global flags

# MLIR: the two shared libraries only, never a component archive (second copies of type ids).
add_library(spindle_mlir INTERFACE)
target_include_directories(spindle_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_definitions(spindle_mlir INTERFACE
  __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(spindle_mlir INTERFACE MLIR LLVM)

# LLVM alone, for the machines: they compile kernels but know no MLIR.
add_library(spindle_llvm INTERFACE)
target_include_directories(spindle_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(spindle_llvm INTERFACE
  __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
target_link_libraries(spindle_llvm INTERFACE LLVM)

set(HDF5_PREFER_PARALLEL OFF)
find_package(HDF5 REQUIRED COMPONENTS C)
add_library(spindle_hdf5 INTERFACE)
target_include_directories(spindle_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_compile_definitions(spindle_hdf5 INTERFACE ${HDF5_C_DEFINITIONS})
target_link_libraries(spindle_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(tomlplusplus REQUIRED)
find_package(Threads REQUIRED)
if(SPINDLE_MPI)
  find_package(MPI COMPONENTS C) # optional: without it a network runs in one process
endif()
find_program(FLATC flatc REQUIRED)
find_program(VERILATOR verilator REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
