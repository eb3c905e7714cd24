// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One core: when a synapse arrives (S1, S2, S6), what it is worth (S3), where a slot ends (S2), and
// what the neurons see of it.
#include "sim/spinn/Core.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <array>
#include <random>

using namespace spindle::spinn;
using Values = std::vector<int32_t>;

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

constexpr unsigned kDelayBits = 3, kTypeBits = 2, kIndexBits = 2;
constexpr uint32_t kNeurons = 3;

struct Rig {
  Core core;
  explicit Rig(uint64_t onset = 0, std::vector<uint8_t> shift = {0, 0, 0, 0}, bool spiking = true)
      : core(kNeurons, onset, spiking, keepInputs,
             {kDelayBits, kTypeBits, kIndexBits, std::move(shift)}) {
    core.addParam(Values{1, 0, 7});
    core.addState(Values{-1, -2, -3});
    core.addState(Values{0, 0, 0});
    core.reset();
  }
  void send(uint32_t word, uint32_t count, uint64_t t) {
    core.deliver(std::array<uint32_t, 1>{word}, count, t);
  }
  Values tick(uint64_t t, uint32_t port = 0) {
    core.tick(t);
    auto values = core.state(port);
    return Values(values.begin(), values.end());
  }
};

uint32_t word(uint32_t weight, uint32_t delay, uint32_t type, uint32_t neuron) {
  return weight << 16 | (delay % (1u << kDelayBits)) << (kTypeBits + kIndexBits) |
         type << kIndexBits | neuron;
}

} // namespace

TEST_CASE("a synapse arrives after its delay, the longest one too") {
  // From a tick in the middle of the ring's second turn, so that slots wrap.
  for (uint32_t delay = 1; delay <= 1u << kDelayBits; ++delay) {
    INFO("delay " << delay);
    Rig rig;
    constexpr uint64_t start = 13;
    for (uint64_t t = 0; t < start; ++t)
      rig.tick(t);
    rig.tick(start);
    rig.send(word(100, delay, 0, 1), 1, start);
    for (uint64_t t = start + 1; t < start + 20; ++t)
      CHECK(rig.tick(t) == (t == start + delay ? Values{0, 100, 0} : Values{0, 0, 0}));
  }
  CHECK((word(0, 8, 0, 0) >> 4) == 0); // it is stored as 0
}

TEST_CASE("a ring without delay bits has the next tick only") {
  Core core(1, 0, true, keepInputs, {0, 2, 0, {0, 0, 0, 0}});
  core.addParam(Values{1});
  core.addState(Values{0});
  core.addState(Values{0});
  for (uint64_t t = 0; t < 5; ++t) {
    core.tick(t);
    CHECK(core.state(0)[0] == (t == 0 ? 0 : 10 + int32_t(t) - 1));
    core.deliver(std::array<uint32_t, 1>{uint32_t(10 + t) << 16}, 1, t);
  }
}

TEST_CASE("slots are raised by the shift of their type, inhibition is taken off") {
  Rig rig(0, {1, 0, 15, 2});
  rig.tick(0);
  rig.send(word(100, 1, 0, 0), 1, 0);   // + 200 on port 0
  rig.send(word(30, 1, 1, 0), 1, 0);    // -  30
  rig.send(word(300, 1, 1, 2), 1, 0);   // - 300
  rig.send(word(65535, 1, 2, 1), 1, 0); // + 65535 * 2^15 on port 1
  rig.send(word(5, 1, 3, 2), 1, 0);     // - 20
  CHECK(rig.tick(1, 0) == Values{170, 0, -300});
  rig.tick(2);
  rig.send(word(65535, 1, 2, 1), 1, 2);
  rig.send(word(5, 1, 3, 2), 1, 2);
  CHECK(rig.tick(3, 1) == Values{0, 2147450880, -20});
  CHECK(rig.tick(4, 1) == Values{0, 0, 0}); // the slot was cleared
}

TEST_CASE("a count is that many spikes in a row") {
  Rig rig;
  rig.tick(0);
  rig.send(word(10, 2, 0, 0), 5, 0);
  rig.send(word(10, 2, 0, 0), 1, 0);
  rig.send(word(3, 2, 0, 1), 2, 0);
  rig.tick(1);
  CHECK(rig.tick(2) == Values{60, 6, 0});
  CHECK(rig.core.saturations() == 0);
}

