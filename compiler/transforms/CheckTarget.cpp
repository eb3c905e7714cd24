// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNCHECKTARGET
#include "compiler/transforms/Passes.h.inc"

namespace {

LogicalResult checkRunnable(snn::NetworkOp network, const transforms::Dataflow &flow) {
  return success();
}

/// What no engine can do with a rule, or not this target.
LogicalResult checkLearning(snn::ProjectOp project, StringRef target) {
  auto refuse = [&]() {
    return project.emitError() << "'" << snn::nodeName(project.getSource()) << "' to '"
                               << snn::nodeName(project.getTarget()) << "': rule '"
                               << *project.getLearn() << "': ";
  };
  if (target == "xbar")
    return refuse() << "the fabric does not learn yet (remove the rule, or use "
                       "--target=reference or spinn)";
  if (!project.getTarget().getDefiningOp<snn::PopulationOp>())
    return refuse() << "what learns leads to a population, '" << snn::nodeName(project.getTarget())
                    << "' is none";
  if (snn::emitKindOf(project.getSource()) == snn::EmitKind::Graded ||
      snn::emitKindOf(project.getTarget()) == snn::EmitKind::Graded)
    return refuse() << "a rule acts at spikes, and one of the two emits graded values";
  if (transforms::minDelay(project) < 1)
    return refuse() << "a projection that learns takes at least one step of delay";
  auto rule = SymbolTable::lookupNearestSymbolFrom<snn::RuleOp>(project, project.getLearnAttr());
  WalkResult unknown = rule.walk([&](snn::GetOp get) {
    if (get.getTerm() != "error" && get.getTerm() != "modulator")
      return WalkResult::advance();
    get.emitError() << "rule '" << rule.getSymName() << "' reads '" << get.getTerm()
                    << "', which no engine delivers yet";
    return WalkResult::interrupt();
  });
  return failure(unknown.wasInterrupted());
}

LogicalResult checkHardware(const transforms::Dataflow &flow, StringRef target) {
  for (snn::ProjectOp project : flow.projections)
    if (project.getSource() == project.getTarget() &&
        project.getSource().getDefiningOp<snn::RelayOp>())
      return project.emitError() << "node '" << snn::nodeName(project.getSource())
                                 << "': a loop of linear maps without a neuron (put a population "
                                    "into it, or use --target=reference)";
  for (snn::RelayOp relay : flow.relays)
    return relay.emitError() << "node '" << relay.getName() << "': --target=" << target
                             << " computes sums only for neurons, and this output or map stands "
                                "before none (record the population before it, or use "
                                "--target=reference)";
  for (snn::ProjectOp project : flow.projections)
    if (snn::emitKindOf(project.getSource()) == snn::EmitKind::Graded)
      return project.emitError()
             << "'" << snn::nodeName(project.getSource()) << "' to '"
             << snn::nodeName(project.getTarget()) << "': --target=" << target
             << " sends spikes and counts, not graded values (let the source spike, or use "
                "--target=reference)";
  return success();
}

struct CheckTarget : impl::SnnCheckTargetBase<CheckTarget> {
  using SnnCheckTargetBase::SnnCheckTargetBase;
  void runOnOperation() override {
    if (failed(transforms::checkTarget(getOperation(), target)))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};

} // namespace

LogicalResult transforms::checkTarget(snn::NetworkOp network, StringRef target) {
  if (target != "reference" && target != "spinn" && target != "xbar")
    return network.emitError() << "unknown target '" << target << "' (reference, spinn or xbar)";
  Dataflow flow(network);
  if (failed(checkRunnable(network, flow)))
    return failure();
  for (snn::ProjectOp project : flow.projections)
    if (project.getLearn() && failed(checkLearning(project, target)))
      return failure();
  return target == "reference" ? success() : checkHardware(flow, target);
}

} // namespace spindle
