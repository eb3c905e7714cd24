// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices, synapses by pairs of slices, then places, routes and keys (compiler/mapping), and the
// rows last: places need the size of the rows, and rows need keys.
#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"

#include "compiler/conversion/snn-to-spinn/Checks.h"
#include "compiler/conversion/snn-to-spinn/CoreMemory.h"
#include "compiler/conversion/snn-to-spinn/Delays.h"
#include "compiler/conversion/snn-to-spinn/Extensions.h"
#include "compiler/conversion/snn-to-spinn/Learning.h"
#include "compiler/conversion/snn-to-spinn/MachineChoice.h"
#include "compiler/conversion/snn-to-spinn/Synapses.h"
#include "compiler/mapping/Mapping.h"
#include "compiler/mapping/Rows.h"
#include "dialects/spinn/Spinn.h"

#include "mlir/IR/Builders.h"

#include <algorithm>
#include <cmath>
#include <map>

using namespace mlir;

namespace spindle {
namespace {

using spinnmap::Inputs;

/// A slice of a node, on its way to a core.
struct CorePlan {
  Value node;
  map::Slice slice;
  std::optional<map::RingBits> ring; ///< none for a source
  std::vector<int64_t> shift;
  using Origin = std::pair<uint32_t, int32_t>; ///< the source's core, which learning projection
  std::map<Origin, map::Matrix> matrices;      ///< its synapses
  map::CoreWords words;
  uint64_t drawnTableWords = 0; ///< of generated rows, which the machine writes
};

class Mapper {
public:
  Mapper(ModuleOp module, snn::NetworkOp network, const ManyCoreOptions &options,
         spinnmap::MachineChoice choice)
      : module(module), network(network), options(options), choice(std::move(choice)),
        flow(network) {
    for (snn::ProjectOp project : flow.projections)
      if (project.getLearn())
        learning.push_back(project);
  }

  LogicalResult run() {
    if (failed(spinnmap::checkNetwork(network, flow, options)) || failed(checkCores()) ||
        failed(readInputs()))
      return failure();
    do {
      if (failed(partition()))
        return failure();
      buildGraph();
      for (size_t i = 0; i < flow.populations.size(); ++i)
        connect(flow.populations[i], inputs[i]);
      extensions.addTo(graph);
    } while (cutSmaller());
    for (auto [population, in] : llvm::zip(flow.populations, inputs))
      spinnmap::warnOfLateSynapses(population, in, cores[first[population.getPop()]].ring->delay);
    if (failed(mapGraph()) || failed(buildWords()))
      return failure();
    write();
    eraseSynapses();
    return success();
  }

private:
  LogicalResult checkCores();
  LogicalResult readInputs();
  LogicalResult partition();
  LogicalResult partition(snn::PopulationOp population, const Inputs &in);
  void buildGraph();
  void connect(snn::PopulationOp population, const Inputs &in);
  bool cutSmaller();
  LogicalResult mapGraph();
  LogicalResult refuse(const map::Shortage &shortage);
  LogicalResult buildWords();
  void connectGenerated(const Inputs &in, uint32_t begin, uint32_t end);
  void addDrawn(uint32_t to, uint64_t rows, uint32_t length);
  LogicalResult checkMemory(snn::PopulationOp population, const CorePlan &core);
  void write();
  void eraseSynapses();

  LogicalResult doesNotFit(Operation *op, const map::Shortage &s, const Twine &who,
                           const Twine &remedy) {
    InFlightDiagnostic error = op->emitError();
    error << "does not fit: " << who << " needs " << s.needed << " " << s.resource << ", "
          << s.available << " are available";
    if (!s.where.empty())
      error << " at " << s.where;
    return error << " (" << remedy << ")";
  }
  LogicalResult tooManyCores(Value largest, uint64_t ofLargest, const map::Shortage &shortage) {
    return doesNotFit(
        largest.getDefiningOp(), shortage,
        "the network (" + nodeText(largest) + " alone takes " + Twine(ofLargest) + " cores)",
        (options.neuronsPerCore < map::kMaxNeuronsPerCore ? "put more neurons on a core, " : "") +
            choice.remedy(shortage.needed));
  }
  /// The node that a slice of the graph belongs to.
  Value nodeOf(uint32_t slice) const {
    return cores[slice < cores.size() ? slice : extensions[slice - cores.size()].source].node;
  }
  std::string nodeText(Value pop) const { return "node '" + snn::nodeName(pop).str() + "'"; }
  std::string nameOf(uint32_t core) const {
    if (core >= cores.size()) {
      const spinnmap::Extension &extension = extensions[core - cores.size()];
      return nameOf(extension.source) + spinnmap::extensionSuffix(extension.step);
    }
    const CorePlan &plan = cores[core];
    return snn::nodeName(plan.node).str() + "_" + std::to_string(core - first.lookup(plan.node));
  }

