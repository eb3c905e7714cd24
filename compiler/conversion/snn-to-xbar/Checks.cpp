// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-xbar/Checks.h"

#include "dialects/xbar/Xbar.h"

using namespace mlir;

namespace spindle::xbarmap {

namespace {

InFlightDiagnostic refuse(snn::ProjectOp project) {
  return project.emitError() << "'" << snn::nodeName(project.getSource()) << "' to '"
                             << snn::nodeName(project.getTarget()) << "': ";
}

LogicalResult check(snn::SourceOp source) {
  if (source.getKind() != snn::SourceKind::Poisson)
    return success();
  return source.emitError() << "source '" << source.getName()
                            << "': the fabric draws no random events (write the spikes to a file "
                               "and use a frames source)";
}

LogicalResult check(snn::RelayOp relay) {
  if (relay.getPop().use_empty())
    return success();
  return relay.emitError() << "node '" << relay.getName()
                           << "': a fabric computes sums only for neurons, and this output or map "
                              "stands before none (record the population before it)";
}

LogicalResult check(snn::PopulationOp population) {
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  size_t ports = model.getInputs().size();
  if (population.getSubsteps() != 1)
    return population.emitError() << "node '" << population.getName()
                                  << "': a fabric computes a neuron once in a step, not in "
                                  << population.getSubsteps()
                                  << " sub-steps (use a smaller dt, or --target=spinn)";
  if (ports == 1 && cast<snn::TermAttr>(model.getInputs()[0]).getGain() != 0)
    return population.emitError()
           << "node '" << population.getName() << "': model '" << population.getModel()
           << "': a fabric has no input ports with gain (--target=spinn has)";
  if (ports <= 1)
    return success();
  return population.emitError() << "node '" << population.getName() << "': model '"
                                << population.getModel() << "' has " << ports
                                << " input ports, the neuron unit of a tile has 1 (--target=spinn "
                                   "has one per synapse type)";
}

LogicalResult check(snn::ProjectOp project) {
  if (isa<snn::GeneratedAttr>(project.getMap()))
    return refuse(project) << "generated connectivity is not mapped to a fabric yet (store the "
                              "weights, or use --target=reference)";
  if (project.getLearn())
    return refuse(project) << "rule '" << *project.getLearn()
                           << "': the fabric does not learn yet (remove the rule)";
  if (snn::emitKindOf(project.getSource()) == snn::EmitKind::Graded)
    return refuse(project) << "graded events cannot be projected: a fabric sends spikes and counts "
                              "(let the source spike, or use --target=reference)";
  int64_t shortest = transforms::minDelay(project), longest = transforms::maxDelay(project);
  if (shortest < 1)
    return refuse(project) << "delay 0: an event takes at least one step (run snn-retime first)";
  if (longest > xbar::kMaxDelay)
    return refuse(project) << "does not fit: delay of " << longest << " steps, an event holds "
                           << xbar::kMaxDelay << " (shorten it, or use a larger dt)";
  return success();
}

/// A model without an input port takes neither projections nor drives.
LogicalResult checkTarget(Operation *op, Value target) {
  auto population = target.getDefiningOp<snn::PopulationOp>();
  auto model = population ? SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(
                                population, population.getModelAttr())
                          : snn::ModelOp();
  if (!model || !model.getInputs().empty())
    return success();
  return op->emitError() << "node '" << population.getName() << "': model '"
                         << population.getModel() << "' has no input port";
}

} // namespace

LogicalResult checkNetwork(const transforms::Dataflow &flow) {
  for (snn::SourceOp source : flow.sources)
    if (failed(check(source)))
      return failure();
  for (snn::RelayOp relay : flow.relays)
    if (failed(check(relay)))
      return failure();
  for (snn::PopulationOp population : flow.populations)
    if (failed(check(population)))
      return failure();
  for (snn::ProjectOp project : flow.projections)
    if (failed(check(project)) || failed(checkTarget(project, project.getTarget())))
      return failure();
  for (snn::DriveOp drive : flow.drives)
    if (failed(checkTarget(drive, drive.getTarget())))
      return failure();
  for (snn::CurrentOp current : flow.currents)
    return current.emitError() << "current '" << current.getName()
                               << "': the fabric has no current sources (use a drive, or "
                                  "--target=spinn)";
  return success();
}

} // namespace spindle::xbarmap
