// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/device/PulseResponse.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr double kOne = 65536.0;
constexpr double kLargest = double(std::numeric_limits<uint32_t>::max());

uint32_t fixed(double codes) { return uint32_t(std::min(std::round(codes * kOne), kLargest)); }

} // namespace

PulseCurve PulseCurve::linear(double pulses) {
  return exponential(std::numeric_limits<double>::infinity(), pulses);
}

PulseCurve PulseCurve::exponential(double curvature, double pulses) {
  if (!(pulses >= 1.0 && pulses <= 1 << 20))
    throw std::invalid_argument("pulse curve: the pulses over the range are outside 1..2^20");
  if (!(std::abs(curvature) >= 1e-3))
    throw std::invalid_argument("pulse curve: a curvature below 0.001 in magnitude");
  if (std::abs(curvature) > 1e6)
    return {fixed(kFullScale / pulses), 0};
  double k = -std::expm1(-1.0 / (curvature * pulses));
  double reach = -1.0 / std::expm1(-1.0 / curvature);
  return {fixed(k * reach * kFullScale), int32_t(std::lround(k * kOne))};
}

PulseCurve PulseCurve::scaled(double factor) const {
  if (!(factor >= 0.0 && factor <= 16.0))
    throw std::invalid_argument("pulse curve: a factor outside 0..16");
  return {uint32_t(std::min(std::round(first * factor), kLargest)),
          int32_t(std::lround(std::clamp(slope * factor, -1e9, 1e9)))};
}

PulseTable PulseTable::of(std::span<const double, kPoints> codes) {
  PulseTable table;
  for (size_t i = 0; i < kPoints; ++i) {
    if (!(codes[i] >= 0.0 && codes[i] <= kFullScale))
      throw std::invalid_argument("pulse table: a step outside 0..65535 codes");
    table.steps[i] = fixed(codes[i]);
  }
  return table;
}

} // namespace spindle::device
