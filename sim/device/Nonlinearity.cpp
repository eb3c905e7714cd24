// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Label and curvature. Gentle curves need a series: the closed form subtracts nearly equal numbers.
#include "sim/device/Nonlinearity.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr double kSmallestCurvature = 1e-3, kLargestCurvature = 1e4;

} // namespace

double curveDistance(double curvature) {
  if (curvature > 50) {
    double y = 1 / curvature;
    return y / 8 - y * y * y / 576;
  }
  double k = -std::expm1(-1 / curvature);
  return 1 / k - curvature + curvature * std::log(curvature * k);
}

double labelOf(double curvature) {
  if (curvature == 0 || std::isnan(curvature))
    throw std::invalid_argument("a curvature of 0 has no label");
  if (std::isinf(curvature))
    return 0;
  return std::copysign(kLabelPerDistance * curveDistance(std::fabs(curvature)), curvature);
}

double curvatureOf(double label) {
  double size = std::fabs(label);
  if (!(size <= kLargestLabel))
    throw std::invalid_argument("a label lies between -10 and 10");
  if (size < kLabelPerDistance * curveDistance(kLargestCurvature))
    return std::numeric_limits<double>::infinity();
  double low = std::log(kSmallestCurvature), high = std::log(kLargestCurvature);
  for (int i = 0; i < 64; ++i) {
    double middle = 0.5 * (low + high);
    (kLabelPerDistance * curveDistance(std::exp(middle)) > size ? low : high) = middle;
  }
  return std::copysign(std::exp(0.5 * (low + high)), label);
}

} // namespace spindle::device
