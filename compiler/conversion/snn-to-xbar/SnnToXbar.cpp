// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The conversion: columns of every population into tiles, tiles onto the mesh, routes between them.
#include "compiler/conversion/snn-to-xbar/SnnToXbar.h"

#include "compiler/conversion/snn-to-xbar/Checks.h"
#include "compiler/conversion/snn-to-xbar/Packing.h"
#include "compiler/conversion/snn-to-xbar/TileCodes.h"
#include "compiler/transforms/Connectivity.h"
#include "dialects/xbar/Xbar.h"

#include "mlir/IR/Builders.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/StringSet.h"

#include <algorithm>
#include <cctype>
#include <cmath>

using namespace mlir;

namespace spindle {

namespace {

using namespace xbarmap;

/// A tile to be: a share of a population's columns, and its place.
struct PlacedTile {
  snn::PopulationOp population;
  const std::vector<Column> *columns;
  TilePlan plan;
  unsigned x = 0, y = 0;
  std::string name;
};

class Mapper {
public:
  Mapper(ModuleOp module, snn::NetworkOp network, const FabricOptions &options)
      : module(module), network(network), flow(network), options(options) {}

  LogicalResult run() {
    if (failed(checkNetwork(flow)) || failed(checkOptions()) || failed(collectColumns()) ||
        failed(pack()) || failed(place()))
      return failure();
    route();
    if (failed(write()))
      return failure();
    eraseSynapses();
    return success();
  }

private:
  LogicalResult checkOptions();
  LogicalResult collectColumns();
  LogicalResult pack();
  LogicalResult checkRows(snn::PopulationOp population, const std::vector<Column> &columns);
  LogicalResult place();
  void route();
  LogicalResult write();
  LogicalResult writeTile(OpBuilder &b, const PlacedTile &tile);
  void writeRoutes(OpBuilder &b);
  void eraseSynapses();
  /// Start indices and words of the events of `neurons` of node `node`.
  std::pair<std::vector<int32_t>, std::vector<int32_t>> flitsOf(unsigned node,
                                                                ArrayRef<int32_t> neurons) const;

