// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The steps of nir::repair, in their order: flatten, checkFields, addPorts, inferShapes. Each
// throws UserError with a text that begins with the node, and notes what it changed in
// graph.repairs.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_REPAIR_H
#define SPINDLE_COMPILER_IMPORT_NIR_REPAIR_H

#include "compiler/import/nir/Flat.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace spindle::nir {

using Shape = std::vector<int64_t>;
using Edge = std::pair<std::string, std::string>;

/// An Input or Output inside a graph: a mere point, cut out of the edges. Its shape is compared
/// with what flows there.
struct PassThrough {
  std::string name;
  Shape shape; ///< empty: none stated
  std::vector<std::string> sources;
};

struct Flattened {
  Graph graph;
  std::vector<PassThrough> passes;
};

/// Expands nested graphs, resolves the names in edges, cuts out inner Inputs and Outputs.
Flattened flatten(RawFile raw);

/// Checks that every node has the fields of its type, with numbers that make sense; drops others.
void checkFields(Graph &graph);

/// Adds an Input before every root, or an Output behind every leaf, of a graph that has none, and
/// leaves out what nothing is connected to.
void addPorts(Graph &graph);

/// Fills the shapes of all nodes, drops batch and time axes, turns transposed weights, and refuses
/// edges that do not fit.
void inferShapes(Graph &graph, const std::vector<PassThrough> &passes, const std::string &weights);

/// Every Input and Output states one and the same length, as (T), (T, 1) or (1, T).
bool statesOneLength(const Graph &graph);

/// Files of format 0.1 wrote the shape of a whole recording; where no weight says how wide the
/// network is, a scalar parameter then means one neuron.
bool isSingleNeuronRecording(const Graph &graph);

/// Whether `type` is one of NIR's neurons (I, IF, LI, LIF, CubaLI, CubaLIF, Threshold).
bool isNeuronType(const std::string &type);

const Array *arrayOf(const Node &node, const std::string &field);
int64_t sizeOf(const Shape &shape);
/// "(16, 5, 5)"
std::string textOf(const Shape &shape);
/// The values of an array as integers (checked by checkFields).
std::vector<int64_t> integersOf(const Array &array);
[[noreturn]] void refuse(const std::string &node, const std::string &why);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_REPAIR_H
