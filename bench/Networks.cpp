// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "bench/Networks.h"

#include "tests/support/Engines.h"
#include "tests/support/SharedData.h"

#include <cstdio>
#include <map>
#include <stdexcept>
#include <utility>

namespace spindle::bench {

namespace fb = image::fb;
namespace fs = std::filesystem;

namespace {

/// Synapses that leave each neuron, by node name.
using FanOut = std::map<std::string, std::vector<uint64_t>>;

std::shared_ptr<const image::Image> compile(const Network &network,
                                            const test::TargetOptions &target) {
  nir::ImportOptions import;
  import.dt = network.dt;
  import.profile = "euler-value";
  return test::compileNir(nir::load(network.nir.string()), import, target);
}

std::shared_ptr<const image::Image> imageFor(const Network &network, Engine engine) {
  if (engine == Engine::Rtl)
    engine = Engine::Functional; // one image, two engines
  static std::map<std::pair<std::string, Engine>, std::shared_ptr<const image::Image>> images;
  auto &image = images[{network.name, engine}];
  if (!image) {
    if (engine == Engine::Reference)
      image = compile(network, ReferenceOptions{});
    else if (engine == Engine::Spinn)
      image = compile(network, SpinnOptions{});
    else
      image = compile(network, XbarOptions{});
  }
  return image;
}

FanOut countFanOut(const image::Image &image) {
  FanOut fanOut;
  const auto &nodes = *image.meta().nodes();
  for (const fb::Node *node : nodes)
    fanOut[node->name()->str()].assign(node->size(), 0);
  for (const fb::Projection *p : *image.meta().program_as_Reference()->projections()) {
    auto starts = image.array<uint64_t>(*p->row_start());
    auto weights = image.array<double>(*p->weight());
    auto &counts = fanOut[nodes.Get(p->source())->name()->str()];
    for (size_t neuron = 0; neuron < counts.size(); ++neuron)
      for (uint64_t s = starts[neuron]; s < starts[neuron + 1]; ++s)
        counts[neuron] += weights[s] != 0.0;
  }
  return fanOut;
}

const FanOut &fanOutOf(const Network &network) {
  static std::map<std::string, FanOut> known;
  auto found = known.find(network.name);
  if (found == known.end()) {
    ReferenceOptions options;
    options.retime = true; // composes maps as the hardware targets do: no relay is left
    found = known.emplace(network.name, countFanOut(*compile(network, options))).first;
  }
  return found->second;
}

} // namespace

const char *nameOf(Engine engine) {
  constexpr const char *names[] = {"reference", "spinn", "functional", "rtl"};
  return names[static_cast<int>(engine)];
}

std::vector<Network> networks() {
  fs::path example = SPINDLE_BENCH_EXAMPLE;
  std::vector<Network> found = {
      {"example", example / "recurrent.nir", example / "recurrent_input.npy", 1e-4, 0}};
  auto root = test::sharedData();
  auto add = [&](const char *name, const char *nir, const char *input, double dt, size_t rtlSteps) {
    if (root && fs::exists(*root / nir) && fs::exists(*root / input))
      found.push_back({name, *root / nir, *root / input, dt, rtlSteps});
    else
      std::fprintf(stderr, "skipped: %s needs %s and %s in $SPINDLE_SHARED_DATA\n", name, nir,
                   input);
  };
  add("braille", "nir/braille_noDelay_bias_zero.nir",
      "nir-golden/braille_test0_input_256x12_u8.npy", 1e-4, 0);
  // The RTL of all the 310 steps would take the longest part of a minute.
  add("cnn", "nir/cnn_sinabs.nir", "nir-golden/nmnist_sample_frames_1ms_u8.npy", 1e-3, 40);
  return found;
}

namespace {

Input readInput(const fs::path &file) {
  Input input;
  for (const std::vector<double> &frame : test::readFrames(file)) {
    input.emplace_back();
    for (uint32_t i = 0; i < frame.size(); ++i)
      if (frame[i] != 0.0)
        input.back().push_back({i, frame[i]});
  }
  return input;
}

} // namespace

Loaded load(const Network &network, Engine engine, int threads) {
  Loaded loaded;
  loaded.image = imageFor(network, engine);
  MachineOptions options;
  options.threads = threads;
  loaded.machine = test::machineFor(loaded.image, engine == Engine::Rtl, options);
  loaded.input = readInput(network.input);
  const auto &nodes = *loaded.image->meta().nodes();
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->kind() == fb::NodeKind_Source) {
      loaded.source = n;
      return loaded;
    }
  throw std::runtime_error("network '" + network.name + "' has no source");
}

uint64_t synapticEvents(const Network &network, Loaded &loaded, size_t steps) {
  const FanOut &fanOut = fanOutOf(network);
  const auto &nodes = *loaded.image->meta().nodes();
  uint64_t sum = 0;
  loaded.machine->reset();
  for (size_t t = 0; t < steps; ++t) {
    loaded.step(t);
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      auto counts = fanOut.find(nodes.Get(n)->name()->str());
      if (counts == fanOut.end() || nodes.Get(n)->emit() == fb::Emit_Graded)
        continue;
      for (const Event &event : loaded.machine->events(n))
        sum += static_cast<uint64_t>(event.value) * counts->second[event.neuron];
    }
  }
  return sum;
}

} // namespace spindle::bench
