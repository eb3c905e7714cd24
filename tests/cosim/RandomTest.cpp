// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RTL = functional model on 200 random small networks, step by step, on fabrics of several sizes,
// levels and converters. What the networks are meant to cover is counted and asserted.
#include "compiler/import/nir/Models.h"
#include "tests/cosim/Cosim.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>
#include <set>

using namespace spindle;
using namespace spindle::test;

namespace {

struct Fabric {
  XbarOptions options;
  unsigned clipBits = 0;
};

/// Levels and converter bits are registers or data and vary freely. A size is another tile to
/// compile, so only the networks of one profile get other ones.
Fabric fabricOf(uint64_t seed, size_t profile) {
  constexpr unsigned levels[] = {32, 2, 3, 16, 255, 32768, 7}, bits[] = {8, 3, 6, 12, 16, 4};
  struct Size {
    unsigned rows, cols, banks;
  };
  constexpr Size sizes[] = {{128, 128, 8}, {32, 20, 32}, {64, 32, 16}, {1024, 256, 1}};
  uint64_t round = seed / nir::profileNames().size();
  Fabric fabric;
  fabric.options.levels = levels[round % 7];
  fabric.options.adcBits = bits[seed % 6];
  fabric.clipBits = seed % 4 == 0 ? 2 : 0;
  if (profile == 0) {
    Size size = sizes[round % 4];
    fabric.options.rows = size.rows, fabric.options.cols = size.cols;
    fabric.options.banks = size.banks;
  }
  return fabric;
}

/// What all networks together held and did.
class Coverage {
public:
  void network(const nir::Graph &graph) {
    std::map<std::string, std::vector<std::string>> next;
    std::map<std::string, size_t> in, out;
    for (const auto &[from, to] : graph.edges)
      next[from].push_back(to);
    size_t count = 0;
    for (const auto &[name, node] : graph.nodes) {
      if (!isNeuron(node.type))
        continue;
      ++count;
      for (const std::string &target : targets(next, name)) {
        ++out[name];
        ++in[target];
        loops += target == name;
      }
      if (node.type == "IF" || node.type == "LIF")
        perNeuron += different(std::get<nir::Array>(node.fields.at("v_threshold")).values);
    }
    populations.insert(count);
    longLoops += hasLongLoop(next, graph);
    auto several = [](const auto &entry) { return entry.second > 1; };
    fanIn += std::any_of(in.begin(), in.end(), several);
    fanOut += std::any_of(out.begin(), out.end(), several);
  }

  void image(const image::Image &image) {
    const auto &program = *image.meta().program_as_Xbar();
    std::map<uint32_t, size_t> tiles;
    for (const auto *tile : *program.tiles()) {
      ++tiles[tile->node()];
      severalBanks += tile->banks() > 1;
      for (uint32_t flit : image.array<uint32_t>(*tile->routes()))
        delays.insert(flit >> 8 & 63);
    }
    for (const auto *source : *program.sources())
      for (uint32_t flit : image.array<uint32_t>(*source->routes()))
        delays.insert(flit >> 8 & 63);
    severalTiles += program.tiles()->size() > 1;
    severalSlices +=
        std::any_of(tiles.begin(), tiles.end(), [](const auto &t) { return t.second > 1; });
    for (const auto *node : *image.meta().nodes())
      if (node->model() >= 0)
        models.insert(
            image.meta().models()->Get(static_cast<uint32_t>(node->model()))->name()->str());
    sizes.insert({program.rows(), program.cols(), program.banks()});
    levels.insert(program.levels());
    adcBits.insert(program.adc_bits());
  }

  void run(const Comparison &one) {
    for (const auto &[name, value] : one.counters)
      counters[name] += value;
    manyCounts += one.largest > 1;
    hugeCounts += one.largest > 63;
  }

  std::set<size_t> populations;
  std::set<std::string> models;
  std::set<uint32_t> delays, levels, adcBits;
  std::set<std::vector<uint32_t>> sizes;
  std::map<std::string, uint64_t> counters;
  size_t fanIn = 0, fanOut = 0, loops = 0, longLoops = 0, perNeuron = 0;
  size_t severalTiles = 0, severalSlices = 0, severalBanks = 0, manyCounts = 0, hugeCounts = 0;

private:
  using Edges = std::map<std::string, std::vector<std::string>>;

