// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The reference target: the snn network as it stands, synapses expanded, kernels in float64.
#include "compiler/codegen/Derive.h"
#include "compiler/codegen/cpu/CpuKernels.h"
#include "compiler/pipelines/GeneratedTable.h"
#include "compiler/pipelines/ImageMeta.h"
#include "compiler/pipelines/Learning.h"
#include "compiler/pipelines/Pipelines.h"
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"
#include "runtime/image/Image.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <limits>

using namespace mlir;

namespace spindle {

namespace fb = image::fb;
template <typename T> using Offset = flatbuffers::Offset<T>;
template <typename T> using Offsets = std::vector<Offset<T>>;

LogicalResult lowerToReference(ModuleOp module, const ReferenceOptions &options) {
  auto network = transforms::theNetwork(module);
  if (failed(network) || failed(transforms::resolveConnections(*network)) ||
      failed(transforms::evaluationOrder(*network)) ||
      failed(transforms::checkTarget(*network, "reference")))
    return failure();
  // As a hardware target would have it; else every sum stays as the user wrote it.
  bool asHardware = options.retime || !options.quantize.empty();
  if (failed(transforms::foldRelays(*network, /*trivialOnly=*/!asHardware)))
    return failure();
  if (!options.quantize.empty() &&
      failed(transforms::quantizeWeights(*network, options.quantize, options.levels)))
    return failure();
  return options.retime ? transforms::retime(*network) : success();
}

namespace {

class ReferenceWriter {
public:
  ReferenceWriter(snn::NetworkOp network, const ReferenceOptions &options)
      : network(network), options(options), flow(network), b(out.builder()),
        kernels(network.getContext(),
                {options.fixedPoint ? codegen::Number::S1615 : codegen::Number::F64,
                 codegen::Overflow::Wrap}),
        learning(network, flow, kernels, codegen::Number::F64) {}

  FailureOr<std::vector<std::byte>> run() {
    auto order = transforms::evaluationOrder(network);
    if (failed(order) || failed(addModels()) || failed(addNodes()) || failed(addProjections()) ||
        failed(addDrives()))
      return failure();
    std::vector<uint32_t> steps;
    for (Value node : *order)
      if (!node.getDefiningOp<snn::SourceOp>())
        steps.push_back(flow.index[node]);
    auto program = fb::CreateReferenceDirect(b, &own, &steps, &projections, &drives);
    if (failed(learning.write(out, models.size())))
      return failure();
    models.insert(models.end(), learning.models.begin(), learning.models.end());
    auto code = kernels.bitcode();
    if (failed(code))
      return failure();
    auto stimuli = writeStimuli(out, network, flow);
    if (failed(stimuli))
      return failure();
    return out.finish(finishImage(program.Union(), *code, *stimuli));
  }

private:
  static fb::Number number(codegen::Number n) {
    switch (n) {
    case codegen::Number::F64:
      return fb::Number_F64;
    case codegen::Number::S1615:
      return fb::Number_S1615;
    case codegen::Number::U032:
      return fb::Number_U032;
    case codegen::Number::I32:
      return fb::Number_I32;
    }
    return fb::Number_F64;
  }

  static fb::Emit emit(snn::EmitKind kind) {
    switch (kind) {
    case snn::EmitKind::Spike:
      return fb::Emit_Spike;
    case snn::EmitKind::Count:
      return fb::Emit_Count;
    case snn::EmitKind::Graded:
      return fb::Emit_Graded;
    }
    return fb::Emit_Spike;
  }

  //===- Models -------------------------------------------------------------------------------===//

  Offsets<fb::Term> terms(ArrayRef<codegen::StepTerm> list) {
    Offsets<fb::Term> result;
    for (const codegen::StepTerm &t : list)
      result.push_back(fb::CreateTermDirect(b, t.name.c_str(), t.unit.c_str(), number(t.number),
                                            uint8_t(t.types), uint8_t(t.gain)));
    return result;
  }

  snn::ModelOp modelOf(snn::PopulationOp population) {
    return SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population,
                                                              population.getModelAttr());
  }

  LogicalResult addModels() {
    SmallVector<snn::ModelOp> used;
    for (snn::PopulationOp population : flow.populations)
      if (modelIndex.try_emplace(population.getModel(), used.size()).second)
        used.push_back(modelOf(population));
    auto format = options.fixedPoint ? fb::Number_S1615 : fb::Number_F64;
    for (snn::ModelOp model : used) {
      auto info = kernels.infoOf(model);
      if (failed(info))
        return failure();
      auto state = terms(info->state), param = terms(info->param), input = terms(info->input);
      std::string name = model.getSymName().str();
      models.push_back(fb::CreateModelDirect(b, name.c_str(), ("spindle_step_" + name).c_str(),
                                             &state, &param, &input, emit(info->emit), format));
      infos.push_back(std::move(*info));
    }
    return success();
  }

