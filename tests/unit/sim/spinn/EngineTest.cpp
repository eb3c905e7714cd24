// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engine: when a synapse arrives (S1), what it is worth (S3), where a slot ends (S2), and what
// the neurons see of it.
#include "tests/support/catch.h"
#include "tests/unit/sim/spinn/EngineRig.h"

#include <algorithm>
#include <random>

using namespace spindle::spinn;
using spindle::spinn::test::connect;
using spindle::spinn::test::Synapse;
using spindle::spinn::test::threads;

namespace {

/// States x and y keep the inputs of ports 0 and 1; a neuron emits what its parameter says from
/// input 1 on.
void keepInputs(int64_t begin, int64_t end, void *const *state, const void *const *param,
                const void *const *input, void *emit) {
  for (int64_t i = begin; i < end; ++i) {
    int32_t x = static_cast<const int32_t *>(input[0])[i];
    static_cast<int32_t *>(state[0])[i] = x;
    static_cast<int32_t *>(state[1])[i] = static_cast<const int32_t *>(input[1])[i];
    static_cast<int32_t *>(emit)[i] = x >= 1 ? static_cast<const int32_t *>(param[0])[i] : 0;
  }
}

constexpr uint32_t kIn = 0, kCells = 1, kSources = 64;

std::vector<Population> populations() {
  Population in, cells;
  in.size = kSources;
  cells.size = 3;
  cells.kernel = keepInputs;
  cells.ports = {{0, 1, 0, 0}, {2, 3, 0, 0}};
  cells.param = {{1, 0, 7}};
  cells.init = {{-1, -2, -3}, {0}};
  return {in, cells};
}

/// A source neuron for each synapse, numbered as they are.
struct Rig {
  Engine engine;
  Rig(std::vector<Population> populations, std::vector<Synapse> synapses)
      : engine(std::move(populations), threads(1)) {
    for (uint32_t i = 0; i < synapses.size(); ++i)
      synapses[i].node = kIn, synapses[i].neuron = i, synapses[i].target = kCells;
    connect(engine, synapses);
  }
  explicit Rig(std::vector<Synapse> synapses) : Rig(populations(), std::move(synapses)) {}

  /// In the coming tick.
  void send(uint32_t synapse, uint32_t count = 1) {
    engine.injected(engine.now()).push_back({engine.sourceOf(kIn, synapse), count});
  }
  Values tick(uint32_t port = 0) {
    engine.run(1);
    return state(port);
  }
  Values state(uint32_t port) {
    Values values(3);
    engine.readState(kCells, port, values);
    return values;
  }
  uint64_t saturations() {
    uint64_t sum = 0;
    for (uint64_t count : engine.counts().saturations)
      sum += count;
    return sum;
  }
};

Synapse synapse(uint32_t weight, uint32_t delay, uint32_t type, uint32_t neuron) {
  return {0, 0, 0, neuron, type, delay, weight};
}

} // namespace

TEST_CASE("a synapse arrives after its delay, also a very long one") {
  for (uint32_t delay : {1u, 2u, 7u, 8u, 127u, 130u, 4095u, 4096u, 10000u}) {
    INFO("delay " << delay);
    Rig rig({synapse(100, delay, 0, 1)});
    constexpr uint64_t start = 13;
    for (uint64_t t = 0; t < start; ++t)
      rig.tick();
    rig.send(0);
    CHECK(rig.tick() == Values{0, 0, 0});
    for (uint64_t t = start + 1; t < start + delay + 5; ++t)
      REQUIRE(rig.tick() == (t == start + delay ? Values{0, 100, 0} : Values{0, 0, 0}));
  }
}

TEST_CASE("a row is delivered piece by piece") {
  std::vector<Synapse> row;
  for (uint32_t delay : {1u, 1u, 3u, 4u, 9u, 9000u})
    for (uint32_t neuron : {0u, 2u})
      row.push_back({kIn, 5, kCells, neuron, 0, delay, 10 * (neuron + 1)});
  Engine engine(populations(), threads(1));
  connect(engine, row);
  Values v(3);
  for (uint64_t t = 0; t < 9100; ++t) {
    if (t == 2 || t == 3)
      engine.injected(t).push_back({engine.sourceOf(kIn, 5), 1});
    engine.run(1);
    engine.readState(kCells, 0, v);
    auto hits = [&](uint64_t sent) {
      uint64_t d = t - sent;
      return d == 1 ? 2 : d == 3 || d == 4 || d == 9 || d == 9000 ? 1 : 0;
    };
    int n = hits(2) + hits(3);
    REQUIRE(v == Values{10 * n, 0, 30 * n});
  }
  CHECK(engine.rows().maxDelay == 9000);
  CHECK(engine.rows().synapses == 12);
}

