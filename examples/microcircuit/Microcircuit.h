// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cortical microcircuit of Potjans and Diesmann (2014), at any scale.
#ifndef SPINDLE_EXAMPLES_MICROCIRCUIT_MICROCIRCUIT_H
#define SPINDLE_EXAMPLES_MICROCIRCUIT_MICROCIRCUIT_H

#include <array>
#include <string>

namespace spindle::microcircuit {

constexpr int kPopulations = 8;
extern const std::array<const char *, kPopulations> kNames;
extern const std::array<int, kPopulations> kNeurons;     ///< at full scale
extern const std::array<double, kPopulations> kExternal; ///< sources of a neuron, 8 spikes/s each

inline bool excitatory(int population) { return population % 2 == 0; }
/// Synapses from one population to another at full scale.
double synapses(int target, int source);

/// The network as an snn module; `scale`, in (0, 1], is of its neurons and of the synapses of each.
/// What a smaller network lacks of mean input it gets as a constant current.
std::string text(double scale);

} // namespace spindle::microcircuit

#endif // SPINDLE_EXAMPLES_MICROCIRCUIT_MICROCIRCUIT_H
