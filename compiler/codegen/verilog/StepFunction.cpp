// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every operation becomes one net of the narrowest width that its range of values proves. Operands
// are extended to the width of the operation first, so that no tool extends anything by itself.
#include "compiler/codegen/verilog/StepFunction.h"

#include "compiler/codegen/verilog/Range.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <set>

using namespace mlir;

namespace spindle::codegen::verilog {

namespace {

/// A value of the function: a net or literal, and what it can be.
struct Held {
  ExprRef expr;
  Range range = {0, 0};
};

class StepPrinter {
public:
  StepPrinter(func::FuncOp step, const StepInfo &info, unsigned stateWords)
      : step(step), stateWords(stateWords) {
    result.info = info;
  }

  FailureOr<StepFunction> run(const std::string &name);

private:
  void findLive();
  void bindArguments();
  LogicalResult lower(Operation &op);
  LogicalResult lowerConstant(arith::ConstantOp op);
  LogicalResult lowerShift(Operation *op, bool left);
  LogicalResult lowerCompare(arith::CmpIOp op);
  LogicalResult lowerSelect(arith::SelectOp op);
  LogicalResult lowerTruncate(arith::TruncIOp op);
  LogicalResult lowerExtendUnsigned(arith::ExtUIOp op);
  LogicalResult lowerLogic(Operation *op, const char *symbol);
  LogicalResult lowerArithmetic(Operation *op, const char *symbol, Range range);
  LogicalResult lowerDivide(Operation *op);
  LogicalResult lowerExtreme(Operation *op, const char *symbol, Range range);

  const Held &operand(Operation *op, unsigned i) { return held[op->getOperand(i)]; }
  static unsigned typeWidth(Value v) { return v.getType().getIntOrFloatBitWidth(); }
  /// Gives the value a net; `expr` may be wider than the range needs.
  LogicalResult define(Value v, ExprRef expr, Range range);
  LogicalResult defineTruth(Value v, ExprRef expr);
  ExprRef newNet(unsigned width, bool isSigned, ExprRef value);

