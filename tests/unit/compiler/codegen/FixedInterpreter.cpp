// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/unit/compiler/codegen/FixedInterpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseMap.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace mlir;

namespace spindle::test {

namespace {

__extension__ typedef __int128 Wide;

/// A word whose meaning its use decides (a fraction or a real), a literal likewise, a plain count
/// or a truth value.
struct Value {
  enum Kind { Word, Literal, Count, Bit } kind = Word;
  int64_t raw = 0;
  double literal = 0.0;
};

int64_t saturate(Wide v) {
  constexpr int64_t low = std::numeric_limits<int32_t>::min(),
                    high = std::numeric_limits<int32_t>::max();
  return v < low ? low : v > high ? high : static_cast<int64_t>(v);
}

/// N5, N4: towards minus infinity.
Wide shifted(Wide v, int by) {
  Wide unit = Wide{1} << by, quotient = v / unit;
  return v % unit < 0 ? quotient - 1 : quotient;
}

class Interpreter {
public:
  Interpreter(snn::ModelOp model, Terms &terms) : model_(model), terms_(terms) {}

  uint32_t run() {
    region(model_.getUpdate());
    region(model_.getEmit());
    if (emitted_ != 0)
      region(model_.getReset());
    region(model_.getAfter());
    return static_cast<uint32_t>(emitted_);
  }

private:
  void region(Region &region) {
    if (!region.empty())
      for (Operation &op : region.front())
        evaluate(op);
  }

  int64_t real(mlir::Value v) {
    const Value &held = values_[v];
    switch (held.kind) {
    case Value::Word:
      return static_cast<int32_t>(static_cast<uint32_t>(held.raw));
    case Value::Count:
      return saturate(Wide{held.raw} * 32768);
    case Value::Literal:
      return static_cast<int64_t>(std::nearbyint(held.literal * 32768.0));
    case Value::Bit:
      break;
    }
    throw std::runtime_error("a truth value is no number");
  }

  int64_t fraction(mlir::Value v) {
    const Value &held = values_[v];
    if (held.kind == Value::Literal)
      return static_cast<int64_t>(std::min(4294967295.0, std::nearbyint(held.literal * 0x1p32)));
    return static_cast<uint32_t>(held.raw);
  }

  void word(Operation &op, Wide v) { values_[op.getResult(0)] = {Value::Word, saturate(v), 0.0}; }

  bool compare(arith::CmpFOp op) {
    int64_t a = real(op.getLhs()), b = real(op.getRhs());
    switch (op.getPredicate()) {
    case arith::CmpFPredicate::OGT:
      return a > b;
    case arith::CmpFPredicate::OGE:
      return a >= b;
    case arith::CmpFPredicate::OLT:
      return a < b;
    case arith::CmpFPredicate::OLE:
      return a <= b;
    case arith::CmpFPredicate::OEQ:
      return a == b;
    default:
      throw std::runtime_error("unknown predicate");
    }
  }

  /// N9: a spike or count read as a term is a real.
  Value term(StringRef name) {
    if (name == "emitted") {
      bool graded = model_.emitKind() == snn::EmitKind::Graded;
      return {graded ? Value::Word : Value::Count, emitted_, 0.0};
    }
    return {Value::Word, static_cast<int64_t>(terms_.at(name.str())), 0.0};
  }

  int64_t emission(snn::EmitOp emit) {
    const Value &held = values_[emit.getValue()];
    if (emit.getKind() == snn::EmitKind::Graded)
      return real(emit.getValue());
    if (held.kind == Value::Bit || held.kind == Value::Count)
      return held.raw;
    return static_cast<int64_t>(shifted(real(emit.getValue()), 15));
  }

  void evaluate(Operation &op) {
    if (auto get = dyn_cast<snn::GetOp>(op))
      values_[get.getValue()] = term(get.getTerm());
    else if (auto set = dyn_cast<snn::SetOp>(op))
      terms_[set.getTerm().str()] = static_cast<uint32_t>(real(set.getValue()));
    else if (auto emit = dyn_cast<snn::EmitOp>(op))
      emitted_ = emission(emit);
    else if (auto decay = dyn_cast<snn::DecayOp>(op))
      word(op, shifted(Wide{real(decay.getX())} * fraction(decay.getFraction()), 32));
    else if (auto count = dyn_cast<snn::CountOp>(op)) {
      int64_t v = real(count.getX()), threshold = real(count.getThreshold());
      int64_t n = threshold > 0 && v >= threshold ? v / threshold : 0;
      values_[op.getResult(0)] = {Value::Count, n, 0.0};
    } else if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      auto number = cast<FloatAttr>(constant.getValue());
      values_[op.getResult(0)] = {Value::Literal, 0, number.getValueAsDouble()};
    } else if (auto cmp = dyn_cast<arith::CmpFOp>(op))
      values_[op.getResult(0)] = {Value::Bit, compare(cmp), 0.0};
    else if (auto select = dyn_cast<arith::SelectOp>(op))
      word(op, values_[select.getCondition()].raw ? real(select.getTrueValue())
                                                  : real(select.getFalseValue()));
    else
      arithmetic(op);
  }

  void arithmetic(Operation &op) {
    Wide a = real(op.getOperand(0)), b = op.getNumOperands() > 1 ? real(op.getOperand(1)) : 0;
    if (isa<arith::AddFOp>(op))
      word(op, a + b);
    else if (isa<arith::SubFOp>(op))
      word(op, a - b);
    else if (isa<arith::MulFOp>(op))
      word(op, shifted(a * b, 15));
    else if (isa<arith::NegFOp>(op))
      word(op, -a);
    else if (isa<arith::MaximumFOp>(op))
      word(op, std::max(a, b));
    else if (isa<arith::MinimumFOp>(op))
      word(op, std::min(a, b));
    else
      throw std::runtime_error("unknown operation " + op.getName().getStringRef().str());
  }

  snn::ModelOp model_;
  Terms &terms_;
  llvm::DenseMap<mlir::Value, Value> values_;
  int64_t emitted_ = 0;
};

} // namespace

uint32_t interpretStep(snn::ModelOp model, Terms &terms) { return Interpreter(model, terms).run(); }

} // namespace spindle::test
