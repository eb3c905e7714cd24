// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With integer weights and power-of-two decays nothing is rounded: the many-core machine equals the
// reference, shifted by the latency of each node. A shift of at most 15 leaves a unit of at most 1,
// so weights of -2 to 3 are exact in 16 bits whatever the sums.
#include "tests/cosim/Exact.h"
#include "tests/support/catch.h"

#include <iostream>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("exact networks: the machine equals the reference, shifted by the latency") {
  size_t manySlices = 0;
  auto compile = [&](const nir::Graph &graph, const nir::ImportOptions &import, uint64_t seed) {
    SpinnOptions options;
    options.neuronsPerCore = seed % 2 ? 256 : 16;
    auto image = compileNir(graph, import, options);
    manySlices += image->meta().program_as_Spinn()->cores()->size() > image->meta().nodes()->size();
    return image;
  };
  ExactSummary summary = compareExactNetworks(80, compile, [](auto counters) {
    CHECK(counters.at("row_misses") == 0);
    CHECK(counters.at("unrouted") == 0);
    return counters.at("ring_saturations") == 0; // then weights were lost
  });
  CHECK(summary.unfit == 0);
  CHECK(summary.lossy < 8);
  CHECK(manySlices > 40);
  CHECK(summary.spikes > 1000);
  std::cout << summary.compared << " exact networks (" << summary.lossy
            << " more with saturation), " << manySlices << " with nodes on several cores, "
            << summary.spikes << " spikes, readouts differ by up to " << summary.largestDifference
            << "\n";
}
