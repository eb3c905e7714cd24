// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/pipelines/GeneratedTable.h"

#include "compiler/transforms/Generated.h"

#include <array>

using namespace mlir;

namespace spindle {

namespace {

namespace fb = image::fb;

auto writeDistribution(flatbuffers::FlatBufferBuilder &b, const number::Distribution &d) {
  return fb::CreateDistribution(b, static_cast<fb::Law>(d.law), d.a, d.b, d.low, d.high, d.redraw,
                                d.negate);
}

template <typename T> auto vectorOf(flatbuffers::FlatBufferBuilder &b, const std::array<T, 3> &v) {
  return b.CreateVector(v.data(), v.size());
}

flatbuffers::Offset<fb::Space> writeSpace(flatbuffers::FlatBufferBuilder &b,
                                          const number::Space &s) {
  auto period = vectorOf(b, s.period);
  auto sourceExtent = vectorOf(b, s.source.extent);
  auto sourceSpacing = vectorOf(b, s.source.spacing), sourceOrigin = vectorOf(b, s.source.origin);
  auto targetExtent = vectorOf(b, s.target.extent);
  auto targetSpacing = vectorOf(b, s.target.spacing), targetOrigin = vectorOf(b, s.target.origin);
  return fb::CreateSpace(b, static_cast<fb::SpaceKernel>(s.kernel), s.amplitude, s.scale, s.cutoff,
                         period, sourceExtent, sourceSpacing, sourceOrigin, targetExtent,
                         targetSpacing, targetOrigin);
}

flatbuffers::Offset<fb::Part> writePart(image::Writer &writer, snn::PartAttr part) {
  if (!part)
    return {};
  fb::Blob neurons;
  ArrayRef<int64_t> list = part.getList();
  if (!list.empty())
    neurons = writer.addArray(std::vector<uint32_t>(list.begin(), list.end()));
  return fb::CreatePart(writer.builder(), static_cast<uint32_t>(part.getOffset()),
                        static_cast<uint32_t>(part.getCount()),
                        static_cast<uint32_t>(part.getFirst()),
                        static_cast<int32_t>(part.getStep()), list.empty() ? nullptr : &neurons);
}

} // namespace

FailureOr<flatbuffers::Offset<fb::Generated>> writeGenerated(image::Writer &writer,
                                                             snn::ProjectOp project,
                                                             const transforms::Dataflow &flow,
                                                             uint32_t port) {
  FailureOr<number::ConnectionRule> rule = transforms::connectionRule(project);
  if (failed(rule))
    return failure();
  auto &b = writer.builder();
  bool drawn = static_cast<bool>(cast<snn::GeneratedAttr>(project.getMap()).getDelay());
  auto weight = writeDistribution(b, rule->weight);
  flatbuffers::Offset<fb::Distribution> delay;
  if (drawn)
    delay = writeDistribution(b, rule->delay);
  flatbuffers::Offset<fb::Space> space;
  if (rule->rule == number::Rule::Distance)
    space = writeSpace(b, rule->space);
  fb::Blob self;
  if (!rule->self.empty())
    self = writer.addArray(rule->self);
  auto from = writePart(writer, project.getSourcePartAttr());
  auto to = writePart(writer, project.getTargetPartAttr());
  return fb::CreateGenerated(
      b, flow.index.lookup(project.getSource()), flow.index.lookup(project.getTarget()), port,
      static_cast<uint64_t>(project.getDelay()), static_cast<fb::ConnectionRule>(rule->rule),
      rule->sources, rule->targets, rule->probability, rule->number, rule->seed, rule->object,
      weight, delay, rule->allowSelf, rule->multapses, rule->self.empty() ? nullptr : &self, space,
      from, to);
}

} // namespace spindle
