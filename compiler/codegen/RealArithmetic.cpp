// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions in float64: the operations as they stand, one IEEE operation each.
#include "compiler/codegen/Arithmetic.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

class RealArithmetic final : public Arithmetic {
public:
  explicit RealArithmetic(OpBuilder &b) : Arithmetic(b, b.getF64Type()) {}

  std::optional<Value> literal(double value) override { return constant(value); }
  std::optional<Value> literalFraction(double value) override { return constant(value); }

  Value integer(double value) override { return constant(value); }
  Value bit(bool value) override { return b.create<arith::ConstantOp>(loc, b.getBoolAttr(value)); }

  // Built without fast-math flags, whatever the region's operation carried.
  Value add(Value x, Value y) override { return b.create<arith::AddFOp>(loc, x, y); }
  Value subtract(Value x, Value y) override { return b.create<arith::SubFOp>(loc, x, y); }
  Value multiply(Value x, Value y) override { return b.create<arith::MulFOp>(loc, x, y); }
  Value negate(Value x) override { return b.create<arith::NegFOp>(loc, x); }
  Value minimum(Value x, Value y) override { return b.create<arith::MinimumFOp>(loc, x, y); }
  Value maximum(Value x, Value y) override { return b.create<arith::MaximumFOp>(loc, x, y); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) override {
    return b.create<arith::CmpFOp>(loc, predicate, x, y);
  }
  Value decay(Value x, Value fraction) override { return multiply(x, fraction); }
  std::optional<Value> quotient(Value x, Value divisor) override {
    return b.create<arith::DivFOp>(loc, x, divisor).getResult();
  }
  Value ungain(Value x, unsigned) override { return x; }

  Value count(Value x, Value threshold) override {
    Value reached = compare(arith::CmpFPredicate::OGE, x, threshold);
    Value ratio = b.create<arith::DivFOp>(loc, x, threshold);
    Value whole = b.create<math::TruncOp>(loc, ratio);
    return b.create<arith::SelectOp>(loc, reached, whole, constant(0.0));
  }
  Value bitToCount(Value bit) override { return b.create<arith::UIToFPOp>(loc, held, bit); }
  Value countToReal(Value count) override { return count; }
  Value realToCount(Value real) override { return real; }
  Value isNotZero(Value emitted) override {
    return compare(arith::CmpFPredicate::UNE, emitted, constant(0.0));
  }

private:
  Value constant(double value) {
    return b.create<arith::ConstantOp>(loc, b.getF64FloatAttr(value));
  }
};

} // namespace

std::unique_ptr<Arithmetic> makeRealArithmetic(OpBuilder &b) {
  return std::make_unique<RealArithmetic>(b);
}

} // namespace spindle::codegen
