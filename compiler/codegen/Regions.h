// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions of a model or a rule in a target's numbers: snn.get and snn.set disappear into SSA
// values, every other operation is rebuilt by an Arithmetic.
#ifndef SPINDLE_COMPILER_CODEGEN_REGIONS_H
#define SPINDLE_COMPILER_CODEGEN_REGIONS_H

#include "compiler/codegen/Arithmetic.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace spindle::codegen {

/// What stands for a value of a region. Literals wait for their use: a fraction, an integer and a
/// real that are written the same are different numbers. An Integer stays one when it meets
/// integers; a Count becomes a real in every operation.
struct Held {
  enum Kind { Real, Fraction, Integer, Count, Bit, Literal } kind = Real;
  mlir::Value value;
  double literal = 0.0;
};

class RegionLowering {
public:
  /// `subject` starts every complaint: "model 'lif'". Fixed point wants fractions as such.
  RegionLowering(mlir::OpBuilder &b, Arithmetic &numbers, bool fixed, std::string subject)
      : b(b), numbers(numbers), fixed(fixed), subject(std::move(subject)) {}

  llvm::StringMap<Held> terms;     ///< the current value of every term
  llvm::StringSet<> integers;      ///< terms that hold integers
  llvm::StringSet<> muted;         ///< terms whose writes are dropped
  llvm::StringMap<unsigned> gains; ///< binary places of the ports that have some
  mlir::Value emitted;             ///< of the last snn.emit

  /// Rebuilds the region's operations at the builder's insertion point.
  mlir::LogicalResult lower(mlir::Region &region);

  mlir::InFlightDiagnostic refuse(mlir::Operation *op) {
    return op->emitError() << subject << ": ";
  }

private:
  mlir::LogicalResult lower(mlir::Operation &op);
  mlir::LogicalResult lowerConstant(mlir::arith::ConstantOp op);
  mlir::LogicalResult lowerArithmetic(mlir::Operation *op);
  mlir::LogicalResult lowerGet(snn::GetOp get);
  mlir::LogicalResult lowerSet(snn::SetOp set);
  mlir::LogicalResult lowerEmit(snn::EmitOp emit);
  mlir::LogicalResult lowerDecay(snn::DecayOp decay);
  mlir::LogicalResult lowerQuotient(snn::QuotientOp op);
  mlir::LogicalResult lowerUngain(snn::UngainOp op);
  mlir::LogicalResult lowerSelect(mlir::arith::SelectOp select);

  mlir::FailureOr<mlir::Value> real(mlir::Value v, mlir::Operation *user);
  mlir::FailureOr<mlir::Value> whole(mlir::Value v, mlir::Operation *user);
  bool areIntegers(mlir::Value x, mlir::Value y);
  bool canBeInteger(mlir::Value v);
  mlir::LogicalResult unary(mlir::Operation *op,
                            llvm::function_ref<mlir::Value(mlir::Value)> build);
  mlir::LogicalResult binary(mlir::Operation *op,
                             llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> build,
                             bool ofIntegers = true);
  template <typename Op> mlir::LogicalResult logic(Op op) {
    mlir::Value x = held[op.getLhs()].value, y = held[op.getRhs()].value;
    return hold(op, Held::Bit, b.create<Op>(op.getLoc(), x, y));
  }
  mlir::LogicalResult hold(mlir::Operation *op, Held::Kind kind, mlir::Value value) {
    held[op->getResult(0)] = {kind, value, 0.0};
    return mlir::success();
  }

  mlir::OpBuilder &b;
  Arithmetic &numbers;
  bool fixed;
  std::string subject;
  llvm::DenseMap<mlir::Value, Held> held; ///< what stands for a value of a region
};

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_REGIONS_H
