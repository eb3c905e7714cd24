// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compiler and the emulator of the many-core machine against its rules written out
// (tests/support/ManyCoreOracle.h): random networks go through both, and every spike, recorded
// value, weight and count of saturated slots is equal, for any number of threads and shards.
#include "tests/cosim/OracleRun.h"
#include "tests/support/catch.h"

#include <cstdlib>
#include <iostream>

using namespace spindle;
using namespace spindle::oracle;

namespace {

uint64_t wantedNetworks() { return std::getenv("SPINDLE_FULL") ? 10000 : 50; }

/// What the networks put to the test.
struct Coverage {
  std::map<std::string, uint64_t> features;  ///< networks that have it
  std::map<std::string, uint64_t> witnessed; ///< times that it happened
  uint64_t values = 0, ticks = 0;

  void add(const Case &each, const OracleRun &run) {
    for (const std::string &name : each.features)
      ++features[name];
    for (const auto &[name, count] : run.witnessed)
      witnessed[name] += count;
    values += run.values;
    ticks += each.input.size();
  }
};

std::ostream &operator<<(std::ostream &out, const Coverage &c) {
  out << c.ticks << " ticks, " << c.values << " values compared;";
  for (const auto &[name, count] : c.features)
    out << " " << name << " " << count << ",";
  for (const auto &[name, count] : c.witnessed)
    out << " " << name << " " << count << ",";
  return out;
}

Coverage compareAll(uint64_t wanted, const CaseOptions &options) {
  Coverage coverage;
  for (uint64_t seed = 1; seed <= wanted; ++seed) {
    Case each = randomCase(seed, options);
    INFO("seed " << seed);
    OracleRun run = compareWithOracle(each, seed);
    INFO(run.difference);
    CHECK(run.difference.empty());
    coverage.add(each, run);
  }
  std::cout << wanted << " networks: " << coverage << "\n";
  return coverage;
}

} // namespace

TEST_CASE("the emulator is the machine that its rules describe, value for value") {
  CaseOptions options;
  options.currents = options.extensions = false;
  uint64_t wanted = wantedNetworks();
  Coverage coverage = compareAll(wanted, options);
  for (const char *name : {"IF_curr_exp",
                           "IF_cond_exp",
                           "IF_curr_alpha",
                           "IF_curr_delta",
                           "Izhikevich",
                           "constants on core",
                           "constants by host",
                           "sub-steps",
                           "several cores",
                           "short steps",
                           "parameters per neuron",
                           "recurrent",
                           "one delay",
                           "many delays",
                           "inhibitory",
                           "shift chosen",
                           "shift given",
                           "weights between two steps",
                           "counts",
                           "pair additive",
                           "pair multiplicative",
                           "nearest pair additive",
                           "nearest pair multiplicative",
                           "Vogels additive",
                           "Vogels multiplicative",
                           "axonal delays",
                           "Poisson sources, one each",
                           "Poisson sources for all",
                           "all to all"}) {
    INFO(name);
    CHECK(coverage.features[name] > wanted / 20);
  }
  for (const char *name : {"weights up", "weights down", "plastic synapses skipped",
                           "traces overflowed", "histories full"}) {
    INFO(name);
    CHECK(coverage.witnessed[name] > 10 * wanted);
  }
  CHECK(coverage.witnessed["spikes"] > 100 * wanted);
  CHECK(coverage.witnessed["slots saturated"] > 10 * wanted);
}

TEST_CASE("delays beyond the ring are those of the rules, value for value") {
  CaseOptions options; // what learns takes room for histories, and slices become smaller
  options.currents = options.learning = options.listsExtend = false;
  uint64_t wanted = wantedNetworks() / 2;
  Coverage coverage = compareAll(wanted, options);
  CHECK(coverage.features["delay extensions"] > wanted / 10);
  CHECK(coverage.witnessed["delayed by stages"] > 10 * wanted);
  CHECK(coverage.witnessed["delay counts cut"] > 0);
  CHECK(coverage.witnessed["slots saturated"] > 10 * wanted);
}
