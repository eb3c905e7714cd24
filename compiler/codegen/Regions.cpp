// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/codegen/Regions.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;

namespace spindle::codegen {

//===- Values ---------------------------------------------------------------------------------===//

FailureOr<Value> RegionLowering::real(Value v, Operation *user) {
  const Held &h = held[v];
  switch (h.kind) {
  case Held::Real:
    return h.value;
  case Held::Integer:
  case Held::Count:
    return numbers.countToReal(h.value);
  case Held::Literal:
    if (std::optional<Value> constant = numbers.literal(h.literal))
      return *constant;
    return refuse(v.getDefiningOp())
           << "constant " << h.literal << " is outside the range of s16.15, [-65536, 65536)";
  case Held::Fraction:
  case Held::Bit:
    break;
  }
  return refuse(user) << "a fraction (u0.32) can only be the fraction of snn.decay";
}

FailureOr<Value> RegionLowering::whole(Value v, Operation *user) {
  const Held &h = held[v];
  if (h.kind == Held::Integer || h.kind == Held::Count)
    return h.value;
  if (h.kind == Held::Literal && canBeInteger(v))
    return numbers.integer(h.literal);
  FailureOr<Value> value = real(v, user);
  return failed(value) ? value : FailureOr<Value>(numbers.realToCount(*value));
}

bool RegionLowering::canBeInteger(Value v) {
  const Held &h = held[v];
  if (h.kind == Held::Literal)
    return h.literal == std::floor(h.literal) && std::fabs(h.literal) < 2147483648.0;
  return h.kind == Held::Integer || h.kind == Held::Count;
}

/// At least one is an integer, and the other can be one.
bool RegionLowering::areIntegers(Value x, Value y) {
  bool some = held[x].kind == Held::Integer || held[y].kind == Held::Integer;
  return some && canBeInteger(x) && canBeInteger(y);
}

LogicalResult RegionLowering::unary(Operation *op, llvm::function_ref<Value(Value)> build) {
  Value operand = op->getOperand(0);
  if (held[operand].kind == Held::Integer)
    return hold(op, Held::Integer, build(held[operand].value));
  FailureOr<Value> x = real(operand, op);
  return failed(x) ? failure() : hold(op, Held::Real, build(*x));
}

LogicalResult RegionLowering::binary(Operation *op, llvm::function_ref<Value(Value, Value)> build,
                                     bool ofIntegers) {
  Value a = op->getOperand(0), c = op->getOperand(1);
  bool integers = ofIntegers && areIntegers(a, c);
  FailureOr<Value> x = integers ? whole(a, op) : real(a, op);
  FailureOr<Value> y = failed(x) ? x : integers ? whole(c, op) : real(c, op);
  if (failed(y))
    return failure();
  return hold(op, integers ? Held::Integer : Held::Real, build(*x, *y));
}

//===- Operations -----------------------------------------------------------------------------===//

LogicalResult RegionLowering::lowerConstant(arith::ConstantOp op) {
  if (auto literal = dyn_cast<FloatAttr>(op.getValue())) {
    held[op] = {Held::Literal, {}, literal.getValueAsDouble()};
    return success();
  }
  return hold(op, Held::Bit, numbers.bit(cast<IntegerAttr>(op.getValue()).getValue() != 0));
}

LogicalResult RegionLowering::lowerGet(snn::GetOp get) {
  if (get.getValue().use_empty() && get.getTerm() != "emitted")
    return success();
  Held &term = terms[get.getTerm()];
  if (term.kind == Held::Count) // what was emitted reads as a real
    return hold(get, Held::Real, numbers.countToReal(term.value));
  held[get.getValue()] = term;
  return success();
}

LogicalResult RegionLowering::lowerSet(snn::SetOp set) {
  if (muted.contains(set.getTerm()))
    return success();
  bool integer = integers.contains(set.getTerm());
  FailureOr<Value> value = integer ? whole(set.getValue(), set) : real(set.getValue(), set);
  if (succeeded(value))
    terms[set.getTerm()] = {integer ? Held::Integer : Held::Real, *value, 0.0};
  return LogicalResult(value);
}

LogicalResult RegionLowering::lowerDecay(snn::DecayOp op) {
  FailureOr<Value> x = real(op.getX(), op);
  if (failed(x))
    return failure();
  const Held &fraction = held[op.getFraction()];
  if (fraction.kind == Held::Literal) {
    if (std::optional<Value> constant = numbers.literalFraction(fraction.literal))
      return hold(op, Held::Real, numbers.decay(*x, *constant));
    return refuse(op) << "fraction " << fraction.literal << " is outside [0, 1]";
  }
  if (fixed && fraction.kind != Held::Fraction)
    return refuse(op) << "fixed point needs the fraction of snn.decay as a parameter, derived term "
                         "or constant (compute it in 'derive')";
  FailureOr<Value> factor =
      fraction.kind == Held::Fraction ? fraction.value : real(op.getFraction(), op);
  return failed(factor) ? failure() : hold(op, Held::Real, numbers.decay(*x, *factor));
}

LogicalResult RegionLowering::lowerQuotient(snn::QuotientOp op) {
  FailureOr<Value> x = real(op.getX(), op);
  FailureOr<Value> y = failed(x) ? x : real(op.getDivisor(), op);
  if (failed(y))
    return failure();
  if (std::optional<Value> value = numbers.quotient(*x, *y))
    return hold(op, Held::Real, *value);
  return refuse(op) << "a fabric cannot divide in a step (compute it in 'derive')";
}

LogicalResult RegionLowering::lowerUngain(snn::UngainOp op) {
  FailureOr<Value> x = real(op.getX(), op);
  if (failed(x))
    return failure();
  return hold(op, Held::Real, numbers.ungain(*x, gains.lookup(op.getPort())));
}

LogicalResult RegionLowering::lowerSelect(arith::SelectOp op) {
  Value condition = held[op.getCondition()].value;
  if (op.getType().isInteger(1))
    return hold(op, Held::Bit,
                b.create<arith::SelectOp>(op.getLoc(), condition, held[op.getTrueValue()].value,
                                          held[op.getFalseValue()].value));
  bool integers = areIntegers(op.getTrueValue(), op.getFalseValue());
  auto value = [&](Value v) { return integers ? whole(v, op) : real(v, op); };
  FailureOr<Value> x = value(op.getTrueValue());
  FailureOr<Value> y = failed(x) ? x : value(op.getFalseValue());
  if (failed(y))
    return failure();
  return hold(op, integers ? Held::Integer : Held::Real,
              b.create<arith::SelectOp>(op.getLoc(), condition, *x, *y));
}

LogicalResult RegionLowering::lowerEmit(snn::EmitOp op) {
  FailureOr<Value> value;
  switch (op.getKind()) {
  case snn::EmitKind::Spike:
    value = numbers.bitToCount(held[op.getValue()].value);
    break;
  case snn::EmitKind::Count:
    value = whole(op.getValue(), op);
    break;
  case snn::EmitKind::Graded:
    value = real(op.getValue(), op);
    break;
  }
  if (failed(value))
    return failure();
  emitted = *value;
  return success();
}

LogicalResult RegionLowering::lowerArithmetic(Operation *op) {
  Arithmetic &n = numbers;
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case(
          [&](arith::AddFOp) { return binary(op, [&](Value x, Value y) { return n.add(x, y); }); })
      .Case([&](arith::SubFOp) {
        return binary(op, [&](Value x, Value y) { return n.subtract(x, y); });
      })
      .Case([&](arith::MulFOp) {
        return binary(op, [&](Value x, Value y) { return n.multiply(x, y); }, false);
      })
      .Case([&](arith::NegFOp) { return unary(op, [&](Value x) { return n.negate(x); }); })
      .Case([&](arith::MinimumFOp) {
        return binary(op, [&](Value x, Value y) { return n.minimum(x, y); });
      })
      .Case([&](arith::MaximumFOp) {
        return binary(op, [&](Value x, Value y) { return n.maximum(x, y); });
      })
      .Case([&](arith::CmpFOp cmp) {
        if (failed(
                binary(op, [&](Value x, Value y) { return n.compare(cmp.getPredicate(), x, y); })))
          return failure();
        held[cmp].kind = Held::Bit;
        return success();
      })
      .Case([&](arith::SelectOp select) { return lowerSelect(select); })
      .Case([&](arith::AndIOp logical) { return logic(logical); })
      .Case([&](arith::OrIOp logical) { return logic(logical); })
      .Case([&](arith::XOrIOp logical) { return logic(logical); })
      .Case([&](arith::UIToFPOp cast) {
        return hold(op, Held::Count, n.bitToCount(held[cast.getIn()].value));
      })
      .Default([&](Operation *) {
        return LogicalResult(refuse(op)
                             << "operation '" << op->getName() << "' has no meaning in a step");
      });
}

LogicalResult RegionLowering::lower(Operation &operation) {
  Operation *op = &operation;
  numbers.loc = op->getLoc();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](snn::GetOp get) { return lowerGet(get); })
      .Case([&](snn::SetOp set) { return lowerSet(set); })
      .Case([&](snn::DecayOp decay) { return lowerDecay(decay); })
      .Case([&](snn::QuotientOp quotient) { return lowerQuotient(quotient); })
      .Case([&](snn::UngainOp ungain) { return lowerUngain(ungain); })
      .Case([&](snn::EmitOp emit) { return lowerEmit(emit); })
      .Case([&](snn::CountOp count) {
        FailureOr<Value> x = real(count.getX(), op);
        FailureOr<Value> y = failed(x) ? x : real(count.getThreshold(), op);
        return failed(y) ? failure() : hold(op, Held::Count, numbers.count(*x, *y));
      })
      .Case([&](arith::ConstantOp constant) { return lowerConstant(constant); })
      .Default([&](Operation *) { return lowerArithmetic(op); });
}

LogicalResult RegionLowering::lower(Region &region) {
  if (!region.empty())
    for (Operation &op : region.front())
      if (failed(lower(op)))
        return failure();
  return success();
}

} // namespace spindle::codegen
