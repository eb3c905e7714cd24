// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One kind of training run, as the command line and the tables name it.
#ifndef SPINDLE_EXAMPLES_HWDNN_OPTIONS_H
#define SPINDLE_EXAMPLES_HWDNN_OPTIONS_H

#include "sim/fabric/learning/Training.h"

#include <string>

namespace spindle::hwdnn {

struct Options {
  std::string method = "U3c";   ///< U1 U2 U2A U3 U3c U4 U4c
  std::string rounding = "SR1"; ///< SR1 SR7 NEAR DET1 PT31 MP
  double up = 2, down = 2;      ///< labels; the down curve mirrors, or goes back along `up`'s kind
  bool retrace = false;
  std::string device; ///< preset in place of labels and pulses; its c2c where cycleNoise is 0
  double pulses = 64, weightRange = 2, rate = 0.04;
  uint32_t epochs = 3, hidden = 100;
  double deviceSpread = 0, cycleNoise = 0;
  bool commonSpread = false;
  uint32_t refreshPeriod = 1000;
  double refreshHigh = 0.9, refreshLow = 0.02; ///< of the range
  std::string refreshOrder = "at-once";        ///< at-once spread backwards
  double deadBand = 0;                         ///< of the output errors, 1.0 = 1
  bool ternary = false;
  double signBand = 0.05; ///< of DET1
  uint32_t converterBits = 0, converterShift = 0, tileRows = 0;

  /// Everything that matters to a result, on one line; equal keys give equal results.
  std::string key() const;
  /// Throws UserError naming the option that has no meaning.
  learning::TrainingSettings settings() const;
};

/// What the methods are called in words.
std::string nameOfMethod(const std::string &method);

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_OPTIONS_H