  static bool isNeuron(const std::string &type) {
    const auto &types = nir::neuronTypes();
    return std::find(types.begin(), types.end(), type) != types.end();
  }
  static bool different(const std::vector<double> &values) {
    return std::any_of(values.begin(), values.end(), [&](double v) { return v != values[0]; });
  }
  /// Populations behind the maps and delays of `from`.
  static std::vector<std::string> targets(const Edges &next, const std::string &from) {
    std::vector<std::string> found, work = {from};
    while (!work.empty()) {
      std::string at = work.back();
      work.pop_back();
      if (auto edges = next.find(at); edges != next.end())
        for (const std::string &to : edges->second)
          (to[0] == 'p' ? found : work).push_back(to); // as the generator names populations
    }
    return found;
  }
  /// From a population back to it by way of another one.
  static bool hasLongLoop(const Edges &next, const nir::Graph &graph) {
    for (const auto &[name, node] : graph.nodes) {
      if (!isNeuron(node.type))
        continue;
      std::set<std::string> seen;
      std::vector<std::string> work = targets(next, name);
      std::erase(work, name);
      while (!work.empty()) {
        std::string at = work.back();
        work.pop_back();
        if (at == name)
          return true;
        if (seen.insert(at).second)
          for (const std::string &to : targets(next, at))
            work.push_back(to);
      }
    }
    return false;
  }
};

/// Some networks hear far more in a step than an event carries.
void amplify(Frames &input, uint64_t seed) {
  for (size_t t = 0; t < input.size(); t += 3)
    for (double &value : input[t])
      value *= static_cast<double>(20 + seed % 60);
}

void checkCoverage(const Coverage &c, size_t networks) {
  CHECK(c.populations == std::set<size_t>{1, 2, 3, 4, 5, 6});
  CHECK(c.models.size() == nir::neuronTypes().size());
  CHECK(c.fanIn > networks / 4);
  CHECK(c.fanOut > networks / 4);
  CHECK(c.loops > networks / 4);
  CHECK(c.longLoops > networks / 10);
  CHECK(c.perNeuron > networks / 4);
  CHECK(c.delays.size() >= 40);
  CHECK(*c.delays.begin() == 1);
  CHECK(*c.delays.rbegin() >= 40);
  CHECK(c.sizes.size() == 4);
  CHECK(c.levels.size() == 7);
  CHECK(c.adcBits.size() == 6);
  CHECK(c.severalTiles > networks / 2);
  CHECK(c.severalSlices > networks / 10);
  CHECK(c.severalBanks > networks / 10);
  CHECK(c.manyCounts > 5);
  CHECK(c.hugeCounts > 0);
  CHECK(c.counters.at("adc_clips") > 100);
  CHECK(c.counters.at("count_saturations") > 100);
  // A row of a compiled network hears one neuron, whose event is cut to what the row holds: full
  // rows are for fabric_rtl_test.
  CHECK(c.counters.at("row_saturations") == 0);
}

} // namespace

TEST_CASE("rtl and functional model agree on random networks") {
  constexpr size_t wanted = 200;
  const auto &profiles = nir::profileNames();
  Comparison total;
  Coverage coverage;
  size_t compared = 0, unfit = 0;
  for (uint64_t seed = 1; compared < wanted; ++seed) {
    RandomNetwork net = randomNetwork(seed);
    if (seed % 5 == 0)
      amplify(net.input, seed);
    nir::ImportOptions import;
    import.dt = net.dt;
    size_t profile = seed % profiles.size();
    import.profile = profiles[profile];
    Fabric fabric = fabricOf(seed, profile);
    nir::Graph graph = nir::complete(net.graph);
    std::shared_ptr<const image::Image> image;
    try {
      image = compileForFabric(graph, import, fabric.options, fabric.clipBits);
    } catch (const std::runtime_error &error) {
      INFO("seed " << seed << ": " << error.what());
      REQUIRE(std::strstr(error.what(), "does not fit"));
      REQUIRE(++unfit < wanted / 4); // the generator makes few that are too large for a tile
      continue;
    }
    coverage.network(graph);
    coverage.image(*image);
    Comparison one = compareEngines(image, net.input);
    INFO("seed " << seed << " (" << import.profile << "): " << one.report);
    CHECK(one.differences == 0);
    coverage.run(one);
    total.steps += one.steps;
    total.events += one.events;
    total.states += one.states;
    total.spikes += one.spikes;
    ++compared;
  }
  checkCoverage(coverage, compared);
  CHECK(total.spikes > 10 * compared);
  std::cout << compared << " networks (" << unfit << " do not fit a fabric), " << total.steps
            << " steps, " << total.events << " events, " << total.states << " states compared\n"
            << coverage.counters["reads"] << " reads, " << coverage.counters["adc_clips"]
            << " clips, " << coverage.counters["count_saturations"] << " counts cut\n";
}
