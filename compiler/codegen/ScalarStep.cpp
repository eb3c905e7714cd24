// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The four regions of a step become one block: snn.get and snn.set disappear into SSA values, reset
// becomes a selection, and every operation is rebuilt in the target's numbers.
#include "compiler/codegen/ScalarStep.h"

#include "compiler/codegen/Arithmetic.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

/// What stands for a value of a region. Literals wait for their use: a fraction and a real that are
/// written the same are different numbers.
struct Held {
  enum Kind { Real, Fraction, Count, Bit, Literal } kind = Real;
  Value value;
  double literal = 0.0;
};

class StepBuilder {
public:
  StepBuilder(snn::ModelOp model, Format format, ModuleOp into)
      : model(model), fixed(format.number == Number::S1615), b(into.getBodyRegion()),
        numbers(fixed ? makeFixedArithmetic(b, format.overflow) : makeRealArithmetic(b)) {
    b.setInsertionPointToEnd(into.getBody());
  }

  FailureOr<StepInfo> run();

private:
  LogicalResult collectTerms();
  LogicalResult collectReads(ArrayAttr terms, std::vector<StepTerm> &list);
  FailureOr<Number> numberOf(snn::TermAttr term, ArrayRef<snn::GetOp> reads);

  func::FuncOp startFunction();
  LogicalResult lowerRegion(Region &region);
  LogicalResult lowerReset();
  LogicalResult lower(Operation &op);
  LogicalResult lowerGet(snn::GetOp get);
  LogicalResult lowerEmit(snn::EmitOp emit);
  LogicalResult lowerDecay(snn::DecayOp decay);
  LogicalResult lowerSelect(arith::SelectOp select);

  FailureOr<Value> real(Value v, Operation *user);
  FailureOr<Value> asCount(Value v, Operation *user);
  LogicalResult unary(Operation *op, llvm::function_ref<Value(Value)> build);
  LogicalResult binary(Operation *op, llvm::function_ref<Value(Value, Value)> build);
  template <typename Op> LogicalResult logic(Op op) {
    Value x = held[op.getLhs()].value, y = held[op.getRhs()].value;
    return hold(op, Held::Bit, b.create<Op>(op.getLoc(), x, y));
  }
  LogicalResult hold(Operation *op, Held::Kind kind, Value value) {
    held[op->getResult(0)] = {kind, value, 0.0};
    return success();
  }
  InFlightDiagnostic refuse(Operation *op) {
    return op->emitError() << "model '" << model.getSymName() << "': ";
  }

  snn::ModelOp model;
  bool fixed;
  OpBuilder b;
  std::unique_ptr<Arithmetic> numbers;
  StepInfo info;
  llvm::StringMap<Held> terms;      ///< the current value of every term
  llvm::DenseMap<Value, Held> held; ///< what stands for a value of a region
  Value emitted;
};

//===- Terms ----------------------------------------------------------------------------------===//

/// A parameter or derived term is a fraction if every use is the fraction of a decay.
FailureOr<Number> StepBuilder::numberOf(snn::TermAttr term, ArrayRef<snn::GetOp> reads) {
  if (!fixed)
    return Number::F64;
  Operation *asFraction = nullptr, *asReal = nullptr;
  for (snn::GetOp get : reads)
    for (OpOperand &use : get.getValue().getUses()) {
      auto decay = dyn_cast<snn::DecayOp>(use.getOwner());
      bool fraction = decay && use.getOperandNumber() == 1;
      (fraction ? asFraction : asReal) = use.getOwner();
    }
  if (asFraction && asReal) {
    auto diag =
        refuse(asReal) << "term '" << term.getName()
                       << "' is used as a number and as the fraction of snn.decay: fixed "
                          "point holds a fraction as u0.32 (derive two terms, one for each use)";
    diag.attachNote(asFraction->getLoc()) << "used as a fraction here";
    return diag;
  }
  return asFraction ? Number::U032 : Number::S1615;
}

LogicalResult StepBuilder::collectReads(ArrayAttr declared, std::vector<StepTerm> &list) {
  for (auto term : declared.getAsRange<snn::TermAttr>()) {
    SmallVector<snn::GetOp> reads;
    for (Region *region :
         {&model.getUpdate(), &model.getEmit(), &model.getReset(), &model.getAfter()})
      region->walk([&](snn::GetOp get) {
        if (get.getTerm() == term.getName() && !get.getValue().use_empty())
          reads.push_back(get);
      });
    if (reads.empty())
      continue;
    FailureOr<Number> number = numberOf(term, reads);
    if (failed(number))
      return failure();
    list.push_back({term.getName().str(), term.getUnit().str(), *number});
  }
  return success();
}

