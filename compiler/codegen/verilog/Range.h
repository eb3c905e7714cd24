// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Intervals of integers: what widths of nets are proven from.
#ifndef SPINDLE_COMPILER_CODEGEN_VERILOG_RANGE_H
#define SPINDLE_COMPILER_CODEGEN_VERILOG_RANGE_H

#include "compiler/codegen/verilog/Ast.h"

namespace spindle::codegen::verilog {

struct Range {
  Wide low, high;

  static Range ofBits(unsigned width); ///< all signed values of that width
  bool fits(unsigned width) const;
  /// Fewest bits of a signed net that holds every value.
  unsigned bits() const;
  /// This range where it fits, else all values: the result wraps modulo 2^width.
  Range wrapped(unsigned width) const { return fits(width) ? *this : ofBits(width); }
};

Range operator+(Range a, Range b);
Range operator-(Range a, Range b);
Range operator*(Range a, Range b);
Range join(Range a, Range b);
Range minimum(Range a, Range b);
Range maximum(Range a, Range b);
/// Quotient rounded towards zero, 0 where the divisor is 0.
Range quotient(Range a, Range b);

} // namespace spindle::codegen::verilog

#endif // SPINDLE_COMPILER_CODEGEN_VERILOG_RANGE_H
