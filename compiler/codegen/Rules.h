// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learning rules as models: each part of a rule becomes a step over synapses (or over the one
// neuron whose traces change), so that a rule is lowered by the same path as a neuron.
#ifndef SPINDLE_COMPILER_CODEGEN_RULES_H
#define SPINDLE_COMPILER_CODEGEN_RULES_H

#include "compiler/codegen/Derive.h"
#include "compiler/codegen/ScalarStep.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace spindle::codegen {

/// The parts of a rule. States and inputs of their steps, in this order:
///   OnPre      weight, synapse terms, pre traces   | post traces, t_pre, t_post
///   OnPost     weight, synapse terms, post traces  | pre traces, t_pre, t_post
///   PreTrace   pre traces                          |
///   PostTrace  post traces                         |
///   OnStep     weight, synapse terms               | pre traces, post traces, t_pre, t_post
/// Traces are those at the event, before it. The traces that OnPre and OnPost leave are of no use.
enum class RulePart { OnPre, OnPost, PreTrace, PostTrace, OnStep };
inline constexpr std::array kRuleParts{RulePart::OnPre, RulePart::OnPost, RulePart::PreTrace,
                                       RulePart::PostTrace, RulePart::OnStep};

/// A trace of a rule with the numbers of one projection.
struct RuleTrace {
  std::string name;
  double initial = 0.0;
  double tau = 0.0;    ///< in steps; 0: it does not decay
  double tauText = 0;  ///< as the user wrote it, in its unit
  double stepText = 0; ///< the step in that unit
  bool stored = true;  ///< false where every spike leaves it at its initial value
};

/// The rules that the projections of a network name, in program order, as models of a network of
/// their own.
class RuleModels {
public:
  explicit RuleModels(snn::NetworkOp network);

  llvm::ArrayRef<snn::RuleOp> rules() const { return rules_; }
  /// The models of all parts, in order of rules and parts.
  const std::vector<snn::ModelOp> &models() const { return models_; }
  /// Null where there is nothing to do.
  snn::ModelOp model(snn::RuleOp rule, RulePart part) const;

  /// The parameter columns of a part (`info` is that of its step) with the numbers of `project`.
  /// `gain`: binary places by which the target scales weights; `fixed`: it rounds traces.
  mlir::FailureOr<std::vector<Column>> columns(snn::ProjectOp project, RulePart part,
                                               const StepInfo &info, int gain, bool fixed);
  /// The traces of one side (`pre` or post) with the numbers of `project`.
  mlir::FailureOr<std::vector<RuleTrace>> traces(snn::ProjectOp project, bool pre);
  /// The value of a parameter of `project`'s rule; nothing where the rule has none of that name.
  static std::optional<double> parameter(snn::ProjectOp project, llvm::StringRef name);

private:
  void add(snn::RuleOp rule);
  void addModel(snn::RuleOp rule, RulePart part);
  snn::PopulationOp populationFor(snn::ProjectOp project, snn::ModelOp model, int gain, bool fixed);

  mlir::OwningOpRef<mlir::ModuleOp> scratch_;
  snn::NetworkOp network_;
  std::vector<snn::RuleOp> rules_;
  std::vector<snn::ModelOp> models_;
};

/// The rule of a projection that learns.
snn::RuleOp ruleOf(snn::ProjectOp project);

/// Traces of one side that change at a spike, and have to be kept.
unsigned storedTraces(snn::RuleOp rule, bool pre);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_RULES_H
