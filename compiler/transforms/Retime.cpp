// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Longest paths by Bellman-Ford: an edge from source to target has length 1 - delay, and a loop of
// positive length cannot be retimed.
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"

#include "mlir/IR/Builders.h"

#include <algorithm>

using namespace mlir;

namespace spindle {
#define GEN_PASS_DEF_SNNRETIME
#include "compiler/transforms/Passes.h.inc"

namespace {

constexpr llvm::StringLiteral kLatency = "snn.latency";

class Retimer {
public:
  explicit Retimer(snn::NetworkOp network) : flow(network), builder(network.getContext()) {}

  LogicalResult run() {
    if (failed(solve()))
      return failure();
    for (snn::ProjectOp p : flow.projections)
      apply(p);
    applyToNodes();
    return success();
  }

private:
  struct Edge {
    unsigned from, to;
    int64_t delay;
    snn::ProjectOp op;
  };

  LogicalResult solve() {
    for (snn::ProjectOp p : flow.projections)
      edges.push_back(
          {flow.index[p.getSource()], flow.index[p.getTarget()], transforms::minDelay(p), p});
    latency.assign(flow.nodes.size(), 0);
    reachedBy.assign(flow.nodes.size(), -1);
    for (size_t round = 0; round <= flow.nodes.size(); ++round) {
      int changed = -1;
      for (size_t e = 0; e < edges.size(); ++e) {
        int64_t wanted = latency[edges[e].from] + 1 - edges[e].delay;
        if (wanted <= latency[edges[e].to])
          continue;
        latency[edges[e].to] = wanted;
        reachedBy[edges[e].to] = e;
        changed = edges[e].to;
      }
      if (changed < 0)
        return success();
      if (round == flow.nodes.size())
        return reportLoop(changed);
    }
    return success();
  }

  /// After as many rounds as there are nodes, going back from a node that still changed ends in a
  /// loop.
  LogicalResult reportLoop(unsigned node) {
    for (size_t k = 0; k < flow.nodes.size(); ++k)
      node = edges[reachedBy[node]].from;
    std::vector<unsigned> loop; // edges, last one first
    int64_t delay = 0;
    unsigned at = node;
    do {
      loop.push_back(reachedBy[at]);
      delay += edges[loop.back()].delay;
      at = edges[loop.back()].from;
    } while (at != node);
    std::reverse(loop.begin(), loop.end());
    auto first = llvm::min_element(
        loop, [&](unsigned a, unsigned b) { return edges[a].from < edges[b].from; });
    std::rotate(loop.begin(), first, loop.end());
    auto name = [&](unsigned n) { return snn::nodeName(flow.nodes[n]); };
    auto diag = flow.nodes[edges[loop.front()].from].getDefiningOp()->emitError()
                << "this target needs a delay of one step on every projection, and the loop ";
    for (unsigned e : loop)
      diag << name(edges[e].from) << " -> ";
    diag << name(edges[loop.front()].from) << " would become longer";
    diag.attachNote(edges[loop.back()].op.getLoc())
        << "its delays sum to " << delay << " over " << loop.size()
        << " projections; it needs at least " << loop.size() << " (lengthen a delay, or use "
        << "--target=reference)";
    return diag;
  }

  void apply(snn::ProjectOp p) {
    int64_t added = latency[flow.index[p.getTarget()]] - latency[flow.index[p.getSource()]];
    int64_t delay = p.getDelay() + added;
    // Where the per-neuron delays alone are long enough the base may become negative: shift it.
    if (delay < 0) {
      SmallVector<int64_t> delays(*p.getDelays());
      for (int64_t &d : delays)
        d += delay;
      p.setDelays(delays);
      delay = 0;
    }
    p.setDelay(delay);
  }

  void applyToNodes() {
    for (snn::PopulationOp population : flow.populations)
      population.setOnset(population.getOnset() + latencyAt(population.getPop()));
    for (snn::RelayOp relay : flow.relays)
      relay->setAttr(kLatency, builder.getI64IntegerAttr(transforms::latencyOf(relay.getPop()) +
                                                         latencyAt(relay.getPop())));
    for (snn::DriveOp drive : flow.drives) // a relay has no onset from which its drives could count
      if (drive.getTarget().getDefiningOp<snn::RelayOp>())
        drive.setFrom(drive.getFrom() + latencyAt(drive.getTarget()));
    for (snn::OutputOp output : flow.outputs)
      output.setLatency(output.getLatency() + latencyAt(output.getPop()));
  }

  int64_t latencyAt(Value pop) { return latency[flow.index[pop]]; }

  transforms::Dataflow flow;
  Builder builder;
  std::vector<Edge> edges;
  std::vector<int64_t> latency;
  std::vector<int64_t> reachedBy; ///< the edge that set a node's latency, or -1
};

struct Retime : impl::SnnRetimeBase<Retime> {
  void runOnOperation() override {
    if (failed(transforms::retime(getOperation())))
      signalPassFailure();
  }
};

} // namespace

LogicalResult transforms::retime(snn::NetworkOp network) { return Retimer(network).run(); }

int64_t transforms::latencyOf(Value pop) {
  if (auto population = pop.getDefiningOp<snn::PopulationOp>())
    return population.getOnset();
  auto attr = pop.getDefiningOp()->getAttrOfType<IntegerAttr>(kLatency);
  return attr ? attr.getInt() : 0;
}

} // namespace spindle
