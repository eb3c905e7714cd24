// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random recurrent networks for the engine, and everything that there is to see of a run.
#ifndef SPINDLE_TESTS_UNIT_SIM_SPINN_RANDOMNET_H
#define SPINDLE_TESTS_UNIT_SIM_SPINN_RANDOMNET_H

#include "tests/unit/sim/spinn/EngineRig.h"

#include <algorithm>
#include <random>
#include <vector>

namespace spindle::spinn::test {

/// v decays and takes its input; from 2^16 on the neuron emits and v is 0.
inline void leaky(int64_t begin, int64_t end, void *const *state, const void *const *,
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

inline Seen run(const RandomNet &net, const EngineOptions &options, uint64_t block) {
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
  spinn::SourceCounts counts = engine.counts();
  seen.packets.assign(counts.packets.begin(), counts.packets.end());
  seen.counts.assign(counts.spikes.begin(), counts.spikes.end());
  seen.saturations.assign(counts.saturations.begin(), counts.saturations.end());
  return seen;
}

} // namespace spindle::spinn::test

#endif // SPINDLE_TESTS_UNIT_SIM_SPINN_RANDOMNET_H
