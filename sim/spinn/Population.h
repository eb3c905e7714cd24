// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the engine is told of a network: populations and sources, before they are dealt to shards.
#ifndef SPINDLE_SIM_SPINN_POPULATION_H
#define SPINDLE_SIM_SPINN_POPULATION_H

#include "runtime/machine/Kernel.h"
#include "sim/number/Current.h"

#include <cstdint>
#include <memory>
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

/// Poisson spikes that each neuron has for itself: a source that feeds the population one to one.
/// Its counts go straight into the sums, which is what its packets would have come to.
struct Noise {
  uint32_t plane = 0, weight = 0; ///< of a spike, in 16 bits
  std::vector<double> mean;       ///< spikes per tick (number::Poisson): one for all, or one each
  uint64_t seed = 0;
  uint32_t object = 0;
  uint32_t delay = 1;                      ///< what is drawn for tick t is due in t + delay
  uint64_t from = 0, until = ~uint64_t(0); ///< ticks for which it is drawn
};

/// A node of the network. Without a kernel it is a source, whose spikes come from outside.
struct Population {
  uint32_t size = 0;
  uint64_t onset = 0;
  bool spiking = true; ///< else what it emits are graded values, which go nowhere
  KernelFn kernel = nullptr;
  bool wholeParams = true; ///< the kernel reads a column of every parameter, also a uniform one
  uint32_t observed = 0;   ///< the last states that the kernel leaves out where the first is null
  std::vector<Port> ports;
  std::vector<Values> param, init;
  std::vector<Drive> drives;
  std::vector<Noise> noise;
};

/// `count` spikes of one neuron in one tick: a packet, with payload if count > 1. Neurons of all
/// nodes are numbered in a row.
struct Spike {
  uint32_t source, count;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_POPULATION_H
