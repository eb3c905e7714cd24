// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A NIR graph in memory: what a file says, after the loader's repairs. No MLIR, no HDF5 here.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_NIRGRAPH_H
#define SPINDLE_COMPILER_IMPORT_NIR_NIRGRAPH_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace spindle::nir {

/// A numeric array; scalars have an empty shape. `real` says that the file held floating point.
struct Array {
  std::vector<int64_t> shape;
  std::vector<double> values;
  bool real = true;
  bool single = true; ///< float32 in the file (kept by the writer)
};
using Value = std::variant<Array, std::string>;

struct Node {
  std::string type; ///< one of the 18 NIR types, without NIRGraph after flattening
  std::map<std::string, Value> fields;          ///< datasets by name
  std::map<std::string, Value> metadata;        ///< free keys, flattened with dots
  std::vector<int64_t> inputShape, outputShape; ///< filled by shape inference
};

/// A flat graph: nested graphs have been expanded, their nodes named with dots (`lif1.lif`).
struct Graph {
  std::string version;
  std::map<std::string, Node> nodes; ///< sorted by name: order never depends on the file
  std::vector<std::pair<std::string, std::string>> edges; ///< sorted, without duplicates
  std::map<std::string, Value> metadata;
  std::vector<std::string> repairs, warnings; ///< what the loader changed or doubts, one line each
  std::vector<std::string> defaults; ///< optional fields that are absent, and what is taken
};

/// Reads and repairs a file. `weights` as in ImportOptions. Throws UserError when it cannot be
/// loaded.
Graph load(const std::string &file, const std::string &weights = "");

/// The same for a graph made in memory: repairs it and fills its shapes. Throws UserError, without
/// a file's name.
Graph complete(Graph graph, const std::string &weights = "");

/// Writes a graph as NIR (HDF5). Throws UserError when the file cannot be written.
void save(const Graph &graph, const std::string &file);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_NIRGRAPH_H
