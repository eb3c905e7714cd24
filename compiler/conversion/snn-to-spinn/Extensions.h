// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Delay extensions: cores that send the spikes of a slice again, later, to targets whose rings do
// not reach its delays (docs/semantics.md S10).
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_EXTENSIONS_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_EXTENSIONS_H

#include "compiler/mapping/MachineGraph.h"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace spindle::spinnmap {

/// A slice has one for each length of ring among the targets that need it.
struct Extension {
  uint32_t source = 0; ///< slice of the machine graph
  uint32_t step = 0;   ///< slots of the targets' rings
  uint32_t stages = 0;
  std::set<uint32_t> targets = {}; ///< slices that listen
};

/// Those of a network, in the order of step and source.
class Extensions {
public:
  void clear() { list_.clear(); }
  /// Synapses of `source` onto neurons of `target` need that many stages.
  void need(uint32_t source, uint32_t target, uint32_t step, uint32_t stages);

  /// They become slices of the graph, after all that are there: its last size() ones. A slice has a
  /// neuron for each stage and neuron of the source.
  void addTo(map::MachineGraph &graph) const;

  size_t size() const { return list_.size(); }
  const Extension &operator[](size_t index) const { return list_[index]; }

private:
  std::vector<Extension> list_;
};

/// How generated rows of a source slice lie in the memory of a target.
struct DrawnRows {
  uint32_t direct = 0;  ///< synapses of the longest row that is found by the source's own key
  uint32_t delayed = 0; ///< likewise by a key of its delay extension; 0: it needs none
  uint32_t stages = 0;

  /// Of rows of `length` synapses; `shares` as from Generated::stageShares().
  DrawnRows(uint64_t length, const std::vector<double> &shares);
};

/// What the name of an extension has after that of its source.
std::string extensionSuffix(uint32_t step);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_EXTENSIONS_H
