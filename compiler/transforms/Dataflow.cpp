// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The network as a graph: lists of its parts, delays, the order of evaluation inside a step.
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Generated.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <set>

using namespace mlir;
using namespace spindle;
using namespace spindle::snn;
using namespace spindle::transforms;

Dataflow::Dataflow(NetworkOp network) {
  for (Operation &op : network.getBody().front()) {
    if (isa<SourceOp, RelayOp, PopulationOp>(op)) {
      index[op.getResult(0)] = nodes.size();
      nodes.push_back(op.getResult(0));
    }
    llvm::TypeSwitch<Operation *>(&op)
        .Case([&](SourceOp o) { sources.push_back(o); })
        .Case([&](RelayOp o) { relays.push_back(o); })
        .Case([&](PopulationOp o) { populations.push_back(o); })
        .Case([&](ProjectOp o) { projections.push_back(o); })
        .Case([&](DriveOp o) { drives.push_back(o); })
        .Case([&](CurrentOp o) { currents.push_back(o); })
        .Case([&](OutputOp o) { outputs.push_back(o); })
        .Case([&](ProbeOp o) { probes.push_back(o); });
  }
}

FailureOr<NetworkOp> transforms::theNetwork(Operation *module) {
  if (auto network = dyn_cast<NetworkOp>(module))
    return network;
  NetworkOp found;
  for (Region &region : module->getRegions())
    for (NetworkOp network : region.getOps<NetworkOp>()) {
      if (found) {
        auto diag = network.emitError() << "a module holds one network";
        diag.attachNote(found.getLoc()) << "the other one is here";
        return diag;
      }
      found = network;
    }
  if (!found)
    return module->emitError() << "there is no snn.network in the module";
  return found;
}

int64_t transforms::sizeOf(Value pop) { return cast<PopType>(pop.getType()).size(); }
ArrayRef<int64_t> transforms::shapeOf(Value pop) { return cast<PopType>(pop.getType()).getShape(); }

bool transforms::isMagnitude(ProjectOp project) {
  auto target = project.getTarget().getDefiningOp<PopulationOp>();
  if (!target)
    return false;
  auto model = SymbolTable::lookupNearestSymbolFrom<ModelOp>(target, target.getModelAttr());
  int port = project.getPort() ? termIndex(model.getInputs(), *project.getPort()) : 0;
  if (port < 0 || port >= static_cast<int>(model.getInputs().size()))
    return false;
  return cast<TermAttr>(model.getInputs()[port]).getTypes() == 1;
}

int64_t transforms::minDelay(ProjectOp project) {
  auto delays = project.getDelays();
  int64_t least =
      project.getDelay() +
      (delays && !delays->empty() ? *std::min_element(delays->begin(), delays->end()) : 0);
  auto generated = dyn_cast<GeneratedAttr>(project.getMap()); // a resolved list has a delay of 0
  return least + (generated && generated.getDelay() ? 1 : 0);
}

int64_t transforms::maxDelay(ProjectOp project) {
  auto delays = project.getDelays();
  int64_t most =
      project.getDelay() +
      (delays && !delays->empty() ? *std::max_element(delays->begin(), delays->end()) : 0);
  if (auto list = dyn_cast<ListAttr>(project.getMap()); list && !list.getDelays().empty())
    return most + *llvm::max_element(list.getDelays());
  auto generated = dyn_cast<GeneratedAttr>(project.getMap());
  return most + (generated && generated.getDelay()
                     ? number::longestDelay(distributionOf(generated.getDelay()))
                     : 0);
}

bool transforms::isUnit(ProjectOp project) {
  if (!isa<OneToOneAttr>(project.getMap()) || project.getLearn() || project.getSourcePart() ||
      project.getTargetPart())
    return false;
  if (!project.getWeights())
    return true;
  auto storage = SymbolTable::lookupNearestSymbolFrom<WeightsOp>(project, project.getWeightsAttr());
  auto values = storage ? dyn_cast<DenseFPElementsAttr>(storage.getValue()) : nullptr;
  return values && llvm::all_of(values, [](const APFloat &v) { return v.isExactlyValue(1.0); });
}

namespace {

/// Walks backwards inside `left`, where every node still waits for another one, until a node
/// repeats.
LogicalResult reportLoop(NetworkOp network, const Dataflow &flow, const std::set<unsigned> &left,
                         ArrayRef<SmallVector<unsigned>> before) {
  std::vector<unsigned> path;
  std::vector<int> seenAt(flow.nodes.size(), -1);
  unsigned at = *left.begin();
  while (seenAt[at] < 0) {
    seenAt[at] = path.size();
    path.push_back(at);
    at = *llvm::find_if(before[at], [&](unsigned n) { return left.count(n) != 0; });
  }
  std::vector<unsigned> loop(path.begin() + seenAt[at], path.end());
  std::reverse(loop.begin(), loop.end());
  std::rotate(loop.begin(), std::min_element(loop.begin(), loop.end()), loop.end());
  auto diag = flow.nodes[loop.front()].getDefiningOp()->emitError() << "zero-delay loop: ";
  for (unsigned node : loop)
    diag << nodeName(flow.nodes[node]) << " -> ";
  diag << nodeName(flow.nodes[loop.front()]) << "; a loop needs a total delay of at least one step";
  return diag;
}

} // namespace

FailureOr<std::vector<Value>> transforms::evaluationOrder(NetworkOp network) {
  Dataflow flow(network);
  std::vector<SmallVector<unsigned>> before(flow.nodes.size()), after(flow.nodes.size());
  std::vector<unsigned> waiting(flow.nodes.size(), 0);
  for (ProjectOp p : flow.projections)
    if (minDelay(p) == 0) {
      unsigned s = flow.index[p.getSource()], t = flow.index[p.getTarget()];
      after[s].push_back(t);
      before[t].push_back(s);
      ++waiting[t];
    }
  std::set<unsigned> ready, left;
  for (unsigned n = 0; n < flow.nodes.size(); ++n)
    (waiting[n] == 0 ? ready : left).insert(n);
  std::vector<Value> order;
  while (!ready.empty()) {
    unsigned n = *ready.begin();
    ready.erase(ready.begin());
    order.push_back(flow.nodes[n]);
    for (unsigned t : after[n])
      if (--waiting[t] == 0) {
        left.erase(t);
        ready.insert(t);
      }
  }
  if (!left.empty())
    return reportLoop(network, flow, left, before);
  return order;
}