  func::FuncOp step;
  unsigned stateWords;
  StepFunction result;
  llvm::DenseMap<Value, Held> held;
  llvm::DenseSet<Value> live;
  unsigned nets = 0;
};

//===- Values ---------------------------------------------------------------------------------===//

/// Operations whose value nobody needs get no net: lint would call it unused.
void StepPrinter::findLive() {
  SmallVector<Value> work(step.getBody().front().getTerminator()->getOperands());
  while (!work.empty()) {
    Value v = work.pop_back_val();
    if (!live.insert(v).second)
      continue;
    if (Operation *op = v.getDefiningOp())
      work.append(op->operand_begin(), op->operand_end());
  }
}

void StepPrinter::bindArguments() {
  const StepInfo &info = result.info;
  unsigned index = 0;
  std::set<std::string> taken;
  auto bind = [&](const std::string &name) {
    Value argument = step.getArgument(index++);
    if (!live.contains(argument))
      return false;
    std::string fresh = name; // two names may become one by sanitising
    while (!taken.insert(fresh).second)
      fresh += "_";
    ExprRef expr = net(fresh, 32);
    held[argument] = {expr, Range::ofBits(32)};
    result.function.inputs.push_back(expr);
    return true;
  };
  for (const StepTerm &term : info.state)
    result.readsState.push_back(bind("s_" + sanitise(term.name)));
  for (const StepTerm &term : info.param)
    result.readsParam.push_back(bind("p_" + sanitise(term.name)));
  for (const StepTerm &term : info.input)
    result.readsInput |= bind("x_" + sanitise(term.name));
}

ExprRef StepPrinter::newNet(unsigned width, bool isSigned, ExprRef value) {
  ExprRef target = net("t" + std::to_string(nets++), width, isSigned);
  result.function.assignments.emplace_back(target, std::move(value));
  return target;
}

LogicalResult StepPrinter::define(Value v, ExprRef expr, Range range) {
  if (range.low == range.high) {
    held[v] = {literal(range.low, range.bits()), range};
    return success();
  }
  unsigned width = std::min(range.bits(), expr->width);
  held[v] = {newNet(width, true, resize(expr, width)), range};
  return success();
}

LogicalResult StepPrinter::defineTruth(Value v, ExprRef expr) {
  held[v] = {newNet(1, false, std::move(expr)), {0, 1}};
  return success();
}

//===- Operations -----------------------------------------------------------------------------===//

LogicalResult StepPrinter::lowerConstant(arith::ConstantOp op) {
  auto value = dyn_cast<IntegerAttr>(op.getValue());
  if (!value)
    return op.emitError("a datapath holds integers only");
  if (op.getType().isInteger(1)) {
    Wide bit = value.getValue().getBoolValue();
    held[op] = {literal(bit, 1, false), {bit, bit}};
    return success();
  }
  Wide number = value.getValue().getSExtValue();
  Range range = {number, number};
  held[op] = {literal(number, range.bits()), range};
  return success();
}

/// Addition, subtraction, product: exact while the type holds the range, else modulo 2^width.
LogicalResult StepPrinter::lowerArithmetic(Operation *op, const char *symbol, Range range) {
  unsigned typed = typeWidth(op->getResult(0));
  const Held &a = operand(op, 0), &b = operand(op, 1);
  unsigned width = std::max({range.wrapped(typed).bits(), a.expr->width, b.expr->width});
  return define(op->getResult(0), binary(symbol, extend(a.expr, width), extend(b.expr, width)),
                range.wrapped(typed));
}

LogicalResult StepPrinter::lowerDivide(Operation *op) {
  const Held &a = operand(op, 0), &b = operand(op, 1);
  Range range = quotient(a.range, b.range).wrapped(typeWidth(op->getResult(0)));
  unsigned width = std::max({range.bits(), a.expr->width, b.expr->width});
  ExprRef dividend = extend(a.expr, width), divisor = extend(b.expr, width);
  // A simulator answers x, not a number, to a division by zero.
  ExprRef zero = binary("==", divisor, literal(0, width));
  return define(op->getResult(0), select(zero, literal(0, width), binary("/", dividend, divisor)),
                range);
}

LogicalResult StepPrinter::lowerShift(Operation *op, bool left) {
  const Held &a = operand(op, 0), &by = operand(op, 1);
  unsigned typed = typeWidth(op->getResult(0));
  if (by.range.low != by.range.high || by.range.low < 0 || by.range.low >= typed)
    return op->emitError("a shift of a datapath has a constant distance inside its width");
  Wide factor = Wide{1} << static_cast<unsigned>(by.range.low);
  ExprRef distance = literal(by.range.low, 32, false);
  if (left) {
    Range range = (a.range * Range{factor, factor}).wrapped(typed);
    ExprRef wide = extend(a.expr, std::max(range.bits(), a.expr->width));
    return define(op->getResult(0), binary("<<<", wide, distance), range);
  }
  auto floor = [&](Wide v) { return (v - ((v % factor + factor) % factor)) / factor; };
  return define(op->getResult(0), binary(">>>", a.expr, distance),
                {floor(a.range.low), floor(a.range.high)});
}

LogicalResult StepPrinter::lowerExtreme(Operation *op, const char *symbol, Range range) {
  const Held &a = operand(op, 0), &b = operand(op, 1);
  unsigned width = std::max(a.expr->width, b.expr->width);
  ExprRef x = extend(a.expr, width), y = extend(b.expr, width);
  return define(op->getResult(0), select(binary(symbol, x, y), x, y), range);
}

LogicalResult StepPrinter::lowerCompare(arith::CmpIOp op) {
  using P = arith::CmpIPredicate;
  const Held &a = operand(op, 0), &b = operand(op, 1);
  unsigned width = std::max(a.expr->width, b.expr->width);
  ExprRef x = extend(a.expr, width), y = extend(b.expr, width);
  P predicate = op.getPredicate();
  bool isUnsigned =
      predicate == P::ult || predicate == P::ule || predicate == P::ugt || predicate == P::uge;
  if (isUnsigned) { // of the type's width, with a leading zero: then signed comparison is right
    unsigned typed = typeWidth(op.getLhs());
    x = withZeroBit(extend(a.expr, typed));
    y = withZeroBit(extend(b.expr, typed));
  }
  const char *symbol = "==";
  switch (predicate) {
  case P::eq:
    break;
  case P::ne:
    symbol = "!=";
    break;
  case P::slt:
  case P::ult:
    symbol = "<";
    break;
  case P::sle:
  case P::ule:
    symbol = "<=";
    break;
  case P::sgt:
  case P::ugt:
    symbol = ">";
    break;
  case P::sge:
  case P::uge:
    symbol = ">=";
    break;
  }
  return defineTruth(op, binary(symbol, x, y));
}

LogicalResult StepPrinter::lowerSelect(arith::SelectOp op) {
  const Held &condition = operand(op, 0), &a = operand(op, 1), &b = operand(op, 2);
  if (op.getType().isInteger(1))
    return defineTruth(op, select(condition.expr, a.expr, b.expr));
  unsigned width = std::max(a.expr->width, b.expr->width);
  return define(op, select(condition.expr, extend(a.expr, width), extend(b.expr, width)),
                join(a.range, b.range));
}

LogicalResult StepPrinter::lowerTruncate(arith::TruncIOp op) {
  const Held from = operand(op, 0);
  unsigned typed = typeWidth(op);
  if (typed == 1)
    return op.emitError("a datapath compares; it does not truncate to i1");
  if (from.range.fits(typed)) {
    held[op] = from;
    return success();
  }
  return define(op, resize(from.expr, typed), Range::ofBits(typed));
}

LogicalResult StepPrinter::lowerExtendUnsigned(arith::ExtUIOp op) {
  const Held from = operand(op, 0);
  unsigned typed = typeWidth(op.getIn());
  if (typed == 1)
    return define(op, withZeroBit(from.expr), from.range);
  if (from.range.low >= 0) {
    held[op] = from;
    return success();
  }
  return define(op, withZeroBit(extend(from.expr, typed)), {0, (Wide{1} << typed) - 1});
}

LogicalResult StepPrinter::lowerLogic(Operation *op, const char *symbol) {
  const Held &a = operand(op, 0), &b = operand(op, 1);
  if (op->getResult(0).getType().isInteger(1))
    return defineTruth(op->getResult(0), binary(symbol, a.expr, b.expr));
  unsigned width = std::max(a.expr->width, b.expr->width);
  return define(op->getResult(0), binary(symbol, extend(a.expr, width), extend(b.expr, width)),
                Range::ofBits(width));
}

LogicalResult StepPrinter::lower(Operation &operation) {
  Operation *op = &operation;
  auto range = [&](unsigned i) { return operand(op, i).range; };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](arith::ConstantOp constant) { return lowerConstant(constant); })
      .Case([&](arith::AddIOp) { return lowerArithmetic(op, "+", range(0) + range(1)); })
      .Case([&](arith::SubIOp) { return lowerArithmetic(op, "-", range(0) - range(1)); })
      .Case([&](arith::MulIOp) { return lowerArithmetic(op, "*", range(0) * range(1)); })
      .Case([&](arith::DivSIOp) { return lowerDivide(op); })
      .Case([&](arith::ShRSIOp) { return lowerShift(op, false); })
      .Case([&](arith::ShLIOp) { return lowerShift(op, true); })
      .Case([&](arith::MinSIOp) { return lowerExtreme(op, "<", minimum(range(0), range(1))); })
      .Case([&](arith::MaxSIOp) { return lowerExtreme(op, ">", maximum(range(0), range(1))); })
      .Case([&](arith::AndIOp) { return lowerLogic(op, "&"); })
      .Case([&](arith::OrIOp) { return lowerLogic(op, "|"); })
      .Case([&](arith::XOrIOp) { return lowerLogic(op, "^"); })
      .Case([&](arith::ExtSIOp extend) {
        if (extend.getIn().getType().isInteger(1))
          return LogicalResult(op->emitError("a truth value has no sign to extend"));
        Held from = operand(op, 0);
        held[extend] = from;
        return success();
      })
      .Case([&](arith::ExtUIOp extend) { return lowerExtendUnsigned(extend); })
      .Case([&](arith::TruncIOp truncate) { return lowerTruncate(truncate); })
      .Case([&](arith::CmpIOp compare) { return lowerCompare(compare); })
      .Case([&](arith::SelectOp select) { return lowerSelect(select); })
      .Default([&](Operation *) {
        return LogicalResult(op->emitError()
                             << "operation '" << op->getName() << "' has no datapath");
      });
}

FailureOr<StepFunction> StepPrinter::run(const std::string &name) {
  findLive();
  result.function.name = name;
  bindArguments();
  Block &body = step.getBody().front();
  for (Operation &op : body.without_terminator())
    if (live.contains(op.getResult(0)) && failed(lower(op)))
      return failure();
  // {emitted, padding, last state, ..., first state}
  OperandRange returned = body.getTerminator()->getOperands();
  size_t states = result.info.state.size();
  std::vector<ExprRef> words = {extend(held[returned[states]].expr, 32)};
  if (stateWords > states)
    words.push_back(literal(0, 32 * static_cast<unsigned>(stateWords - states), false));
  for (size_t i = states; i-- > 0;)
    words.push_back(extend(held[returned[i]].expr, 32));
  result.function.result = concat(std::move(words));
  return std::move(result);
}

} // namespace

FailureOr<StepFunction> buildStepFunction(func::FuncOp step, const StepInfo &info,
                                          const std::string &name, unsigned stateWords) {
  return StepPrinter(step, info, stateWords).run(name);
}

} // namespace spindle::codegen::verilog
