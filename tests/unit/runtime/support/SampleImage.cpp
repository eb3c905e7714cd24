// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/unit/runtime/support/SampleImage.h"

#include "runtime/image/Hash.h"
#include "runtime/image/Header.h"

#include <cstring>
#include <optional>

namespace spindle::test {

namespace fb = image::fb;
using flatbuffers::Offset;

/// The tables of a rule: on_pre and on_post with a parameter each, the increments of both traces.
struct SampleImage::Learning {
  Learning(const SampleImage &s, image::Writer &writer, std::vector<Offset<fb::Model>> &models) {
    auto &b = writer.builder();
    auto terms = [&](std::initializer_list<const char *> names) {
      std::vector<Offset<fb::Term>> list;
      for (const char *name : names)
        list.push_back(fb::CreateTermDirect(b, name, "", s.number));
      return list;
    };
    auto model = [&](const char *name, std::initializer_list<const char *> state,
                     std::initializer_list<const char *> param,
                     std::initializer_list<const char *> input) {
      auto states = terms(state), params = terms(param), inputs = terms(input);
      models.push_back(fb::CreateModelDirect(b, name, name, &states, &params, &inputs,
                                             fb::Emit_Spike, s.number));
    };
    model("on_pre", {"weight", "a"}, {"A"}, {"b", "t_pre", "t_post"});
    model("on_post", {"weight", "b"}, {}, {"a", "t_pre", "t_post"});
    model("pre_trace", {"a"}, {}, {});
    model("post_trace", {"b"}, {}, {});
    rules.push_back(fb::CreateRuleDirect(b, "pair", s.onPre, 2, 3, 4, -1, true, true, false, true));
    fb::Blob table = writer.addArray(s.traceTable);
    auto traces = [&](uint32_t count) {
      return std::vector<Offset<fb::RuleTrace>>(
          count, fb::CreateRuleTraceDirect(b, "a", s.initial, s.tau, true, &table));
    };
    auto pre = traces(s.preTraces), post = traces(s.postTraces);
    std::vector<int32_t> words;
    for (double value : s.ruleParam)
      words.push_back(static_cast<int32_t>(value * 32768));
    fb::Blob param =
        s.number == fb::Number_F64 ? writer.addArray(s.ruleParam) : writer.addArray(words);
    uses.push_back(fb::CreateRuleUseDirect(b, s.usedRule, 0, s.useTarget, s.usePort, s.gain, &pre,
                                           &post, &param, &s.synapseTerms));
    std::vector<uint32_t> enabled{s.phaseRule};
    phases.push_back(fb::CreatePhaseDirect(b, "learn", 10, &enabled));
  }
  std::vector<Offset<fb::Rule>> rules;
  std::vector<Offset<fb::RuleUse>> uses;
  std::vector<Offset<fb::Phase>> phases;
};

Offset<fb::Image> SampleImage::meta(image::Writer &writer, fb::Program type, Offset<void> program) {
  auto &b = writer.builder();
  std::vector<Offset<fb::Term>> state, param, input;
  for (const std::string &name : states)
    state.push_back(fb::CreateTermDirect(b, name.c_str(), "mV", number));
  param.push_back(fb::CreateTermDirect(b, "decay", "", paramNumber));
  input.push_back(fb::CreateTermDirect(b, "x", "", number));
  std::vector<Offset<fb::Model>> models;
  if (withModels)
    models.push_back(
        fb::CreateModelDirect(b, "lif", "step_lif", &state, &param, &input, emit, number));
  std::optional<Learning> learning;
  if (learns)
    learning.emplace(*this, writer, models);
  std::vector<Offset<fb::Node>> nodes{
      fb::CreateNodeDirect(b, sourceName.c_str(), fb::NodeKind_Source, &sourceShape, 3),
      fb::CreateNodeDirect(b, cellName.c_str(), fb::NodeKind_Population, &cellShape, cellSize,
                           cellModel, cellEmit, cellLatency)};
  std::vector<Offset<fb::Output>> outputs{fb::CreateOutputDirect(b, "out", outputNode)};
  std::vector<Offset<flatbuffers::String>> terms;
  for (const std::string &term : probeTerms)
    terms.push_back(b.CreateString(term));
  std::vector<Offset<fb::Probe>> probes{fb::CreateProbeDirect(b, 1, &terms)};
  fb::Blob code = writer.addArray(kernels);
  return fb::CreateImageDirect(
      b, producer.c_str(), options.c_str(), dt, profile.c_str(), &models, &nodes, &outputs, &probes,
      &code, type, program, learning ? &learning->rules : nullptr,
      learning ? &learning->uses : nullptr, learning ? &learning->phases : nullptr);
}

std::vector<std::byte> SampleImage::reference() {
  image::Writer writer;
  auto &b = writer.builder();
  auto column = [&](const std::vector<double> &values, uint64_t count) {
    fb::Blob blob = writer.addArray(values);
    return fb::CreateColumn(b, &blob, count);
  };
  std::vector<Offset<fb::Column>> none, params, init{column({0}, 1), column({0, 1}, 2)};
  for (int i = 0; i < paramColumns; ++i)
    params.push_back(column(param, columnCount));
  std::vector<Offset<fb::ReferenceNode>> nodes{fb::CreateReferenceNodeDirect(b, 0, &none, &none),
                                               fb::CreateReferenceNodeDirect(b, 1, &params, &init)};
  fb::Blob starts = writer.addArray(rowStart), index = writer.addArray(targets),
           weight = writer.addArray(weights), extra = writer.addArray(delays);
  std::vector<Offset<fb::Projection>> projections{
      fb::CreateProjection(b, 0, projectionTarget, port, delay, &extra, &starts, &index, &weight,
                           learns ? projectionLearn : -1)};
  std::vector<Offset<fb::Drive>> drives{fb::CreateDrive(b, 1, 0, 1, column({0.25}, 1))};
  auto program = fb::CreateReferenceDirect(b, &nodes, &order, &projections, &drives);
  return writer.finish(meta(writer, fb::Program_Reference, program.Union()));
}

std::vector<std::byte> SampleImage::spinn() {
  number = fb::Number_S1615;
  paramNumber = fb::Number_U032;
  image::Writer writer;
  auto &b = writer.builder();
  std::vector<uint32_t> noWords;
  fb::Blob learnWords = writer.addArray(coreLearn);
  fb::Blob empty = writer.addArray(noWords), rowWords = writer.addArray(sdram),
           tableWords = writer.addArray(table), init = writer.addArray(initWords);
  auto column = [&] { return fb::CreateColumn(b, &init, 2); };
  std::vector<Offset<fb::Column>> none, params{column()}, inits{column(), column()};
  std::vector<Offset<fb::NodeDrive>> noDrives, drives{fb::CreateNodeDrive(b, 0, 1, column())};
  std::vector<uint8_t> noShift;
  std::vector<Offset<fb::SpinnNode>> nodes{
      fb::CreateSpinnNodeDirect(b, 0, 0, 0, 0, &noShift, &none, &none, &noDrives),
      fb::CreateSpinnNodeDirect(b, 1, delayBits, typeBits, indexBits, &shift, &params, &inits,
                                &drives)};
  std::vector<Offset<fb::Core>> cores{
      fb::CreateCore(b, 0, 0, 3, 1, lo, hi, key, mask, &tableWords, &rowWords, &learnWords),
      fb::CreateCore(b, 0, 0, secondCore, 0, 0, 3, 0x200, 0xffffff00, &empty, &empty)};
  fb::Blob routes = writer.addArray(entries);
  std::vector<Offset<fb::Chip>> chips{fb::CreateChip(b, 0, 0, &routes)};
  std::vector<Offset<fb::Extension>> delays;
  for (int i = 0; i < extensions; ++i)
    delays.push_back(fb::CreateExtension(b, 0, 0, static_cast<uint8_t>(extensionP + i), delayedCore,
                                         stages, step, extensionKey, extensionMask));
  auto program = fb::CreateSpinnDirect(b, "spinn5", &nodes, &cores, &chips, meshWidth, 1,
                                       &processors, &links, nullptr, &delays);
  return writer.finish(meta(writer, fb::Program_Spinn, program.Union()));
}

std::vector<std::byte> SampleImage::xbar() {
  number = paramNumber = fb::Number_S1615;
  image::Writer writer;
  auto &b = writer.builder();
  std::vector<int32_t> words(neurons.size());
  std::vector<uint32_t> none, sourceStart{0, 1, 1, 1};
  fb::Blob index = writer.addArray(neurons), cells = writer.addArray(codes),
           word = writer.addArray(words), starts = writer.addArray(routeStart),
           routes = writer.addArray(flits), empty = writer.addArray(none),
           inputStarts = writer.addArray(sourceStart);
  std::vector<fb::Blob> params{word}, inits{word, word};
  std::vector<Offset<fb::TileDrive>> drives{fb::CreateTileDrive(b, 1, &word)};
  std::vector<Offset<fb::Tile>> tiles{fb::CreateTileDirect(b, tileX, tileY, 1, 0, 1, &index, 2,
                                                           &cells, &word, 12, 0, &empty, &params,
                                                           &inits, &drives, &starts, &routes)};
  std::vector<Offset<fb::XbarSource>> sources{fb::CreateXbarSource(b, 0, &inputStarts, &routes)};
  auto program = fb::CreateXbarDirect(b, rows, cols, banks, slots, 6, 2, 2, levels, 8, 8, 1, 2, 0,
                                      1, &tiles, &sources, "// none");
  return writer.finish(meta(writer, fb::Program_Xbar, program.Union()));
}

void mendChecksums(std::vector<std::byte> &file) {
  image::Header header;
  std::memcpy(&header, file.data(), sizeof header);
  auto section = [&](uint64_t offset, uint64_t bytes) {
    bool inside = offset <= file.size() && bytes <= file.size() - offset;
    return inside ? image::hash64(std::span(file).subspan(offset, bytes)) : 0;
  };
  header.metaHash = section(header.metaOffset, header.metaBytes);
  header.dataHash = section(header.dataOffset, header.dataBytes);
  std::memcpy(file.data(), &header, sizeof header);
}

} // namespace spindle::test
