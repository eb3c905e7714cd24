// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mean rates of the example networks, in float64 and in the machine's arithmetic. A second of each
// by default, with room for its fluctuations; with SPINDLE_FULL=1 ten seconds and the published
// ranges.
#include "examples/microcircuit/Microcircuit.h"
#include "tests/support/Engines.h"
#include "tests/support/catch.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace spindle;
using namespace spindle::test;

namespace {

bool full() {
  const char *value = std::getenv("SPINDLE_FULL");
  return value && *value == '1';
}

std::string example(const std::string &file) {
  std::ifstream stream(std::string(SPINDLE_EXAMPLES) + "/" + file);
  REQUIRE(stream);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Counts what populations emit, on machines that do not.
struct Counter final : RunHooks {
  std::vector<double> spikes;
  explicit Counter(size_t nodes) : spikes(nodes) {}
  void sample(const StepView &view, uint64_t) override {
    for (uint32_t n = 0; n < spikes.size(); ++n)
      for (const Event &e : view.events(n))
        spikes[n] += e.value;
  }
};

/// What every node emits in `steps` steps.
std::vector<double> spikesOf(Machine &machine, size_t nodes, uint64_t steps) {
  std::vector<NodeTally> before = machine.tallies();
  if (before.empty()) {
    Counter counter(nodes);
    machine.run(steps, counter);
    return counter.spikes;
  }
  RunHooks none;
  machine.run(steps, none);
  std::vector<NodeTally> after = machine.tallies();
  std::vector<double> spikes(nodes);
  for (size_t n = 0; n < nodes; ++n)
    for (size_t i = 0; i < after[n].spikes.size(); ++i)
      spikes[n] += double(after[n].spikes[i] - before[n].spikes[i]);
  return spikes;
}

/// Spikes per neuron and second of every population, after `skip` seconds.
std::vector<double> ratesOf(const std::string &text, const TargetOptions &target, double seconds,
                            double skip) {
  auto image = compileText(text, target);
  MachineOptions options;
  options.threads = 2;
  auto machine = machineFor(image, false, options);
  const auto &nodes = *image->meta().nodes();
  double dt = image->meta().dt();
  RunHooks none;
  machine->run(static_cast<uint64_t>(skip / dt + 0.5), none);
  std::vector<double> spikes =
      spikesOf(*machine, nodes.size(), static_cast<uint64_t>(seconds / dt + 0.5));
  std::vector<double> rates;
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->kind() == image::fb::NodeKind_Population)
      rates.push_back(spikes[n] / (double(nodes.Get(n)->size()) * seconds));
  return rates;
}

/// Of all neurons together; `sizes` in the order of the populations.
double mean(const std::vector<double> &rates, const std::vector<double> &sizes) {
  double spikes = 0, neurons = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    spikes += rates.at(i) * sizes[i];
    neurons += sizes[i];
  }
  return spikes / neurons;
}

struct Duration {
  double seconds, skip;
};

/// Checks the mean rate on both engines; `margin` widens the range for the short run.
void check(const std::string &file, std::vector<double> sizes, double low, double high,
           double margin, Duration brief = {1, 0.2}) {
  std::string text = example(file);
  for (const TargetOptions &target :
       {TargetOptions(ReferenceOptions()), TargetOptions(SpinnOptions())}) {
    Duration how = full() ? Duration{10, 0.2} : brief;
    std::vector<double> rates = ratesOf(text, target, how.seconds, how.skip);
    double rate = mean(rates, sizes);
    std::cout << file << (target.index() == 0 ? " reference " : " spinn ") << rate << " spikes/s (";
    for (double of : rates)
      std::cout << ' ' << of;
    std::cout << " )" << std::endl;
    if (full())
      margin = 0;
    CHECK(rate > low - margin);
    CHECK(rate < high + margin);
  }
}

} // namespace

TEST_CASE("CUBA fires at 5.3 to 5.7 spikes/s") {
  check("cuba/cuba.mlir", {3200, 800}, 5.3, 5.7, 0.4);
}

TEST_CASE("COBA fires at 15.5 to 17.5 spikes/s") {
  check("coba/coba.mlir", {3200, 800}, 15.5, 17.5, 0.8);
}

TEST_CASE("Brunel's network fires at 37.3 to 39.1 spikes/s") {
  check("brunel/brunel.mlir", {10000, 2500}, 37.3, 39.1, 0.8, {0.2, 0.1});
}

TEST_CASE("Izhikevich's network fires at 6.9 to 7.1 spikes/s") {
  check("izhikevich/izhikevich.mlir", {800, 200}, 6.9, 7.1, 0.5, {2, 0.2});
}

TEST_CASE("the microcircuit's populations fire as NEST's do") {
  // NEST's mean rates of ten seconds at full scale, of five at a tenth.
  const std::vector<double> nest =
      full() ? std::vector<double>{0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829}
             : std::vector<double>{0.750, 3.101, 4.390, 6.961, 6.960, 7.789, 1.130, 8.076};
  double scale = full() ? 1 : 0.1;
  std::string text = microcircuit::text(scale);
  std::vector<TargetOptions> targets{SpinnOptions()};
  if (full())
    targets.push_back(ReferenceOptions());
  for (const TargetOptions &target : targets) {
    std::vector<double> rates = ratesOf(text, target, full() ? 10 : 1, full() ? 0.5 : 0.2);
    std::cout << "microcircuit " << scale << (target.index() == 0 ? " reference" : " spinn");
    for (double rate : rates)
      std::cout << ' ' << rate;
    std::cout << std::endl;
    REQUIRE(rates.size() == nest.size());
    for (size_t i = 0; i < nest.size(); ++i) {
      INFO(microcircuit::kNames[static_cast<int>(i)] << " " << rates[i] << ", NEST " << nest[i]);
      CHECK(std::fabs(rates[i] - nest[i]) < (full() ? 0.1 : 0.15) * nest[i]);
    }
  }
}
