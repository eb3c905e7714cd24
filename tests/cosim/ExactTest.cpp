// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// With integer weights and power-of-two decays nothing is rounded: the fabric equals the reference,
// shifted by the latency of each node.
#include "tests/cosim/Cosim.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iostream>

using namespace spindle;
using namespace spindle::test;

namespace {

double largestDifference(const Trace &a, uint32_t twin, const Trace &b, uint32_t n,
                         const image::fb::Node &node) {
  auto left = a.raster(twin, node.size()), right = b.raster(n, node.size());
  double largest = 0;
  for (uint64_t t = 0; t + node.latency() < right.size(); ++t)
    for (uint64_t i = 0; i < node.size(); ++i)
      largest = std::max(largest, std::abs(left[t][i] - right[t + node.latency()][i]));
  return largest;
}

} // namespace

TEST_CASE("exact networks: the fabric equals the reference, shifted by the latency") {
  size_t compared = 0;
  double spikes = 0;
  for (uint64_t seed = 1000; compared < 60; ++seed) {
    RandomNetworkOptions shape;
    shape.exact = true;
    RandomNetwork net = randomNetwork(seed, shape);
    nir::ImportOptions import;
    import.dt = net.dt;
    nir::Graph graph = nir::complete(net.graph);
    std::shared_ptr<const image::Image> image;
    XbarOptions options;
    options.adcBits = 12; // no sum of 128 rows of these codes is cut
    try {
      image = compileForFabric(graph, import, options);
    } catch (const std::runtime_error &error) {
      INFO("seed " << seed << ": " << error.what());
      REQUIRE(std::strstr(error.what(), "does not fit"));
      continue;
    }
    auto plain = compileNir(graph, import, ReferenceOptions{});
    auto fabric = machineFor(image), reference = machineFor(plain);
    Trace a = run(*reference, *plain, net.input), b = run(*fabric, *image, net.input);
    for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n) {
      const auto *node = image->meta().nodes()->Get(n);
      if (node->kind() != image::fb::NodeKind_Population)
        continue;
      uint32_t twin = nodeIndex(*plain, node->name()->str());
      INFO("seed " << seed << " node " << node->name()->str() << " latency " << node->latency());
      if (node->emit() == image::fb::Emit_Graded) {
        // A readout that halves for ever outgrows 15 fraction bits; each halving rounds once.
        CHECK(largestDifference(a, twin, b, n, *node) < 0x1p-12);
      } else {
        CHECK(mismatches(a, twin, b, n, node->size(), node->latency()) == 0);
        spikes += b.total(n);
      }
    }
    auto counters = fabric->counters();
    INFO("seed " << seed);
    CHECK(counters["adc_clips"] == 0);
    ++compared;
  }
  CHECK(spikes > 1000);
  std::cout << compared << " exact networks, " << spikes << " spikes\n";
}
