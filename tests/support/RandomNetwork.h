// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random small networks for differential tests: 1-6 populations of every library model, with
// fan-in, fan-out, skips and loops, per-neuron parameters, delays of 1-40 steps and counts above 1
// in the input.
#ifndef SPINDLE_TESTS_SUPPORT_RANDOMNETWORK_H
#define SPINDLE_TESTS_SUPPORT_RANDOMNETWORK_H

#include "compiler/import/nir/NirGraph.h"

#include <cstdint>
#include <vector>

namespace spindle::test {

struct RandomNetworkOptions {
  /// Integer weights and biases, decays of 1/2, thresholds between the values that 15 fraction bits
  /// hold: fixed point loses nothing.
  bool exact = false;
  /// Populations of up to 300 neurons, so that several slices and tiles are needed.
  bool large = true;
  /// Steps of input.
  int steps = 60;
};

struct RandomNetwork {
  nir::Graph graph;                       ///< as a file would hold it: no shapes inferred yet
  double dt = 1e-3;                       ///< seconds
  std::vector<std::vector<double>> input; ///< [step][channel]: counts
};

/// The network of `seed`: always the same one. Every loop is long enough for a target that takes a
/// step per hop.
RandomNetwork randomNetwork(uint64_t seed, const RandomNetworkOptions &options = {});

} // namespace spindle::test

#endif // SPINDLE_TESTS_SUPPORT_RANDOMNETWORK_H
