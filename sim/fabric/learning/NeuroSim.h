// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The protocol of MLP NeuroSim V3.0 (Chen, Peng, Yu; read in its source): 400-100-10 on 20 x 20
// binary crops, partial sums of 8 bits against a reference column, binarised hidden units, counts
// of pulses by rounding half away from zero, one device per synapse.
//
//   digits  D = trunc(sum of currents / (range of a column / 255)), minus the same of the reference
//   layer 1 a1 = sigmoid(D 400 / 255), from binary pixels (>= 1/2)
//   layer 2 a2 = sigmoid(D 100 / 255), from binary hidden units (a1 >= 1/2)
//   error   s2 = -2 a2 (1 - a2) (t - a2), s1 = a1 (1 - a1) sum w2 s2
//   change  dw1 = -0.4 s1 x, dw2 = -0.2 s2 a1, pulses = round(|dw| / 2 P) with P of the direction
//   devices jump along their curves by that many pulses; noise N(0, sigma) sqrt(n) of the range
//
// Devices are integer codes as everywhere; activations and errors are float64.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_NEUROSIM_H
#define SPINDLE_SIM_FABRIC_LEARNING_NEUROSIM_H

#include "sim/device/PairArray.h"
#include "sim/fabric/learning/Images.h"

#include <string>

namespace spindle::device {
struct Device;
}

namespace spindle::learning {

struct NeuroSimSettings {
  device::PulseResponse device;
  double pulsesUp = 64, pulsesDown = 64;
  double cycleNoise = 0;  ///< of the range, per pulse
  double onOff = 50;      ///< Gmax / Gmin
  double accessRatio = 0; ///< resistance of the access transistor / on resistance
  uint32_t epochs = 125, imagesPerEpoch = 8000;
  /// Evaluated are every `evaluateEvery`-th epoch and the last 11. The best of more evaluations is
  /// higher, since epochs of noisy devices differ by points.
  uint32_t evaluateEvery = 12;
  double rates[2] = {0.4, 0.2};
  uint64_t seed = 1;
};

/// Settings of a preset (sim/device/Presets.h) with an access transistor of that many ohms.
NeuroSimSettings neuroSimOf(const device::Device &device, double accessOhms);

struct NeuroSimResult {
  std::vector<double> accuracies; ///< of the evaluated epochs
  double best = 0, lastMean = 0;  ///< the largest; the mean of the last 11
  uint64_t pulses = 0;
  double seconds = 0; ///< of training alone
};

/// Images of 28 x 28; throws std::invalid_argument on others.
NeuroSimResult trainNeuroSim(const NeuroSimSettings &settings, const Images &training,
                             const Images &test);

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_NEUROSIM_H
