// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real networks with recorded input: RTL = functional model, and the class of the reference. Which
// networks is what the manifest of the golden data says.
#include "tests/cosim/Cosim.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <tuple>

using namespace spindle;
using namespace spindle::test;

namespace {

/// The neuron of an output that spoke most, over all outputs of the network together.
std::vector<size_t> classes(const image::Image &image, const Trace &trace) {
  std::vector<size_t> result;
  for (const auto *output : *image.meta().outputs()) {
    const auto *node = image.meta().nodes()->Get(output->node());
    std::vector<double> totals(node->size(), 0.0);
    for (const auto &events : trace.emitted[output->node()])
      for (Event e : events)
        totals[e.neuron] += e.value;
    result.push_back(
        static_cast<size_t>(std::max_element(totals.begin(), totals.end()) - totals.begin()));
  }
  return result;
}

} // namespace

TEST_CASE("recorded networks: rtl = functional, class = reference") {
  auto folder = requireShared("nir-golden");
  auto networks = requireShared("nir");
  std::ifstream file(folder / "manifest.json");
  nlohmann::json manifest = nlohmann::json::parse(file);
  std::set<std::tuple<std::string, std::string, double, std::string>> runs;
  for (const auto &entry : manifest) {
    std::string input = entry.at("input");
    if (entry.at("quantity") == "spikes" && input.ends_with(".npy"))
      runs.emplace(entry.at("nir"), entry.at("profile"), entry.at("dt"), input);
  }
  REQUIRE(!runs.empty());
  size_t compared = 0;
  for (const auto &[network, profile, dt, input] : runs) {
    nir::Graph graph = nir::load((networks / network).string());
    nir::ImportOptions import;
    import.dt = dt;
    import.profile = profile;
    auto image = compileForFabric(graph, import, {});
    if (image->meta().program_as_Xbar()->tiles()->size() > 16)
      continue; // the functional model alone runs these (xbar_cnn_test)
    Frames frames = readFrames((folder / input).string());
    Comparison result = compareEngines(image, frames);
    INFO(network << " " << profile << ": " << result.report);
    CHECK(result.differences == 0);
    CHECK(result.spikes > 0);
    // Outputs come later by the latency: let the last ones arrive.
    auto plain = compileNir(graph, import, ReferenceOptions{});
    Trace reference = run(*machineFor(plain), *plain, frames);
    Trace fabric = run(*machineFor(image), *image, frames, frames.size() + 8);
    CHECK(classes(*plain, reference) == classes(*image, fabric));
    std::cout << network << " " << profile << ": " << result.steps << " steps, " << result.events
              << " events, " << result.states << " states, " << result.differences
              << " differences\n";
    ++compared;
  }
  CHECK(compared > 0);
}