  ModuleOp module;
  snn::NetworkOp network;
  const ManyCoreOptions &options;
  spinnmap::MachineChoice choice;
  transforms::Dataflow flow;
  std::vector<snn::ProjectOp> learning; ///< projections with a rule
  std::vector<Inputs> inputs;           ///< per population
  std::vector<CorePlan> cores;
  std::set<std::pair<uint32_t, uint32_t>> joined; ///< cores with synapses between them
  llvm::DenseMap<Value, uint32_t> first;          ///< first core of a node
  llvm::DenseMap<Value, unsigned> limits;         ///< neurons of a population on a core
  map::MachineGraph graph;                        ///< slices in the order of `cores`, ...
  spinnmap::Extensions extensions;                ///< ... and then of these
  map::Mapping mapping;
};

//===- What cannot be mapped ------------------------------------------------------------------===//

/// Before anything is expanded: a network far too large would take all of the memory first.
LogicalResult Mapper::checkCores() {
  uint64_t needed = 0, most = 0;
  Value largest;
  for (Value node : flow.nodes) {
    auto neurons = static_cast<uint64_t>(transforms::sizeOf(node));
    uint64_t atLeast = (neurons + options.neuronsPerCore - 1) / options.neuronsPerCore;
    needed += atLeast;
    if (atLeast > most) {
      most = atLeast;
      largest = node;
    }
  }
  if (needed <= choice.mostCores())
    return success();
  return tooManyCores(largest, most, {"cores", needed, choice.mostCores(), ""});
}

//===- Slices ---------------------------------------------------------------------------------===//

LogicalResult Mapper::partition(snn::PopulationOp population, const Inputs &in) {
  auto [limit, fresh] = limits.try_emplace(population.getPop(), options.neuronsPerCore);
  limit->second = spinnmap::roomOn(population, in, learning, limit->second);
  FailureOr<map::Partition> parts = spinnmap::partition(population, in, limit->second);
  if (failed(parts))
    return failure();
  for (const map::Slice &slice : parts->slices)
    cores.push_back({population.getPop(),
                     slice,
                     parts->ring,
                     {in.shifts().begin(), in.shifts().end()},
                     {},
                     {}});
  return success();
}

LogicalResult Mapper::readInputs() {
  for (snn::PopulationOp population : flow.populations) {
    FailureOr<Inputs> in = Inputs::of(population, flow);
    if (failed(in) ||
        failed(in->chooseShifts(options.weightShift,
                                network.getDt() ? network.getDt()->convertToDouble() : 0.0)))
      return failure();
    inputs.push_back(std::move(*in));
  }
  return success();
}

LogicalResult Mapper::partition() {
  for (snn::SourceOp source : flow.sources) {
    first[source.getPop()] = cores.size();
    for (const map::Slice &slice : map::cut(
             static_cast<uint32_t>(transforms::sizeOf(source.getPop())), options.neuronsPerCore))
      cores.push_back({source.getPop(), slice, std::nullopt, {}, {}, {}});
  }
  for (auto [population, in] : llvm::zip(flow.populations, inputs)) {
    first[population.getPop()] = cores.size();
    if (failed(partition(population, in)))
      return failure();
  }
  return success();
}

//===- Rows -----------------------------------------------------------------------------------===//

LogicalResult Mapper::checkMemory(snn::PopulationOp population, const CorePlan &core) {
  map::DtcmUse use = spinnmap::memoryOf(population, learning, core.slice.size(), *core.ring,
                                        core.words.table.size() + core.drawnTableWords);
  if (use.bytes() <= map::kDtcmBytes)
    return success();
  return doesNotFit(population, {"bytes of a core's own memory", use.bytes(), map::kDtcmBytes, ""},
                    nodeText(core.node), "put fewer neurons on a core, or shorten the delays");
}

LogicalResult Mapper::buildWords() {
  for (CorePlan &core : cores) {
    auto population = core.node.getDefiningOp<snn::PopulationOp>();
    if (!population)
      continue;
    std::vector<map::Matrix> list;
    for (auto &[from, matrix] : core.matrices) {
      matrix.keys = mapping.keys[from.first];
      list.push_back(std::move(matrix));
    }
    core.matrices.clear();
    map::Result<map::CoreWords> words = map::buildRows(std::move(list), *core.ring);
    if (!words)
      return doesNotFit(population, words.shortage(), nodeText(core.node),
                        "put fewer neurons on a core");
    core.words = std::move(*words);
    if (failed(checkMemory(population, core)))
      return failure();
  }
  return success();
}

//===- Places and routes ----------------------------------------------------------------------===//

void Mapper::buildGraph() {
  Value node;
  for (const CorePlan &core : cores) {
    if (core.node != node)
      graph.addPopulation(snn::nodeName(core.node).str(), expectedPackets(network, core.node));
    node = core.node;
    graph.addSlice(core.slice);
  }
}

/// Sorts the synapses onto a population by pairs of slices: who sends to whom, and how much room
/// the rows take.
void Mapper::connect(snn::PopulationOp population, const Inputs &in) {
  uint32_t begin = first[population.getPop()];
  uint32_t width = cores[begin].slice.size(); // all slices of a node but the last are as wide
  in.forEach([&](const spinnmap::Synapse &s) {
    uint32_t sourceBegin = first[s.source], sourceWidth = cores[sourceBegin].slice.size();
    uint32_t from = sourceBegin + s.from / sourceWidth, to = begin + s.to / width;
    map::Matrix &matrix = cores[to].matrices[{from, s.learn}];
    matrix.learn = s.learn;
    if (s.learn >= 0 && matrix.historyWords == 0)
      matrix.historyWords = spinnmap::historyWords(learning[s.learn]);
    matrix.sources = cores[from].slice.size();
    matrix.synapses.push_back({s.from % sourceWidth, s.to % width, s.type, s.delay, s.weight});
  });
  for (uint32_t to = begin; to < cores.size() && cores[to].node == population.getPop(); ++to)
    for (const auto &[from, matrix] : cores[to].matrices) {
      if (joined.insert({from.first, to}).second)
        graph.connect(from.first, to);
      graph.addSdram(to, map::sdramBytes(matrix));
    }
  uint32_t end = begin;
  while (end < cores.size() && cores[end].node == population.getPop())
    ++end;
  connectGenerated(in, begin, end);
}

/// Rows of `length` synapses that the machine writes.
void Mapper::addDrawn(uint32_t to, uint64_t rows, uint32_t length) {
  graph.addSdram(to, map::sdramBytes(std::vector<uint32_t>(rows, length)));
  cores[to].drawnTableWords += (length + map::kRowLimit - 1) / map::kRowLimit;
}

/// Room, table entries and listeners of generated projections, whose rows are not built here.
void Mapper::connectGenerated(const Inputs &in, uint32_t begin, uint32_t end) {
  constexpr uint64_t kEntryWords = 5; // of the population table
  const uint32_t step = uint32_t(1) << cores[begin].ring->delay;
  std::set<std::tuple<uint32_t, uint32_t, bool>> entries; // by target, source, extension or not
  auto enter = [&](uint32_t from, uint32_t to, bool extension) {
    if (entries.insert({to, from, extension}).second)
      cores[to].drawnTableWords += kEntryWords;
  };
  for (const spinnmap::Generated &g : in.generated()) {
    uint32_t sources = first[snn::ProjectOp(g.op).getSource()];
    std::vector<double> shares = g.stageShares(step);
    for (uint32_t to = begin; to < end; ++to) {
      const map::Slice &target = cores[to].slice;
      spinnmap::DrawnRows rows(g.rowLength(target.lo, target.hi), shares);
      for (uint32_t from = sources; from < cores.size() && cores[from].node == cores[sources].node;
           ++from) {
        const map::Slice &source = cores[from].slice;
        if (rows.direct + rows.delayed == 0 || !g.joins(source.lo, source.hi, target.lo, target.hi))
          continue;
        if (rows.direct > 0) {
          enter(from, to, false);
          addDrawn(to, source.size(), rows.direct);
          if (joined.insert({from, to}).second)
            graph.connect(from, to);
        }
        if (rows.delayed > 0) {
          enter(from, to, true);
          addDrawn(to, uint64_t(source.size()) * rows.stages, rows.delayed);
          extensions.need(from, to, step, rows.stages);
        }
      }
    }
  }
}

/// Where the population tables leave too little room for the neurons, fewer are put on a core;
/// true if that is so for any: then all begins anew.
bool Mapper::cutSmaller() {
  bool any = false;
  for (const CorePlan &core : cores) {
    auto population = core.node.getDefiningOp<snn::PopulationOp>();
    if (!population || limits[core.node] < core.slice.size() || core.slice.size() == 1)
      continue; // cut already
    uint64_t words = core.drawnTableWords;
    for (const auto &[from, matrix] : core.matrices)
      words += map::tableWords(matrix);
    if (spinnmap::memoryOf(population, learning, core.slice.size(), *core.ring, words).bytes() <=
        map::kDtcmBytes)
      continue;
    limits[core.node] = core.slice.size() / 2;
    any = true;
  }
  if (!any)
    return false;
  cores.clear(), joined.clear(), first.clear(), extensions.clear();
  graph = {};
  return true;
}

LogicalResult Mapper::mapGraph() {
  map::MappingOptions how{
      options.placement == "radial" ? map::Placement::Radial : map::Placement::Optimised,
      options.routing == "dimension" ? map::Routing::Dimension : map::Routing::Congestion,
      map::methodNamed(options.minimise)};
  choice.growTo(graph.size());
  while (true) {
    map::Result<map::Mapping> result = map::mapGraph(choice.machine(), graph, how);
    if (result) {
      mapping = std::move(*result);
      return success();
    }
    // More boards bring cores and SDRAM; larger tables and chips they do not.
    const map::Shortage &shortage = result.shortage();
    bool helps =
        StringRef(shortage.resource).contains("cores") ||
        (StringRef(shortage.resource).contains("SDRAM") && shortage.needed <= map::kSdramBytes);
    if (!helps || !choice.grow())
      return refuse(shortage);
  }
}

/// Whose shortage it is, and the way out.
LogicalResult Mapper::refuse(const map::Shortage &shortage) {
  if (shortage.slice < 0) {               // too few cores: the node that takes most of them
    std::map<uint32_t, uint64_t> coresOf; // by first core
    uint32_t largest = 0;
    for (uint32_t i = 0; i < graph.size(); ++i)
      if (++coresOf[first[nodeOf(i)]] > coresOf[first[nodeOf(largest)]])
        largest = i;
    Value node = nodeOf(largest);
    return tooManyCores(node, coresOf[first[node]], shortage);
  }
  Value node = nodeOf(static_cast<uint32_t>(shortage.slice));
  StringRef resource = shortage.resource;
  std::string remedy;
  if (resource.contains("SDRAM"))
    remedy = "put fewer neurons on a core, or use fewer synapses";
  else if (resource.contains("links"))
    remedy = "dead parts cut the machine in pieces; use another machine";
  else if (resource.contains("entries"))
    remedy = "put more neurons on a core, use --minimise=best, or fewer projections";
  else
    remedy = "put more neurons on a core, or make the network smaller";
  return doesNotFit(node.getDefiningOp(), shortage,
                    (resource.contains("SDRAM") ? "a core of " : "") + nodeText(node), remedy);
}

//===- The mapped module ----------------------------------------------------------------------===//

ElementsAttr wordsAttr(OpBuilder &b, const std::vector<uint32_t> &words) {
  auto type = RankedTensorType::get({static_cast<int64_t>(words.size())}, b.getI32Type());
  return DenseElementsAttr::get<int32_t>(
      type, ArrayRef(reinterpret_cast<const int32_t *>(words.data()), words.size()));
}

void Mapper::write() {
  OpBuilder b(module.getContext());
  b.setInsertionPointAfter(network);
  std::string name = "machine";
  while (module.lookupSymbol(name)) // the network is named by its file
    name += "_";
  spinn::MachineOp machine = choice.create(b, network.getLoc(), name, network.getSymName());
  b.createBlock(&machine.getBody());
  for (uint32_t i = 0; i < cores.size(); ++i) {
    const CorePlan &core = cores[i];
    const map::CoreId &at = mapping.places[i];
    auto population = core.node.getDefiningOp<snn::PopulationOp>();
    auto op = b.create<spinn::CoreOp>(core.node.getLoc(), nameOf(i), at.chip.x, at.chip.y, at.p,
                                      snn::nodeName(core.node), core.slice.lo, core.slice.hi,
                                      population ? population.getOnset() : 0, spinn::RingAttr(),
                                      DenseI64ArrayAttr());
    if (!core.ring)
      continue;
    op.setRingAttr(
        spinn::RingAttr::get(b.getContext(), core.ring->delay, core.ring->type, core.ring->index));
    op.setShiftAttr(b.getDenseI64ArrayAttr(core.shift));
  }
  for (uint32_t i = cores.size(); i < graph.size(); ++i) {
    const spinnmap::Extension &extension = extensions[i - cores.size()];
    const map::CoreId &at = mapping.places[i];
    b.create<spinn::ExtensionOp>(nodeOf(i).getLoc(), nameOf(i), at.chip.x, at.chip.y, at.p,
                                 nameOf(extension.source), extension.stages, extension.step);
  }
  for (uint32_t i = 0; i < graph.size(); ++i)
    if (graph.sends(i))
      b.create<spinn::KeysOp>(nodeOf(i).getLoc(), nameOf(i), mapping.keys[i].key,
                              mapping.keys[i].mask);
  for (auto &[chip, entries] : mapping.tables) {
    SmallVector<int32_t> words;
    for (const map::TableEntry &e : entries)
      for (uint32_t word : {e.key, e.mask, e.route})
        words.push_back(static_cast<int32_t>(word));
    b.create<spinn::RoutesOp>(network.getLoc(), chip.x, chip.y, b.getDenseI32ArrayAttr(words));
  }
  for (uint32_t i = 0; i < cores.size(); ++i) {
    const map::CoreWords &words = cores[i].words;
    if (words.table.empty())
      continue;
    b.create<spinn::TableOp>(cores[i].node.getLoc(), nameOf(i), wordsAttr(b, words.table),
                             words.learn.empty() ? DenseI32ArrayAttr()
                                                 : b.getDenseI32ArrayAttr(words.learn));
    b.create<spinn::RowsOp>(cores[i].node.getLoc(), nameOf(i), wordsAttr(b, words.sdram));
  }
}

/// The machine holds the synapses now; weights that drives name stay, and so does what learns: it
/// says by which rule, with which numbers.
void Mapper::eraseSynapses() {
  for (snn::ProjectOp project : flow.projections)
    if (!project.getLearn() && !isa<snn::GeneratedAttr>(project.getMap())) // what the machine needs
      project.erase();
  for (auto weights : llvm::make_early_inc_range(network.getOps<snn::WeightsOp>()))
    if (SymbolTable::symbolKnownUseEmpty(weights, network))
      weights.erase();
}

} // namespace

double expectedPackets(snn::NetworkOp network, Value node) {
  constexpr double kRate = 30.0, kStep = 1e-3; // per second; seconds where the network has no dt
  double step = network.getDt() ? network.getDt()->convertToDouble() : kStep;
  double rate = kRate;
  if (auto source = node.getDefiningOp<snn::SourceOp>(); source && source.getRate())
    rate = source.getRate()->convertToDouble();
  return 1.0 - std::exp(-rate * step);
}

LogicalResult convertSnnToSpinn(ModuleOp module, const ManyCoreOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  if (failed(network))
    return failure();
  FailureOr<spinnmap::MachineChoice> choice = spinnmap::MachineChoice::of(*network, options);
  if (failed(choice))
    return failure();
  module.getContext()->loadDialect<spinn::SpinnDialect>();
  return Mapper(module, *network, options, std::move(*choice)).run();
}

} // namespace spindle
