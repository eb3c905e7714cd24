# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The few kinds of target that exist. A library is named after its folder: spindle_<folder>.

# spindle_library(name [MLIR] SOURCES a.cpp … LINK x y): static, with our flags; alias spindle::name.
function(spindle_library name)
  cmake_parse_arguments(ARG "MLIR" "" "SOURCES;LINK" ${ARGN})
  add_library(spindle_${name} STATIC ${ARG_SOURCES})
  add_library(spindle::${name} ALIAS spindle_${name})
  target_link_libraries(spindle_${name} PRIVATE spindle_flags PUBLIC ${ARG_LINK})
  target_include_directories(spindle_${name} PUBLIC ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  if(ARG_MLIR)
    target_link_libraries(spindle_${name} PUBLIC spindle_mlir)
  endif()
endfunction()

# spindle_tool(name SOURCES … LINK …): an executable in bin/.
function(spindle_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE spindle_flags ${ARG_LINK})
endfunction()

# mlir_tablegen hands TABLEGEN_OUTPUT to its caller's scope, hence a macro.
macro(spindle_tablegen out)
  mlir_tablegen(${out} ${ARGN} EXTRA_INCLUDES ${MLIR_INCLUDE_DIRS} ${PROJECT_SOURCE_DIR})
endmacro()

# spindle_dialect(snn Snn SOURCES …): tables of dialects/<name>/<Stem>Ops.td and the library.
function(spindle_dialect name stem)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${stem}Ops.td)
  spindle_tablegen(${stem}Dialect.h.inc -gen-dialect-decls -dialect=${name})
  spindle_tablegen(${stem}Dialect.cpp.inc -gen-dialect-defs -dialect=${name})
  spindle_tablegen(${stem}Enums.h.inc -gen-enum-decls)
  spindle_tablegen(${stem}Enums.cpp.inc -gen-enum-defs)
  spindle_tablegen(${stem}Attrs.h.inc -gen-attrdef-decls -attrdefs-dialect=${name})
  spindle_tablegen(${stem}Attrs.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${name})
  spindle_tablegen(${stem}Types.h.inc -gen-typedef-decls -typedefs-dialect=${name})
  spindle_tablegen(${stem}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${name})
  spindle_tablegen(${stem}Ops.h.inc -gen-op-decls)
  spindle_tablegen(${stem}Ops.cpp.inc -gen-op-defs)
  spindle_tablegen(${stem}.md -gen-dialect-doc -dialect=${name})
  add_public_tablegen_target(spindle_${name}_tables)
  spindle_library(${name} MLIR SOURCES ${ARG_SOURCES} LINK ${ARG_LINK})
  add_dependencies(spindle_${name} spindle_${name}_tables)
endfunction()
