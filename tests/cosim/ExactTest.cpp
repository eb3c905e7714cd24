// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With integer weights and power-of-two decays nothing is rounded: the fabric equals the reference,
// shifted by the latency of each node.
#include "tests/cosim/Exact.h"
#include "tests/cosim/Cosim.h"
#include "tests/support/catch.h"

#include <iostream>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("exact networks: the fabric equals the reference, shifted by the latency") {
  XbarOptions options;
  options.adcBits = 12; // no sum of 128 rows of these codes is cut
  auto compile = [&](const nir::Graph &graph, const nir::ImportOptions &import, uint64_t) {
    return compileForFabric(graph, import, options);
  };
  ExactSummary summary = compareExactNetworks(60, compile, [](auto counters) {
    CHECK(counters.at("adc_clips") == 0);
    return true;
  });
  CHECK(summary.spikes > 1000);
  std::cout << summary.compared << " exact networks, " << summary.spikes
            << " spikes, readouts differ by up to " << summary.largestDifference << "\n";
}
