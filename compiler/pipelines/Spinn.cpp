// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spinn pipeline: fold, retime, map; and the image of what came out.
#include "dialects/spinn/Spinn.h"
#include "compiler/codegen/Derive.h"
#include "compiler/conversion/snn-to-spinn/MachineChoice.h"
#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"
#include "compiler/pipelines/GeneratedTable.h"
#include "compiler/pipelines/ImageMeta.h"
#include "compiler/pipelines/Learning.h"
#include "compiler/pipelines/Pipelines.h"
#include "compiler/transforms/Passes.h"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace mlir;

namespace spindle {

namespace {

namespace fb = image::fb;

FailureOr<spinn::MachineOp> theMachine(ModuleOp module) {
  for (spinn::MachineOp machine : module.getOps<spinn::MachineOp>())
    return machine;
  return module.emitError("there is no spinn.machine in the module");
}

std::string optionsJson(const SpinnOptions &o) {
  nlohmann::json json = {{"target", "spinn"},
                         {"board", o.board},
                         {"boards", o.boards},
                         {"dead_chips", o.deadChips},
                         {"dead_cores", o.deadCores},
                         {"dead_links", o.deadLinks},
                         {"placement", o.placement},
                         {"routing", o.routing},
                         {"minimise", o.minimise},
                         {"neurons_per_core", o.neuronsPerCore},
                         {"weight_shift", o.weightShift},
                         {"constants", o.hostTruncated ? "host-truncated" : "on-core"}};
  return json.dump();
}

/// The numbers of a population, one word per neuron or one for all.
struct PopulationWords {
  std::vector<std::vector<uint32_t>> param, init;
  struct Drive {
    uint32_t port;
    uint64_t from; ///< counted from tick 0
    std::vector<uint32_t> values;
  };
  std::vector<Drive> drives;
  bool ring = false; ///< its kernel takes its input from the ring
};

/// A kernel for every population would take long to compile for the host.
constexpr size_t kMostRingKernels = 16;

/// The ports of a population that something feeds, noted before the synapses become rows.
constexpr StringLiteral kFed = "snn.fed";

class SpinnImageWriter {
public:
  SpinnImageWriter(snn::NetworkOp network, spinn::MachineOp machine, const SpinnOptions &options)
      : network(network), machine(machine), options(options), flow(network),
        meta(flow, kernels, codegen::Number::S1615),
        collection(network.getContext(), {codegen::Number::S1615, codegen::Overflow::Wrap}),
        learning(network, flow, collection, codegen::Number::S1615) {}

  FailureOr<std::vector<std::byte>> write();

private:
  LogicalResult collectModels();
  std::vector<bool> fed(snn::PopulationOp pop) const;
  bool takesRing(snn::PopulationOp pop, const codegen::StepInfo &info,
                 const codegen::Specialisation &how, const PopulationWords &words) const;
  static void specialise(codegen::Specialisation &how, const PopulationWords &words,
                         spinn::CoreOp core);
  FailureOr<PopulationWords> wordsOf(snn::PopulationOp pop);
  FailureOr<PopulationWords::Drive> driveOf(snn::DriveOp drive, snn::PopulationOp pop,
                                            const codegen::StepInfo &info);
  flatbuffers::Offset<fb::SpinnNode> writeNode(Value node, const PopulationWords &words);
  flatbuffers::Offset<fb::Core> writeCore(spinn::CoreOp core, Value node);
  std::vector<flatbuffers::Offset<fb::Extension>> writeExtensions();
  std::vector<flatbuffers::Offset<fb::Chip>> writeChips();

  flatbuffers::Offset<fb::Column> writeColumn(const std::vector<uint32_t> &values) {
    fb::Blob data = writer.addArray(values);
    return fb::CreateColumn(writer.builder(), &data, values.size());
  }
  /// The words of the core's table or rows.
  template <typename Op> fb::Blob writeWords(spinn::CoreOp core) {
    auto it = partOf.find({core.getSymName(), Op::getOperationName()});
    std::vector<int32_t> words;
    if (it != partOf.end())
      llvm::append_range(words, cast<Op>(it->second).getWords().template getValues<int32_t>());
    return writer.addArray(words);
  }

