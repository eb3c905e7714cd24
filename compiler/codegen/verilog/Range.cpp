// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Interval arithmetic on 128 bits: operands have at most 64, so nothing overflows here.
#include "compiler/codegen/verilog/Range.h"

#include <algorithm>

namespace spindle::codegen::verilog {

Range Range::ofBits(unsigned width) {
  Wide half = Wide{1} << (width - 1);
  return {-half, half - 1};
}

bool Range::fits(unsigned width) const {
  Range all = ofBits(width);
  return low >= all.low && high <= all.high;
}

unsigned Range::bits() const {
  unsigned width = 1;
  while (!fits(width))
    ++width;
  return width;
}

Range operator+(Range a, Range b) { return {a.low + b.low, a.high + b.high}; }
Range operator-(Range a, Range b) { return {a.low - b.high, a.high - b.low}; }

Range operator*(Range a, Range b) {
  auto [low, high] = std::minmax({a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high});
  return {low, high};
}

Range join(Range a, Range b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }
Range minimum(Range a, Range b) { return {std::min(a.low, b.low), std::min(a.high, b.high)}; }
Range maximum(Range a, Range b) { return {std::max(a.low, b.low), std::max(a.high, b.high)}; }

Range quotient(Range a, Range b) {
  if (a.low >= 0 && b.low >= 0)
    return {0, a.high};
  Wide largest = std::max(-a.low, a.high);
  return {-largest, largest};
}

} // namespace spindle::codegen::verilog
