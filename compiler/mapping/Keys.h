// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing keys: population | slice | neuron, so that one entry can stand for many slices.
#ifndef SPINDLE_COMPILER_MAPPING_KEYS_H
#define SPINDLE_COMPILER_MAPPING_KEYS_H

#include "compiler/mapping/Entry.h"
#include "compiler/mapping/MachineGraph.h"
#include "compiler/mapping/Route.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace spindle::map {

/// A number for each slice of one population; all are below 2^bits.
struct SliceCodes {
  unsigned bits = 0;
  std::vector<uint32_t> code; ///< per slice of the population; of those that send
};

/// The slices that send, numbered as they come.
SliceCodes codesInOrder(const MachineGraph &graph, uint32_t population);

/// Numbers that follow a tree between the slices' chips: a link of the tree that parts them into
/// two halves is a bit, and so on inside each half. Seen from any chip, the slices behind one link
/// then are a few aligned blocks. `chipOf` is per slice of the machine graph.
SliceCodes codesAlong(const SharedTree &tree, const MachineGraph &graph, uint32_t population,
                      const std::vector<uint32_t> &chipOf);

/// The keys of all slices, and those of their populations.
struct KeyPlan {
  std::vector<KeyRange> slices;      ///< neuron i of a slice sends key + i
  std::vector<KeyRange> populations; ///< key 0 under mask 0 where no slice sends
  std::vector<SliceCodes> codes;     ///< per population
  std::vector<unsigned> neuronBits;  ///< per population
};

/// Aligned zones in the order of the populations, each as large as its codes and slices need. Fails
/// when the keys run out.
Result<KeyPlan> allocateKeys(const MachineGraph &graph, std::vector<SliceCodes> codes);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_KEYS_H
