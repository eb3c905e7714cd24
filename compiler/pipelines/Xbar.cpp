// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The xbar pipeline: fold, retime, map; and the image of what came out.
#include "dialects/xbar/Xbar.h"
#include "compiler/codegen/Derive.h"
#include "compiler/codegen/verilog/NeuronUnit.h"
#include "compiler/conversion/snn-to-xbar/SnnToXbar.h"
#include "compiler/pipelines/ImageMeta.h"
#include "compiler/pipelines/Pipelines.h"
#include "compiler/transforms/Passes.h"

#include <nlohmann/json.hpp>

using namespace mlir;

namespace spindle {

namespace {

namespace fb = image::fb;

FailureOr<xbar::FabricOp> theFabric(ModuleOp module) {
  for (xbar::FabricOp fabric : module.getOps<xbar::FabricOp>())
    return fabric;
  return module.emitError("there is no xbar.fabric in the module");
}

std::string optionsJson(const XbarOptions &o) {
  nlohmann::json json = {
      {"target", "xbar"},
      {"rows", o.rows},
      {"cols", o.cols},
      {"banks", o.banks},
      {"levels", o.levels},
      {"adc_bits", o.adcBits},
      {"tiles", std::to_string(o.meshWidth) + "x" + std::to_string(o.meshHeight)},
      {"float_neurons", o.floatNeurons}};
  return json.dump();
}

/// The values of the neurons in `neurons`, from a column that has one value or one per neuron.
template <typename T> std::vector<T> pick(const std::vector<T> &column, ArrayRef<int32_t> neurons) {
  std::vector<T> values;
  for (int32_t neuron : neurons)
    values.push_back(column[column.size() == 1 ? 0 : static_cast<size_t>(neuron)]);
  return values;
}

/// What all tiles of a population share: its numbers as columns.
struct PopulationColumns {
  struct Term {
    std::vector<uint32_t> words; ///< fixed point
    std::vector<double> reals;   ///< float neurons
  };
  std::vector<Term> param, init;
  std::vector<std::pair<uint64_t, Term>> drives; ///< first step, values
};

class XbarImageWriter {
public:
  XbarImageWriter(snn::NetworkOp network, xbar::FabricOp fabric, const XbarOptions &options,
                  const codegen::CpuKernels &kernels, std::string verilog)
      : network(network), fabric(fabric), options(options), flow(network),
        meta(flow, kernels, options.floatNeurons ? codegen::Number::F64 : codegen::Number::S1615),
        verilog(std::move(verilog)) {}

  FailureOr<std::vector<std::byte>> write();

private:
  FailureOr<PopulationColumns::Term> term(snn::PopulationOp pop, const codegen::StepTerm &term,
                                          const codegen::Column &column);
  FailureOr<PopulationColumns> columnsOf(snn::PopulationOp pop);
  fb::Blob writeTerm(const PopulationColumns::Term &term, ArrayRef<int32_t> neurons);
  fb::Blob writeCodes(xbar::TileOp tile);
  fb::Blob writeWords(ArrayRef<int32_t> words) {
    return writer.addArray(std::span<const int32_t>(words.data(), words.size()));
  }
  flatbuffers::Offset<fb::Tile> writeTile(xbar::TileOp tile, snn::PopulationOp pop,
                                          const PopulationColumns &columns);
  template <typename Op> Op partOf(xbar::TileOp tile) {
    for (Op op : fabric.getOps<Op>())
      if (op.getTile() == tile.getSymName())
        return op;
    return {};
  }

