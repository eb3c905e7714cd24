// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/cosim/Exact.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace spindle::test {
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

void compareNodes(const image::Image &plain, const Trace &a, const image::Image &image,
                  const Trace &b, ExactSummary &summary) {
  for (uint32_t n = 0; n < image.meta().nodes()->size(); ++n) {
    const auto *node = image.meta().nodes()->Get(n);
    if (node->kind() != image::fb::NodeKind_Population)
      continue;
    uint32_t twin = nodeIndex(plain, node->name()->str());
    INFO("node " << node->name()->str() << " latency " << node->latency());
    if (node->emit() == image::fb::Emit_Graded) {
      double difference = largestDifference(a, twin, b, n, *node);
      CHECK(difference < 0x1p-12);
      summary.largestDifference = std::max(summary.largestDifference, difference);
    } else {
      CHECK(mismatches(a, twin, b, n, node->size(), node->latency()) == 0);
      summary.spikes += b.total(n);
    }
  }
}

} // namespace

ExactSummary compareExactNetworks(size_t wanted, const CompileForTarget &compile,
                                  const CheckCounters &check) {
  ExactSummary summary;
  RandomNetworkOptions shape;
  shape.exact = true;
  for (uint64_t seed = 1000; summary.compared < wanted; ++seed) {
    INFO("seed " << seed);
    RandomNetwork net = randomNetwork(seed, shape);
    nir::ImportOptions import;
    import.dt = net.dt;
    nir::Graph graph = nir::complete(net.graph);
    std::shared_ptr<const image::Image> image;
    try {
      image = compile(graph, import, seed);
    } catch (const std::runtime_error &error) {
      INFO(error.what());
      REQUIRE(std::strstr(error.what(), "does not fit"));
      ++summary.unfit;
      continue;
    }
    auto machine = machineFor(image);
    Trace b = run(*machine, *image, net.input);
    if (!check(machine->counters())) {
      REQUIRE(++summary.lossy < wanted);
      continue;
    }
    auto plain = compileNir(graph, import, ReferenceOptions{});
    auto reference = machineFor(plain);
    compareNodes(*plain, run(*reference, *plain, net.input), *image, b, summary);
    ++summary.compared;
  }
  return summary;
}

} // namespace spindle::test
