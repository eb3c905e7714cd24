// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random recurrent networks in shards: every neuron has its place, and no number of shards or
// threads, no length of a run and no way of filling up rows shows in spikes, states or counts.
#include "tests/support/catch.h"
#include "tests/unit/sim/spinn/EngineRig.h"

#include <random>
#include <set>

using namespace spindle::spinn;
using spindle::spinn::test::threads;

namespace {

/// v decays and takes its input; from 2^16 on the neuron emits and v is 0.
void leaky(int64_t begin, int64_t end, void *const *state, const void *const *,
           const void *const *input, void *emit) {
  for (int64_t i = begin; i < end; ++i) {
    int32_t &v = static_cast<int32_t *>(state[0])[i];
    v = v - (v >> 4) + static_cast<const int32_t *>(input[0])[i];
    int32_t count = v >= 1 << 16 ? 1 + (v >> 17) : 0;
    static_cast<int32_t *>(emit)[i] = count;
    v = count ? 0 : v;
  }
}

struct Target {
  uint32_t node, neuron, type, delay, weight;
};

/// Populations of odd sizes, one of them a source; some hundred synapses a neuron.
struct RandomNet {
  std::vector<Population> populations;
  std::vector<std::vector<Target>> rows; ///< per source

  explicit RandomNet(uint32_t seed, uint32_t minDelay, uint32_t maxDelay) {
    std::mt19937 random(seed);
    auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
    for (uint32_t size : {50u, 1u, 700u, 129u, 128u, 333u}) {
      Population population;
      population.size = size;
      if (!populations.empty()) {
        population.kernel = leaky;
        population.ports = {{0, 1, uint8_t(below(3)), uint8_t(below(3))}};
        population.init = {{0}};
        population.drives = {{0, below(4), {}}};
        for (uint32_t i = 0; i < size; ++i)
          population.drives[0].values.push_back(static_cast<int32_t>(below(4500)));
      }
      populations.push_back(population);
    }
    for (const Population &population : populations)
      for (uint32_t i = 0; i < population.size; ++i) {
        auto &row = rows.emplace_back();
        bool mixed = below(4) == 0;
        uint32_t type = below(2);
        for (uint32_t n = below(200); n > 0; --n) {
          uint32_t node = 1 + below(5);
          row.push_back({node, below(populations[node].size), mixed ? below(2) : type,
                         minDelay + below(maxDelay - minDelay + 1), below(3000)});
        }
      }
  }

  void build(Engine &engine) const {
    engine.build([&](uint32_t source, RowBuilder &builder) {
      for (const Target &t : rows[source]) {
        Layout::Place place = engine.layout().place(t.node, t.neuron);
        builder.add(place.shard, t.type, t.delay, place.local, t.weight);
      }
    });
  }
};

struct Seen {
  uint64_t hash = 0, spikes = 0;
  std::vector<Values> states;
  std::vector<uint64_t> packets, counts;
  std::vector<uint32_t> saturations;
  friend bool operator==(const Seen &, const Seen &) = default;
};

Seen run(const RandomNet &net, const EngineOptions &options, uint64_t block) {
  Engine engine(net.populations, options);
  net.build(engine);
  Seen seen;
  std::vector<Spike> spikes;
  constexpr uint64_t ticks = 300;
  for (uint64_t begin = 0; begin < ticks; begin += block) {
    uint64_t end = std::min(begin + block, ticks);
    for (uint64_t t = begin; t < end; ++t)
      if (t % 3 == 0)
        engine.injected(t).push_back({static_cast<uint32_t>(t % 50), 1 + uint32_t(t % 4)});
    engine.run(end - begin);
    for (uint64_t t = begin; t < end; ++t) {
      engine.spikes(t, spikes);
      for (const Spike &spike : spikes) {
        uint64_t x = (t << 32 | spike.source) * 0x9e3779b97f4a7c15u + spike.count;
        seen.hash += (x ^ x >> 29) * 0xbf58476d1ce4e5b9u;
        seen.spikes += spike.count;
      }
    }
  }
  for (uint32_t n = 1; n < net.populations.size(); ++n) {
    seen.states.emplace_back(net.populations[n].size);
    engine.readState(n, 0, seen.states.back());
  }
  seen.packets.assign(engine.packets().begin(), engine.packets().end());
  seen.counts.assign(engine.spikeCounts().begin(), engine.spikeCounts().end());
  seen.saturations.assign(engine.saturations().begin(), engine.saturations().end());
  return seen;
}

} // namespace

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
