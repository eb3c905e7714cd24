// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/pipelines/Learning.h"

#include "compiler/pipelines/ImageMeta.h"
#include "sim/number/Fixed.h"
#include "sim/number/Trace.h"

#include <cmath>

using namespace mlir;

namespace spindle {

namespace fb = image::fb;
template <typename T> using Offset = flatbuffers::Offset<T>;

namespace {

uint32_t portOf(snn::ProjectOp project) {
  auto population = project.getTarget().getDefiningOp<snn::PopulationOp>();
  if (!population || !project.getPort())
    return 0;
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  return static_cast<uint32_t>(snn::termIndex(model.getInputs(), *project.getPort()));
}

/// Binary places by which the port scales weights up in fixed point.
int gainOf(snn::ProjectOp project) {
  auto population = project.getTarget().getDefiningOp<snn::PopulationOp>();
  if (!population)
    return 0;
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  return static_cast<int>(cast<snn::TermAttr>(model.getInputs()[portOf(project)]).getGain());
}

} // namespace

LearningWriter::LearningWriter(snn::NetworkOp network, const transforms::Dataflow &flow,
                               codegen::KernelCollection &kernels, codegen::Number number)
    : network_(network), flow_(flow), kernels_(kernels), format_{number, codegen::Overflow::Wrap},
      parts_(network) {
  for (snn::ProjectOp project : flow.projections)
    if (project.getLearn())
      learning_.push_back(project);
}

int LearningWriter::use(snn::ProjectOp project) const {
  auto found = llvm::find(learning_, project);
  return found == learning_.end() ? -1 : static_cast<int>(found - learning_.begin());
}

/// Position of a part among the image's models, -1 where there is nothing to do.
int LearningWriter::modelOf(snn::RuleOp rule, codegen::RulePart part) const {
  snn::ModelOp model = parts_.model(rule, part);
  if (!model)
    return -1;
  return static_cast<int>(firstModel_ +
                          (llvm::find(parts_.models(), model) - parts_.models().begin()));
}

LogicalResult LearningWriter::writeModels(image::Writer &out) {
  for (snn::ModelOp model : parts_.models()) {
    FailureOr<codegen::StepInfo> info = kernels_.infoOf(model, format_);
    if (failed(info))
      return failure();
    codegen::Specialisation how;
    how.uniform.assign(info->param.size(), true);
    FailureOr<std::string> symbol = kernels_.symbolOf(model, how, format_);
    if (failed(symbol))
      return failure();
    models.push_back(
        ImageMeta::writeModel(out, {model.getSymName().str(), *symbol, *info}, format_.number));
    infos_.push_back(std::move(*info));
  }
  return success();
}

Offset<fb::Rule> LearningWriter::writeRule(image::Writer &out, snn::RuleOp rule) const {
  using codegen::RulePart;
  auto part = [&](RulePart which) { return modelOf(rule, which); };
  bool postFirst = cast<StringAttr>(rule.getOrder()[0]).getValue() == "post";
  snn::Tie tie = rule.getTie();
  return fb::CreateRuleDirect(
      out.builder(), rule.getSymName().str().c_str(), part(RulePart::OnPre), part(RulePart::OnPost),
      part(RulePart::PreTrace), part(RulePart::PostTrace), part(RulePart::OnStep), postFirst,
      tie == snn::Tie::Depress || tie == snn::Tie::Both,
      tie == snn::Tie::Potentiate || tie == snn::Tie::Both, rule.getBackprop());
}

FailureOr<std::vector<Offset<fb::RuleTrace>>>
LearningWriter::writeTraces(image::Writer &out, snn::ProjectOp project, bool pre) {
  auto traces = parts_.traces(project, pre);
  if (failed(traces))
    return failure();
  std::vector<Offset<fb::RuleTrace>> list;
  for (const codegen::RuleTrace &trace : *traces) {
    auto refuse = [&]() {
      return project.emitError() << "rule '" << *project.getLearn() << "', trace '" << trace.name
                                 << "': ";
    };
    fb::Blob table;
    if (fixed() && !(std::fabs(trace.initial) < 16.0))
      return refuse() << "it begins at " << trace.initial
                      << ", outside the range of s4.11, (-16, 16)";
    if (fixed() && trace.tau > 0.0) {
      auto values = number::traceTable(trace.tauText, trace.stepText);
      if (!values)
        return refuse() << "does not fit: a table of "
                        << static_cast<int64_t>(
                               number::traceTableSize(trace.tauText, trace.stepText))
                        << " entries, at most 65535 are possible (use a shorter time constant or "
                           "a larger dt)";
      table = out.addArray(*values);
    }
    list.push_back(fb::CreateRuleTraceDirect(out.builder(), trace.name.c_str(), trace.initial,
                                             trace.tau, trace.stored, &table));
  }
  return list;
}

FailureOr<fb::Blob> LearningWriter::writeNumbers(image::Writer &out, snn::ProjectOp project) {
  std::vector<double> reals;
  std::vector<uint32_t> words;
  for (codegen::RulePart part : codegen::kRuleParts) {
    int model = modelOf(codegen::ruleOf(project), part);
    if (model < 0)
      continue;
    const codegen::StepInfo &info = infos_[static_cast<size_t>(model) - firstModel_];
    auto columns = parts_.columns(project, part, info, fixed() ? gainOf(project) : 0, fixed());
    if (failed(columns))
      return failure();
    for (auto [term, column] : llvm::zip_equal(info.param, *columns)) {
      reals.push_back(column.front());
      if (!fixed())
        continue;
      std::optional<uint32_t> word;
      if (term.number == codegen::Number::U032)
        word = number::toU032(column.front());
      else if (auto raw = number::toS1615(column.front()))
        word = static_cast<uint32_t>(*raw);
      if (!word)
        return project.emitError()
               << "rule '" << *project.getLearn() << "': '" << term.name << "' is "
               << column.front() << ", outside the range of its fixed-point format";
      words.push_back(*word);
    }
  }
  return fixed() ? out.addArray(words) : out.addArray(reals);
}

FailureOr<Offset<fb::RuleUse>> LearningWriter::writeUse(image::Writer &out,
                                                        snn::ProjectOp project) {
  auto pre = writeTraces(out, project, true);
  auto post = failed(pre) ? pre : writeTraces(out, project, false);
  if (failed(post))
    return failure();
  auto param = writeNumbers(out, project);
  if (failed(param))
    return failure();
  std::vector<double> synapse;
  snn::RuleOp rule = codegen::ruleOf(project);
  for (auto term : rule.getSynapse().getAsRange<snn::TermAttr>())
    synapse.push_back(term.getInitial() ? term.getInitial().getValueAsDouble() : 0.0);
  auto number = static_cast<uint32_t>(llvm::find(parts_.rules(), rule) - parts_.rules().begin());
  return fb::CreateRuleUseDirect(out.builder(), number, flow_.index.lookup(project.getSource()),
                                 flow_.index.lookup(project.getTarget()), portOf(project),
                                 static_cast<uint8_t>(fixed() ? gainOf(project) : 0), &*pre, &*post,
                                 &*param, &synapse);
}

LogicalResult LearningWriter::write(image::Writer &out, size_t firstModel) {
  firstModel_ = firstModel;
  if (failed(writeModels(out)))
    return failure();
  for (snn::RuleOp rule : parts_.rules())
    rules.push_back(writeRule(out, rule));
  for (snn::ProjectOp project : learning_) {
    auto use = writeUse(out, project);
    if (failed(use))
      return failure();
    uses.push_back(*use);
  }
  for (auto phase : network_.getBody().getOps<snn::PhaseOp>()) {
    std::vector<uint32_t> enabled; // rules that no projection follows are not in the image
    for (auto name : phase.getRules().getAsRange<FlatSymbolRefAttr>())
      for (uint32_t i = 0; i < parts_.rules().size(); ++i)
        if (snn::RuleOp rule = parts_.rules()[i]; rule.getSymName() == name.getValue())
          enabled.push_back(i);
    phases.push_back(fb::CreatePhaseDirect(out.builder(), phase.getName().str().c_str(),
                                           static_cast<uint64_t>(phase.getSteps()), &enabled));
  }
  return success();
}

} // namespace spindle