  ModuleOp module;
  snn::NetworkOp network;
  transforms::Dataflow flow;
  FabricOptions options;
  std::vector<std::vector<Column>> columns; ///< by node
  std::vector<PlacedTile> tiles;
  std::vector<std::vector<std::vector<int32_t>>> flits; ///< by node and neuron
  xbar::FabricOp fabric;
};

/// The attributes check themselves; here they are asked before any work is done.
LogicalResult Mapper::checkOptions() {
  MLIRContext *context = module.getContext();
  auto report = [&] { return network.emitError() << "--target=xbar: "; };
  function_ref<InFlightDiagnostic()> emitError = report;
  OpBuilder b(context);
  int64_t rows = options.rows, cols = options.cols, banks = options.banks;
  int64_t share = std::min<int64_t>(8, std::max<int64_t>(1, cols / 2));
  while (share > 1 && cols % (2 * share) != 0)
    --share;
  int64_t width = options.meshWidth, height = options.meshHeight, adcBits = options.adcBits,
          levels = options.levels, setup = 1, integrate = 2, mux = 0, sample = 1;
  auto mesh = xbar::MeshAttr::getChecked(emitError, context, width, height);
  auto geometry = xbar::GeometryAttr::getChecked(emitError, context, rows, cols, banks);
  auto periphery = xbar::PeripheryAttr::getChecked(emitError, context, adcBits, share, setup,
                                                   integrate, mux, sample);
  auto device = xbar::DeviceAttr::getChecked(emitError, context, xbar::Family::Ideal, levels,
                                             b.getF64FloatAttr(1e-6), b.getF64FloatAttr(1e-4));
  if (!mesh || !geometry || !periphery || !device)
    return failure();
  b.setInsertionPointToEnd(module.getBody());
  fabric = b.create<xbar::FabricOp>(network.getLoc(), StringRef("fabric"), network.getSymName(),
                                    mesh, geometry, periphery, device);
  fabric.getBody().emplaceBlock();
  return success();
}

LogicalResult Mapper::collectColumns() {
  columns.resize(flow.nodes.size());
  for (snn::PopulationOp population : flow.populations) {
    auto &list = columns[flow.index[population.getPop()]];
    list.resize(static_cast<size_t>(transforms::sizeOf(population.getPop())));
    for (size_t i = 0; i < list.size(); ++i)
      list[i].neuron = static_cast<uint32_t>(i);
  }
  for (snn::ProjectOp project : flow.projections) {
    FailureOr<transforms::Connectivity> synapses = transforms::expand(project);
    if (failed(synapses))
      return failure();
    uint32_t source = flow.index[project.getSource()];
    auto &list = columns[flow.index[project.getTarget()]];
    auto delays = project.getDelays();
    for (uint32_t i = 0; i < synapses->sources; ++i) {
      auto delay = static_cast<uint32_t>(project.getDelay() + (delays ? (*delays)[i] : 0));
      for (uint64_t k = synapses->rowStart[i]; k < synapses->rowStart[i + 1]; ++k)
        list[synapses->target[k]].synapses.push_back({{source, i, delay}, synapses->weight[k]});
    }
  }
  for (auto &list : columns)
    for (Column &column : list)
      column.merge();
  return success();
}

LogicalResult Mapper::checkRows(snn::PopulationOp population, const std::vector<Column> &list) {
  size_t available = options.rows * options.banks;
  const Column *worst = nullptr;
  for (const Column &column : list)
    if (!worst || column.synapses.size() > worst->synapses.size())
      worst = &column;
  if (!worst || worst->synapses.size() <= available)
    return success();
  auto diag = population.emitError()
              << "does not fit: node '" << population.getName() << "': neuron " << worst->neuron
              << " has " << worst->synapses.size()
              << " inputs (source neuron and delay), a tile has " << available << " rows ("
              << options.banks << " banks of " << options.rows << ")";
  if (static_cast<int64_t>(worst->synapses.size()) <= xbar::kMaxInputs)
    diag << "; use more rows or banks, at most " << xbar::kMaxInputs << " in all";
  else
    diag << "; no fabric has more than " << xbar::kMaxInputs
         << ": split the layer, or use --target=spinn";
  return diag;
}

LogicalResult Mapper::pack() {
  for (snn::PopulationOp population : flow.populations) {
    const auto &list = columns[flow.index[population.getPop()]];
    if (failed(checkRows(population, list)))
      return failure();
    std::string base;
    for (char c : population.getName())
      base += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    auto plans = packColumns(list, options.cols / 2, options.rows * options.banks);
    for (size_t i = 0; i < plans.size(); ++i)
      tiles.push_back(
          {population, &list, std::move(plans[i]), 0, 0, base + "_" + std::to_string(i)});
  }
  // Two nodes may become one name: "a.b" and "a_b".
  llvm::StringSet<> taken;
  for (PlacedTile &tile : tiles)
    while (!taken.insert(tile.name).second)
      tile.name += "_";
  return success();
}

/// Tiles follow one another along a snake through a square just large enough, from the corner where
/// the host injects: layers that talk to each other are neighbours.
LogicalResult Mapper::place() {
  size_t needed = tiles.size(), width = options.meshWidth, height = options.meshHeight;
  if (needed > width * height) {
    auto diag = network.emitError()
                << "does not fit: the network needs " << needed << " tiles, the fabric has "
                << width * height << " (mesh " << width << "x" << height << ")";
    size_t side = static_cast<size_t>(std::ceil(std::sqrt(static_cast<double>(needed))));
    if (side <= static_cast<size_t>(xbar::kMaxMesh))
      diag << "; use --tiles=" << side << "x" << (needed + side - 1) / side;
    else
      diag << "; no mesh has more than " << xbar::kMaxMesh * xbar::kMaxMesh
           << (options.cols < 256 ? ": use larger arrays (--cols), or --target=spinn"
                                  : ": use --target=spinn, or a smaller network");
    std::vector<std::pair<size_t, snn::PopulationOp>> counts;
    for (const PlacedTile &tile : tiles) {
      if (counts.empty() || counts.back().second != tile.population)
        counts.emplace_back(0, tile.population);
      ++counts.back().first;
    }
    for (auto [count, population] : counts)
      diag.attachNote(population.getLoc())
          << "node '" << population.getName() << "' takes " << count << " tiles";
    return diag;
  }
  size_t side = 1;
  while (std::min(side, width) * std::min(side, height) < needed)
    ++side;
  size_t w = std::min(side, width);
  for (size_t i = 0; i < needed; ++i) {
    size_t y = i / w, x = i % w;
    tiles[i].x = static_cast<unsigned>(y % 2 == 0 ? x : w - 1 - x);
    tiles[i].y = static_cast<unsigned>(y);
  }
  return success();
}

void Mapper::route() {
  flits.resize(flow.nodes.size());
  for (auto [node, value] : llvm::enumerate(flow.nodes))
    flits[node].resize(static_cast<size_t>(transforms::sizeOf(value)));
  for (const PlacedTile &tile : tiles)
    for (auto [row, key] : llvm::enumerate(tile.plan.rows)) {
      xbar::Flit flit{tile.x, tile.y, static_cast<unsigned>(row), key.delay};
      flits[key.node][key.neuron].push_back(static_cast<int32_t>(flit.word()));
    }
}

//===- Writing the fabric ---------------------------------------------------------------------===//

LogicalResult Mapper::writeTile(OpBuilder &b, const PlacedTile &tile) {
  snn::PopulationOp population = tile.population;
  TileCodes codes =
      encodeTile(*tile.columns, tile.plan, {options.levels, options.adcBits, options.rows});
  if (!chooseScale(codes.steps, codes.scale, codes.shift))
    return population.emitError() << "node '" << population.getName()
                                  << "': weights are too large for s16.15, one conductance step "
                                     "would be 65536 or more (scale the weights down)";
  SmallVector<int32_t> neurons;
  for (size_t c : tile.plan.columns)
    neurons.push_back(static_cast<int32_t>((*tile.columns)[c].neuron));
  auto rows = static_cast<int64_t>(tile.plan.rows.size());
  b.create<xbar::TileOp>(population.getLoc(), tile.name, tile.x, tile.y, population.getName(),
                         population.getModel(), static_cast<int64_t>(population.getOnset()),
                         neurons, rows, b.getF64ArrayAttr(codes.steps), codes.scale, codes.shift,
                         codes.adcShift);
  auto type =
      RankedTensorType::get({rows, static_cast<int64_t>(2 * neurons.size())}, b.getIntegerType(16));
  b.create<xbar::ProgramOp>(population.getLoc(), tile.name,
                            DenseElementsAttr::get(type, ArrayRef<int16_t>(codes.codes)));
  return success();
}

std::pair<std::vector<int32_t>, std::vector<int32_t>>
Mapper::flitsOf(unsigned node, ArrayRef<int32_t> neurons) const {
  std::vector<int32_t> start = {0}, words;
  for (int32_t neuron : neurons) {
    llvm::append_range(words, flits[node][static_cast<size_t>(neuron)]);
    start.push_back(static_cast<int32_t>(words.size()));
  }
  return {start, words};
}

void Mapper::writeRoutes(OpBuilder &b) {
  for (snn::SourceOp source : flow.sources) {
    SmallVector<int32_t> all(static_cast<size_t>(transforms::sizeOf(source.getPop())));
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = static_cast<int32_t>(i);
    auto [start, words] = flitsOf(flow.index[source.getPop()], all);
    b.create<xbar::InjectOp>(source.getLoc(), source.getName(), start, words);
  }
  for (const PlacedTile &tile : tiles) {
    SmallVector<int32_t> neurons;
    for (size_t c : tile.plan.columns)
      neurons.push_back(static_cast<int32_t>((*tile.columns)[c].neuron));
    snn::PopulationOp population = tile.population;
    auto [start, words] = flitsOf(flow.index[population.getPop()], neurons);
    b.create<xbar::RouteOp>(population.getLoc(), tile.name, start, words);
  }
}

LogicalResult Mapper::write() {
  Block &body = fabric.getBody().front();
  auto b = OpBuilder::atBlockEnd(&body);
  for (const PlacedTile &tile : tiles)
    if (failed(writeTile(b, tile)))
      return failure();
  writeRoutes(b);
  // Tiles first: what a reader looks for. Programs are long.
  Operation *lastTile = nullptr;
  for (Operation &op : llvm::make_early_inc_range(body))
    if (isa<xbar::TileOp>(op)) {
      if (lastTile)
        op.moveAfter(lastTile);
      lastTile = &op;
    }
  return success();
}

/// The fabric holds the synapses now; weights that drives name stay.
void Mapper::eraseSynapses() {
  for (snn::ProjectOp project : flow.projections)
    project.erase();
  for (auto weights : llvm::make_early_inc_range(network.getOps<snn::WeightsOp>()))
    if (SymbolTable::symbolKnownUseEmpty(weights, network))
      weights.erase();
  for (snn::RelayOp relay : flow.relays)
    if (relay.getPop().use_empty())
      relay.erase();
}

//===- Pass -----------------------------------------------------------------------------------===//

struct SnnToXbarPass : PassWrapper<SnnToXbarPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SnnToXbarPass)

