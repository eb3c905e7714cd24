// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Plan.h"

#include "compiler/transforms/Quantize.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>

using namespace mlir;

namespace spindle::spinnmap {
namespace {

unsigned bitsFor(uint64_t values) { return values <= 1 ? 0 : std::bit_width(values - 1); }

class Planner {
public:
  Planner(const transforms::Dataflow &flow, const map::MachineDescription &machine,
          const PlanOptions &options)
      : flow(flow), machine(machine), options(options), nodes(flow.nodes.size()) {}

  FailureOr<Plan> run() {
    if (failed(collect()) || failed(slice()))
      return failure();
    chooseShifts();
    if (failed(writeRows()) || failed(place()) || failed(routeAll()))
      return failure();
    return std::move(plan);
  }

private:
  struct Incoming {
    uint32_t source; ///< node
    uint32_t port;
    transforms::Connectivity synapses;
    std::vector<uint32_t> delay; ///< per source neuron
  };
  struct NodePlan {
    std::vector<Incoming> incoming;
    uint64_t longestDelay = 1;
    unsigned ports = 0;
    size_t firstCore = 0, cores = 0;
    uint64_t width = 1; ///< neurons per slice
  };

  LogicalResult collect();
  LogicalResult slice();
  void chooseShifts();
  LogicalResult writeRows();
  LogicalResult checkMemory(size_t node, const CorePlan &core);
  LogicalResult place();
  LogicalResult routeAll();

  InFlightDiagnostic refuse(size_t node) {
    return flow.nodes[node].getDefiningOp()->emitError()
           << "does not fit: node '" << snn::nodeName(flow.nodes[node]) << "': ";
  }
  InFlightDiagnostic refuse(size_t node, const map::Shortfall &s) {
    return refuse(node) << s.needed << " " << s.resource << " are needed, " << s.available
                        << " are there";
  }
  size_t coreOf(uint32_t node, uint64_t neuron) const {
    return nodes[node].firstCore + neuron / nodes[node].width;
  }
  static uint8_t typeOf(uint32_t port, double weight) {
    return static_cast<uint8_t>(2 * port + (weight < 0 ? 1 : 0));
  }