  //===- Nodes --------------------------------------------------------------------------------===//

  LogicalResult addNodes() {
    for (Value node : flow.nodes)
      if (failed(addNode(node)))
        return failure();
    return success();
  }

  LogicalResult addNode(Value node) {
    auto population = node.getDefiningOp<snn::PopulationOp>();
    std::vector<int64_t> shape(transforms::shapeOf(node));
    fb::NodeKind kind = population                           ? fb::NodeKind_Population
                        : node.getDefiningOp<snn::RelayOp>() ? fb::NodeKind_Relay
                                                             : fb::NodeKind_Source;
    int model = population ? int(modelIndex.lookup(population.getModel())) : -1;
    Offsets<fb::Column> param, init;
    uint64_t onset = 0;
    std::string symbol;
    if (population) {
      onset = population.getOnset();
      const codegen::StepInfo &info = infos[model];
      auto constants =
          options.hostTruncated ? codegen::Constants::HostTruncated : codegen::Constants::OnCore;
      auto values = codegen::columns(population, modelOf(population), info,
                                     options.fixedPoint ? constants : codegen::Constants::Reals);
      if (failed(values))
        return failure();
      auto own = kernels.symbolOf(
          modelOf(population), specialisationOf(population, *values, fedPorts(flow, population)));
      if (failed(own))
        return failure();
      symbol = *own;
      if (failed(addColumns(population, info.param, values->param, param)) ||
          failed(addColumns(population, info.state, values->state, init)))
        return failure();
    }
    nodes.push_back(fb::CreateNodeDirect(b, snn::nodeName(node).str().c_str(), kind, &shape,
                                         transforms::sizeOf(node), model,
                                         emit(snn::emitKindOf(node)), transforms::latencyOf(node),
                                         population ? symbol.c_str() : nullptr));
    own.push_back(fb::CreateReferenceNodeDirect(b, onset, &param, &init));
    return success();
  }

  LogicalResult addColumns(snn::PopulationOp population, ArrayRef<codegen::StepTerm> list,
                           ArrayRef<codegen::Column> values, Offsets<fb::Column> &into) {
    for (auto [term, column] : llvm::zip_equal(list, values)) {
      fb::Blob data;
      if (term.number == codegen::Number::F64) {
        data = out.addArray(column);
      } else {
        auto words = codegen::toWords(population, term, column);
        if (failed(words))
          return failure();
        data = out.addArray(*words);
      }
      into.push_back(fb::CreateColumn(b, &data, column.size()));
    }
    return success();
  }

  //===- Projections and drives ---------------------------------------------------------------===//

  FailureOr<uint32_t> portOf(Operation *op, Value target, std::optional<StringRef> port) {
    auto population = target.getDefiningOp<snn::PopulationOp>();
    if (!population)
      return 0;
    ArrayAttr inputs = modelOf(population).getInputs();
    int index = port ? snn::termIndex(inputs, *port) : 0;
    if (index < 0 || index >= int(inputs.size()))
      return op->emitError() << "node '" << population.getName() << "': model '"
                             << population.getModel() << "' has no such input port";
    return index;
  }

  LogicalResult addProjections() {
    for (snn::ProjectOp p : flow.projections) {
      auto port = portOf(p, p.getTarget(), p.getPort());
      if (failed(port))
        return failure();
      if (isa<snn::GeneratedAttr>(p.getMap()) && !p.getLearn()) {
        auto generated = writeGenerated(out, p, flow, *port);
        if (failed(generated))
          return failure();
        fb::ProjectionBuilder table(b);
        table.add_source(flow.index[p.getSource()]);
        table.add_target(flow.index[p.getTarget()]);
        table.add_port(*port);
        table.add_delay(p.getDelay());
        table.add_generated(*generated);
        projections.push_back(table.Finish());
        continue;
      }
      auto synapses = transforms::expand(p);
      if (failed(synapses))
        return failure();
      fb::Blob rows = out.addArray(synapses->rowStart), targets = out.addArray(synapses->target),
               weights = out.addArray(synapses->weight), delays, perSynapse;
      if (!synapses->delay.empty())
        perSynapse = out.addArray(synapses->delay);
      SmallVector<int64_t> extra;
      if (auto given = p.getDelays())
        extra.assign(given->begin(), given->end());
      for (int64_t d : extra)
        if (d > std::numeric_limits<uint32_t>::max())
          return p.emitError() << "does not fit: a delay of " << d << " steps, at most "
                               << std::numeric_limits<uint32_t>::max() << " are possible";
      if (!extra.empty())
        delays = out.addArray(std::vector<uint32_t>(extra.begin(), extra.end()));
      projections.push_back(fb::CreateProjection(
          b, flow.index[p.getSource()], flow.index[p.getTarget()], *port, p.getDelay(),
          extra.empty() ? nullptr : &delays, &rows, &targets, &weights, learning.use(p),
          synapses->delay.empty() ? nullptr : &perSynapse));
    }
    return success();
  }