  SnnToXbarPass() = default;
  SnnToXbarPass(const SnnToXbarPass &other) : PassWrapper(other) { copyOptionValuesFrom(&other); }

  StringRef getArgument() const override { return "snn-to-xbar"; }
  StringRef getDescription() const override {
    return "map a retimed network to the tiles of a crossbar fabric";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<xbar::XbarDialect>();
  }
  void runOnOperation() override {
    FabricOptions options{rows, cols, banks, levels, adcBits, width, height};
    if (failed(convertSnnToXbar(getOperation(), options)))
      signalPassFailure();
  }

  Option<unsigned> rows{*this, "rows", llvm::cl::init(128), llvm::cl::desc("rows of an array")};
  Option<unsigned> cols{*this, "cols", llvm::cl::init(128),
                        llvm::cl::desc("physical columns of an array, two for a neuron")};
  Option<unsigned> banks{*this, "banks", llvm::cl::init(8), llvm::cl::desc("arrays of a tile")};
  Option<unsigned> levels{*this, "levels", llvm::cl::init(32),
                          llvm::cl::desc("conductance levels of a device")};
  Option<unsigned> adcBits{*this, "adc-bits", llvm::cl::init(9), llvm::cl::desc("converter bits")};
  Option<unsigned> width{*this, "width", llvm::cl::init(16),
                         llvm::cl::desc("tiles per row of the mesh")};
  Option<unsigned> height{*this, "height", llvm::cl::init(16),
                          llvm::cl::desc("tiles per column of the mesh")};
};

} // namespace

LogicalResult convertSnnToXbar(ModuleOp module, const FabricOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  if (failed(network))
    return failure();
  module.getContext()->loadDialect<xbar::XbarDialect>();
  return Mapper(module, *network, options).run();
}

void registerSnnToXbar() { PassRegistration<SnnToXbarPass>(); }

} // namespace spindle
