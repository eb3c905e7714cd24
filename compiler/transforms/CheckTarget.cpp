// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNCHECKTARGET
#include "compiler/transforms/Passes.h.inc"

namespace {

LogicalResult checkRunnable(snn::NetworkOp network, const transforms::Dataflow &flow) {
  for (snn::SourceOp source : flow.sources)
    if (source.getKind() == snn::SourceKind::Poisson)
      return source.emitError() << "source '" << source.getName()
                                << "': poisson sources are not yet runnable (write the spikes to "
                                   "a file and use a frames source)";
  for (snn::ProjectOp project : flow.projections)
    if (project.getLearn())
      return project.emitError() << "'" << snn::nodeName(project.getSource()) << "' to '"
                                 << snn::nodeName(project.getTarget()) << "': rule '"
                                 << *project.getLearn()
                                 << "': learning is not yet runnable (remove the rule)";
  for (snn::PhaseOp phase : network.getBody().getOps<snn::PhaseOp>())
    return phase.emitError() << "phase '" << phase.getName()
                             << "': phases are not yet runnable (remove it)";
  return success();
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
  return target == "reference" ? success() : checkHardware(flow, target);
}

} // namespace spindle
