// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/device/PulseConversion.h"

#include <algorithm>
#include <cmath>

namespace spindle::device {

namespace {

constexpr double kFraction = 65536;

PulseCurve curveOf(const Response &response) {
  // A step of the whole range is as good as any larger one.
  double first = std::min(response.a() * kFullScale * kFraction, double(UINT32_MAX));
  double slope = std::clamp(response.k() * kFraction, -1e9, 1e9);
  return {uint32_t(std::llround(first)), int32_t(std::lround(slope))};
}

std::shared_ptr<const PulseTable> tableOf(const Response &response) {
  std::array<double, PulseTable::kPoints> codes;
  for (size_t i = 0; i < codes.size(); ++i) {
    double x = std::min(1.0, 256.0 * double(i) / kFullScale);
    codes[i] = std::min(response.step(x), 1.0) * kFullScale;
  }
  return std::make_shared<const PulseTable>(PulseTable::of(codes));
}

void convert(const Response &response, PulseCurve &curve,
             std::shared_ptr<const PulseTable> &table) {
  if (response.straight())
    curve = curveOf(response);
  else
    table = tableOf(response);
}

} // namespace

PulseResponse pulseResponse(const Drawn &device) {
  PulseResponse result;
  // A stuck device has steps of 0 in both directions.
  if (device.stuck)
    return result;
  convert(device.up, result.up, result.upTable);
  if (device.bidirectional)
    convert(device.down, result.down, result.downTable);
  return result;
}

uint16_t codeOf(double state) {
  return uint16_t(std::lround(std::clamp(state, 0.0, 1.0) * kFullScale));
}

} // namespace spindle::device
