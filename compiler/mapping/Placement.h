// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From nodes to slices, and from slices to cores.
#ifndef SPINDLE_COMPILER_MAPPING_PLACEMENT_H
#define SPINDLE_COMPILER_MAPPING_PLACEMENT_H

#include "compiler/mapping/MachineDescription.h"

#include <cstdint>
#include <variant>
#include <vector>

namespace spindle::map {

/// Neurons [lo, hi) of a node: what one core holds.
struct Slice {
  uint32_t node = 0;
  uint64_t lo = 0, hi = 0;
  uint64_t sdram = 0; ///< bytes of synaptic rows on the core's chip
};

/// Cuts a node into equal slices of at most `limit` neurons (the last may be smaller).
std::vector<Slice> partition(uint32_t node, uint64_t size, uint64_t limit);

struct Core {
  Chip chip;
  int core = 0;
  auto operator<=>(const Core &) const = default;
};

/// SDRAM that a chip gives to programs.
inline constexpr uint64_t kSdramPerChip = 123469792;

/// Radial placement: slices in order, onto chips in order of their distance (in hops over live
/// links) from the chip at (0, 0), lowest core first. Result: one core a slice, or what was short.
std::variant<std::vector<Core>, Shortfall> placeRadial(const MachineDescription &machine,
                                                       const std::vector<Slice> &slices);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PLACEMENT_H