TEST_CASE("sums are raised by the shift of their type, inhibition is taken off") {
  auto nodes = populations();
  nodes[kCells].ports = {{0, 1, 1, 0}, {2, 3, 15, 2}};
  Rig rig(nodes, {synapse(100, 1, 0, 0), synapse(30, 1, 1, 0), synapse(300, 1, 1, 2),
                  synapse(65535, 1, 2, 1), synapse(5, 1, 3, 2)});
  for (uint32_t i = 0; i < 5; ++i)
    rig.send(i);
  rig.tick();
  CHECK(rig.tick(0) == Values{170, 0, -300});
  CHECK(rig.state(1) == Values{0, 2147450880, -20});
  CHECK(rig.tick(1) == Values{0, 0, 0}); // the sums were cleared
}

TEST_CASE("a port of one type has no sums that are taken off") {
  auto nodes = populations();
  nodes[kCells].ports = {{0, Port::kNone, 1, 0}, {1, Port::kNone, 0, 0}};
  Rig rig(nodes, {synapse(100, 1, 0, 0), synapse(30, 1, 1, 0), synapse(40000, 1, 1, 2)});
  for (uint32_t i = 0; i < 3; ++i)
    rig.send(i, 2);
  rig.tick();
  CHECK(rig.tick(0) == Values{400, 0, 0});
  CHECK(rig.state(1) == Values{60, 0, 65535});
  CHECK(rig.saturations() == 1);
}

TEST_CASE("a count is that many spikes in a row") {
  Rig rig({synapse(10, 2, 0, 0), synapse(10, 2, 0, 0), synapse(3, 2, 0, 1)});
  rig.send(0, 5);
  rig.send(1);
  rig.send(2, 2);
  rig.tick();
  rig.tick();
  CHECK(rig.tick() == Values{60, 6, 0});
  CHECK(rig.saturations() == 0);
}

TEST_CASE("a slot ends at 0xffff and counts once a tick, neuron and type, at the transfer") {
  Rig rig({synapse(65535, 1, 0, 0), synapse(1, 1, 0, 0), synapse(40000, 1, 0, 0),
           synapse(40000, 1, 0, 1), synapse(40000, 1, 1, 0), synapse(40000, 2, 0, 0)});
  rig.send(0);
  rig.tick();
  CHECK(rig.tick() == Values{65535, 0, 0});
  CHECK(rig.saturations() == 0); // full, but nothing is lost
  rig.send(0);
  rig.send(1);
  rig.send(2, 3);          // the same slot
  rig.send(3, 2);          // another neuron
  rig.send(4, 2);          // another type
  rig.send(5, 4294967295); // another tick, and the largest sum
  rig.tick();
  CHECK(rig.saturations() == 0);
  CHECK(rig.tick() == Values{0, 65535, 0}); // 65535 - 65535
  CHECK(rig.saturations() == 3);
  rig.send(0);
  CHECK(rig.tick() == Values{65535, 0, 0});
  CHECK(rig.saturations() == 4);
  CHECK(rig.tick() == Values{65535, 0, 0});
  CHECK(rig.saturations() == 4); // what saturated is forgotten
  rig.engine.reset();
  CHECK(rig.saturations() == 0);
}

TEST_CASE("sums that 32 bits could not hold are limited as they grow") {
  // 70,000 synapses of the largest weight between two neurons.
  std::vector<Synapse> synapses(70000, {kIn, 0, kCells, 1, 0, 3, 65535});
  Engine engine(populations(), threads(1));
  connect(engine, synapses);
  engine.injected(0).push_back({0, 1});
  engine.run(4);
  Values v(3);
  engine.readState(kCells, 0, v);
  CHECK(v == Values{0, 65535, 0});
}

TEST_CASE("neither sums nor saturations depend on the order of arrival") {
  std::mt19937 random(3);
  std::vector<Synapse> synapses;
  for (uint32_t i = 0; i < kSources; ++i)
    synapses.push_back(
        synapse(static_cast<uint32_t>(random() % 60000), 1 + static_cast<uint32_t>(random() % 3),
                static_cast<uint32_t>(random() % 4), static_cast<uint32_t>(random() % 3)));
  Rig rig(synapses);
  std::vector<uint32_t> order(kSources);
  for (uint32_t i = 0; i < kSources; ++i)
    order[i] = i;
  std::vector<Values> first;
  for (int round = 0; round < 20; ++round) {
    rig.engine.reset();
    for (uint32_t i : order)
      rig.send(i, 1 + i % 2);
    std::vector<Values> seen;
    for (int t = 0; t < 5; ++t) {
      seen.push_back(rig.tick(0));
      seen.push_back(rig.state(1));
    }
    seen.push_back({static_cast<int32_t>(rig.saturations())});
    if (round == 0)
      first = seen;
    REQUIRE(seen == first);
    std::shuffle(order.begin(), order.end(), random);
  }
  CHECK(first.back()[0] > 3);
  CHECK(first.back()[0] < 36); // some of the 3 x 4 x 3 slots, not all
}

