// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synfire ring: a reference network of the machine's public integration tests, of which there
// are recordings of real boards, from a release whose host computed the derived constants.
#include "tests/cosim/OracleRun.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

using namespace spindle::oracle;

namespace {

constexpr uint32_t kNeurons = 20;

Case ringCase(uint32_t delay, uint32_t ticks, Constants constants) {
  Case ring;
  ring.network = synfireRing(kNeurons, delay);
  ring.network.constants = constants;
  ring.input.resize(ticks);
  ring.input[0][0] = {{0, 1}};
  return ring;
}

/// The largest differences between the two ways to come by the constants.
struct Bounds {
  Accum v = 0, gsyn = 0;
  uint64_t spikes = 0, otherSpikes = 0;
};

Bounds boundsOf(const Case &a, const Case &b) {
  Bounds bounds;
  Oracle left(a.network), right(b.network);
  for (const Fed &fed : a.input) {
    left.tick(fed), right.tick(fed);
    bounds.spikes += left.emitted(1).size();
    for (uint32_t i = 0; i < kNeurons; ++i) {
      const Recorded &x = left.neuron(1, i).recorded(), &y = right.neuron(1, i).recorded();
      bounds.v = std::max(bounds.v, std::abs(x.v - y.v));
      bounds.gsyn = std::max({bounds.gsyn, std::abs(x.exc - y.exc), std::abs(x.inh - y.inh)});
    }
    auto same = [](const Emitted &e, const Emitted &f) { return e.neuron == f.neuron; };
    const auto &e = left.emitted(1), &f = right.emitted(1);
    bounds.otherSpikes += !std::equal(e.begin(), e.end(), f.begin(), f.end(), same);
  }
  return bounds;
}

} // namespace

TEST_CASE("the synfire ring is that of the rules, value for value, in both modes") {
  for (auto [delay, ticks] : {std::pair{1u, 100u}, {7u, 200u}, {17u, 500u}}) {
    INFO("delay " << delay);
    Case core = ringCase(delay, ticks, Constants::OnCore);
    Case host = ringCase(delay, ticks, Constants::HostTruncated);
    for (const Case *ring : {&core, &host})
      for (uint64_t variant : {0, 1, 2}) {
        OracleRun run = compareWithOracle(*ring, variant);
        INFO(run.difference);
        CHECK(run.difference.empty());
        CHECK(run.values > ticks * kNeurons * 4);
      }
    // What the published comparison of the two modes found.
    Bounds bounds = boundsOf(core, host);
    CHECK(bounds.spikes > 20);
    CHECK(bounds.otherSpikes == 0);
    CHECK(bounds.gsyn == 5);
    CHECK(bounds.v == 281);
    std::cout << "delay " << delay << ": " << bounds.spikes << " spikes, v differs by up to "
              << bounds.v << ", gsyn by up to " << bounds.gsyn << "\n";
  }
}
