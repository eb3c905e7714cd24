// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random recurrent networks in shards: every neuron has its place, and no number of shards or
// threads, no length of a run and no way of filling up rows shows in spikes, states or counts.
#include "tests/support/catch.h"
#include "tests/unit/sim/spinn/RandomNet.h"

#include <set>

using namespace spindle::spinn;
using namespace spindle::spinn::test;

TEST_CASE("every neuron has a place of its own, and finds back") {
  for (uint32_t shards : {1u, 2u, 3u, 7u, 64u}) {
    std::vector<uint32_t> sizes{5, 0, 1000, 128, 129, 127, 1, 4096};
    Layout layout(sizes, shards, 1);
    REQUIRE(layout.shards() == shards);
    std::set<std::pair<uint32_t, uint32_t>> taken;
    uint32_t largest = 0, smallest = ~0u;
    for (uint32_t s = 0; s < shards; ++s) {
      uint32_t neurons = 0;
      for (const Part &part : layout.parts(s)) {
        neurons += part.size;
        for (uint32_t i = 0; i < part.size; ++i) {
          uint32_t neuron = layout.neuron(part, i);
          REQUIRE(neuron < sizes[part.node]);
          Layout::Place place = layout.place(part.node, neuron);
          REQUIRE((place.shard == s && place.local == part.base + i));
          REQUIRE(place.local < layout.size(s));
          REQUIRE(taken.emplace(place.shard, place.local).second);
        }
      }
      largest = std::max(largest, neurons);
      smallest = std::min(smallest, neurons);
    }
    CHECK(taken.size() == 5 + 1000 + 128 + 129 + 127 + 1 + 4096);
    CHECK(largest - smallest <= 3 * Layout::kGroup); // even, but for groups that are not full
  }
}

TEST_CASE("a shard never exceeds what 16 bits can name") {
  std::vector<uint32_t> sizes{200000, 3};
  Layout layout(sizes, 2, 2);
  CHECK(layout.shards() == 4);
  for (uint32_t s = 0; s < 4; ++s)
    CHECK(layout.size(s) <= 0x10000);
}

TEST_CASE("shards, threads, blocks and padding do not show") {
  uint64_t saturated = 0;
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    uint32_t minDelay = seed % 2 ? 1 : 6, maxDelay = seed % 3 ? 20 : minDelay;
    INFO("seed " << seed << ", delays " << minDelay << " to " << maxDelay);
    RandomNet net(seed, minDelay, maxDelay);
    Seen one = run(net, threads(1), 128);
    CHECK(one.spikes > 1000);
    for (uint32_t count : one.saturations)
      saturated += count;
    REQUIRE(run(net, threads(1), 1) == one);
    REQUIRE(run(net, threads(1, 2), 17) == one);
    REQUIRE(run(net, threads(2), 100) == one);
    REQUIRE(run(net, threads(3), 128) == one);
    REQUIRE(run(net, threads(2, 5), 1) == one);
    EngineOptions plain = threads(2, 4);
    plain.pad = false;
    REQUIRE(run(net, plain, 64) == one);
  }
  CHECK(saturated > 100);
}
