# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# cmake -DOUTPUT=x.cpp -DFILES=a;b -P EmbedText.cmake: the text of files as C++ strings, by file name.
set(text "// Generated from the files that it quotes.\n#include \"sim/fabric/RtlSources.h\"\n\n")
string(APPEND text "#include <stdexcept>\n\nnamespace spindle::fabric {\n\nstd::string_view sourceText(std::string_view name) {\n")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "  if (name == \"${name}\")\n    return R\"spindle_text(${content})spindle_text\";\n")
endforeach()
string(APPEND text "  throw std::logic_error(\"fabric: no such source\");\n}\n\n} // namespace spindle::fabric\n")
file(WRITE ${OUTPUT} "${text}")