TEST_CASE("a slot stays at 0xffff and counts once a tick, neuron and type") {
  Rig rig;
  rig.tick(0);
  rig.send(word(65535, 1, 0, 0), 1, 0);
  CHECK(rig.core.saturations() == 0); // full, but nothing is lost
  rig.send(word(1, 1, 0, 0), 1, 0);
  CHECK(rig.core.saturations() == 1);
  rig.send(word(40000, 1, 0, 0), 3, 0);
  CHECK(rig.core.saturations() == 1); // the same slot
  rig.send(word(40000, 1, 0, 1), 2, 0);
  CHECK(rig.core.saturations() == 2); // another neuron
  rig.send(word(40000, 1, 1, 0), 2, 0);
  CHECK(rig.core.saturations() == 3); // another type
  rig.send(word(40000, 2, 0, 0), 2, 0);
  CHECK(rig.core.saturations() == 4); // another tick
  CHECK(rig.tick(1) == Values{0, 65535, 0});
  CHECK(rig.tick(2) == Values{65535, 0, 0});
  rig.send(word(65535, 8, 0, 0), 4294967295u, 1); // the slot of tick 1 anew, and the largest sum
  CHECK(rig.core.saturations() == 5);
  rig.core.reset();
  CHECK(rig.core.saturations() == 0);
  rig.tick(0);
  rig.send(word(65535, 1, 0, 0), 1, 0); // what saturated is forgotten with the slot
  CHECK(rig.core.saturations() == 0);
  CHECK(rig.tick(1) == Values{65535, 0, 0});
}

TEST_CASE("neither sums nor saturations depend on the order of arrival") {
  struct Packet {
    uint32_t word, count;
  };
  std::mt19937 random(3);
  std::vector<Packet> packets;
  for (int i = 0; i < 200; ++i)
    packets.push_back({word(random() % 30000, 1 + random() % 8, random() % 4, random() % kNeurons),
                       1 + static_cast<uint32_t>(random() % 2)});
  auto result = [&] {
    Rig rig;
    rig.tick(0);
    for (Packet p : packets)
      rig.send(p.word, p.count, 0);
    std::vector<Values> seen{{static_cast<int32_t>(rig.core.saturations())}};
    for (uint64_t t = 1; t < 9; ++t) {
      seen.push_back(rig.tick(t, 0));
      auto second = rig.core.state(1);
      seen.emplace_back(second.begin(), second.end());
    }
    return seen;
  };
  auto first = result();
  CHECK(first[0][0] > 5);
  CHECK(first[0][0] < 96); // some of the 8 x 4 x 3 slots, not all
  for (int i = 0; i < 20; ++i) {
    std::shuffle(packets.begin(), packets.end(), random);
    REQUIRE(result() == first);
  }
}

TEST_CASE("before its onset a core rests, and what arrives is gone") {
  Rig rig(3);
  CHECK(rig.tick(0) == Values{-1, -2, -3});
  rig.send(word(10, 1, 0, 0), 1, 0);
  rig.send(word(20, 3, 0, 2), 1, 0);
  CHECK(rig.tick(1) == Values{-1, -2, -3});
  CHECK(rig.core.spikes().empty());
  CHECK(rig.tick(2) == Values{-1, -2, -3});
  CHECK(rig.tick(3) == Values{0, 0, 20});
  REQUIRE(rig.core.spikes().size() == 1);
}

TEST_CASE("drives add to their port from their tick on") {
  Rig rig;
  Values first{1, 2, 3}, second{-10, -10, 2147483647};
  rig.core.addDrive({0, 0, first});
  rig.core.addDrive({0, 2, second});
  rig.core.addDrive({1, 1, first});
  CHECK(rig.tick(0) == Values{1, 2, 3});
  CHECK(rig.tick(1, 1) == Values{1, 2, 3});
  rig.send(word(100, 1, 0, 0), 1, 1);
  CHECK(rig.tick(2) == Values{91, -8, -2147483646}); // sums keep their low 32 bits (N7)
  CHECK(rig.tick(3, 1) == Values{1, 2, 3});
}

TEST_CASE("spikes and counts are those above 0, by neuron; graded values are no packets") {
  auto emits = [](bool spiking) {
    Rig rig(0, {0, 0, 0, 0}, spiking);
    rig.tick(0);
    for (uint32_t neuron = 0; neuron < kNeurons; ++neuron)
      rig.send(word(1, 1, 0, neuron), 1, 0);
    rig.tick(1);
    auto emitted = rig.core.emitted();
    CHECK(Values(emitted.begin(), emitted.end()) == Values{1, 0, 7});
    auto spikes = rig.core.spikes();
    rig.tick(2);
    CHECK(rig.core.spikes().empty());
    return spikes;
  };
  CHECK(emits(false).empty());
  auto spikes = emits(true);
  REQUIRE(spikes.size() == 2);
  CHECK((spikes[0].neuron == 0 && spikes[0].count == 1));
  CHECK((spikes[1].neuron == 2 && spikes[1].count == 7));
}
