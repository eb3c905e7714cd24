// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/fabric/learning/Perceptron.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace spindle::learning {

using device::Chance;
using device::Drive;
using device::PairArray;
using device::PairArraySettings;
using device::Rounding;

namespace {

constexpr int32_t kHiddenOne = 64, kHiddenTop = 255;
constexpr int32_t kTable = 4096; ///< entries of the sigmoid, over -8..8
constexpr int kSumBits = 32, kRateBits = 24;

PairArraySettings layerSettings(const PerceptronSettings &s, uint32_t layer, size_t rows,
                                size_t columns) {
  PairArraySettings a;
  a.rows = rows;
  a.columns = columns;
  a.method = s.method;
  a.device = s.device;
  a.cycleNoise = s.cycleNoise;
  a.seed = s.seed;
  a.layer = layer;
  a.transposed = layer == 1; // the backward pass reads the second layer only
  a.accumulators = s.rounding == Rounding::Accumulate;
  a.tileRows = s.tileRows;
  a.converter = s.converter;
  a.transposedConverter = s.transposedConverter;
  return a;
}

/// Uniform weights by the seed, alike for every method.
void initialise(PairArray &array, double weightRange) {
  double bound = std::sqrt(6.0 / double(array.rows() + array.columns())) / weightRange * 4096;
  auto reach = int64_t(std::min(bound, 4000.0) * 65536);
  uint64_t key =
      device::operationKey(array.settings().seed, array.settings().layer, Chance::Initial, 0);
  std::vector<int16_t> weights;
  for (size_t r = 0; r < array.rows(); ++r)
    for (size_t c = 0; c < array.columns(); ++c) {
      auto u = int64_t(device::synapseBits(key, r, c) >> 40) - (int64_t{1} << 23);
      weights.push_back(int16_t((u * reach) >> 39));
    }
  array.program(weights);
}

std::vector<uint8_t> sigmoidTable() {
  std::vector<uint8_t> table(kTable);
  for (int32_t i = 0; i < kTable; ++i) {
    double z = (i + 0.5) * 16.0 / kTable - 8.0;
    table[size_t(i)] = uint8_t(std::lround(255.0 / (1.0 + std::exp(-z))));
  }
  return table;
}

int64_t fixed(double value, int bits) { return std::llround(std::ldexp(value, bits)); }

int32_t scaled(int32_t sum, int64_t scale) {
  return int32_t((sum * scale + (int64_t{1} << (kSumBits - 1))) >> kSumBits);
}

} // namespace

Perceptron::Perceptron(const PerceptronSettings &s, const ArrayFactory &engine)
    : settings_(s), first_(engine(layerSettings(s, 0, s.inputs + 1, s.hidden))),
      second_(engine(layerSettings(s, 1, s.hidden + 1, s.outputs))), sigmoid_(sigmoidTable()) {
  if (!(s.weightRange > 0 && s.weightRange <= 64) || !(s.pulses >= 1 && s.pulses <= 1 << 20))
    throw std::invalid_argument("perceptron: weight range is 0..64, pulses 1..2^20");
  if (s.curves)
    for (size_t i : {0u, 1u})
      layer(i).setCurves(
          s.curves(s.seed, layer(i).settings().layer, layer(i).rows(), layer(i).columns()));
  else if (s.deviceSpread > 0) {
    layer(0).spread(s.deviceSpread, s.commonSpread);
    layer(1).spread(s.deviceSpread, s.commonSpread);
  }
  initialise(layer(0), s.weightRange);
  initialise(layer(1), s.weightRange);
  hiddenScale_ = fixed(s.weightRange * kHiddenOne / (4096.0 * 255.0), kSumBits);
  outputScale_ = fixed(s.weightRange * (kTable / 16.0) / (4096.0 * kHiddenOne), kSumBits);
  sums_.resize(s.hidden);
  outputs_.resize(s.outputs);
  back_.resize(s.hidden + 1);
  factor1_.resize(s.hidden);
  factor2_.resize(s.outputs);
  errors_.resize(s.outputs);
  gate_.resize(s.hidden);
  set(controls_);
}

void Perceptron::set(const Controls &controls) {
  controls_ = controls;
  bool half = settings_.method == device::UpdateMethod::Single ||
              settings_.method == device::UpdateMethod::Both;
  double step = settings_.weightRange / settings_.pulses * (half ? 2 : 1);
  double back = settings_.weightRange / (4096.0 * 255.0); // of a back sum
  firstRate_ = fixed(controls.rate * back / step * 65536.0, kRateBits);
  secondRate_ = fixed(controls.rate * 65536.0 / (kHiddenOne * step), kRateBits);
  signBand_[0] = std::llround(controls.signBand / back);
  signBand_[1] = std::llround(controls.signBand * 255.0);
}

