// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weights as a column of synapse-device pairs holds them. One rule for the crossbar's compiler and
// for the reference engine that studies the effect of quantisation alone.
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

} // namespace spindle

#endif // SPINDLE_COMPILER_TRANSFORMS_QUANTIZE_H
