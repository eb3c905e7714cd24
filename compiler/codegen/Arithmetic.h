// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations of a model's regions in one target's numbers: float64 or s16.15.
#ifndef SPINDLE_COMPILER_CODEGEN_ARITHMETIC_H
#define SPINDLE_COMPILER_CODEGEN_ARITHMETIC_H

#include "compiler/codegen/ScalarStep.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/ErrorHandling.h"

#include <memory>
#include <optional>

namespace spindle::codegen {

/// Builds operations on values of the target's type. A `count` is an integer, such as what a neuron
/// emits: an f64 that holds an integer, or a plain i32; a `real` is any other number. add,
/// subtract, negate, minimum, maximum and compare serve both.
class Arithmetic {
public:
  virtual ~Arithmetic() = default;

  mlir::Type type() const { return held; }
  /// The constant in the target's numbers; nothing if it is out of range.
  virtual std::optional<mlir::Value> literal(double value) = 0;
  virtual std::optional<mlir::Value> literalFraction(double value) = 0;
  virtual mlir::Value integer(double value) = 0; ///< as a count; `value` fits 32 bits
  virtual mlir::Value bit(bool value) = 0;

  virtual mlir::Value add(mlir::Value a, mlir::Value b) = 0;
  virtual mlir::Value subtract(mlir::Value a, mlir::Value b) = 0;
  virtual mlir::Value multiply(mlir::Value a, mlir::Value b) = 0;
  virtual mlir::Value negate(mlir::Value a) = 0;
  virtual mlir::Value minimum(mlir::Value a, mlir::Value b) = 0;
  virtual mlir::Value maximum(mlir::Value a, mlir::Value b) = 0;
  virtual mlir::Value compare(mlir::arith::CmpFPredicate predicate, mlir::Value a,
                              mlir::Value b) = 0;
  virtual mlir::Value decay(mlir::Value x, mlir::Value fraction) = 0;
  /// Of numbers that are not negative; nothing where the target cannot divide.
  virtual std::optional<mlir::Value> quotient(mlir::Value x, mlir::Value divisor) = 0;
  /// Takes back the gain of a port (N16).
  virtual mlir::Value ungain(mlir::Value x, unsigned places) = 0;

  /// x, of 16 bits, raised by `places`: of fixed-point vectors only.
  virtual mlir::Value raise(mlir::Value, unsigned) { llvm_unreachable("not a sum of the ring"); }
  virtual mlir::Value count(mlir::Value x, mlir::Value threshold) = 0;
  virtual mlir::Value bitToCount(mlir::Value bit) = 0;
  virtual mlir::Value countToReal(mlir::Value count) = 0;
  virtual mlir::Value realToCount(mlir::Value real) = 0;
  /// Whether something was emitted: the condition of a model's reset.
  virtual mlir::Value isNotZero(mlir::Value emitted) = 0;

  mlir::Location loc; ///< of the operations built next

protected:
  Arithmetic(mlir::OpBuilder &b, mlir::Type held) : loc(b.getUnknownLoc()), b(b), held(held) {}
  mlir::OpBuilder &b;
  mlir::Type held;
};

std::unique_ptr<Arithmetic> makeRealArithmetic(mlir::OpBuilder &b);
std::unique_ptr<Arithmetic> makeFixedArithmetic(mlir::OpBuilder &b, Overflow overflow,
                                                unsigned lanes = 1);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_ARITHMETIC_H
