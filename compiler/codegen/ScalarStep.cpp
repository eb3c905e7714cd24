// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The regions of a step become one block: reset becomes a selection, sub-steps follow one another.
#include "compiler/codegen/ScalarStep.h"

#include "compiler/codegen/Regions.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

class StepBuilder {
public:
  StepBuilder(snn::ModelOp model, Format format, const StepVariant &variant, ModuleOp into)
      : model(model), fixed(format.number == Number::S1615), variant(variant),
        b(into.getBodyRegion()),
        numbers(fixed ? makeFixedArithmetic(b, format.overflow, variant.lanes)
                      : makeRealArithmetic(b)),
        regions(b, *numbers, fixed, ("model '" + model.getSymName() + "'").str()) {
    b.setInsertionPointToEnd(into.getBody());
  }

  FailureOr<StepInfo> run();

private:
  LogicalResult collectTerms();
  LogicalResult collectReads(ArrayAttr terms, std::vector<StepTerm> &list);
  FailureOr<Number> numberOf(snn::TermAttr term, ArrayRef<snn::GetOp> reads);
  StepTerm termOf(snn::TermAttr term) const;

  func::FuncOp startFunction();
  void bind(const StepTerm &term, Value value);
  LogicalResult lowerSubstep();
  Value together(Value first, Value second);
  LogicalResult lowerReset();

  snn::ModelOp model;
  bool fixed;
  const StepVariant &variant;
  OpBuilder b;
  std::unique_ptr<Arithmetic> numbers;
  RegionLowering regions;
  StepInfo info;
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
  if (asFraction && (asReal || term.getInteger())) {
    auto diag = regions.refuse(asReal ? asReal : asFraction)
                << "term '" << term.getName()
                << "' is used as a number and as the fraction of snn.decay: fixed "
                   "point holds a fraction as u0.32 (derive two terms, one for each use)";
    diag.attachNote(asFraction->getLoc()) << "used as a fraction here";
    return diag;
  }
  if (asFraction)
    return Number::U032;
  return term.getInteger() ? Number::I32 : Number::S1615;
}

StepTerm StepBuilder::termOf(snn::TermAttr term) const {
  StepTerm result{term.getName().str(), term.getUnit().str(), Number::F64};
  if (fixed)
    result.number = term.getInteger() ? Number::I32 : Number::S1615;
  result.types = static_cast<unsigned>(term.getTypes());
  result.gain = fixed ? static_cast<unsigned>(term.getGain()) : 0;
  return result;
}

LogicalResult StepBuilder::collectReads(ArrayAttr declared, std::vector<StepTerm> &list) {
  for (auto term : declared.getAsRange<snn::TermAttr>()) {
    SmallVector<snn::GetOp> reads;
    for (Region *region : {&model.getReceive(), &model.getUpdate(), &model.getEmit(),
                           &model.getReset(), &model.getAfter()})
      region->walk([&](snn::GetOp get) {
        if (get.getTerm() == term.getName() && !get.getValue().use_empty())
          reads.push_back(get);
      });
    if (reads.empty())
      continue;
    FailureOr<Number> number = numberOf(term, reads);
    if (failed(number))
      return failure();
    list.push_back(termOf(term));
    list.back().number = *number;
  }
  return success();
}

LogicalResult StepBuilder::collectTerms() {
  auto all = [&](ArrayAttr declared, std::vector<StepTerm> &list) {
    for (auto term : declared.getAsRange<snn::TermAttr>())
      list.push_back(termOf(term));
  };
  all(model.getState(), info.state);
  all(model.getObserve(), info.state);
  all(model.getInputs(), info.input);
  info.observed = model.getObserve().size();
  info.emit = model.emitKind();
  if (failed(collectReads(model.getParams(), info.param)))
    return failure();
  return collectReads(model.getDerived(), info.param);
}

//===- Regions --------------------------------------------------------------------------------===//

/// The region is computed for every neuron; what it writes is kept where the neuron emitted.
LogicalResult StepBuilder::lowerReset() {
  llvm::StringMap<Held> before = regions.terms;
  if (failed(regions.lower(model.getReset())))
    return failure();
  numbers->loc = model.getLoc();
  Value fired;
  for (const StepTerm &term : info.state) {
    Value kept = before[term.name].value, &now = regions.terms[term.name].value;
    if (kept == now)
      continue;
    if (!fired)
      fired = numbers->isNotZero(regions.emitted);
    now = b.create<arith::SelectOp>(model.getLoc(), fired, now, kept);
  }
  return success();
}

LogicalResult StepBuilder::lowerSubstep() {
  if (failed(regions.lower(model.getUpdate())) || failed(regions.lower(model.getEmit())))
    return failure();
  Held::Kind kind = info.emit == snn::EmitKind::Graded ? Held::Real : Held::Count;
  regions.terms["emitted"] = {kind, regions.emitted, 0.0};
  return failure(failed(lowerReset()) || failed(regions.lower(model.getAfter())));
}

/// What two sub-steps emit in one step: counts and values add up, a spike is one.
Value StepBuilder::together(Value first, Value second) {
  if (info.emit != snn::EmitKind::Spike)
    return numbers->add(first, second);
  return b.create<arith::SelectOp>(model.getLoc(), numbers->isNotZero(first), first, second);
}

void StepBuilder::bind(const StepTerm &term, Value value) {
  Held::Kind kind = term.number == Number::U032  ? Held::Fraction
                    : term.number == Number::I32 ? Held::Integer
                                                 : Held::Real;
  regions.terms[term.name] = {kind, value, 0.0};
  if (term.number == Number::I32)
    regions.integers.insert(term.name);
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
    for (const StepTerm &term : *list)
      bind(term, body->getArgument(index++));
  for (auto [k, term] : llvm::enumerate(info.param))
    if (k < variant.known.size() && variant.known[k])
      bind(term, numbers->integer(*variant.known[k])); // a word is one, whatever it stands for
  for (auto [k, port] : llvm::enumerate(info.input)) {
    regions.gains[port.name] = port.gain;
    if (k < variant.silent.size() && variant.silent[k])
      bind(port, *numbers->literal(0.0));
    else if (k < variant.raised.size() && variant.raised[k])
      bind(port, numbers->raise(regions.terms[port.name].value, *variant.raised[k]));
  }
  return function;
}

FailureOr<StepInfo> StepBuilder::run() {
  if (failed(collectTerms()))
    return failure();
  func::FuncOp function = startFunction();
  LogicalResult built = regions.lower(model.getReceive());
  Value emitted;
  for (unsigned k = 0; succeeded(built) && k < variant.substeps; ++k) {
    built = lowerSubstep();
    if (failed(built))
      break;
    emitted = k == 0 ? regions.emitted : together(emitted, regions.emitted);
    for (Attribute term : model.getObserve())
      regions.muted.insert(cast<snn::TermAttr>(term).getName());
  }
  if (failed(built)) {
    function.erase();
    return failure();
  }
  SmallVector<Value> results;
  for (const StepTerm &term : info.state)
    results.push_back(regions.terms[term.name].value);
  results.push_back(emitted);
  b.create<func::ReturnOp>(model.getLoc(), results);
  return info;
}

} // namespace

FailureOr<StepInfo> buildScalarStep(snn::ModelOp model, Format format, ModuleOp into,
                                    const StepVariant &variant) {
  if (format.number == Number::U032 || format.number == Number::I32)
    return model.emitError() << "model '" << model.getSymName()
                             << "': a step is computed in f64 or s16.15, not in u0.32";
  return StepBuilder(model, format, variant, into).run();
}

} // namespace spindle::codegen
