// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Currents of a source by step (docs/semantics.md N18): constant, in steps, a sine, noise. A pure
// function of its numbers, the seed and the step.
#ifndef SPINDLE_SIM_NUMBER_CURRENT_H
#define SPINDLE_SIM_NUMBER_CURRENT_H

#include <cstdint>
#include <vector>

namespace spindle::number {

enum class CurrentKind : uint8_t { Dc, Step, Ac, Noise };

/// A source; times in steps from the start of the run. It is silent before `start` and from `stop`
/// on.
struct Current {
  CurrentKind kind = CurrentKind::Dc;
  uint64_t start = 0, stop = ~uint64_t(0);
  double amplitude = 0;             ///< dc: the current; ac: of the sine; noise: standard deviation
  double offset = 0;                ///< ac, noise: the mean
  double frequency = 0;             ///< ac: turns per step
  double phase = 0;                 ///< ac: in turns, at `start`
  uint64_t hold = 1;                ///< noise: steps for which a value is kept
  std::vector<uint64_t> times{};    ///< step: ascending
  std::vector<double> amplitudes{}; ///< step: from each of `times` on
  uint64_t seed = 0;
  uint32_t object = 0; ///< of the draws

  /// What a neuron of the target gets; only noise differs between neurons.
  double at(uint64_t step, uint32_t neuron = 0) const;
  bool eachNeuron() const { return kind == CurrentKind::Noise; }
  /// Multiplies it by 2^places.
  void raise(int places);
};

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_CURRENT_H
