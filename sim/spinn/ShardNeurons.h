// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a shard keeps of its neurons. Private to the files of Shard.
#ifndef SPINDLE_SIM_SPINN_SHARDNEURONS_H
#define SPINDLE_SIM_SPINN_SHARDNEURONS_H

#include "runtime/machine/Kernel.h"
#include "sim/spinn/Shard.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace spindle::spinn {

/// Neurons that are taken through input, kernel and emission together, so that what they hand on
/// stays in the nearest caches.
constexpr uint32_t kBlock = 4096;

constexpr uint32_t kBitsStretch = 512; ///< neurons whose bits are looked at together

inline uint32_t wholeVectors(uint32_t neurons) {
  return (neurons + Layout::kVector - 1) / Layout::kVector * Layout::kVector;
}

/// What was drawn for neurons of a part and not yet counted by source: of some ticks in bytes, of
/// more in words.
struct Draws {
  Draws(size_t neurons, uint32_t most);

  /// After each tick; true when it is time to count by source.
  bool step();
  void moveUp();
  void clear();

  std::vector<uint8_t> fewPackets, fewSpikes;
  std::vector<uint16_t> packets, spikes;
  uint32_t most, fewTicks = 0, ticks = 0;
};

struct Shard::Neurons {
  const Population *population;
  Part part;
  std::vector<Lines<int32_t>> state, param;
  std::vector<std::vector<int32_t>> drive; ///< per drive: one value or one per neuron here
  std::vector<Draws> draws;                ///< per noise that is counted
  Lines<int32_t> emitted;                  ///< of graded populations only
  std::vector<uint16_t> bits;              ///< spikes of a ring kernel; else empty
  std::vector<void *> statePointers;       ///< of the block at hand
  std::vector<const void *> paramPointers, inputPointers;
  static constexpr uint32_t kNowhere = ~uint32_t(0);
  uint32_t pointersAt = kNowhere; ///< where the block of those begins
  bool pointersUnobserved = false;

  bool watched = false;         ///< an observed value is
  std::vector<uint32_t> planes; ///< of a ring kernel: per synapse type
  std::vector<bool> idle;       ///< per port: nothing ever comes, and the kernel does not read it

  /// States proper.
  size_t kept() const { return state.size() - population->observed; }
  /// Observed values are written when someone looks at them, after the last tick of a block too.
  bool unobserved(bool last) const { return population->observed > 0 && !watched && !last; }

  /// Kernels take whole vectors; what is beyond the last neuron repeats it, and is not looked at.
  uint32_t padded() const { return wholeVectors(part.size); }
  /// The values of the neurons here, `size` of them or a single one.
  template <typename T>
  T pick(const Layout &layout, const Values &values, uint32_t size,
         typename T::allocator_type allocator = {}) const {
    if (values.size() == 1)
      return T(size, values[0], allocator);
    T out(std::max(size, part.size), allocator);
    for (uint32_t i = 0; i < out.size(); ++i)
      out[i] = values[layout.neuron(part, std::min(i, part.size - 1))];
    return out;
  }
};

struct Shard::Scratch {
  std::vector<Lines<int32_t>> input; ///< per port
  Lines<int32_t> emitted = Lines<int32_t>(kBlock);
  alignas(64) std::array<uint64_t, kRingLanes / 2> left = {};
  Lines<uint8_t> counts = Lines<uint8_t>(kBlock + 2 * number::kPoissonVector);
  std::vector<uint32_t> places = std::vector<uint32_t>(kBlock);
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_SHARDNEURONS_H
