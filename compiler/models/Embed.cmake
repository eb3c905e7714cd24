# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmake -DOUTPUT=x.cpp -DFILES=a;b -DRULES=c;d -P Embed.cmake: the models and rules of the library as
# C++ strings, by name.
set(text "// Generated from the files that it quotes.\n#include \"compiler/models/Library.h\"\n\n")
string(APPEND text "namespace spindle::models {\n")
foreach(list library rules)
  string(APPEND text "\nconst std::vector<Entry> &${list}() {\n  static const std::vector<Entry> all = {\n")
  if(list STREQUAL "rules")
    set(FILES ${RULES})
  endif()
  foreach(file ${FILES})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} content)
    string(APPEND text "      {\"${name}\", R\"model(${content})model\"},\n")
  endforeach()
  string(APPEND text "  };\n  return all;\n}\n")
endforeach()
string(APPEND text "\n} // namespace spindle::models\n")
file(WRITE ${OUTPUT} "${text}")
