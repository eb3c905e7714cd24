// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A perceptron with one hidden layer on two arrays that learn: forward, backward and update in
// fixed point. Formats (w code 4096 = w_max, x code 255 = 1):
//   hidden   h = clip(z, 0, 255) with 64 = 1.0, z = round(sum w_max 64 / (4096 255)); gate 0 < z <
//   256 output   y = sigmoid from a table of 4096 entries over -8..8, 8 bits error    e_k = t_k -
//   y_k, -255..255 (t is 0 or 255), dead band, optionally its sign alone update   synapse (i, j)
//   wishes for eta |x_i d_j| / s pulses, s = w_max / P for methods that move
//            one device of a pair, 2 w_max / P for the others; 16 bits of fraction
// The last row of each array is the bias, driven with 1.0.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_PERCEPTRON_H
#define SPINDLE_SIM_FABRIC_LEARNING_PERCEPTRON_H

#include "sim/fabric/learning/ArrayEngine.h"
#include "sim/fabric/learning/Images.h"

#include <functional>

namespace spindle::learning {

struct PerceptronSettings {
  size_t inputs = 784, hidden = 100, outputs = 10;
  device::UpdateMethod method = device::UpdateMethod::UpOnly;
  device::PulseResponse device;
  double pulses = 64;     ///< P, over the range of a device: the nominal step
  double weightRange = 2; ///< w_max
  device::Rounding rounding = device::Rounding::Stochastic;
  uint32_t maxPulses = 1;
  double cycleNoise = 0, deviceSpread = 0;
  bool commonSpread = false;
  /// Makes the curves of the devices of a layer (0 or 1), in place of deviceSpread; empty: none.
  std::function<device::PairArray::CurveOf(uint64_t seed, uint32_t layer, size_t rows,
                                           size_t columns)>
      curves;
  uint64_t seed = 1;
  size_t tileRows = 0;
  device::ConverterSettings converter, transposedConverter;
};

/// When and how one-way pairs are refreshed.
struct RefreshSettings {
  uint32_t period = 1000; ///< updates; 0: never
  uint16_t high = 58982, low = 1311;
  bool verify = true;
  enum class Order : uint8_t {
    AtOnce,   ///< all rows after the last update of a period
    Spread,   ///< row after row, evenly over the period
    Backwards ///< as Spread, from the last row to the first
  } order = Order::AtOnce;
};

/// What may be changed between any two images.
struct Controls {
  double rate = 0.04;    ///< eta
  uint32_t deadBand = 0; ///< output errors up to this magnitude count as 0 (255 = 1.0)
  bool ternary = false;  ///< beyond it, errors count as +-1
  /// Sign-only updates: exactly one pulse where the input is at least 1/2 and the error of the
  /// column exceeds signBand (1.0 = 1), no magnitude, nothing random. 0: off.
  double signBand = 0;
  RefreshSettings refresh;
};

class Perceptron {
public:
  /// Weights uniform in +-sqrt(6 / (fan-in + fan-out)), drawn by the seed.
  explicit Perceptron(const PerceptronSettings &settings,
                      const ArrayFactory &engine = functionalArray);

  void set(const Controls &controls);
  const Controls &controls() const { return controls_; }

  /// Class of an image (inputs() pixels).
  size_t classify(std::span<const uint8_t> image);
  /// One image, one update.
  void train(std::span<const uint8_t> image, size_t label);
  /// Fraction of images that are classified as labelled.
  double accuracy(const Images &images);

  uint64_t updates() const { return updates_; }
  device::PairArray &layer(size_t i) { return (i == 0 ? first_ : second_)->devices(); }
  device::ArrayCounters counters() const;
  void use(const device::ArrayKernels &kernels) { layer(0).use(kernels), layer(1).use(kernels); }

private:
  void forward(std::span<const uint8_t> image);
  void outputErrors(size_t label);
  void hiddenFactors();
  void update();
  void updateBySign();
  void refresh();
  void refreshRows(size_t step, size_t steps);

  PerceptronSettings settings_;
  Controls controls_;
  std::unique_ptr<ArrayEngine> first_, second_;
  std::vector<uint8_t> sigmoid_;
  int64_t hiddenScale_ = 0, outputScale_ = 0; ///< of sums, 32 bits of fraction
  int64_t firstRate_ = 0, secondRate_ = 0;    ///< of factors, 24 bits of fraction
  int64_t signBand_[2] = {};                  ///< in units of back sums and of errors
  uint64_t updates_ = 0;

  device::Drive input_, hidden_;
  std::vector<int32_t> sums_, outputs_, back_, factor1_, factor2_;
  std::vector<int16_t> errors_;
  std::vector<uint8_t> gate_;
};

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_PERCEPTRON_H
