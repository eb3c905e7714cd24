// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The networks that engines are measured on, with their input, as images and machines.
#ifndef SPINDLE_BENCH_NETWORKS_H
#define SPINDLE_BENCH_NETWORKS_H

#include "runtime/machine/Machine.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace spindle::bench {

enum class Engine { Reference, Spinn, Functional, Rtl };
const char *nameOf(Engine engine);

struct Network {
  std::string name;
  std::filesystem::path nir, input; ///< `input`: .npy, the first axis is time
  double dt;
  size_t rtlSteps; ///< steps compared between the fabric's engines; 0: all of the input
};

/// The shipped example, and what there is of the shared data; says what there is not.
std::vector<Network> networks();

/// Events of the only source, by step.
using Input = std::vector<std::vector<Event>>;

/// A machine with a network on it, and the input to feed it.
struct Loaded {
  std::shared_ptr<const image::Image> image;
  std::unique_ptr<Machine> machine;
  uint32_t source;
  Input input;

  /// One step with its input.
  void step(size_t t) {
    machine->inject(source, input[t]);
    machine->step();
  }
};

/// Images are compiled once; the machine is new each time.
Loaded load(const Network &network, Engine engine, int threads);

/// Synaptic events of the first `steps` steps on that machine: spikes (and injected counts) times
/// the synapses that leave their neuron in the network as written, maps composed. So the unit is
/// the same on all engines, whatever each of them stores and touches for it.
uint64_t synapticEvents(const Network &network, Loaded &loaded, size_t steps);

} // namespace spindle::bench

#endif // SPINDLE_BENCH_NETWORKS_H