LogicalResult StepBuilder::collectTerms() {
  Number number = fixed ? Number::S1615 : Number::F64;
  auto all = [&](ArrayAttr declared, std::vector<StepTerm> &list) {
    for (auto term : declared.getAsRange<snn::TermAttr>())
      list.push_back({term.getName().str(), term.getUnit().str(), number});
  };
  all(model.getState(), info.state);
  all(model.getObserve(), info.state);
  all(model.getInputs(), info.input);
  info.emit = model.emitKind();
  if (failed(collectReads(model.getParams(), info.param)))
    return failure();
  return collectReads(model.getDerived(), info.param);
}

//===- Values ---------------------------------------------------------------------------------===//

FailureOr<Value> StepBuilder::real(Value v, Operation *user) {
  const Held &h = held[v];
  switch (h.kind) {
  case Held::Real:
    return h.value;
  case Held::Count:
    return numbers->countToReal(h.value);
  case Held::Literal:
    if (std::optional<Value> constant = numbers->literal(h.literal))
      return *constant;
    return refuse(v.getDefiningOp())
           << "constant " << h.literal << " is outside the range of s16.15, [-65536, 65536)";
  case Held::Fraction:
  case Held::Bit:
    break;
  }
  return refuse(user) << "a fraction (u0.32) can only be the fraction of snn.decay";
}

FailureOr<Value> StepBuilder::asCount(Value v, Operation *user) {
  if (held[v].kind == Held::Count)
    return held[v].value;
  FailureOr<Value> value = real(v, user);
  return failed(value) ? value : FailureOr<Value>(numbers->realToCount(*value));
}

LogicalResult StepBuilder::unary(Operation *op, llvm::function_ref<Value(Value)> build) {
  FailureOr<Value> x = real(op->getOperand(0), op);
  return failed(x) ? failure() : hold(op, Held::Real, build(*x));
}

LogicalResult StepBuilder::binary(Operation *op, llvm::function_ref<Value(Value, Value)> build) {
  FailureOr<Value> x = real(op->getOperand(0), op);
  FailureOr<Value> y = failed(x) ? x : real(op->getOperand(1), op);
  return failed(y) ? failure() : hold(op, Held::Real, build(*x, *y));
}

//===- Operations -----------------------------------------------------------------------------===//

LogicalResult StepBuilder::lowerGet(snn::GetOp get) {
  if (get.getTerm() == "emitted") {
    Value value = info.emit == snn::EmitKind::Graded ? emitted : numbers->countToReal(emitted);
    return hold(get, Held::Real, value);
  }
  if (!get.getValue().use_empty())
    held[get.getValue()] = terms[get.getTerm()];
  return success();
}

LogicalResult StepBuilder::lowerDecay(snn::DecayOp op) {
  FailureOr<Value> x = real(op.getX(), op);
  if (failed(x))
    return failure();
  const Held &fraction = held[op.getFraction()];
  if (fraction.kind == Held::Literal) {
    if (std::optional<Value> constant = numbers->literalFraction(fraction.literal))
      return hold(op, Held::Real, numbers->decay(*x, *constant));
    return refuse(op) << "fraction " << fraction.literal << " is outside [0, 1]";
  }
  if (fixed && fraction.kind != Held::Fraction)
    return refuse(op) << "fixed point needs the fraction of snn.decay as a parameter, derived term "
                         "or constant (compute it in 'derive')";
  return hold(op, Held::Real, numbers->decay(*x, fraction.value));
}

LogicalResult StepBuilder::lowerSelect(arith::SelectOp op) {
  Value condition = held[op.getCondition()].value;
  if (op.getType().isInteger(1))
    return hold(op, Held::Bit,
                b.create<arith::SelectOp>(op.getLoc(), condition, held[op.getTrueValue()].value,
                                          held[op.getFalseValue()].value));
  FailureOr<Value> x = real(op.getTrueValue(), op);
  FailureOr<Value> y = failed(x) ? x : real(op.getFalseValue(), op);
  if (failed(y))
    return failure();
  return hold(op, Held::Real, b.create<arith::SelectOp>(op.getLoc(), condition, *x, *y));
}

