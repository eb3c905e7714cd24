// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Checks.h"

#include "compiler/conversion/snn-to-spinn/Learning.h"
#include "compiler/mapping/Rows.h"
#include "dialects/spinn/Spinn.h"

using namespace mlir;

namespace spindle {

LogicalResult spinnmap::checkNetwork(snn::NetworkOp network, const transforms::Dataflow &flow,
                                     const ManyCoreOptions &options) {
  if (options.neuronsPerCore < 1 || options.neuronsPerCore > map::kMaxNeuronsPerCore)
    return network.emitError() << options.neuronsPerCore << " neurons per core: 1 to "
                               << map::kMaxNeuronsPerCore << " are possible";
  if (options.weightShift < -1 || options.weightShift > spinn::kMaxShift)
    return network.emitError() << "weight shift " << options.weightShift << ": 0 to "
                               << spinn::kMaxShift << " are possible, -1 chooses";
  for (auto [given, names] :
       {std::pair(StringRef(options.placement), StringRef("radial, optimised")),
        {options.routing, "dimension, congestion"},
        {options.minimise, "auto, none, range, pair, ordered-covering, best"}}) {
    SmallVector<StringRef> known;
    names.split(known, ", ");
    if (!llvm::is_contained(known, given))
      return network.emitError() << "unknown way to map '" << given << "' (" << names << ")";
  }
  for (snn::RelayOp relay : flow.relays)
    return relay.emitError() << "node '" << relay.getName()
                             << "': the machine computes sums only for neurons, and this output or "
                                "map stands before none (record the population before it)";
  for (snn::ProjectOp project : flow.projections) {
    auto refuse = [&]() {
      return project.emitError() << "'" << snn::nodeName(project.getSource()) << "' to '"
                                 << snn::nodeName(project.getTarget()) << "': ";
    };
    if (project.getLearn() && failed(spinnmap::checkRule(project)))
      return failure();
    if (snn::emitKindOf(project.getSource()) == snn::EmitKind::Graded)
      return refuse() << "graded events cannot be projected: the machine sends spikes and counts "
                         "(let the source spike, or use --target=reference)";
    auto target = project.getTarget().getDefiningOp<snn::PopulationOp>();
    auto model = SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(target, target.getModelAttr());
    if (model.getInputs().empty())
      return project.emitError() << "node '" << target.getName() << "': model '"
                                 << model.getSymName() << "' has no input port";
    if (transforms::minDelay(project) < 1)
      return refuse() << "delay 0: a packet takes at least one step (run snn-retime first)";
  }
  return success();
}

} // namespace spindle
