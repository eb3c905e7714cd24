// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/cosim/Golden.h"

#include "tests/support/SharedData.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

namespace spindle::test {
namespace {

size_t largest(const std::vector<double> &totals) {
  return static_cast<size_t>(std::max_element(totals.begin(), totals.end()) - totals.begin());
}

} // namespace

nir::Graph RecordedRun::graph() const {
  return nir::load((requireShared("nir") / network).string());
}

nir::ImportOptions RecordedRun::import() const {
  nir::ImportOptions options;
  options.dt = dt;
  options.profile = profile;
  return options;
}

Frames RecordedRun::frames() const { return readFrames((requireShared("nir-golden") / input)); }

std::vector<RecordedRun> recordedRuns() {
  requireShared("nir");
  std::ifstream file(requireShared("nir-golden") / "manifest.json");
  std::set<RecordedRun> runs;
  for (const auto &entry : nlohmann::json::parse(file)) {
    std::string input = entry.at("input");
    if (entry.at("quantity") == "spikes" && input.ends_with(".npy"))
      runs.insert({entry.at("nir"), entry.at("profile"), input, entry.at("dt")});
  }
  return {runs.begin(), runs.end()};
}

std::vector<size_t> classes(const image::Image &image, const Trace &trace) {
  std::vector<size_t> result;
  for (const auto *output : *image.meta().outputs())
    result.push_back(
        largest(trace.totals(output->node(), image.meta().nodes()->Get(output->node())->size())));
  return result;
}

size_t answerOfCnn(const std::string &profile, const TargetOptions &target) {
  nir::Graph graph = nir::load(requireShared("nir/cnn_sinabs.nir").string());
  Frames frames = readFrames(requireShared("nir-golden/nmnist_sample_frames_1ms_u8.npy"));
  nir::ImportOptions import;
  import.profile = profile;
  import.dt = 1e-3;
  auto image = compileNir(graph, import, target);
  auto machine = machineFor(image);
  Trace trace = run(*machine, *image, frames, frames.size() + 16); // outputs come later
  uint32_t output = image->meta().outputs()->Get(0)->node();
  auto totals = trace.totals(output, image->meta().nodes()->Get(output)->size());
  std::cout << profile << ":";
  for (double total : totals)
    std::cout << " " << total;
  std::cout << "\n";
  for (auto [name, value] : machine->counters())
    std::cout << "  " << name << " " << value << "\n";
  return largest(totals);
}

} // namespace spindle::test
