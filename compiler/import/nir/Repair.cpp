// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Repair.h"

#include "compiler/import/nir/Reader.h"
#include "runtime/image/Errors.h"

#include <algorithm>

namespace spindle::nir {

const Array *arrayOf(const Node &node, const std::string &field) {
  auto it = node.fields.find(field);
  return it == node.fields.end() ? nullptr : std::get_if<Array>(&it->second);
}

int64_t sizeOf(const Shape &shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    n *= d;
  return n;
}

std::string textOf(const Shape &shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

std::vector<int64_t> integersOf(const Array &array) {
  std::vector<int64_t> out;
  for (double v : array.values)
    out.push_back(static_cast<int64_t>(v));
  return out;
}

void refuse(const std::string &node, const std::string &why) {
  throw UserError("node '" + node + "': " + why);
}

bool isNeuronType(const std::string &type) {
  static const std::set<std::string> types = {"I",      "IF",      "LI",       "LIF",
                                              "CubaLI", "CubaLIF", "Threshold"};
  return types.count(type) != 0;
}

Graph repair(RawFile raw, const std::string &weights) {
  if (!weights.empty() && weights != "in_out" && weights != "out_in")
    throw UserError("--weights is 'in_out' or 'out_in', not '" + weights + "'");
  std::vector<std::string> unread = std::move(raw.warnings);
  Flattened flat = flatten(std::move(raw));
  Graph &graph = flat.graph;
  graph.warnings.insert(graph.warnings.begin(), unread.begin(), unread.end());
  std::sort(graph.edges.begin(), graph.edges.end());
  graph.edges.erase(std::unique(graph.edges.begin(), graph.edges.end()), graph.edges.end());
  checkFields(graph);
  addPorts(graph);
  inferShapes(graph, flat.passes, weights);
  return std::move(graph);
}

Graph complete(Graph graph, const std::string &weights) {
  RawFile raw;
  raw.version = graph.version;
  for (auto &[name, node] : graph.nodes) {
    RawNode &to = raw.graph.nodes[name];
    to.type = std::move(node.type);
    to.fields = std::move(node.fields);
    to.metadata = std::move(node.metadata);
  }
  raw.graph.edges = std::move(graph.edges);
  raw.graph.metadata = std::move(graph.metadata);
  return repair(std::move(raw), weights);
}

Graph load(const std::string &file, const std::string &weights) {
  try {
    return repair(decodeFlat(readFlat(file)), weights);
  } catch (const UserError &e) {
    throw UserError(file + ": " + e.what());
  }
}

} // namespace spindle::nir