  const transforms::Dataflow &flow;
  const map::MachineDescription &machine;
  PlanOptions options;
  std::vector<NodePlan> nodes;
  std::vector<std::set<size_t>> targets; ///< per core: cores that it sends to
  Plan plan;
};

LogicalResult Planner::collect() {
  for (snn::PopulationOp population : flow.populations) {
    auto model =
        SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
    nodes[flow.index.lookup(population.getPop())].ports =
        static_cast<unsigned>(model.getInputs().size());
  }
  for (snn::ProjectOp project : flow.projections) {
    FailureOr<transforms::Connectivity> synapses = transforms::expand(project);
    if (failed(synapses))
      return failure();
    NodePlan &target = nodes[flow.index.lookup(project.getTarget())];
    Incoming in{flow.index.lookup(project.getSource()), 0, std::move(*synapses), {}};
    if (auto port = project.getPort()) {
      auto population = project.getTarget().getDefiningOp<snn::PopulationOp>();
      auto model =
          SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
      in.port = static_cast<uint32_t>(snn::termIndex(model.getInputs(), *port));
    }
    auto delays = project.getDelays();
    for (uint64_t i = 0; i < in.synapses.sources; ++i) {
      uint64_t d = project.getDelay() + (delays ? static_cast<uint64_t>((*delays)[i]) : 0);
      in.delay.push_back(static_cast<uint32_t>(d));
      target.longestDelay = std::max(target.longestDelay, d);
    }
    target.incoming.push_back(std::move(in));
  }
  return success();
}

LogicalResult Planner::slice() {
  for (size_t n = 0; n < nodes.size(); ++n) {
    NodePlan &node = nodes[n];
    auto size = static_cast<uint64_t>(transforms::sizeOf(flow.nodes[n]));
    unsigned typeBits = bitsFor(2 * std::max(1u, node.ports));
    unsigned delayBits = std::max(1u, bitsFor(node.longestDelay));
    if (delayBits + typeBits > kRingBits)
      return refuse(n) << "a delay of " << node.longestDelay << " steps is longer than the "
                       << (1u << (kRingBits - typeBits))
                       << " slots of a core's ring buffer; use a longer dt or split the delay";
    uint64_t limit =
        std::min(options.neuronsPerCore, uint64_t{1} << (kRingBits - typeBits - delayBits));
    node.firstCore = plan.cores.size();
    for (const map::Slice &s : map::partition(static_cast<uint32_t>(n), size, limit)) {
      node.width = std::max(node.width, s.hi - s.lo);
      CorePlan core;
      core.slice = s;
      core.layout = {delayBits, typeBits, bitsFor(s.hi - s.lo)};
      core.shift.assign(2 * node.ports, 0);
      plan.cores.push_back(std::move(core));
    }
    node.cores = plan.cores.size() - node.firstCore;
  }
  std::vector<map::Slice> slices;
  for (const CorePlan &core : plan.cores)
    slices.push_back(core.slice);
  auto keys = map::allocateKeys(slices);
  if (auto *shortfall = std::get_if<map::Shortfall>(&keys))
    return refuse(nodes.size() - 1, *shortfall);
  for (size_t c = 0; c < plan.cores.size(); ++c)
    plan.cores[c].keys = std::get<std::vector<map::KeyRange>>(keys)[c];
  targets.resize(plan.cores.size());
  return success();
}

/// A slot must hold what arrives in the worst step: every synapse of one neuron and type at once.
void Planner::chooseShifts() {
  for (NodePlan &node : nodes) {
    if (node.incoming.empty())
      continue;
    uint64_t size = node.incoming.front().synapses.targets;
    std::vector<std::vector<double>> sum(2 * node.ports, std::vector<double>(size, 0.0));
    for (const Incoming &in : node.incoming)
      for (uint64_t k = 0; k < in.synapses.synapses(); ++k)
        sum[typeOf(in.port, in.synapses.weight[k])][in.synapses.target[k]] +=
            std::abs(in.synapses.weight[k]);
    for (size_t c = node.firstCore; c < node.firstCore + node.cores; ++c) {
      CorePlan &core = plan.cores[c];
      for (size_t t = 0; t < sum.size(); ++t) {
        double largest = *std::max_element(sum[t].begin() + static_cast<int64_t>(core.slice.lo),
                                           sum[t].begin() + static_cast<int64_t>(core.slice.hi));
        core.shift[t] = static_cast<uint8_t>(options.weightShift >= 0 ? options.weightShift
                                                                      : weightShift(largest));
      }
    }
  }
}

LogicalResult Planner::writeRows() {
  for (size_t n = 0; n < nodes.size(); ++n) {
    std::vector<std::map<size_t, SourceBlock>> blocks(nodes[n].cores);
    for (const Incoming &in : nodes[n].incoming)
      for (uint64_t i = 0; i < in.synapses.sources; ++i)
        for (uint64_t k = in.synapses.rowStart[i]; k < in.synapses.rowStart[i + 1]; ++k) {
          size_t to = coreOf(static_cast<uint32_t>(n), in.synapses.target[k]);
          size_t from = coreOf(in.source, i);
          CorePlan &target = plan.cores[to];
          uint8_t type = typeOf(in.port, in.synapses.weight[k]);
          uint16_t bits = weightBits(in.synapses.weight[k], target.shift[type]);
          plan.vanished += bits == 0;
          targets[from].insert(to);
          blocks[to - nodes[n].firstCore][from].synapses.push_back(
              {static_cast<uint32_t>(i - plan.cores[from].slice.lo),
               static_cast<uint32_t>(in.synapses.target[k] - target.slice.lo), in.delay[i], type,
               bits});
        }
    for (size_t c = 0; c < blocks.size(); ++c) {
      std::vector<SourceBlock> list;
      for (auto &[from, block] : blocks[c]) {
        const CorePlan &source = plan.cores[from];
        block.key = source.keys.key;
        block.mask = source.keys.mask;
        block.neurons = static_cast<uint32_t>(source.slice.hi - source.slice.lo);
        list.push_back(std::move(block));
      }
      CorePlan &core = plan.cores[nodes[n].firstCore + c];
      core.words = layOut(std::move(list), core.layout);
      core.slice.sdram = core.words.sdram.size() * sizeof(uint32_t);
      if (failed(checkMemory(n, core)))
        return failure();
    }
  }
  return success();
}

/// Data memory (64 KiB): ring buffers, population table, about 16 words a neuron, two row buffers,
/// packet buffer.
LogicalResult Planner::checkMemory(size_t node, const CorePlan &core) {
  constexpr uint64_t kAddresses = 8191, kDataMemory = 65536, kBuffers = 2 * 4 * 258 + 4 * 256;
  if (!core.words.table.empty() && core.words.table[1] > kAddresses)
    return refuse(node) << core.words.table[1] << " synaptic matrices on a core are needed, its "
                        << "population table has room for " << kAddresses;
  uint64_t used =
      (uint64_t{2} << (core.layout.delayBits + core.layout.typeBits + core.layout.indexBits)) +
      4 * core.words.table.size() + 64 * (core.slice.hi - core.slice.lo) + kBuffers;
  if (used > kDataMemory)
    return refuse(node) << used << " bytes of data memory are needed on a core, " << kDataMemory
                        << " are there; use fewer neurons a core (--neurons-per-core)";
  return success();
}

LogicalResult Planner::place() {
  std::vector<map::Slice> slices;
  for (const CorePlan &core : plan.cores)
    slices.push_back(core.slice);
  auto placed = map::placeRadial(machine, slices);
  if (auto *shortfall = std::get_if<map::Shortfall>(&placed)) {
    size_t largest = 0;
    for (size_t n = 0; n < nodes.size(); ++n)
      if (nodes[n].cores > nodes[largest].cores)
        largest = n;
    return refuse(largest, *shortfall)
           << " (this node alone takes " << nodes[largest].cores
           << " cores); use fewer neurons, or shorter delays so that a core holds more of them";
  }
  for (size_t c = 0; c < plan.cores.size(); ++c)
    plan.cores[c].core = std::get<std::vector<map::Core>>(placed)[c];
  return success();
}

LogicalResult Planner::routeAll() {
  std::vector<map::Tree> trees;
  std::vector<map::KeyRange> keys;
  for (size_t c = 0; c < plan.cores.size(); ++c) {
    if (targets[c].empty())
      continue;
    std::set<map::Core> to;
    for (size_t t : targets[c])
      to.insert(plan.cores[t].core);
    auto tree = map::routeTree(machine, plan.cores[c].core, to);
    if (auto *shortfall = std::get_if<map::Shortfall>(&tree))
      return refuse(plan.cores[c].slice.node, *shortfall);
    trees.push_back(std::move(std::get<map::Tree>(tree)));
    keys.push_back(plan.cores[c].keys);
  }
  auto tables = map::buildTables(trees, keys);
  if (auto *shortfall = std::get_if<map::Shortfall>(&tables))
    return refuse(plan.cores.back().slice.node, *shortfall)
           << "; use fewer slices (--neurons-per-core)";
  plan.tables = std::move(std::get<map::Tables>(tables));
  return success();
}

} // namespace

FailureOr<Plan> makePlan(const transforms::Dataflow &flow, const map::MachineDescription &machine,
                         const PlanOptions &options) {
  return Planner(flow, machine, options).run();
}

} // namespace spindle::spinnmap