  snn::NetworkOp network;
  spinn::MachineOp machine;
  const SpinnOptions &options;
  transforms::Dataflow flow;
  codegen::CpuKernels kernels; ///< the models; the code comes last
  ImageMeta meta;
  codegen::KernelCollection collection;
  LearningWriter learning;
  image::Writer writer;
  llvm::DenseMap<std::pair<StringRef, StringRef>, Operation *> partOf; ///< by core and kind
  llvm::StringMap<spinn::CoreOp> coreOf;                               ///< one core of each node
};

//===- Columns --------------------------------------------------------------------------------===//

FailureOr<PopulationWords::Drive> SpinnImageWriter::driveOf(snn::DriveOp drive,
                                                            snn::PopulationOp pop,
                                                            const codegen::StepInfo &info) {
  FailureOr<std::vector<double>> values = transforms::readDrive(drive);
  if (failed(values))
    return failure();
  uint32_t port = 0;
  if (drive.getPort())
    while (port < info.input.size() && info.input[port].name != *drive.getPort())
      ++port;
  if (port >= info.input.size())
    return drive.emitError() << "node '" << pop.getName() << "': model '" << pop.getModel()
                             << "' has no such input port";
  for (double &value : *values)
    value = std::ldexp(value, static_cast<int>(info.input[port].gain));
  FailureOr<std::vector<uint32_t>> words =
      codegen::toWords(pop, {"drive", "", codegen::Number::S1615}, *values);
  if (failed(words))
    return failure();
  return PopulationWords::Drive{port, static_cast<uint64_t>(drive.getFrom() + pop.getOnset()),
                                std::move(*words)};
}

LogicalResult SpinnImageWriter::collectModels() {
  for (snn::ModelOp model : network.getOps<snn::ModelOp>()) {
    FailureOr<codegen::StepInfo> info = collection.infoOf(model);
    if (failed(info))
      return failure();
    std::string name = model.getSymName().str();
    kernels.kernels.push_back({name, "spindle_step_" + name, std::move(*info)});
  }
  return success();
}

std::vector<bool> SpinnImageWriter::fed(snn::PopulationOp pop) const {
  if (auto noted = pop->getAttrOfType<DenseBoolArrayAttr>(kFed))
    return std::vector<bool>(noted.asArrayRef().begin(), noted.asArrayRef().end());
  return std::vector<bool>(meta.info(pop.getModel()).input.size(), true);
}

FailureOr<PopulationWords> SpinnImageWriter::wordsOf(snn::PopulationOp pop) {
  auto model = SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(pop, pop.getModelAttr());
  const codegen::StepInfo &info = meta.info(pop.getModel());
  auto constants =
      options.hostTruncated ? codegen::Constants::HostTruncated : codegen::Constants::OnCore;
  FailureOr<codegen::StepColumns> columns = codegen::columns(pop, model, info, constants);
  if (failed(columns))
    return failure();
  PopulationWords result;
  auto convert = [&](const std::vector<codegen::StepTerm> &terms,
                     const std::vector<codegen::Column> &values,
                     std::vector<std::vector<uint32_t>> &out) {
    for (auto [term, column] : llvm::zip(terms, values)) {
      FailureOr<std::vector<uint32_t>> words = codegen::toWords(pop, term, column);
      if (failed(words))
        return failure();
      out.push_back(std::move(*words));
    }
    return success();
  };
  if (failed(convert(info.param, columns->param, result.param)) ||
      failed(convert(info.state, columns->state, result.init)))
    return failure();
  for (snn::DriveOp drive : flow.drives) {
    if (drive.getTarget() != pop.getPop())
      continue;
    FailureOr<PopulationWords::Drive> words = driveOf(drive, pop, info);
    if (failed(words))
      return failure();
    result.drives.push_back(std::move(*words));
  }
  codegen::Specialisation how = specialisationOf(pop, *columns, fed(pop));
  if (takesRing(pop, info, how, result))
    specialise(how, result, coreOf.lookup(snn::nodeName(pop.getPop())));
  FailureOr<std::string> symbol = collection.symbolOf(model, how);
  if (failed(symbol))
    return failure();
  meta.setKernel(pop.getPop(), *symbol);
  result.ring = !how.shifts.empty();
  return result;
}

/// Whether a ring kernel can do all of the population's tick: no other input, one spike at most.
bool SpinnImageWriter::takesRing(snn::PopulationOp pop, const codegen::StepInfo &info,
                                 const codegen::Specialisation &how,
                                 const PopulationWords &words) const {
  if (info.emit != snn::EmitKind::Spike || !words.drives.empty() ||
      collection.size() >= kMostRingKernels)
    return false;
  bool any = false;
  for (auto [k, port] : llvm::enumerate(info.input)) {
    if (port.types == 0 && !how.silent[k])
      return false;
    any |= port.types > 0;
  }
  return any && llvm::none_of(flow.currents, [&](snn::CurrentOp current) {
           return current.getTarget() == pop.getPop();
         });
}

/// What is the same for all neurons of the population becomes part of its code.
void SpinnImageWriter::specialise(codegen::Specialisation &how, const PopulationWords &words,
                                  spinn::CoreOp core) {
  for (const std::vector<uint32_t> &column : words.param)
    how.known.push_back(column.size() == 1 ? std::optional(static_cast<int32_t>(column.front()))
                                           : std::nullopt);
  ArrayRef<int64_t> shifts = *core.getShift();
  for (int64_t shift : shifts)
    how.shifts.push_back(static_cast<uint8_t>(shift));
}

//===- Cores and chips ------------------------------------------------------------------------===//

static uint8_t u8(int64_t value) { return static_cast<uint8_t>(value); }

flatbuffers::Offset<fb::SpinnNode> SpinnImageWriter::writeNode(Value node,
                                                               const PopulationWords &words) {
  std::vector<flatbuffers::Offset<fb::Column>> param, init;
  for (const auto &column : words.param)
    param.push_back(writeColumn(column));
  for (const auto &column : words.init)
    init.push_back(writeColumn(column));
  std::vector<flatbuffers::Offset<fb::NodeDrive>> drives;
  for (const PopulationWords::Drive &drive : words.drives) {
    auto values = writeColumn(drive.values);
    drives.push_back(fb::CreateNodeDrive(writer.builder(), drive.port, drive.from, values));
  }
  // Ring and shifts are the same on all cores of a node; a source has neither.
  spinn::CoreOp core = coreOf.lookup(snn::nodeName(node));
  spinn::RingAttr ring = core ? core.getRingAttr() : spinn::RingAttr();
  std::vector<uint8_t> shift;
  if (core && core.getShift())
    llvm::transform(*core.getShift(), std::back_inserter(shift), u8);
  return fb::CreateSpinnNodeDirect(
      writer.builder(), core ? static_cast<uint64_t>(core.getOnset()) : 0,
      ring ? u8(ring.getDelay()) : uint8_t(0), ring ? u8(ring.getType()) : uint8_t(0),
      ring ? u8(ring.getIndex()) : uint8_t(0), &shift, &param, &init, &drives,
      expectedPackets(network, node), words.ring);
}

flatbuffers::Offset<fb::Core> SpinnImageWriter::writeCore(spinn::CoreOp core, Value node) {
  // Key 0 under mask 0 is what a core has that sends nothing.
  auto keys = cast_if_present<spinn::KeysOp>(
      partOf.lookup({core.getSymName(), spinn::KeysOp::getOperationName()}));
  fb::Blob table = writeWords<spinn::TableOp>(core), rows = writeWords<spinn::RowsOp>(core), learn;
  if (auto op = cast_if_present<spinn::TableOp>(
          partOf.lookup({core.getSymName(), spinn::TableOp::getOperationName()}));
      op && op.getLearn())
    learn = writer.addArray(std::span<const int32_t>(op.getLearn()->data(), op.getLearn()->size()));
  return fb::CreateCore(writer.builder(), static_cast<uint16_t>(core.getX()),
                        static_cast<uint16_t>(core.getY()), u8(core.getP()), meta.node(node),
                        static_cast<uint32_t>(core.getLo()), static_cast<uint32_t>(core.getHi()),
                        keys ? static_cast<uint32_t>(keys.getKey()) : 0,
                        keys ? static_cast<uint32_t>(keys.getMask()) : 0, &table, &rows, &learn);
}

std::vector<flatbuffers::Offset<fb::Extension>> SpinnImageWriter::writeExtensions() {
  llvm::StringMap<uint32_t> indexOf; // of cores
  for (auto [index, core] : llvm::enumerate(machine.getOps<spinn::CoreOp>()))
    indexOf[core.getSymName()] = static_cast<uint32_t>(index);
  std::vector<flatbuffers::Offset<fb::Extension>> extensions;
  for (spinn::ExtensionOp op : machine.getOps<spinn::ExtensionOp>()) {
    auto keys = cast_if_present<spinn::KeysOp>(
        partOf.lookup({op.getSymName(), spinn::KeysOp::getOperationName()}));
    extensions.push_back(fb::CreateExtension(
        writer.builder(), static_cast<uint16_t>(op.getX()), static_cast<uint16_t>(op.getY()),
        u8(op.getP()), indexOf.lookup(op.getSource()), u8(op.getStages()),
        static_cast<uint32_t>(op.getStep()), keys ? static_cast<uint32_t>(keys.getKey()) : 0,
        keys ? static_cast<uint32_t>(keys.getMask()) : 0));
  }
  return extensions;
}

std::vector<flatbuffers::Offset<fb::Chip>> SpinnImageWriter::writeChips() {
  std::vector<flatbuffers::Offset<fb::Chip>> chips;
  for (spinn::RoutesOp routes : machine.getOps<spinn::RoutesOp>()) {
    ArrayRef<int32_t> words = routes.getEntries();
    fb::Blob entries = writer.addArray(std::span<const int32_t>(words.data(), words.size()));
    chips.push_back(fb::CreateChip(writer.builder(), static_cast<uint16_t>(routes.getX()),
                                   static_cast<uint16_t>(routes.getY()), &entries));
  }
  return chips;
}

FailureOr<std::vector<std::byte>> SpinnImageWriter::write() {
  auto &b = writer.builder();
  if (failed(collectModels()))
    return failure();
  for (Operation &op : machine.getBody().front())
    if (auto core = op.getAttrOfType<FlatSymbolRefAttr>("core"))
      partOf[{core.getValue(), op.getName().getStringRef()}] = &op;
  llvm::StringMap<Value> nodes;
  for (Value node : flow.nodes)
    nodes[snn::nodeName(node)] = node;
  std::vector<flatbuffers::Offset<fb::Core>> cores;
  for (spinn::CoreOp core : machine.getOps<spinn::CoreOp>()) {
    auto it = nodes.find(core.getNode());
    if (it == nodes.end())
      return core.emitError() << "the network has no node '" << core.getNode() << "'";
    coreOf.try_emplace(core.getNode(), core);
    cores.push_back(writeCore(core, it->second));
  }
  std::vector<flatbuffers::Offset<fb::SpinnNode>> values;
  for (Value node : flow.nodes) {
    PopulationWords words;
    if (auto pop = node.getDefiningOp<snn::PopulationOp>()) {
      FailureOr<PopulationWords> found = wordsOf(pop);
      if (failed(found))
        return failure();
      words = std::move(*found);
    }
    values.push_back(writeNode(node, words));
  }
  auto chips = writeChips();
  auto extensions = b.CreateVector(writeExtensions());
  auto coreList = b.CreateVector(cores);
  auto chipList = b.CreateVector(chips);
  auto board = b.CreateString(machine.getBoard().str());
  auto valueList = b.CreateVector(values);
  FailureOr<MachineMesh> mesh = meshOf(machine);
  if (failed(mesh))
    return failure();
  auto processors = b.CreateVector(mesh->processors), links = b.CreateVector(mesh->links);
  std::vector<flatbuffers::Offset<fb::Generated>> drawn;
  for (snn::ProjectOp project : flow.projections) { // mapping has left those that are generated
    if (project.getLearn())
      continue; // and those that learn, whose synapses are stored
    auto population = project.getTarget().getDefiningOp<snn::PopulationOp>();
    const codegen::StepInfo &info = meta.info(population.getModel());
    uint32_t port = 0;
    while (project.getPort() && info.input[port].name != *project.getPort())
      ++port;
    auto table = writeGenerated(writer, project, flow, port);
    if (failed(table))
      return failure();
    drawn.push_back(*table);
  }
  auto drawnList = b.CreateVector(drawn);
  auto program = fb::CreateSpinn(b, board, valueList, coreList, chipList, mesh->width, mesh->height,
                                 processors, links, drawnList, extensions);
  if (failed(learning.write(writer, kernels.kernels.size())))
    return failure();
  FailureOr<std::vector<std::byte>> code = collection.bitcode();
  if (failed(code))
    return failure();
  kernels.bitcode = std::move(*code);
  return meta.finish(writer, network, optionsJson(options), fb::Program_Spinn, program.Union(),
                     &learning);
}

} // namespace

//===- The pipeline ---------------------------------------------------------------------------===//

LogicalResult lowerToSpinn(ModuleOp module, const SpinnOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  if (failed(network) || failed(transforms::resolveConnections(*network)) ||
      failed(transforms::foldRelays(*network)) ||
      failed(transforms::checkTarget(*network, "spinn")) || failed(transforms::retime(*network)))
    return failure();
  transforms::Dataflow flow(*network);
  for (snn::PopulationOp pop : flow.populations) {
    std::vector<bool> fed = fedPorts(flow, pop);
    pop->setAttr(kFed, DenseBoolArrayAttr::get(module.getContext(),
                                               SmallVector<bool>(fed.begin(), fed.end())));
  }
  return convertSnnToSpinn(module,
                           {options.board, options.boards, options.deadChips, options.deadCores,
                            options.deadLinks, options.placement, options.routing, options.minimise,
                            options.neuronsPerCore, options.weightShift});
}

FailureOr<std::vector<std::byte>> writeSpinnImage(ModuleOp module, const SpinnOptions &options) {
  FailureOr<snn::NetworkOp> network = transforms::theNetwork(module);
  FailureOr<spinn::MachineOp> machine = theMachine(module);
  if (failed(network) || failed(machine))
    return failure();
  return SpinnImageWriter(*network, *machine, options).write();
}

} // namespace spindle
