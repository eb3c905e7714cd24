// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights as a target stores them: one rule for the target's compiler and for the reference engine
// that studies the effect of quantisation alone.
#ifndef SPINDLE_COMPILER_TRANSFORMS_QUANTIZE_H
#define SPINDLE_COMPILER_TRANSFORMS_QUANTIZE_H

#include <cstdint>
#include <span>
#include <vector>

namespace spindle {

/// A weight is codes[i] * step; codes run from -(levels - 1) to levels - 1.
struct ColumnCodes {
  double step = 1.0;
  std::vector<int16_t> codes;
  bool lossless = true;
};

/// The codes of one column (rule X4 of docs/semantics.md). Where all weights are multiples of a
/// power of two and the largest is at most levels - 1 times that, it is the step (the largest such
/// power) and nothing is lost. Else the step is max|w| / (levels - 1), and codes are rounded to
/// nearest, ties to even. `levels` is 2 to 32768.
ColumnCodes quantizeColumn(std::span<const double> weights, unsigned levels);

/// The shift of a synapse type of a many-core slice whose input in one step is at most `largest` in
/// magnitude (rule S5): the smallest s >= 0 with 2^s > largest. Its unit is 2^(s - 15).
int weightShift(double largest);

/// |weight| in 16 bits under `shift`, ties to even; what does not fit is the largest number.
uint16_t weightBits(double weight, int shift);

} // namespace spindle

#endif // SPINDLE_COMPILER_TRANSFORMS_QUANTIZE_H
