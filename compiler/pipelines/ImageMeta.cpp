// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/pipelines/ImageMeta.h"

#include "compiler/pipelines/Learning.h"
#include "compiler/transforms/Passes.h"

using namespace mlir;

namespace spindle {

namespace {

namespace fb = image::fb;

fb::Number numberOf(codegen::Number number) {
  switch (number) {
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

fb::Emit emitOf(snn::EmitKind kind) {
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

auto writeTerms(flatbuffers::FlatBufferBuilder &b, const std::vector<codegen::StepTerm> &terms) {
  std::vector<flatbuffers::Offset<fb::Term>> list;
  for (const codegen::StepTerm &term : terms)
    list.push_back(fb::CreateTerm(b, b.CreateString(term.name), b.CreateString(term.unit),
                                  numberOf(term.number), static_cast<uint8_t>(term.types),
                                  static_cast<uint8_t>(term.gain)));
  return b.CreateVector(list);
}

} // namespace

uint32_t ImageMeta::model(StringRef name) const {
  for (auto [i, kernel] : llvm::enumerate(kernels_.kernels))
    if (kernel.model == name)
      return static_cast<uint32_t>(i);
  return 0; // the verifier of populations has seen the model
}

flatbuffers::Offset<fb::Model> ImageMeta::writeModel(image::Writer &writer,
                                                     const codegen::CpuKernel &kernel,
                                                     codegen::Number number) {
  auto &b = writer.builder();
  auto state = writeTerms(b, kernel.info.state), param = writeTerms(b, kernel.info.param),
       input = writeTerms(b, kernel.info.input);
  return fb::CreateModel(b, b.CreateString(kernel.model), b.CreateString(kernel.symbol), state,
                         param, input, emitOf(kernel.info.emit), numberOf(number),
                         static_cast<uint32_t>(kernel.info.observed));
}

flatbuffers::Offset<fb::Node> ImageMeta::writeNode(image::Writer &writer, Value pop) const {
  auto &b = writer.builder();
  fb::NodeKind kind = fb::NodeKind_Relay;
  int32_t model = -1;
  if (pop.getDefiningOp<snn::SourceOp>())
    kind = fb::NodeKind_Source;
  if (auto population = pop.getDefiningOp<snn::PopulationOp>()) {
    kind = fb::NodeKind_Population;
    model = static_cast<int32_t>(this->model(population.getModel()));
  }
  ArrayRef<int64_t> shape = transforms::shapeOf(pop);
  auto name = b.CreateString(snn::nodeName(pop).str());
  auto extents = b.CreateVector(shape.data(), shape.size());
  auto symbol = symbols_.find(pop);
  flatbuffers::Offset<flatbuffers::String> own;
  if (symbol != symbols_.end())
    own = b.CreateString(symbol->second);
  return fb::CreateNode(b, name, kind, extents, static_cast<uint64_t>(transforms::sizeOf(pop)),
                        model, emitOf(snn::emitKindOf(pop)),
                        static_cast<uint64_t>(transforms::latencyOf(pop)), own);
}

std::vector<bool> fedPorts(const transforms::Dataflow &flow, snn::PopulationOp population) {
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  ArrayAttr inputs = model.getInputs();
  std::vector<bool> fed(inputs.size());
  auto mark = [&](Value target, std::optional<StringRef> port) {
    int index = port ? snn::termIndex(inputs, *port) : 0;
    if (target == population.getPop() && index >= 0 && index < static_cast<int>(fed.size()))
      fed[index] = true;
  };
  for (snn::ProjectOp project : flow.projections)
    mark(project.getTarget(), project.getPort());
  for (snn::DriveOp drive : flow.drives)
    mark(drive.getTarget(), drive.getPort());
  for (snn::CurrentOp current : flow.currents)
    if (int index = current.portIndex(); current.getTarget() == population.getPop() && index >= 0)
      fed[index] = true;
  return fed;
}

codegen::Specialisation specialisationOf(snn::PopulationOp population,
                                         const codegen::StepColumns &values,
                                         const std::vector<bool> &fed) {
  codegen::Specialisation how;
  how.substeps = static_cast<unsigned>(population.getSubsteps());
  for (const codegen::Column &column : values.param)
    how.uniform.push_back(column.size() == 1);
  for (bool some : fed)
    how.silent.push_back(!some);
  return how;
}

FailureOr<std::vector<std::byte>> ImageMeta::finish(image::Writer &writer, snn::NetworkOp network,
                                                    const std::string &options, fb::Program type,
                                                    flatbuffers::Offset<void> program,
                                                    const LearningWriter *learning) const {
  auto &b = writer.builder();
  FailureOr<Stimuli> stimuli = writeStimuli(writer, network, flow_);
  if (failed(stimuli))
    return failure();
  std::vector<flatbuffers::Offset<fb::Model>> models;
  for (const codegen::CpuKernel &kernel : kernels_.kernels)
    models.push_back(writeModel(writer, kernel, number_));
  std::vector<flatbuffers::Offset<fb::Node>> nodes;
  for (Value pop : flow_.nodes)
    nodes.push_back(writeNode(writer, pop));
  std::vector<flatbuffers::Offset<fb::Output>> outputs;
  for (snn::OutputOp output : flow_.outputs)
    outputs.push_back(
        fb::CreateOutput(b, b.CreateString(output.getName().str()), node(output.getPop())));
  std::vector<flatbuffers::Offset<fb::Probe>> probes;
  for (snn::ProbeOp probe : flow_.probes) {
    std::vector<flatbuffers::Offset<flatbuffers::String>> terms;
    for (Attribute term : probe.getTerms())
      terms.push_back(b.CreateString(cast<StringAttr>(term).getValue().str()));
    probes.push_back(fb::CreateProbe(b, node(probe.getPop()), b.CreateVector(terms)));
  }
  double dt = network.getDt() ? network.getDt()->convertToDouble() : 0.0;
  fb::Blob bitcode = writer.addArray(kernels_.bitcode);
  // The command knows more than a pipeline does: how the network was read, the seed.
  auto known = network->getParentOp()->getAttrOfType<StringAttr>("spindle.options");
  auto producer = b.CreateString("spindle " SPINDLE_VERSION),
       text = b.CreateString(known ? known.str() : options),
       profile = b.CreateString(network.getProfile().value_or("").str());
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Rule>>> rules;
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::RuleUse>>> uses;
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Phase>>> phases;
  if (learning) {
    models.insert(models.end(), learning->models.begin(), learning->models.end());
    rules = b.CreateVector(learning->rules);
    uses = b.CreateVector(learning->uses);
    phases = b.CreateVector(learning->phases);
  }
  auto modelList = b.CreateVector(models);
  auto nodeList = b.CreateVector(nodes);
  auto outputList = b.CreateVector(outputs);
  auto probeList = b.CreateVector(probes);
  return writer.finish(fb::CreateImage(b, producer, text, dt, profile, modelList, nodeList,
                                       outputList, probeList, &bitcode, type, program, rules, uses,
                                       phases, stimuli->currents, stimuli->poisson));
}

} // namespace spindle
