// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One emulated core: ring buffers, neurons, and what they emit.
#ifndef SPINDLE_SIM_SPINN_CORE_H
#define SPINDLE_SIM_SPINN_CORE_H

#include "runtime/machine/Kernel.h"
#include "sim/spinn/Rows.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spindle::spinn {

/// `count` spikes of one neuron of a core in one tick: a packet, with payload if count > 1.
struct Spike {
  uint32_t neuron, count;
};

/// How a ring slot's index is put together, and what a slot is worth.
struct RingLayout {
  unsigned delayBits = 0, typeBits = 0, indexBits = 0;
  std::vector<uint8_t> shift; ///< per synapse type; types 2p and 2p+1 are port p's two signs

  unsigned bits() const { return delayBits + typeBits + indexBits; }
};

/// Constant input of one port from an absolute tick on.
struct CoreDrive {
  uint32_t port;
  uint64_t from;
  std::vector<int32_t> values;
};

class Core {
public:
  Core(uint32_t neurons, uint64_t onset, bool spiking, KernelFn kernel, RingLayout ring);

  void addParam(std::span<const int32_t> column);
  void addState(std::span<const int32_t> initial);
  void addDrive(CoreDrive drive) { drives_.push_back(std::move(drive)); }

  /// Before the first tick, and to repeat it.
  void reset();

  /// Part A of tick `t`: ring slot to inputs, neuron update; spikes() then holds what is emitted.
  void tick(uint64_t t);

  /// Part C: the synapses of `row`, each `count` times.
  void deliver(Row row, uint32_t count, uint64_t t);

  const std::vector<Spike> &spikes() const { return spikes_; }
  std::span<const int32_t> emitted() const { return emitted_; }
  std::span<const int32_t> state(uint32_t term) const { return state_[term]; }
  uint32_t neurons() const { return neurons_; }
  /// Ring slots that reached 0xffff, each counted once per tick of arrival, neuron and type.
  uint64_t saturations() const { return saturations_; }

  /// Calls `f` with every vector that makes up the core's memory (for checkpoints).
  template <typename F> void memory(F &&f) {
    for (auto &column : state_)
      f(column);
    f(emitted_), f(ring_), f(saturated_), f(touched_), f(saturations_);
  }

private:
  void transfer(uint64_t t);
  void clearSlot(uint32_t slot);
  void saturate(uint32_t at, uint32_t slot);

  uint32_t neurons_;
  uint64_t onset_;
  bool spiking_;
  KernelFn kernel_;
  RingLayout layout_;
  std::vector<std::vector<int32_t>> state_, initial_, param_, input_;
  std::vector<void *> statePtr_;
  std::vector<const void *> paramPtr_, inputPtr_;
  std::vector<CoreDrive> drives_;
  std::vector<int32_t> emitted_;
  std::vector<Spike> spikes_;
  std::vector<uint16_t> ring_;
  std::vector<uint8_t> saturated_; ///< per ring entry: reached the limit
  std::vector<uint8_t> touched_;   ///< per slot: bit 0 something arrived, bit 1 something saturated
  uint64_t saturations_ = 0;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_CORE_H
