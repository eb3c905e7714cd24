// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mean rates of the example networks, in float64 and in the machine's arithmetic. A second of each
// by default, with room for its fluctuations; with SPINDLE_FULL=1 ten seconds and the published
// ranges.
#include "compiler/builder/Builder.h"
#include "tests/support/Engines.h"
#include "tests/support/catch.h"

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

/// Spikes per neuron and second of every population, after `skip` seconds.
std::vector<double> ratesOf(const std::string &text, const TargetOptions &target, double seconds,
                            double skip) {
  auto image = compileText(text, target);
  auto machine = machineFor(image);
  const auto &nodes = *image->meta().nodes();
  double dt = image->meta().dt();
  auto steps = static_cast<uint64_t>((seconds + skip) / dt + 0.5);
  auto first = static_cast<uint64_t>(skip / dt + 0.5);
  std::vector<double> spikes(nodes.size(), 0.0);
  for (uint64_t t = 0; t < steps; ++t) {
    machine->step();
    if (t >= first)
      for (uint32_t n = 0; n < nodes.size(); ++n)
        for (const Event &e : machine->events(n))
          spikes[n] += e.value;
  }
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

/// `margin` widens the range for one second.
void check(const std::string &file, std::vector<double> sizes, double low, double high,
           double margin) {
  std::string text = example(file);
  for (const TargetOptions &target :
       {TargetOptions(ReferenceOptions()), TargetOptions(SpinnOptions())}) {
    double rate = mean(ratesOf(text, target, full() ? 10 : 1, 0.2), sizes);
    std::cout << file << (target.index() == 0 ? " reference " : " spinn ") << rate << " spikes/s\n";
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
