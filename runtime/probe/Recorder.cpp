// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/Recorder.h"

#include "runtime/io/Npy.h"
#include "runtime/probe/SpikeLog.h"

#include <algorithm>
#include <set>

namespace spindle::probe {
namespace {

namespace fs = std::filesystem;
namespace fb = image::fb;

/// One state of one node, a dense row per step.
struct StateStream {
  uint32_t node, term;
  std::string file;
  std::unique_ptr<io::NpyWriter> writer;
};

struct SpikeStream {
  uint32_t node;
  std::string file;
  SpikeLog log;
};

std::vector<int64_t> shapeOf(const fb::Node &node) {
  return {node.shape()->begin(), node.shape()->end()};
}

} // namespace

struct Recorder::State {
  State(const Machine &machine, std::shared_ptr<const image::Image> image, RecorderOptions options)
      : machine(machine), image(std::move(image)), options(std::move(options)) {}

  void add(uint32_t node, const std::string &term);
  void addSpikes(const fb::Node &node, uint32_t index, const std::string &file);
  void addState(const fb::Node &node, uint32_t index, uint32_t term, const std::string &file);
  void sampleStates(const StepView &view);
  template <typename T, typename Read>
  void row(StateStream &stream, std::vector<T> &buffer, Read read);

  const fb::Node &node(uint32_t index) const { return *image->meta().nodes()->Get(index); }

  const Machine &machine;
  std::shared_ptr<const image::Image> image;
  RecorderOptions options;
  std::set<std::string> files;
  std::vector<SpikeStream> spikes;
  std::vector<StateStream> states;
  std::vector<double> reals;
  std::vector<int32_t> integers;
  uint64_t steps = 0;
};

void Recorder::State::add(uint32_t index, const std::string &term) {
  const fb::Node &found = node(index);
  std::string file = fileNameOf(found.name()->string_view()) + "." + fileNameOf(term) + ".npy";
  if (files.count(file))
    return; // asked for twice
  if (term == "spikes")
    addSpikes(found, index, file);
  else
    addState(found, index, findTerm(*image, index, term), file);
  files.insert(file);
}

void Recorder::State::addSpikes(const fb::Node &found, uint32_t index, const std::string &file) {
  spikes.push_back(
      {index, file,
       SpikeLog(found.name()->str(), shapeOf(found), found.emit() == fb::Emit_Graded)});
}

void Recorder::State::addState(const fb::Node &found, uint32_t index, uint32_t term,
                               const std::string &file) {
  const fb::Model &model = *image->meta().models()->Get(static_cast<uint32_t>(found.model()));
  if (options.raw && model.number() == fb::Number_F64)
    throw UserError("node '" + found.name()->str() +
                    "' runs in float64; there are no raw integers to record");
  auto type = options.raw ? io::NpyType::I32 : io::NpyType::F64;
  states.push_back(
      {index, term, file,
       std::make_unique<io::NpyWriter>(options.directory / file, type, shapeOf(found))});
}

template <typename T, typename Read>
void Recorder::State::row(StateStream &stream, std::vector<T> &buffer, Read read) {
  buffer.resize(node(stream.node).size());
  read(std::span<T>(buffer));
  stream.writer->append(std::as_bytes(std::span<const T>(buffer)));
}

void Recorder::State::sampleStates(const StepView &view) {
  for (StateStream &stream : states) {
    if (options.raw)
      row(stream, integers, [&](auto out) { view.observeRaw(stream.node, stream.term, out); });
    else
      row(stream, reals, [&](auto out) { view.observe(stream.node, stream.term, out); });
  }
}

Recorder::Recorder(const Machine &machine, std::shared_ptr<const image::Image> image,
                   const std::vector<Request> &requests, RecorderOptions options)
    : state_(std::make_unique<State>(machine, std::move(image), std::move(options))) {
  std::error_code error;
  fs::create_directories(state_->options.directory, error);
  if (error)
    throw UserError(state_->options.directory.string() + ": cannot be made: " + error.message());
  for (const Request &request : requests) {
    uint32_t node = findNode(*state_->image, request.node);
    for (const std::string &term : request.terms)
      state_->add(node, term);
  }
}

Recorder::~Recorder() = default;

void Recorder::sample() { sample(state_->machine); }

void Recorder::sample(const StepView &view) {
  for (SpikeStream &stream : state_->spikes)
    stream.log.append(view.events(stream.node));
  state_->sampleStates(view);
  ++state_->steps;
}

std::vector<StateRef> Recorder::states() const {
  std::vector<StateRef> states;
  for (const StateStream &stream : state_->states)
    states.push_back({stream.node, stream.term});
  return states;
}

std::vector<std::string> Recorder::finish() {
  const fs::path &directory = state_->options.directory;
  std::vector<std::string> names(state_->files.begin(), state_->files.end());
  for (StateStream &stream : state_->states)
    stream.writer->finish();
  if (!state_->spikes.empty()) {
    io::NirDataWriter collected(directory / "spikes.h5", state_->image->meta().dt());
    for (SpikeStream &stream : state_->spikes) {
      stream.log.writeNpy(directory / stream.file);
      stream.log.writeNirData(collected);
    }
    collected.finish();
    names.push_back("spikes.h5");
  }
  std::sort(names.begin(), names.end());
  return names;
}

uint64_t Recorder::steps() const { return state_->steps; }

} // namespace spindle::probe
