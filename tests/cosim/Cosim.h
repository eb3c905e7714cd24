// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Networks for the fabric, and the comparison of its two engines step by step.
#ifndef SPINDLE_TESTS_COSIM_COSIM_H
#define SPINDLE_TESTS_COSIM_COSIM_H

#include "sim/fabric/FabricMachine.h"
#include "tests/support/Engines.h"

#include <cstdint>
#include <map>
#include <string>

namespace spindle::test {

/// Compiles for the fabric with all library models of the profile declared, in one order: networks
/// of a profile then share one neuron unit, and so one compiled tile. Throws std::runtime_error
/// with the diagnostics. Converters get `clipBits` less shift than no possible sum would need, so
/// that sums are clipped.
std::shared_ptr<const image::Image> compileForFabric(const nir::Graph &graph,
                                                     const nir::ImportOptions &import,
                                                     const XbarOptions &options,
                                                     unsigned clipBits = 0);

/// What two engines did differently; `report` tells the first difference.
struct Comparison {
  uint64_t steps = 0, events = 0, states = 0; ///< compared
  uint64_t spikes = 0;                        ///< value of all events of populations
  uint64_t differences = 0;
  double largest = 0;                       ///< largest count of one neuron in a step
  std::map<std::string, uint64_t> counters; ///< of the RTL
  std::string report;
};

/// Runs both engines of the fabric side by side over `frames`: every event, every state of every
/// neuron, every ADC code (by its hash) and every counter that both keep.
Comparison compareEngines(const std::shared_ptr<const image::Image> &image, const Frames &frames);

} // namespace spindle::test

#endif // SPINDLE_TESTS_COSIM_COSIM_H