  LogicalResult addDrives() {
    for (snn::DriveOp drive : flow.drives) {
      auto port = portOf(drive, drive.getTarget(), drive.getPort());
      auto values = transforms::readDrive(drive);
      if (failed(port) || failed(values))
        return failure();
      auto population = drive.getTarget().getDefiningOp<snn::PopulationOp>();
      if (options.fixedPoint && population && failed(roundDrive(population, *values)))
        return failure();
      fb::Blob data = out.addArray(*values);
      auto column = fb::CreateColumn(b, &data, values->size());
      drives.push_back(fb::CreateDrive(b, flow.index[drive.getTarget()], *port,
                                       drive.getFrom() + (population ? population.getOnset() : 0),
                                       column));
    }
    return success();
  }

  /// Fixed-point targets hold every drive in s16.15 (N2); the sum of several would round otherwise.
  static LogicalResult roundDrive(snn::PopulationOp population, std::vector<double> &values) {
    auto raw = codegen::toS1615(population, "drive", values);
    if (failed(raw))
      return failure();
    llvm::transform(*raw, values.begin(), [](int32_t v) { return v / 32768.0; });
    return success();
  }

  //===- The whole ----------------------------------------------------------------------------===//

  std::string optionsText() {
    // The command knows more than this pipeline does: how the network was read, the seed.
    if (auto known = network->getParentOp()->getAttrOfType<StringAttr>("spindle.options"))
      return known.str();
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::json::Value(llvm::json::Object{{"target", "reference"},
                                                {"retime", options.retime},
                                                {"fixed_point", options.fixedPoint},
                                                {"quantize", options.quantize},
                                                {"levels", int64_t(options.levels)}});
    return text;
  }

  Offset<fb::Image> finishImage(Offset<void> program, const std::vector<std::byte> &bitcode,
                                const Stimuli &stimuli) {
    Offsets<fb::Output> outputs;
    for (snn::OutputOp o : flow.outputs)
      outputs.push_back(
          fb::CreateOutputDirect(b, o.getName().str().c_str(), flow.index[o.getPop()]));
    Offsets<fb::Probe> probes;
    for (snn::ProbeOp p : flow.probes) {
      Offsets<flatbuffers::String> list;
      for (Attribute t : p.getTerms())
        list.push_back(b.CreateString(cast<StringAttr>(t).getValue().str()));
      probes.push_back(fb::CreateProbeDirect(b, flow.index[p.getPop()], &list));
    }
    fb::Blob code = out.addArray(bitcode);
    double dt = network.getDt() ? network.getDt()->convertToDouble() : 0.0;
    auto producer = b.CreateString("spindle " SPINDLE_VERSION),
         text = b.CreateString(optionsText()),
         profile = b.CreateString(network.getProfile().value_or("").str());
    auto modelList = b.CreateVector(models);
    auto nodeList = b.CreateVector(nodes);
    auto outputList = b.CreateVector(outputs);
    auto probeList = b.CreateVector(probes);
    auto ruleList = b.CreateVector(learning.rules);
    auto useList = b.CreateVector(learning.uses);
    auto phaseList = b.CreateVector(learning.phases);
    return fb::CreateImage(b, producer, text, dt, profile, modelList, nodeList, outputList,
                           probeList, &code, fb::Program_Reference, program, ruleList, useList,
                           phaseList, stimuli.currents, stimuli.poisson);
  }

  snn::NetworkOp network;
  const ReferenceOptions &options;
  transforms::Dataflow flow;
  image::Writer out;
  flatbuffers::FlatBufferBuilder &b;
  codegen::KernelCollection kernels;
  LearningWriter learning;
  std::vector<codegen::StepInfo> infos; ///< per model
  llvm::StringMap<unsigned> modelIndex;
  Offsets<fb::Model> models;
  Offsets<fb::Node> nodes;
  Offsets<fb::ReferenceNode> own;
  Offsets<fb::Projection> projections;
  Offsets<fb::Drive> drives;
};

} // namespace

FailureOr<std::vector<std::byte>> writeReferenceImage(ModuleOp module,
                                                      const ReferenceOptions &options) {
  auto network = transforms::theNetwork(module);
  if (failed(network))
    return failure();
  return ReferenceWriter(*network, options).run();
}

} // namespace spindle
