// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The protocol of a training run: images in a new random order each epoch, one update per image,
// the rate halved from epoch to epoch, and an accuracy that is the mean of several evaluations in
// the last epoch, since a single one depends on the moment.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_TRAINING_H
#define SPINDLE_SIM_FABRIC_LEARNING_TRAINING_H

#include "sim/fabric/learning/Perceptron.h"

#include <functional>

namespace spindle::learning {

struct TrainingSettings {
  PerceptronSettings network;
  Controls controls;
  uint32_t epochs = 3;
  double rateFactor = 0.5; ///< of the rate, from epoch to epoch
  uint32_t evaluations =
      5; ///< in the last third of the last epoch, evenly, the last one at its end
  /// Called before each image, and may change the controls (schedules of dead band, refresh, ...).
  std::function<void(uint64_t update, Controls &controls)> schedule;
};

struct TrainingResult {
  double accuracy = 0;             ///< mean of the evaluations
  std::vector<double> evaluations; ///< each
  device::ArrayCounters counters;
  double secondsPerImage = 0; ///< of training alone
};

/// The order of `count` images in an epoch: a permutation by the seed.
std::vector<uint32_t> orderOf(size_t count, uint64_t seed, uint64_t epoch);

TrainingResult train(const TrainingSettings &settings, const Images &training, const Images &test);

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_TRAINING_H
