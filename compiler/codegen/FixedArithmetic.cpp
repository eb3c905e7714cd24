// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Regions in s16.15: 32-bit integers, 64-bit intermediates, results cut or clamped to 32 bits.
// sim/number/Fixed.h has the same operations in C++; the two are tested against each other.
#include "compiler/codegen/Arithmetic.h"
#include "sim/number/Fixed.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/DenseMap.h"

#include <utility>

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

/// Scalars, or vectors of several neurons. A vector's product is taken on its even and its odd
/// lanes as 64-bit numbers: no lane is widened, which every host with vectors of 32-bit words does
/// well.
class FixedArithmetic final : public Arithmetic {
public:
  FixedArithmetic(OpBuilder &b, Overflow overflow, unsigned lanes)
      : Arithmetic(b, shaped(b.getI32Type(), lanes)), lanes(lanes),
        saturates(overflow == Overflow::Saturate) {}

  std::optional<Value> literal(double value) override {
    std::optional<int32_t> raw = number::toS1615(value);
    return raw ? std::optional<Value>(constant(*raw)) : std::nullopt;
  }
  std::optional<Value> literalFraction(double value) override {
    std::optional<uint32_t> raw = number::toU032(value);
    return raw ? std::optional<Value>(constant(static_cast<int32_t>(*raw))) : std::nullopt;
  }
  Value integer(double value) override { return constant(static_cast<int32_t>(value)); }
  Value bit(bool value) override { return constantOf(b.getBoolAttr(value), lanes); }

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
    if (saturates || lanes == 1) {
      Value product = b.create<arith::MulIOp>(loc, widen(x), widen(y));
      return narrow(b.create<arith::ShRSIOp>(loc, product, constant64(15)));
    }
    if (std::optional<unsigned> places = powerOfTwo(y))
      return scale(x, *places);
    if (std::optional<unsigned> places = powerOfTwo(x))
      return scale(y, *places);
    if (Value cheap = byConstant(x, y))
      return cheap;
    if (Value cheap = byConstant(y, x))
      return cheap;
    auto [even, odd] = products(x, y);
    return interleave(b.create<arith::ShRUIOp>(loc, even, pairs(15)),
                      b.create<arith::ShLIOp>(loc, odd, pairs(17)));
  }
  Value negate(Value x) override { return subtract(constant(0), x); }
  Value minimum(Value x, Value y) override { return b.create<arith::MinSIOp>(loc, x, y); }
  Value maximum(Value x, Value y) override { return b.create<arith::MaxSIOp>(loc, x, y); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) override {
    if (auto integer = integerPredicate(predicate))
      return b.create<arith::CmpIOp>(loc, *integer, x, y);
    return bit(predicate == arith::CmpFPredicate::ORD ||
               predicate == arith::CmpFPredicate::AlwaysTrue);
  }
  Value decay(Value x, Value fraction) override {
    // Stays inside 32 bits: the fraction is below 1.
    if (lanes == 1) {
      Value wide = b.create<arith::ExtUIOp>(loc, b.getI64Type(), fraction);
      Value product = b.create<arith::MulIOp>(loc, widen(x), wide);
      return cut(b.create<arith::ShRSIOp>(loc, product, constant64(32)));
    }
    if (Value cheap = decaySum(x, fraction))
      return cheap;
    // The fraction read as a signed word is 2^32 less if its upper bit is set.
    auto [even, odd] = products(x, fraction);
    Value high = interleave(b.create<arith::ShRUIOp>(loc, even, pairs(32)), odd);
    Value upper = b.create<arith::ShRSIOp>(loc, fraction, constant(31));
    return b.create<arith::AddIOp>(loc, high, b.create<arith::AndIOp>(loc, x, upper));
  }
  std::optional<Value> quotient(Value x, Value divisor) override {
    if (saturates)
      return std::nullopt;
    Value zero = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, divisor, constant(0));
    Value safe = b.create<arith::SelectOp>(loc, zero, constant(1), divisor);
    // A 47-bit number by a 32-bit number: the rounding of float64 cannot reach the next integer.
    Value dividend = b.create<arith::UIToFPOp>(loc, shaped(b.getF64Type(), lanes), x);
    dividend =
        b.create<arith::MulFOp>(loc, dividend, constantOf(b.getF64FloatAttr(32768.0), lanes));
    Value whole = divideReals(dividend, safe);
    return b.create<arith::SelectOp>(loc, zero, constant(0), whole).getResult();
  }
  Value ungain(Value x, unsigned places) override {
    return places == 0 ? x : b.create<arith::ShRSIOp>(loc, x, constant(places)).getResult();
  }
  Value raise(Value x, unsigned places) override {
    Value raised = b.create<arith::ShLIOp>(loc, x, constant(static_cast<int32_t>(places)));
    sums[raised] = {x, places};
    return raised;
  }

  Value count(Value x, Value threshold) override {
    Value reached = b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, x, threshold);
    Value positive =
        b.create<arith::CmpIOp>(loc, arith::CmpIPredicate::sgt, threshold, constant(0));
    Value counts = b.create<arith::AndIOp>(loc, reached, positive);
    // 0 / 1 where there is nothing to count, so that the division is always defined.
    Value dividend = b.create<arith::SelectOp>(loc, counts, x, constant(0));
    Value divisor = b.create<arith::SelectOp>(loc, counts, threshold, constant(1));
    if (lanes == 1)
      return b.create<arith::DivSIOp>(loc, dividend, divisor);
    return divideReals(b.create<arith::SIToFPOp>(loc, shaped(b.getF64Type(), lanes), dividend),
                       divisor);
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
  static Type shaped(Type element, unsigned count) {
    return count == 1 ? element : VectorType::get({int64_t(count)}, element);
  }
  Value constantOf(TypedAttr value, unsigned count) {
    Type type = shaped(value.getType(), count);
    if (count > 1)
      value = SplatElementsAttr::get(cast<VectorType>(type), Attribute(value));
    return b.create<arith::ConstantOp>(loc, value);
  }
  Value constant(int32_t raw) { return constantOf(b.getI32IntegerAttr(raw), lanes); }
  Value constant64(int64_t raw) { return constantOf(b.getI64IntegerAttr(raw), lanes); }
  Value widen(Value x) { return b.create<arith::ExtSIOp>(loc, shaped(b.getI64Type(), lanes), x); }
  Value cut(Value wide) { return b.create<arith::TruncIOp>(loc, held, wide); }
  /// A 64-bit result as 32 bits: its low half, or the nearest value.
  Value narrow(Value wide) {
    if (saturates) {
      wide = b.create<arith::MaxSIOp>(loc, wide, constant64(INT32_MIN));
      wide = b.create<arith::MinSIOp>(loc, wide, constant64(INT32_MAX));
    }
    return cut(wide);
  }

  /// Integers as float64; the quotient, rounded down, fits 64 bits.
  Value divideReals(Value dividend, Value divisor) {
    Type real = shaped(b.getF64Type(), lanes);
    Value quotient =
        b.create<arith::DivFOp>(loc, dividend, b.create<arith::UIToFPOp>(loc, real, divisor));
    return cut(b.create<arith::FPToSIOp>(loc, shaped(b.getI64Type(), lanes), quotient));
  }

  /// The word of a constant vector.
  std::optional<int32_t> constantWord(Value x) {
    DenseElementsAttr splat;
    if (!matchPattern(x, m_Constant(&splat)) || !splat.isSplat())
      return std::nullopt;
    return static_cast<int32_t>(splat.getSplatValue<APInt>().getSExtValue());
  }
  /// k where the constant is 2^k units.
  std::optional<unsigned> powerOfTwo(Value x) {
    std::optional<int32_t> raw = constantWord(x);
    if (!raw || *raw <= 0 || (*raw & (*raw - 1)) != 0)
      return std::nullopt;
    return llvm::countr_zero(static_cast<uint32_t>(*raw));
  }
  /// The part `fraction`, a constant, of a raised sum; nothing if it is none: the two halves of the
  /// fraction by 16 bits need no more than 32.
  Value decaySum(Value x, Value fraction) {
    std::optional<int32_t> raw = constantWord(fraction);
    auto sum = sums.find(x);
    if (!raw || sum == sums.end() || sum->second.second > 16)
      return {};
    Value narrow = sum->second.first;
    auto word = static_cast<uint32_t>(*raw);
    Value upper = b.create<arith::MulIOp>(loc, narrow, constant(static_cast<int32_t>(word >> 16)));
    Value lower =
        b.create<arith::MulIOp>(loc, narrow, constant(static_cast<int32_t>(word & 0xffff)));
    lower = b.create<arith::ShRUIOp>(loc, lower, constant(16));
    return b.create<arith::ShRUIOp>(loc, b.create<arith::AddIOp>(loc, upper, lower),
                                    constant(static_cast<int32_t>(16 - sum->second.second)));
  }
  /// The product with a constant, nothing if `y` is none: that with the nearest whole number needs
  /// no more than 32 bits, and what is left is at most a half, of which only upper words count.
  Value byConstant(Value x, Value y) {
    std::optional<int32_t> raw = constantWord(y);
    if (!raw)
      return {};
    int32_t whole = static_cast<int32_t>((int64_t(*raw) + 0x4000) >> 15);
    auto left = static_cast<uint32_t>(*raw) - (static_cast<uint32_t>(whole) << 15);
    Value product = b.create<arith::MulIOp>(loc, x, constant(whole));
    if (left == 0)
      return product;
    auto [even, odd] = products(x, constant(static_cast<int32_t>(left << 17)));
    Value upper = interleave(b.create<arith::ShRUIOp>(loc, even, pairs(32)), odd);
    return b.create<arith::AddIOp>(loc, product, upper);
  }
  /// The product with 2^places units.
  Value scale(Value x, unsigned places) {
    if (places == 15)
      return x;
    if (places < 15)
      return b.create<arith::ShRSIOp>(loc, x, constant(15 - places));
    return b.create<arith::ShLIOp>(loc, x, constant(places - 15));
  }

  Value pairs(int64_t raw) { return constantOf(b.getI64IntegerAttr(raw), lanes / 2); }
  /// The 64-bit products of the even and of the odd lanes.
  std::pair<Value, Value> products(Value x, Value y) {
    Type type = shaped(b.getI64Type(), lanes / 2);
    Value wideX = b.create<LLVM::BitcastOp>(loc, type, x),
          wideY = b.create<LLVM::BitcastOp>(loc, type, y), half = pairs(32);
    auto low = [&](Value v) {
      return b.create<arith::ShRSIOp>(loc, b.create<arith::ShLIOp>(loc, v, half), half);
    };
    auto high = [&](Value v) { return b.create<arith::ShRSIOp>(loc, v, half); };
    return {b.create<arith::MulIOp>(loc, low(wideX), low(wideY)),
            b.create<arith::MulIOp>(loc, high(wideX), high(wideY))};
  }
  /// The low words of `even` and the high words of `odd`.
  Value interleave(Value even, Value odd) {
    Value low = b.create<arith::AndIOp>(loc, even, pairs(0xffffffff));
    Value high = b.create<arith::AndIOp>(loc, odd, pairs(~int64_t(0xffffffff)));
    return b.create<LLVM::BitcastOp>(loc, held, b.create<arith::OrIOp>(loc, low, high));
  }

  unsigned lanes;
  bool saturates;
  llvm::DenseMap<Value, std::pair<Value, unsigned>> sums; ///< of what raise() made
};

} // namespace

std::unique_ptr<Arithmetic> makeFixedArithmetic(OpBuilder &b, Overflow overflow, unsigned lanes) {
  return std::make_unique<FixedArithmetic>(b, overflow, lanes);
}

} // namespace spindle::codegen
