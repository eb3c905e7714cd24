// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Quantize.h"

#include <algorithm>
#include <cmath>

namespace spindle {

namespace {

/// The exponent of the largest power of two that divides `weight`, which is not 0.
int dyadicExponent(double weight) {
  int exponent;
  // 53 bits of mantissa as an integer; its trailing zeros are not needed in the step.
  auto mantissa = static_cast<uint64_t>(std::ldexp(std::frexp(std::fabs(weight), &exponent), 53));
  return exponent - 53 + __builtin_ctzll(mantissa);
}

} // namespace

ColumnCodes quantizeColumn(std::span<const double> weights, unsigned levels) {
  ColumnCodes result;
  result.codes.assign(weights.size(), 0);
  double largest = 0.0;
  int exponent = 0;
  for (double w : weights) {
    if (w == 0.0)
      continue;
    exponent = largest == 0.0 ? dyadicExponent(w) : std::min(exponent, dyadicExponent(w));
    largest = std::max(largest, std::fabs(w));
  }
  if (largest == 0.0)
    return result;
  double top = levels - 1;
  result.step = std::ldexp(1.0, exponent);
  // The step itself may underflow: such weights are not lossless.
  result.lossless = result.step > 0.0 && largest / result.step <= top;
  if (!result.lossless)
    result.step = largest / top;
  for (size_t i = 0; i < weights.size(); ++i) {
    double code = std::min(std::nearbyint(std::fabs(weights[i]) / result.step), top);
    result.codes[i] = static_cast<int16_t>(std::copysign(code, weights[i]));
  }
  return result;
}

int weightShift(double largest) {
  int shift = 0;
  while (shift < 15 && std::ldexp(1.0, shift) <= largest)
    ++shift;
  return shift;
}

uint16_t weightBits(double weight, int shift) {
  double scaled = std::nearbyint(std::ldexp(std::fabs(weight), 15 - shift));
  return static_cast<uint16_t>(std::min(scaled, 65535.0));
}

} // namespace spindle
