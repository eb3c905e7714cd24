// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions in s16.15: 32-bit integers, 64-bit intermediates, results cut or clamped to 32 bits.
// sim/number/Fixed.h has the same operations in C++; the two are tested against each other.
#include "compiler/codegen/Arithmetic.h"
#include "sim/number/Fixed.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

/// The predicate on integers. There is no NaN, so ordered and unordered forms are one; the four
/// predicates that do not compare are true or false (nothing here).
std::optional<arith::CmpIPredicate> integerPredicate(arith::CmpFPredicate predicate) {
  using F = arith::CmpFPredicate;
  switch (predicate) {
  case F::OEQ:
  case F::UEQ:
    return arith::CmpIPredicate::eq;
  case F::ONE:
  case F::UNE:
    return arith::CmpIPredicate::ne;
  case F::OGT:
  case F::UGT:
    return arith::CmpIPredicate::sgt;
  case F::OGE:
  case F::UGE:
    return arith::CmpIPredicate::sge;
  case F::OLT:
  case F::ULT:
    return arith::CmpIPredicate::slt;
  case F::OLE:
  case F::ULE:
    return arith::CmpIPredicate::sle;
  default:
    return std::nullopt;
  }
}

class FixedArithmetic final : public Arithmetic {
public:
  FixedArithmetic(OpBuilder &b, Overflow overflow)
      : Arithmetic(b, b.getI32Type()), saturates(overflow == Overflow::Saturate) {}

  std::optional<Value> literal(double value) override {
    std::optional<int32_t> raw = number::toS1615(value);
    return raw ? std::optional<Value>(constant(*raw)) : std::nullopt;
  }
  std::optional<Value> literalFraction(double value) override {
    std::optional<uint32_t> raw = number::toU032(value);
    return raw ? std::optional<Value>(constant(static_cast<int32_t>(*raw))) : std::nullopt;
  }

  Value add(Value x, Value y) override {
    if (!saturates)
      return b.create<arith::AddIOp>(loc, x, y);
    return narrow(b.create<arith::AddIOp>(loc, widen(x), widen(y)));
  }
  Value subtract(Value x, Value y) override {
    if (!saturates)
      return b.create<arith::SubIOp>(loc, x, y);
    return narrow(b.create<arith::SubIOp>(loc, widen(x), widen(y)));
  }
  Value multiply(Value x, Value y) override {
    Value product = b.create<arith::MulIOp>(loc, widen(x), widen(y));
    return narrow(b.create<arith::ShRSIOp>(loc, product, constant64(15)));
  }
  Value negate(Value x) override { return subtract(constant(0), x); }
  Value minimum(Value x, Value y) override { return b.create<arith::MinSIOp>(loc, x, y); }
  Value maximum(Value x, Value y) override { return b.create<arith::MaxSIOp>(loc, x, y); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) override {
    if (auto integer = integerPredicate(predicate))
      return b.create<arith::CmpIOp>(loc, *integer, x, y);
    bool holds =
        predicate == arith::CmpFPredicate::ORD || predicate == arith::CmpFPredicate::AlwaysTrue;
    return b.create<arith::ConstantOp>(loc, b.getBoolAttr(holds));
  }
  Value decay(Value x, Value fraction) override {
    // Stays inside 32 bits: the fraction is below 1.
    Value wide = b.create<arith::ExtUIOp>(loc, b.getI64Type(), fraction);
    Value product = b.create<arith::MulIOp>(loc, widen(x), wide);
    return cut(b.create<arith::ShRSIOp>(loc, product, constant64(32)));
  }

  Value count(Value x, Value threshold) override {
    Value reached = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, x, threshold);
    Value positive =
        b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, threshold, constant(0));
    Value counts = b.create<arith::AndIOp>(loc, reached, positive);
    // 0 / 1 where there is nothing to count, so that the division is always defined.
    Value dividend = b.create<arith::SelectOp>(loc, counts, x, constant(0));
    Value divisor = b.create<arith::SelectOp>(loc, counts, threshold, constant(1));
    return b.create<arith::DivSIOp>(loc, dividend, divisor);
  }
  Value bitToCount(Value bit) override { return b.create<arith::ExtUIOp>(loc, held, bit); }
  Value countToReal(Value count) override {
    if (!saturates)
      return b.create<arith::ShLIOp>(loc, count, constant(15));
    return narrow(b.create<arith::ShLIOp>(loc, widen(count), constant64(15)));
  }
  Value realToCount(Value real) override {
    return b.create<arith::ShRSIOp>(loc, real, constant(15));
  }
  Value isNotZero(Value emitted) override {
    return b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::ne, emitted, constant(0));
  }

private:
  Value constant(int32_t raw) { return b.create<arith::ConstantOp>(loc, b.getI32IntegerAttr(raw)); }
  Value constant64(int64_t raw) {
    return b.create<arith::ConstantOp>(loc, b.getI64IntegerAttr(raw));
  }
  Value widen(Value x) { return b.create<arith::ExtSIOp>(loc, b.getI64Type(), x); }
  Value cut(Value wide) { return b.create<arith::TruncIOp>(loc, held, wide); }
  /// A 64-bit result as 32 bits: its low half, or the nearest value.
  Value narrow(Value wide) {
    if (saturates) {
      wide = b.create<arith::MaxSIOp>(loc, wide, constant64(INT32_MIN));
      wide = b.create<arith::MinSIOp>(loc, wide, constant64(INT32_MAX));
    }
    return cut(wide);
  }

  bool saturates;
};

} // namespace

std::unique_ptr<Arithmetic> makeFixedArithmetic(OpBuilder &b, Overflow overflow) {
  return std::make_unique<FixedArithmetic>(b, overflow);
}

} // namespace spindle::codegen
