// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Construction, programming and reads; PairArrayUpdate.cpp has what moves devices.
#include "sim/device/PairArray.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace spindle::device {

namespace {

constexpr int32_t kMiddle = 32771; ///< code of weight 0 of a single device: 2 g - 65535 = 7

size_t padded(size_t n) { return (n + kColumnBlock - 1) / kColumnBlock * kColumnBlock; }

void check(bool good, const char *what) {
  if (!good)
    throw std::invalid_argument(std::string("array that learns: ") + what);
}

void checkConverter(const ConverterSettings &c) {
  check(c.bits == 0 || (c.bits >= 2 && c.bits <= 24), "converter bits are 0 or 2..24");
  check(c.shift <= 24, "a converter shift above 24");
}

void check(const PairArraySettings &s) {
  check(s.rows >= 1 && s.rows <= kMaxLines, "rows are 1..2048");
  check(s.columns >= 1 && s.columns <= kMaxLines, "columns are 1..2048");
  check(s.firstColumn % 2 == 0, "the first column is even");
  check(s.cycleNoise >= 0 && s.cycleNoise <= 1, "noise from pulse to pulse is 0..1");
  check(!s.seen || (s.seen->size() == 65536 && !isPair(s.method)),
        "what reads see has 65536 entries, for single devices");
  checkConverter(s.converter);
  checkConverter(s.transposedConverter);
}

} // namespace

void Drive::set(std::span<const uint8_t> inputs) {
  // Written without branches, since inputs are 0 without a pattern; then cut to what was found.
  rows_.resize(inputs.size() + 8);
  inputs_.resize(inputs.size() + 8);
  size_t count = 0, i = 0;
  auto take = [&](size_t at) {
    rows_[count] = uint16_t(at);
    inputs_[count] = inputs[at];
    count += inputs[at] != 0;
  };
  for (; i + 8 <= inputs.size(); i += 8) {
    uint64_t word;
    std::memcpy(&word, inputs.data() + i, 8);
    if (word != 0)
      for (size_t j = i; j < i + 8; ++j)
        take(j);
  }
  for (; i < inputs.size(); ++i)
    take(i);
  rows_.resize(count);
  inputs_.resize(count);
}

PairArray::PairArray(const PairArraySettings &settings)
    : settings_(settings), stride_(padded(settings.columns)), kernels_(&arrayKernels()) {
  check(settings_);
  size_t n = settings_.rows * stride_;
  first_.assign(n, 0);
  if (isPair(settings_.method))
    second_.assign(n, 0);
  weights_.assign(n, 0);
  if (settings_.transposed) {
    transposedStride_ = padded(settings_.rows);
    transposed_.assign(settings_.columns * transposedStride_, 0);
  }
  if (settings_.accumulators)
    accumulators_.assign(n, 0);
  wear_.assign(2 * n, 0);
  if (settings_.cycleNoise > 0)
    for (uint32_t count = 0; count <= kMaxPulses; ++count)
      noise_.push_back(std::llround(settings_.cycleNoise * std::sqrt(double(count)) * kFullScale *
                                    65536.0 / kNormalDeviation));
  Pulse way = settings_.method == UpdateMethod::DownOnly ? Pulse::Down : Pulse::Up;
  for (int32_t d = 0; trajectory_.size() < 65536; d += settings_.device.step(way, d)) {
    trajectory_.push_back(uint16_t(std::min(d, kFullScale)));
    if (d >= kFullScale || settings_.device.step(way, d) == 0)
      break;
  }
  for (size_t c = 0; c < stride_ / 2; ++c)
    columnWords_.push_back(columnWord(settings_.firstColumn / 2 + c));
  factor_.assign(stride_, 0);
  sign_.assign(stride_, 0);
  trains_.assign(stride_, 0);
  sums_.assign(std::max(stride_, transposedStride_), 0);
  partial_.assign(stride_, 0);
  erase();
}

void PairArray::setCurves(const CurveOf &curves) {
  if (settings_.device.upTable || settings_.device.downTable)
    throw std::logic_error("array that learns: devices with tables are all alike");
  curves_.assign(first_.size() * 4, {});
  for (size_t r = 0; r < rows(); ++r)
    for (size_t c = 0; c < columns(); ++c)
      for (bool second : {false, true})
        for (Pulse pulse : {Pulse::Up, Pulse::Down})
          curves_[(at(r, c) * 2 + second) * 2 + size_t(pulse)] =
              curves(settings_.firstRow + r, settings_.firstColumn + c, second, pulse);
}

void PairArray::spread(double deviation, bool common) {
  uint64_t key = operationKey(settings_.seed, settings_.layer, Chance::Spread, 0);
  setCurves([&](size_t row, size_t column, bool second, Pulse pulse) {
    uint32_t salt = (uint32_t(second) * 2 + (common ? 0 : uint32_t(pulse))) * 2;
    double z =
        normalSum(synapseBits(key, row, column, salt), synapseBits(key, row, column, salt + 1)) /
        kNormalDeviation;
    const PulseCurve &nominal = pulse == Pulse::Up ? settings_.device.up : settings_.device.down;
    return nominal.scaled(std::max(0.05, 1.0 + deviation * z));
  });
}

uint16_t PairArray::second(size_t row, size_t column) const {
  return second_.empty() ? 0 : second_[at(row, column)];
}

int16_t PairArray::accumulator(size_t row, size_t column) const {
  return accumulators_.empty() ? int16_t{0} : accumulators_[at(row, column)];
}

void PairArray::cache(size_t row, size_t column) {
  size_t i = at(row, column);
  int32_t w = second_.empty() ? 2 * int32_t{first_[i]} - kFullScale
                              : int32_t{first_[i]} - int32_t{second_[i]};
  weights_[i] = settings_.seen ? (*settings_.seen)[first_[i]] : int16_t(w >> 4);
  if (!transposed_.empty())
    transposed_[column * transposedStride_ + row] = weights_[i];
}