TEST_CASE("before its onset a population rests, and what arrives is gone") {
  auto nodes = populations();
  nodes[kCells].onset = 3;
  Rig rig(nodes, {synapse(10, 1, 0, 0), synapse(20, 3, 0, 2)});
  rig.send(0);
  rig.send(1);
  for (int t = 0; t < 3; ++t)
    CHECK(rig.tick() == Values{-1, -2, -3});
  CHECK(rig.tick() == Values{0, 0, 20});
  std::vector<Spike> spikes;
  rig.engine.spikes(2, spikes);
  CHECK(spikes.empty());
  rig.engine.spikes(3, spikes);
  REQUIRE(spikes.size() == 1);
}

TEST_CASE("drives add to their port from their tick on") {
  auto nodes = populations();
  nodes[kCells].drives = {{0, 0, {1, 2, 3}}, {0, 2, {-10, -10, 2147483647}}, {1, 1, {5}}};
  Rig rig(nodes, {synapse(100, 1, 0, 0)});
  CHECK(rig.tick() == Values{1, 2, 3});
  rig.send(0);
  CHECK(rig.tick(1) == Values{5, 5, 5});
  CHECK(rig.tick() == Values{91, -8, -2147483646}); // sums keep their low 32 bits (N7)
  CHECK(rig.tick(1) == Values{5, 5, 5});
}

TEST_CASE("spikes and counts are those above 0, by neuron; graded values are no packets") {
  auto emits = [](bool spiking) {
    auto nodes = populations();
    nodes[kCells].spiking = spiking;
    Rig rig(nodes, {synapse(1, 1, 0, 0), synapse(1, 1, 0, 1), synapse(1, 1, 0, 2)});
    for (uint32_t i = 0; i < 3; ++i)
      rig.send(i);
    rig.tick();
    rig.tick();
    std::vector<Spike> spikes;
    rig.engine.spikes(1, spikes);
    if (!spiking) {
      Values emitted(3);
      rig.engine.readEmitted(kCells, emitted);
      CHECK(emitted == Values{1, 0, 7});
    }
    return spikes;
  };
  CHECK(emits(false).empty());
  auto spikes = emits(true);
  REQUIRE(spikes.size() == 2);
  CHECK((spikes[0].source == kSources && spikes[0].count == 1));
  CHECK((spikes[1].source == kSources + 2 && spikes[1].count == 7));
}

namespace {

/// State 0 counts ticks; observed states 1 and 2 are twice and three times that, unless left out.
void countTicks(int64_t begin, int64_t end, void *const *state, const void *const *,
                const void *const *, void *emit) {
  for (int64_t i = begin; i < end; ++i) {
    int32_t n = ++static_cast<int32_t *>(state[0])[i];
    static_cast<int32_t *>(emit)[i] = 0;
    if (!state[1])
      continue;
    static_cast<int32_t *>(state[1])[i] = 2 * n;
    static_cast<int32_t *>(state[2])[i] = 3 * n;
  }
}

} // namespace

TEST_CASE("observed values are those of each tick that is watched, and of the last one") {
  Population cells;
  cells.size = 3;
  cells.kernel = countTicks;
  cells.observed = 2;
  cells.init = {{0}, {-1}, {-1}};
  Engine engine({cells}, threads(1));
  connect(engine, {});
  Values v(3);
  engine.run(5);
  engine.readState(0, 2, v);
  CHECK(v == Values(3, 15));
  std::vector<Watch> states{{0, 0}}, all{{0, 1}, {0, 2}};
  engine.run(5, states);
  engine.watched(0, 7, v);
  CHECK(v == Values(3, 8));
  engine.readState(0, 1, v);
  CHECK(v == Values(3, 20));
  engine.run(5, all);
  for (uint64_t t = 10; t < 15; ++t) {
    engine.watched(1, t, v);
    CHECK(v == Values(3, static_cast<int32_t>(3 * (t + 1))));
  }
}