  snn::NetworkOp network;
  xbar::FabricOp fabric;
  const XbarOptions &options;
  transforms::Dataflow flow;
  ImageMeta meta;
  std::string verilog;
  image::Writer writer;
};

//===- Columns --------------------------------------------------------------------------------===//

FailureOr<PopulationColumns::Term> XbarImageWriter::term(snn::PopulationOp pop,
                                                         const codegen::StepTerm &term,
                                                         const codegen::Column &column) {
  if (options.floatNeurons)
    return PopulationColumns::Term{{}, column};
  FailureOr<std::vector<uint32_t>> words = codegen::toWords(pop, term, column);
  if (failed(words))
    return failure();
  return PopulationColumns::Term{std::move(*words), {}};
}

FailureOr<PopulationColumns> XbarImageWriter::columnsOf(snn::PopulationOp pop) {
  auto model = SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(pop, pop.getModelAttr());
  const codegen::StepInfo &info = meta.info(pop.getModel());
  FailureOr<codegen::StepColumns> columns = codegen::columns(pop, model, info);
  if (failed(columns))
    return failure();
  PopulationColumns result;
  auto convert = [&](const std::vector<codegen::StepTerm> &terms,
                     const std::vector<codegen::Column> &values,
                     std::vector<PopulationColumns::Term> &out) {
    for (auto [stepTerm, column] : llvm::zip(terms, values)) {
      FailureOr<PopulationColumns::Term> value = term(pop, stepTerm, column);
      if (failed(value))
        return failure();
      out.push_back(std::move(*value));
    }
    return success();
  };
  if (failed(convert(info.param, columns->param, result.param)) ||
      failed(convert(info.state, columns->state, result.init)))
    return failure();
  for (snn::DriveOp drive : flow.drives) {
    if (drive.getTarget() != pop.getPop())
      continue;
    FailureOr<std::vector<double>> values = transforms::readDrive(drive);
    if (failed(values))
      return failure();
    codegen::StepTerm input{"drive", "", codegen::Number::S1615};
    FailureOr<PopulationColumns::Term> value = term(pop, input, *values);
    if (failed(value))
      return failure();
    // `from` counts from the onset of the population; the tile counts steps of the run.
    result.drives.emplace_back(drive.getFrom() + pop.getOnset(), std::move(*value));
  }
  return result;
}

fb::Blob XbarImageWriter::writeTerm(const PopulationColumns::Term &term,
                                    ArrayRef<int32_t> neurons) {
  if (options.floatNeurons)
    return writer.addArray(pick(term.reals, neurons));
  return writer.addArray(pick(term.words, neurons));
}

//===- Tiles ----------------------------------------------------------------------------------===//

/// Whole banks: the rows that are not in use have codes of 0.
fb::Blob XbarImageWriter::writeCodes(xbar::TileOp tile) {
  auto rows = static_cast<size_t>(fabric.getGeometry().getRows());
  size_t banks = (tile.getRows() + rows - 1) / rows;
  std::vector<int16_t> codes;
  if (auto program = partOf<xbar::ProgramOp>(tile))
    llvm::append_range(codes, program.getCodes().getValues<int16_t>());
  codes.resize(banks * rows * 2 * tile.getNeurons().size(), 0);
  return writer.addArray(codes);
}

flatbuffers::Offset<fb::Tile> XbarImageWriter::writeTile(xbar::TileOp tile, snn::PopulationOp pop,
                                                         const PopulationColumns &columns) {
  auto &b = writer.builder();
  ArrayRef<int32_t> neurons = tile.getNeurons();
  std::vector<fb::Blob> param, init;
  for (const auto &term : columns.param)
    param.push_back(writeTerm(term, neurons));
  for (const auto &term : columns.init)
    init.push_back(writeTerm(term, neurons));
  std::vector<flatbuffers::Offset<fb::TileDrive>> drives;
  for (const auto &[from, term] : columns.drives) {
    fb::Blob values = writeTerm(term, neurons);
    drives.push_back(fb::CreateTileDrive(b, from, &values));
  }
  std::vector<double> steps;
  for (Attribute step : tile.getSteps())
    steps.push_back(cast<FloatAttr>(step).getValueAsDouble());
  auto rows = static_cast<uint64_t>(fabric.getGeometry().getRows());
  auto route = partOf<xbar::RouteOp>(tile);
  SmallVector<int32_t> none(neurons.size() + 1, 0);
  fb::Blob neuronBlob = writeWords(neurons), codes = writeCodes(tile),
           scale = writeWords(tile.getScale()),
           start = writeWords(route && !route.getFlits().empty() ? route.getStart()
                                                                 : ArrayRef<int32_t>(none)),
           flits = writeWords(route ? route.getFlits() : ArrayRef<int32_t>());
  fb::Blob real = options.floatNeurons ? writer.addArray(steps) : fb::Blob(0, 0);
  auto paramList = b.CreateVectorOfStructs(param), initList = b.CreateVectorOfStructs(init);
  auto driveList = b.CreateVector(drives);
  fb::TileBuilder builder(b);
  builder.add_x(static_cast<uint8_t>(tile.getX()));
  builder.add_y(static_cast<uint8_t>(tile.getY()));
  builder.add_node(meta.node(pop.getPop()));
  builder.add_model(meta.model(pop.getModel()));
  builder.add_onset(tile.getOnset());
  builder.add_neurons(&neuronBlob);
  builder.add_banks(static_cast<uint8_t>((tile.getRows() + rows - 1) / rows));
  builder.add_codes(&codes);
  builder.add_scale(&scale);
  builder.add_scale_shift(static_cast<uint8_t>(tile.getShift()));
  builder.add_adc_shift(static_cast<uint8_t>(tile.getAdcShift()));
  builder.add_scale_real(&real);
  builder.add_param(paramList);
  builder.add_init(initList);
  builder.add_drives(driveList);
  builder.add_route_start(&start);
  builder.add_routes(&flits);
  return builder.Finish();
}

FailureOr<std::vector<std::byte>> XbarImageWriter::write() {
  auto &b = writer.builder();
  std::vector<flatbuffers::Offset<fb::Tile>> tiles;
  for (snn::PopulationOp pop : flow.populations) {
    FailureOr<PopulationColumns> columns = columnsOf(pop);
    if (failed(columns))
      return failure();
    for (xbar::TileOp tile : fabric.getOps<xbar::TileOp>())
      if (tile.getNode() == pop.getName())
        tiles.push_back(writeTile(tile, pop, *columns));
  }
  std::vector<flatbuffers::Offset<fb::XbarSource>> sources;
  for (snn::SourceOp source : flow.sources)
    for (xbar::InjectOp inject : fabric.getOps<xbar::InjectOp>())
      if (inject.getNode() == source.getName()) {
        fb::Blob start = writeWords(inject.getStart()), flits = writeWords(inject.getFlits());
        sources.push_back(fb::CreateXbarSource(b, meta.node(source.getPop()), &start, &flits));
      }
  auto g = fabric.getGeometry();
  auto p = fabric.getPeriphery();
  auto tileList = b.CreateVector(tiles);
  auto sourceList = b.CreateVector(sources);
  auto text = b.CreateString(verilog);
  auto u32 = [](int64_t value) { return static_cast<uint32_t>(value); };
  auto u8 = [](int64_t value) { return static_cast<uint8_t>(value); };
  auto program = fb::CreateXbar(b, u32(g.getRows()), u32(g.getCols()), u32(g.getBanks()),
                                u32(xbar::kMaxDelay + 1), 6, u8(fabric.getMesh().getWidth()),
                                u8(fabric.getMesh().getHeight()),
                                u32(fabric.getDevice().getLevels()), u8(p.getAdcBits()),
                                u32(p.getAdcShare()), u32(p.getSetup()), u32(p.getIntegrate()),
                                u32(p.getMux()), u32(p.getSample()), tileList, sourceList, text);
  return meta.finish(writer, network, optionsJson(options), fb::Program_Xbar, program.Union());
}

} // namespace

//===- The pipeline ---------------------------------------------------------------------------===//

LogicalResult lowerToXbar(ModuleOp module, const XbarOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  if (failed(network) || failed(transforms::resolveConnections(*network)) ||
      failed(transforms::foldRelays(*network)) ||
      failed(transforms::checkTarget(*network, "xbar")) || failed(transforms::retime(*network)))
    return failure();
  return convertSnnToXbar(module, {options.rows, options.cols, options.banks, options.levels,
                                   options.adcBits, options.meshWidth, options.meshHeight});
}

FailureOr<std::string> emitXbarVerilog(ModuleOp module) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  if (failed(network))
    return failure();
  SmallVector<snn::ModelOp> models(network->getOps<snn::ModelOp>());
  return codegen::emitNeuronUnit(models);
}

FailureOr<std::vector<std::byte>> writeXbarImage(ModuleOp module, const XbarOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  FailureOr<xbar::FabricOp> fabric = theFabric(module);
  if (failed(network) || failed(fabric))
    return failure();
  codegen::Format format;
  if (!options.floatNeurons)
    format = {codegen::Number::S1615, codegen::Overflow::Saturate};
  FailureOr<codegen::CpuKernels> kernels = codegen::emitCpuKernels(*network, format);
  if (failed(kernels))
    return failure();
  std::string verilog; // float neurons have no datapath
  if (!options.floatNeurons) {
    FailureOr<std::string> text = emitXbarVerilog(module);
    if (failed(text))
      return failure();
    verilog = std::move(*text);
  }
  return XbarImageWriter(*network, *fabric, options, *kernels, std::move(verilog)).write();
}

} // namespace spindle
