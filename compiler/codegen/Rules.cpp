// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/codegen/Rules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;

namespace spindle::codegen {

namespace {

constexpr double kTraceOne = 2048.0; // s4.11

StringRef nameOf(RulePart part) {
  switch (part) {
  case RulePart::OnPre:
    return "on_pre";
  case RulePart::OnPost:
    return "on_post";
  case RulePart::PreTrace:
    return "pre_trace";
  case RulePart::PostTrace:
    return "post_trace";
  case RulePart::OnStep:
    return "on_step";
  }
  return "";
}

std::string symbolOf(snn::RuleOp rule, RulePart part) {
  return (rule.getSymName() + ":" + nameOf(part)).str();
}

Region &regionOf(snn::RuleOp rule, RulePart part) {
  switch (part) {
  case RulePart::OnPre:
  case RulePart::PreTrace:
    return rule.getOnPre();
  case RulePart::OnPost:
  case RulePart::PostTrace:
    return rule.getOnPost();
  case RulePart::OnStep:
    break;
  }
  return rule.getOnStep();
}

ArrayAttr tracesOf(snn::RuleOp rule, bool pre) { return pre ? rule.getPre() : rule.getPost(); }
bool isPre(RulePart part) { return part == RulePart::OnPre || part == RulePart::PreTrace; }
bool isTrace(RulePart part) { return part == RulePart::PreTrace || part == RulePart::PostTrace; }

double initialOf(snn::TermAttr term) {
  return term.getInitial() ? term.getInitial().getValueAsDouble() : 0.0;
}

/// Every spike leaves the trace at the value that it began with.
bool isConstant(snn::RuleOp rule, snn::TermAttr trace, bool pre) {
  Region &region = pre ? rule.getOnPre() : rule.getOnPost();
  WalkResult changes = region.walk([&](snn::SetOp set) {
    if (set.getTerm() != trace.getName())
      return WalkResult::advance();
    auto constant = set.getValue().getDefiningOp<arith::ConstantOp>();
    auto value = constant ? dyn_cast<FloatAttr>(constant.getValue()) : FloatAttr();
    bool same = value && value.getValueAsDouble() == initialOf(trace);
    return same ? WalkResult::advance() : WalkResult::interrupt();
  });
  return !changes.wasInterrupted();
}

/// What a part is for: a weight or a value of the synapse, or traces that are kept.
bool hasEffect(snn::RuleOp rule, RulePart part) {
  bool effect = false;
  if (isTrace(part)) {
    for (auto trace : tracesOf(rule, isPre(part)).getAsRange<snn::TermAttr>())
      effect |= !isConstant(rule, trace, isPre(part));
    return effect;
  }
  regionOf(rule, part).walk([&](snn::SetOp set) {
    effect |= set.getTerm() == "weight" || snn::termIndex(rule.getSynapse(), set.getTerm()) >= 0;
  });
  return effect;
}

/// The factor from a unit of time to seconds.
double secondsOf(StringRef unit) {
  return llvm::StringSwitch<double>(unit).Case("ms", 1e-3).Case("us", 1e-6).Default(1.0);
}

ArrayAttr termList(OpBuilder &b, std::initializer_list<ArrayAttr> lists,
                   ArrayRef<StringRef> extra) {
  SmallVector<Attribute> terms;
  for (ArrayAttr list : lists)
    for (auto term : list.getAsRange<snn::TermAttr>())
      terms.push_back(snn::TermAttr::get(b.getContext(), term.getName(), FloatAttr(), ""));
  for (StringRef name : extra)
    terms.push_back(snn::TermAttr::get(b.getContext(), name, FloatAttr(), ""));
  return b.getArrayAttr(terms);
}

Block *newBlock(Region &region) { return &region.emplaceBlock(); }

} // namespace

snn::RuleOp ruleOf(snn::ProjectOp project) {
  return SymbolTable::lookupNearestSymbolFrom<snn::RuleOp>(project, project.getLearnAttr());
}

unsigned storedTraces(snn::RuleOp rule, bool pre) {
  return static_cast<unsigned>(
      llvm::count_if(tracesOf(rule, pre).getAsRange<snn::TermAttr>(),
                     [&](snn::TermAttr trace) { return !isConstant(rule, trace, pre); }));
}

RuleModels::RuleModels(snn::NetworkOp network) : scratch_(ModuleOp::create(network.getLoc())) {
  OpBuilder b(scratch_->getBodyRegion());
  network_ = b.create<snn::NetworkOp>(network.getLoc(), "rules", network.getDtAttr(), StringAttr());
  newBlock(network_.getBody());
  network.walk([&](snn::ProjectOp project) {
    if (!project.getLearn())
      return;
    snn::RuleOp rule = ruleOf(project);
    if (!llvm::is_contained(rules_, rule))
      add(rule);
  });
}

void RuleModels::add(snn::RuleOp rule) {
  rules_.push_back(rule);
  for (RulePart part : kRuleParts)
    if (hasEffect(rule, part))
      addModel(rule, part);
}

void RuleModels::addModel(snn::RuleOp rule, RulePart part) {
  OpBuilder b = OpBuilder::atBlockEnd(&network_.getBody().front());
  bool pre = isPre(part);
  ArrayAttr own = tracesOf(rule, pre), other = tracesOf(rule, !pre), none = b.getArrayAttr({});
  auto weight = termList(b, {}, {"weight"});
  ArrayAttr state, inputs;
  if (isTrace(part)) {
    state = termList(b, {own}, {});
    inputs = none;
  } else if (part == RulePart::OnStep) {
    state = termList(b, {weight, rule.getSynapse()}, {});
    inputs = termList(b, {rule.getPre(), rule.getPost()}, {"t_pre", "t_post"});
  } else {
    state = termList(b, {weight, rule.getSynapse(), own}, {});
    inputs = termList(b, {other}, {"t_pre", "t_post"});
  }
  auto model = b.create<snn::ModelOp>(rule.getLoc(), symbolOf(rule, part), rule.getParams(), state,
                                      inputs, rule.getDerived(), none);
  if (!rule.getDerive().empty()) {
    IRMapping mapping;
    rule.getDerive().cloneInto(&model.getDerive(), mapping);
  }
  b.setInsertionPointToEnd(newBlock(model.getUpdate()));
  Region &region = regionOf(rule, part);
  IRMapping mapping;
  if (isTrace(part))
    for (Operation *op : snn::traceSlice(region, own))
      b.clone(*op, mapping);
  else
    for (Operation &op : region.front())
      b.clone(op, mapping);
  b.setInsertionPointToEnd(newBlock(model.getEmit()));
  Value nothing = b.create<arith::ConstantOp>(rule.getLoc(), b.getBoolAttr(false));
  b.create<snn::EmitOp>(rule.getLoc(), snn::EmitKind::Spike, nothing);
  models_.push_back(model);
}

snn::ModelOp RuleModels::model(snn::RuleOp rule, RulePart part) const {
  std::string name = symbolOf(rule, part);
  for (snn::ModelOp model : models_)
    if (model.getSymName() == name)
      return model;
  return {};
}

std::optional<double> RuleModels::parameter(snn::ProjectOp project, StringRef name) {
  snn::RuleOp rule = ruleOf(project);
  int index = snn::termIndex(rule.getParams(), name);
  if (index < 0)
    return std::nullopt;
  if (DictionaryAttr given = project.getRuleParamsAttr())
    if (auto value = given.getAs<FloatAttr>(name))
      return value.getValueAsDouble();
  return initialOf(cast<snn::TermAttr>(rule.getParams()[index]));
}

/// One synapse as a population: the numbers of a rule are evaluated as those of a neuron are.
snn::PopulationOp RuleModels::populationFor(snn::ProjectOp project, snn::ModelOp model, int gain,
                                            bool fixed) {
  OpBuilder b = OpBuilder::atBlockEnd(&network_.getBody().front());
  SmallVector<NamedAttribute> parameters;
  for (auto term : ruleOf(project).getParams().getAsRange<snn::TermAttr>()) {
    double value = *parameter(project, term.getName());
    if (term.getUnit() == "weight")
      value = std::ldexp(value, gain);
    if (term.getUnit() == "trace" && fixed)
      value = std::nearbyint(value * kTraceOne) / kTraceOne;
    parameters.push_back(b.getNamedAttr(term.getName(), b.getF64FloatAttr(value)));
  }
  std::string name = ("rule " + *project.getLearn() + " of " + snn::nodeName(project.getSource()) +
                      " to " + snn::nodeName(project.getTarget()))
                         .str();
  return b.create<snn::PopulationOp>(project.getLoc(), snn::PopType::get(b.getContext(), {1}), name,
                                     model.getSymName(), b.getDictionaryAttr(parameters),
                                     DictionaryAttr());
}

FailureOr<std::vector<Column>> RuleModels::columns(snn::ProjectOp project, RulePart part,
                                                   const StepInfo &info, int gain, bool fixed) {
  snn::ModelOp model = this->model(ruleOf(project), part);
  snn::PopulationOp synapse = populationFor(project, model, gain, fixed);
  FailureOr<StepColumns> all = codegen::columns(synapse, model, info);
  synapse.erase();
  if (failed(all))
    return failure();
  return std::move(all->param);
}

FailureOr<std::vector<RuleTrace>> RuleModels::traces(snn::ProjectOp project, bool pre) {
  snn::RuleOp rule = ruleOf(project);
  std::vector<RuleTrace> result;
  std::optional<std::map<std::string, Column>> derived;
  for (auto term : tracesOf(rule, pre).getAsRange<snn::TermAttr>()) {
    RuleTrace trace{term.getName().str(),        initialOf(term), 0.0, 0.0, 0.0,
                    !isConstant(rule, term, pre)};
    StringRef tau = term.getDecay();
    if (tau.empty()) {
      result.push_back(std::move(trace));
      continue;
    }
    auto refuse = [&]() {
      return project.emitError() << "rule '" << rule.getSymName() << "', trace '" << term.getName()
                                 << "': ";
    };
    if (!network_.getDt())
      return refuse() << "dt is needed: pass --dt (traces decay with time)";
    if (int index = snn::termIndex(rule.getParams(), tau); index >= 0) {
      trace.tauText = *parameter(project, tau);
    } else {
      if (!derived) {
        snn::ModelOp any = models_.empty() ? snn::ModelOp() : models_.front();
        for (RulePart part : kRuleParts)
          if (snn::ModelOp model = this->model(rule, part))
            any = model;
        snn::PopulationOp synapse = populationFor(project, any, 0, false);
        auto values = evaluateDerived(synapse, any, network_.getDt()->convertToDouble());
        synapse.erase();
        if (failed(values))
          return failure();
        derived = std::move(*values);
      }
      trace.tauText = derived->at(tau.str()).front();
    }
    int index = snn::termIndex(rule.getParams(), tau);
    auto declared =
        cast<snn::TermAttr>(index >= 0 ? rule.getParams()[index]
                                       : rule.getDerived()[snn::termIndex(rule.getDerived(), tau)]);
    double unit = secondsOf(declared.getUnit());
    trace.stepText = network_.getDt()->convertToDouble() / unit;
    if (unit == 1e-3) // so that 1.0e-4 s is 0.1 ms and not a neighbour of it
      trace.stepText = network_.getDt()->convertToDouble() * 1e3;
    trace.tau = trace.tauText / trace.stepText;
    if (!(trace.tauText > 0.0) || !std::isfinite(trace.tau))
      return refuse() << "the time constant '" << tau << "' is " << trace.tauText
                      << ", not a positive time";
    result.push_back(std::move(trace));
  }
  return result;
}

} // namespace spindle::codegen
