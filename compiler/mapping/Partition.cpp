// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Partition.h"

#include <algorithm>
#include <bit>

namespace spindle::map {

unsigned bitsFor(uint64_t count) {
  return count <= 1 ? 0 : static_cast<unsigned>(std::bit_width(count - 1));
}

std::vector<Slice> cut(uint32_t neurons, unsigned limit) {
  std::vector<Slice> slices;
  for (uint32_t lo = 0; lo < neurons; lo += limit)
    slices.push_back({lo, std::min(neurons, lo + limit)});
  return slices;
}

Result<Partition> partitionPopulation(uint32_t neurons, unsigned types, uint64_t maxDelay,
                                      unsigned limit) {
  RingBits ring{bitsFor(maxDelay), bitsFor(types), 0};
  if (ring.delay + ring.type > kRingBits)
    return Shortage{"steps of delay", maxDelay,
                    ring.type > kRingBits ? 0 : uint64_t(1) << (kRingBits - ring.type), ""};
  unsigned most = std::min<uint64_t>(limit, uint64_t(1) << (kRingBits - ring.delay - ring.type));
  ring.index = bitsFor(std::min<uint64_t>(most, neurons));
  return Partition{cut(neurons, most), ring};
}

} // namespace spindle::map