LogicalResult StepBuilder::lowerEmit(snn::EmitOp op) {
  FailureOr<Value> value;
  switch (op.getKind()) {
  case snn::EmitKind::Spike:
    value = numbers->bitToCount(held[op.getValue()].value);
    break;
  case snn::EmitKind::Count:
    value = asCount(op.getValue(), op);
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

LogicalResult StepBuilder::lower(Operation &operation) {
  Operation *op = &operation;
  Arithmetic &n = *numbers;
  n.loc = op->getLoc();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](snn::GetOp get) { return lowerGet(get); })
      .Case([&](snn::SetOp set) {
        FailureOr<Value> value = real(set.getValue(), set);
        if (succeeded(value))
          terms[set.getTerm()] = {Held::Real, *value, 0.0};
        return LogicalResult(value);
      })
      .Case([&](snn::DecayOp decay) { return lowerDecay(decay); })
      .Case([&](snn::EmitOp emit) { return lowerEmit(emit); })
      .Case([&](snn::CountOp count) {
        FailureOr<Value> x = real(count.getX(), op);
        FailureOr<Value> y = failed(x) ? x : real(count.getThreshold(), op);
        return failed(y) ? failure() : hold(op, Held::Count, n.count(*x, *y));
      })
      .Case([&](arith::ConstantOp constant) {
        if (auto literal = dyn_cast<FloatAttr>(constant.getValue())) {
          held[constant] = {Held::Literal, {}, literal.getValueAsDouble()};
          return success();
        }
        return hold(op, Held::Bit, b.create<arith::ConstantOp>(op->getLoc(), constant.getValue()));
      })
      .Case(
          [&](arith::AddFOp) { return binary(op, [&](Value x, Value y) { return n.add(x, y); }); })
      .Case([&](arith::SubFOp) {
        return binary(op, [&](Value x, Value y) { return n.subtract(x, y); });
      })
      .Case([&](arith::MulFOp) {
        return binary(op, [&](Value x, Value y) { return n.multiply(x, y); });
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

//===- Regions --------------------------------------------------------------------------------===//

LogicalResult StepBuilder::lowerRegion(Region &region) {
  if (!region.empty())
    for (Operation &op : region.front())
      if (failed(lower(op)))
        return failure();
  return success();
}

/// The region is computed for every neuron; what it writes is kept where the neuron emitted.
LogicalResult StepBuilder::lowerReset() {
  llvm::StringMap<Held> before = terms;
  if (failed(lowerRegion(model.getReset())))
    return failure();
  numbers->loc = model.getLoc();
  Value fired;
  for (const StepTerm &term : info.state) {
    Value kept = before[term.name].value, &now = terms[term.name].value;
    if (kept == now)
      continue;
    if (!fired)
      fired = numbers->isNotZero(emitted);
    now = b.create<arith::SelectOp>(model.getLoc(), fired, now, kept);
  }
  return success();
}

func::FuncOp StepBuilder::startFunction() {
  size_t arguments = info.state.size() + info.param.size() + info.input.size();
  SmallVector<Type> in(arguments, numbers->type()), out(info.state.size() + 1, numbers->type());
  auto function = b.create<func::FuncOp>(model.getLoc(), ("step_" + model.getSymName()).str(),
                                         b.getFunctionType(in, out));
  Block *body = function.addEntryBlock();
  b.setInsertionPointToStart(body);
  unsigned index = 0;
  for (const auto *list : {&info.state, &info.param, &info.input})
    for (const StepTerm &term : *list) {
      Held::Kind kind = term.number == Number::U032 ? Held::Fraction : Held::Real;
      terms[term.name] = {kind, body->getArgument(index++), 0.0};
    }
  return function;
}

FailureOr<StepInfo> StepBuilder::run() {
  if (failed(collectTerms()))
    return failure();
  func::FuncOp function = startFunction();
  if (failed(lowerRegion(model.getUpdate())) || failed(lowerRegion(model.getEmit())) ||
      failed(lowerReset()) || failed(lowerRegion(model.getAfter()))) {
    function.erase();
    return failure();
  }
  SmallVector<Value> results;
  for (const StepTerm &term : info.state)
    results.push_back(terms[term.name].value);
  results.push_back(emitted);
  b.create<func::ReturnOp>(model.getLoc(), results);
  return info;
}

} // namespace

FailureOr<StepInfo> buildScalarStep(snn::ModelOp model, Format format, ModuleOp into) {
  if (format.number == Number::U032)
    return model.emitError() << "model '" << model.getSymName()
                             << "': a step is computed in f64 or s16.15, not in u0.32";
  return StepBuilder(model, format, into).run();
}

} // namespace spindle::codegen
