// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that state the shape of a recording where that of one step belongs.
#include "compiler/import/nir/Repair.h"

namespace spindle::nir {

bool statesOneLength(const Graph &graph) {
  std::set<double> lengths;
  for (const auto &[name, node] : graph.nodes) {
    if (node.type != "Input" && node.type != "Output")
      continue;
    const Array *shape = arrayOf(node, "shape");
    if (!shape)
      return false;
    double length = 1;
    for (double d : shape->values)
      length = length == 1 ? d : d == 1 ? length : -1;
    lengths.insert(length);
  }
  return lengths.size() == 1 && *lengths.begin() > 1;
}

bool isSingleNeuronRecording(const Graph &graph) {
  if (graph.version.rfind("0.1.", 0) != 0 || !statesOneLength(graph))
    return false;
  for (const auto &[name, node] : graph.nodes) {
    if (node.type == "Input" || node.type == "Output")
      continue;
    if (!isNeuronType(node.type))
      return false;
    for (const auto &[key, value] : node.fields)
      if (const auto *a = std::get_if<Array>(&value); a && !a->shape.empty())
        return false;
  }
  return true;
}

} // namespace spindle::nir
