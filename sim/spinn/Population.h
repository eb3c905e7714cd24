// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the engine is told of a network: populations and sources, before they are dealt to shards.
#ifndef SPINDLE_SIM_SPINN_POPULATION_H
#define SPINDLE_SIM_SPINN_POPULATION_H

#include "runtime/machine/Kernel.h"
#include "sim/number/Current.h"
#include "sim/number/Poisson.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace spindle::spinn {

/// One value for all neurons, or one for each.
using Values = std::vector<int32_t>;

/// An input port: which types (planes of sums) add to it and which are taken off (none of a port
/// that only drives reach), and how a sum is raised to s16.15.
struct Port {
  static constexpr uint32_t kNone = ~uint32_t(0);
  uint32_t plus = kNone, minus = kNone;
  uint8_t up = 0, down = 0;
};

/// Input of one port from an absolute tick on: constant, or of a current, which the neurons get
/// whose value is not 0.
struct Drive {
  uint32_t port;
  uint64_t from;
  Values values;
  std::shared_ptr<const number::Current> current = nullptr;
};

/// What a source draws by itself, in ticks [from, until).
struct PoissonSource {
  std::shared_ptr<const number::Poisson> draw;
  uint64_t from = 0, until = ~uint64_t(0);
  /// All that it feeds are Noises of the targets: none of its own spikes is sent.
  bool direct = false;
  bool active(uint64_t t) const { return t >= from && t < until; }
};

/// A Poisson source that feeds neurons [begin, end) of a population one to one. Its counts go
/// straight into the sums, which is what its packets would have come to.
struct Noise {
  uint32_t source = 0; ///< node
  uint32_t first = 0;  ///< its neuron that feeds neuron `begin`
  uint32_t begin = 0, end = 0;
  uint32_t plane = 0, weight = 0; ///< of a spike, in 16 bits
  uint32_t delay = 1;             ///< what is drawn for tick t is due in t + delay
  bool counted = true;            ///< here, and by no other noise of the source
};

/// A node of the network. Without a kernel it is a source, whose spikes come from outside.
struct Population {
  uint32_t size = 0;
  uint64_t onset = 0;
  bool spiking = true; ///< else what it emits are graded values, which go nowhere
  KernelFn kernel = nullptr;
  bool ring = false;       ///< the kernel is a RingKernelFn; there are no drives then
  bool wholeParams = true; ///< the kernel reads a column of every parameter, also a uniform one
  uint32_t observed = 0;   ///< the last states that the kernel leaves out where the first is null
  std::vector<Port> ports;
  std::vector<Values> param, init;
  std::vector<Drive> drives;
  std::vector<Noise> noise;
  std::optional<PoissonSource> poisson; ///< of a source
};

/// What a delay extension counts of a neuron's spikes in a tick (S10).
inline constexpr uint32_t kMostDelayed = 255;

/// `count` spikes of one neuron in one tick: a packet, with payload if count > 1. Neurons of all
/// nodes are numbered in a row.
struct Spike {
  uint32_t source, count;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_POPULATION_H