void PairArray::cacheAll() {
  for (size_t r = 0; r < rows(); ++r)
    for (size_t c = 0; c < columns(); ++c)
      cache(r, c);
}

void PairArray::program(std::span<const int16_t> weights) {
  if (weights.size() != rows() * columns())
    throw std::invalid_argument("array that learns: wrong number of weights");
  for (size_t i = 0; i < weights.size(); ++i) {
    int32_t w = weights[i];
    if (w < -4096 || w > 4095)
      throw std::out_of_range("array that learns: weight code " + std::to_string(w) +
                              " is outside -4096..4095");
    size_t k = at(i / columns(), i % columns());
    if (isOneWay(settings_.method)) {
      // The middle of the 16 differences that read as w.
      int32_t difference = w == 0 ? 0 : 16 * w + 8, up = std::max(difference, 0);
      int32_t down = std::max(-difference, 0);
      bool mirrored = settings_.method == UpdateMethod::DownOnly;
      first_[k] = uint16_t(mirrored ? kFullScale - down : up);
      second_[k] = uint16_t(mirrored ? kFullScale - up : down);
      continue;
    }
    first_[k] = uint16_t(8 * w + kMiddle);
    if (!second_.empty())
      second_[k] = uint16_t(kFullScale - first_[k]);
  }
  cacheAll();
}

void PairArray::programDevices(std::span<const uint16_t> first, std::span<const uint16_t> second) {
  if (first.size() != rows() * columns() || (!second_.empty() && second.size() != first.size()))
    throw std::invalid_argument("array that learns: wrong number of devices");
  for (size_t i = 0; i < first.size(); ++i) {
    size_t k = at(i / columns(), i % columns());
    first_[k] = first[i];
    if (!second_.empty())
      second_[k] = second[i];
  }
  cacheAll();
}

void PairArray::erase() {
  program(std::vector<int16_t>(rows() * columns(), 0));
  std::fill(accumulators_.begin(), accumulators_.end(), int16_t{0});
}

/// Partial sums of driven rows [from, to).
void PairArray::sumRows(const Drive &inputs, size_t from, size_t to, int32_t *sums) {
  lines_.clear();
  factors_.clear();
  for (size_t i = from; i < to; ++i) {
    lines_.push_back(weights_.data() + at(inputs.rows()[i], 0));
    factors_.push_back(inputs.inputs()[i]);
  }
  if (lines_.size() % 2) { // the kernels take pairs
    lines_.push_back(lines_.back());
    factors_.push_back(0);
  }
  kernels_->weightedSum(lines_.data(), factors_.data(), lines_.size(), stride_, sums);
}

void PairArray::convert(const ConverterSettings &converter, size_t count, int32_t *sums) {
  if (converter.bits == 0)
    return;
  int32_t largest = (int32_t{1} << (converter.bits - 1)) - 1;
  int32_t half = converter.shift ? int32_t{1} << (converter.shift - 1) : 0;
  for (size_t c = 0; c < count; ++c) {
    int32_t code = (sums[c] + half) >> converter.shift;
    int32_t clipped = std::clamp(code, -largest - 1, largest);
    counters_.clips += clipped != code;
    sums[c] = clipped << converter.shift;
  }
}

void PairArray::read(const Drive &inputs, std::span<int32_t> sums) {
  if ((inputs.size() != 0 && inputs.rows().back() >= rows()) || sums.size() < columns())
    throw std::invalid_argument("array that learns: a driven row beyond it, or too few sums");
  ++counters_.reads;
  size_t tile = settings_.tileRows ? settings_.tileRows : rows();
  if (tile >= rows()) {
    sumRows(inputs, 0, inputs.size(), sums_.data());
    convert(settings_.converter, columns(), sums_.data());
  } else {
    std::fill(sums_.begin(), sums_.end(), 0);
    for (size_t from = 0, to; from < inputs.size(); from = to) {
      size_t end = (inputs.rows()[from] / tile + 1) * tile;
      for (to = from; to < inputs.size() && inputs.rows()[to] < end;)
        ++to;
      sumRows(inputs, from, to, partial_.data());
      convert(settings_.converter, columns(), partial_.data());
      for (size_t c = 0; c < columns(); ++c)
        sums_[c] += partial_[c];
    }
  }
  std::copy_n(sums_.data(), columns(), sums.data());
}

void PairArray::readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) {
  if (errors.size() < columns() || sums.size() < rows())
    throw std::invalid_argument("array that learns: too few errors or sums");
  ++counters_.reads;
  if (!transposed_.empty()) {
    lines_.clear();
    factors_.clear();
    for (size_t c = 0; c < columns(); ++c)
      if (errors[c] != 0) {
        lines_.push_back(transposed_.data() + c * transposedStride_);
        factors_.push_back(errors[c]);
      }
    if (lines_.size() % 2) {
      lines_.push_back(lines_.back());
      factors_.push_back(0);
    }
    kernels_->weightedSum(lines_.data(), factors_.data(), lines_.size(), transposedStride_,
                          sums_.data());
    convert(settings_.transposedConverter, rows(), sums_.data());
    std::copy_n(sums_.data(), rows(), sums.data());
    return;
  }
  for (size_t r = 0; r < rows(); ++r) {
    int32_t sum = 0;
    for (size_t c = 0; c < columns(); ++c)
      sum += int32_t{errors[c]} * weights_[at(r, c)];
    sums[r] = sum;
  }
  convert(settings_.transposedConverter, rows(), sums.data());
}

} // namespace spindle::device
