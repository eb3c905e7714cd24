// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Populations cut into slices, one per core, and the layout of their ring buffers.
#ifndef SPINDLE_COMPILER_MAPPING_PARTITION_H
#define SPINDLE_COMPILER_MAPPING_PARTITION_H

#include "compiler/mapping/Machine.h"

#include <cstdint>
#include <vector>

namespace spindle::map {

struct Slice {
  uint32_t lo = 0, hi = 0; ///< neurons [lo, hi)
  uint32_t size() const { return hi - lo; }
};

/// Bits of a ring buffer's index: delay | synapse type | neuron.
struct RingBits {
  unsigned delay = 0, type = 0, index = 0;
};

/// The smallest n with 2^n >= count.
unsigned bitsFor(uint64_t count);

struct Partition {
  std::vector<Slice> slices;
  RingBits ring; ///< the same on every core of the population
};

/// Slices of at most `limit` neurons, fewer where the ring buffer must reach `maxDelay` (1 to
/// 2^delay) with `types` synapse types. Fails when even single neurons could not reach that far.
Result<Partition> partitionPopulation(uint32_t neurons, unsigned types, uint64_t maxDelay,
                                      unsigned limit);

/// Even slices of at most `limit`, in order.
std::vector<Slice> cut(uint32_t neurons, unsigned limit);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PARTITION_H