void Perceptron::forward(std::span<const uint8_t> image) {
  input_.set(image);
  input_.add(uint16_t(settings_.inputs), 255);
  first_->read(input_, sums_);
  hidden_.clear();
  for (size_t j = 0; j < settings_.hidden; ++j) {
    int32_t z = scaled(sums_[j], hiddenScale_);
    gate_[j] = z > 0 && z <= kHiddenTop;
    if (z > 0)
      hidden_.add(uint16_t(j), uint8_t(std::min(z, kHiddenTop)));
  }
  hidden_.add(uint16_t(settings_.hidden), kHiddenOne);
  second_->read(hidden_, outputs_);
}

size_t Perceptron::classify(std::span<const uint8_t> image) {
  forward(image);
  return size_t(std::max_element(outputs_.begin(), outputs_.end()) - outputs_.begin());
}

double Perceptron::accuracy(const Images &images) {
  size_t right = 0;
  for (size_t i = 0; i < images.count(); ++i)
    right += classify(images.at(i)) == images.labels[i];
  return images.count() ? double(right) / double(images.count()) : 0.0;
}

void Perceptron::outputErrors(size_t label) {
  for (size_t k = 0; k < settings_.outputs; ++k) {
    int32_t index = std::clamp(scaled(outputs_[k], outputScale_) + kTable / 2, 0, kTable - 1);
    int32_t e = (k == label ? 255 : 0) - sigmoid_[size_t(index)];
    if (uint32_t(std::abs(e)) <= controls_.deadBand)
      e = 0;
    else if (controls_.ternary)
      e = e > 0 ? 255 : -255;
    errors_[k] = int16_t(e);
    factor2_[k] = int32_t((e * secondRate_) >> kRateBits);
  }
}

void Perceptron::hiddenFactors() {
  second_->readTransposed(errors_, back_);
  for (size_t j = 0; j < settings_.hidden; ++j) {
    int64_t size = (std::abs(int64_t{back_[j]}) * firstRate_) >> kRateBits;
    size = gate_[j] ? std::min<int64_t>(size, 1 << 24) : 0;
    factor1_[j] = int32_t(back_[j] > 0 ? size : -size);
  }
}

void Perceptron::update() {
  first_->update(input_, {updates_, factor1_, settings_.rounding, settings_.maxPulses});
  second_->update(hidden_, {updates_, factor2_, settings_.rounding, settings_.maxPulses});
}

void Perceptron::updateBySign() {
  constexpr int32_t kOnePulse = 65535; // rounds to one with a full drive
  auto strong = [](const Drive &drive, uint8_t least) {
    Drive out;
    for (size_t i = 0; i < drive.size(); ++i)
      if (drive.inputs()[i] >= least)
        out.add(drive.rows()[i], 255);
    return out;
  };
  for (size_t j = 0; j < settings_.hidden; ++j) {
    bool on = gate_[j] && std::abs(int64_t{back_[j]}) > signBand_[0];
    factor1_[j] = on ? (back_[j] > 0 ? kOnePulse : -kOnePulse) : 0;
  }
  for (size_t k = 0; k < settings_.outputs; ++k) {
    bool on = std::abs(int64_t{errors_[k]}) > signBand_[1];
    factor2_[k] = on ? (errors_[k] > 0 ? kOnePulse : -kOnePulse) : 0;
  }
  first_->update(strong(input_, 128), {updates_, factor1_, Rounding::Nearest, 1});
  second_->update(strong(hidden_, kHiddenOne / 2), {updates_, factor2_, Rounding::Nearest, 1});
}

/// Rows step / steps .. (step + 1) / steps of both arrays.
void Perceptron::refreshRows(size_t step, size_t steps) {
  const RefreshSettings &r = controls_.refresh;
  for (ArrayEngine *array : {first_.get(), second_.get()})
    for (size_t i = array->devices().rows() * step / steps;
         i < array->devices().rows() * (step + 1) / steps; ++i) {
      size_t row =
          r.order == RefreshSettings::Order::Backwards ? array->devices().rows() - 1 - i : i;
      array->refreshRow(row, {updates_, r.high, r.low, r.verify});
    }
}

void Perceptron::refresh() {
  const RefreshSettings &r = controls_.refresh;
  if (r.period == 0 || !device::isOneWay(settings_.method))
    return;
  if (r.order != RefreshSettings::Order::AtOnce)
    refreshRows(updates_ % r.period, r.period);
  else if ((updates_ + 1) % r.period == 0)
    refreshRows(0, 1);
}

void Perceptron::train(std::span<const uint8_t> image, size_t label) {
  forward(image);
  outputErrors(label);
  hiddenFactors();
  if (controls_.signBand > 0)
    updateBySign();
  else
    update();
  refresh();
  ++updates_;
}

device::ArrayCounters Perceptron::counters() const {
  device::ArrayCounters a = first_->counters(), b = second_->counters();
  return {a.reads + b.reads,         a.updates,           a.pulses + b.pulses,
          a.refreshes + b.refreshes, a.resets + b.resets, a.rewritePulses + b.rewritePulses,
          a.clips + b.clips};
}

} // namespace spindle::learning
