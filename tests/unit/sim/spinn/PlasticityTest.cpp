// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows that learn, with a rule written in C++: histories, windows, limits, and rows that an image
// should not have.
#include "sim/spinn/Plasticity.h"
#include "compiler/mapping/PlasticRows.h"
#include "runtime/image/Errors.h"
#include "sim/number/Fixed.h"
#include "sim/number/Trace.h"
#include "sim/spinn/Rows.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::spinn;

namespace {

constexpr int32_t kOne = 32768;

/// Pairs, additive, A = 1/64, no limits.
void depress(int64_t begin, int64_t end, void *const *state, const void *const *,
             const void *const *input, void *) {
  auto *weight = static_cast<int32_t *>(state[0]);
  auto *post = static_cast<const int32_t *>(input[0]);
  for (int64_t k = begin; k < end; ++k)
    weight[k] = std::max(0, weight[k] - number::mulWrap(kOne / 64, post[k]));
}
void potentiate(int64_t begin, int64_t end, void *const *state, const void *const *,
                const void *const *input, void *) {
  auto *weight = static_cast<int32_t *>(state[0]);
  auto *pre = static_cast<const int32_t *>(input[0]);
  for (int64_t k = begin; k < end; ++k)
    weight[k] += number::mulWrap(kOne / 64, pre[k]);
}
void increment(int64_t begin, int64_t end, void *const *state, const void *const *,
               const void *const *, void *) {
  auto *trace = static_cast<int32_t *>(state[0]);
  for (int64_t k = begin; k < end; ++k)
    trace[k] += kOne;
}

std::shared_ptr<PlasticRule> pairRule(double tau = 20.0) {
  auto rule = std::make_shared<PlasticRule>();
  PlasticTrace trace;
  trace.decays = tau > 0.0;
  if (trace.decays) {
    auto table = number::traceTable(tau, 1.0).value();
    trace.table.assign(table.begin(), table.end());
  }
  rule->pre = rule->post = {trace};
  rule->onPre.run = depress;
  rule->onPost.run = potentiate;
  rule->preTrace.run = rule->postTrace.run = increment;
  rule->shift = {0, 0};
  return rule;
}

auto ignore() {
  return [](uint32_t, uint32_t, uint32_t, uint32_t) {};
}

} // namespace

TEST_CASE("tables of traces") {
  auto table = number::traceTable(20.0, 1.0).value();
  CHECK(table.size() == 154);
  CHECK(table[0] == 2048);
  CHECK(table[1] == 1948);
  CHECK(table.back() == 0);
  CHECK_FALSE(number::traceTable(1e6, 1.0));
  CHECK_FALSE(number::traceTable(-1.0, 1.0));
}

TEST_CASE("a spike of the target before one of the source depresses, after it potentiates") {
  Plasticity machine;
  machine.addRule(pairRule(), 0, 2);
  PlasticSynapse synapses[] = {{0, 0, 1, 4000}, {1, 0, 3, 4000}};
  machine.addRow(0, synapses);
  machine.onPost(0, 0, 1, 10);
  machine.onPre(0, 1, 11, ignore()); // seen now: a tie
  CHECK(machine.learnt(0)[0].weight == 4000 - 512);
  CHECK(machine.learnt(0)[1].weight == 4000);
  machine.onPost(0, 1, 1, 12); // seen at 15, 4 after the source
  machine.onPre(0, 1, 100, ignore());
  CHECK(machine.learnt(0)[1].weight > 4000);
  machine.reset();
  CHECK(machine.learnt(0)[0].weight == 4000);
}

TEST_CASE("a neuron remembers its last 15 spikes") {
  Plasticity machine;
  machine.addRule(pairRule(0.0), 0, 1); // traces that stay
  PlasticSynapse synapse{0, 0, 1, 1000};
  machine.addRow(0, {&synapse, 1});
  machine.onPre(0, 1, 1, ignore()); // its trace is 1
  for (uint32_t t = 2; t < 22; ++t)
    machine.onPost(0, 0, 1, t);
  auto history = machine.history(0, 0);
  CHECK(history.count == 16);
  CHECK(history.times[0] == 0);
  CHECK(history.times[1] == 7);
  CHECK(history.times[15] == 21);
  // 16-bit traces: 1, 2, ... 15, then over the edge.
  CHECK(history.traces[15] == static_cast<int16_t>(20 * 2048));
  uint16_t before = machine.learnt(0)[0].weight;
  machine.onPre(0, 1, 30, ignore());
  int32_t up = 15 * 512, down = (static_cast<int16_t>(20 * 2048) * 16) / 64;
  CHECK(machine.learnt(0)[0].weight == before + up - down);
}

TEST_CASE("a weight that leaves 16 bits wraps, and is counted") {
  Plasticity machine;
  auto rule = pairRule();
  rule->onPre.run = [](int64_t begin, int64_t end, void *const *state, const void *const *,
                       const void *const *, void *) {
    for (int64_t k = begin; k < end; ++k)
      static_cast<int32_t *>(state[0])[k] -= 10;
  };
  machine.addRule(rule, 0, 1);
  PlasticSynapse synapse{0, 0, 1, 4};
  machine.addRow(0, {&synapse, 1});
  machine.onPost(0, 0, 1, 1);
  machine.onPre(0, 1, 5, ignore());
  CHECK(machine.learnt(0)[0].weight == 65530);
  CHECK(machine.wraps() == 1);
}

TEST_CASE("a delay of 2^D is updated and never delivered") {
  Plasticity machine;
  machine.addRule(pairRule(), 0, 1);
  PlasticSynapse synapses[] = {{0, 0, 0, 700}, {0, 1, 4, 800}};
  machine.addRow(0, synapses);
  std::vector<uint32_t> delivered;
  machine.onPre(0, 2, 5, [&](uint32_t, uint32_t type, uint32_t delay, uint32_t weight) {
    delivered.insert(delivered.end(), {type, delay, weight});
  });
  CHECK(delivered == std::vector<uint32_t>{1, 4, 800, 1, 4, 800});
  CHECK(machine.skipped() == 2);
}

TEST_CASE("a rule at rest delivers weights as they stand") {
  Plasticity machine;
  machine.addRule(pairRule(), 0, 1);
  PlasticSynapse synapse{0, 0, 2, 100};
  machine.addRow(0, {&synapse, 1});
  machine.enable(0, false);
  machine.onPost(0, 0, 5, 1);
  uint64_t sum = 0;
  auto add = [&](uint32_t, uint32_t, uint32_t, uint32_t weight) { sum += weight; };
  machine.onPre(0, 3, 4, add);
  CHECK(sum == 300);
  CHECK(machine.history(0, 0).count == 1);
  machine.onPre(0, 4'000'000'000u, 5, add);
  CHECK(sum == 300 + 0xffff);
  CHECK(machine.data(0)[0] == 0);
}

TEST_CASE("of any number of spikes in a tick a rule sees 256") {
  Plasticity machine;
  machine.addRule(pairRule(), 0, 256);
  std::vector<PlasticSynapse> synapses;
  for (uint32_t k = 0; k < 254; ++k)
    synapses.push_back({k, 0, 1, 30000});
  machine.addRow(0, synapses);
  for (uint32_t n = 0; n < 256; ++n)
    machine.onPost(0, n, 4'000'000'000u, 3);
  machine.onPre(0, 4'000'000'000u, 10, ignore());
  CHECK(machine.dropped() == 257 * (4'000'000'000ull - kMaxRepeats));
}

TEST_CASE("rows that no compiler writes are refused") {
  PlasticLayout layout{4, 1, 2, 3, 2};
  auto rule = pairRule();
  uint32_t header = plasticHeader(*rule);
  REQUIRE(header == 2);
  // {P, time, trace, weights, fixed, controls, control half-words}: two synapses.
  const std::vector<uint32_t> good{3, 0, 0, 20 << 16 | 10, 0, 2, 0x0012 << 16 | 0x0009};
  auto read = [&](const std::vector<uint32_t> &row) {
    return readPlasticRow(row, header, layout, "core");
  };
  auto synapses = read(good);
  REQUIRE(synapses.size() == 2);
  CHECK(synapses[0].neuron == 1);
  CHECK(synapses[0].delay == 1);
  CHECK(synapses[1].weight == 20);
  CHECK(synapses[1].neuron == 2);
  CHECK_THROWS_AS(read({}), ImageError);
  for (size_t at : {size_t(0), size_t(4), size_t(5)})
    for (uint32_t value : {7u, 255u, 0x7fffffffu, 0xffffffffu}) {
      auto bad = good;
      bad[at] = value;
      INFO(at << " " << value);
      CHECK_THROWS_AS(read(bad), ImageError);
    }
  auto neuron = good;
  neuron[6] |= 3; // neuron 3 of 3
  CHECK_THROWS_AS(read(neuron), ImageError);
  auto history = good;
  history[1] = 9;
  CHECK_THROWS_AS(read(history), ImageError);
  CHECK_THROWS_AS(read(std::vector<uint32_t>(good.begin(), good.end() - 1)), ImageError);
}

TEST_CASE("rows as the compiler writes them are read back") {
  map::RingBits ring{3, 1, 4};
  map::Matrix fixed, learns;
  fixed.keys = learns.keys = {0x100, 0xfffffffc};
  fixed.sources = learns.sources = 4;
  fixed.synapses = {{1, 2, 0, 3, 77}};
  learns.learn = 5;
  learns.historyWords = 2;
  for (uint32_t k = 0; k < 15; ++k)
    learns.synapses.push_back({2, k, k % 2, 1 + k % 8, static_cast<uint16_t>(100 * k)});
  auto words = map::buildRows({fixed, learns}, ring);
  REQUIRE(words);
  CHECK(words->learn == std::vector<int32_t>{-1, 5});
  PopulationTable table(words->table, words->sdram, "core");
  REQUIRE(table.addresses() == 2);
  std::vector<Row> rows;
  std::vector<LearningRow> learning;
  REQUIRE(table.lookUp(0x101, rows, &learning));
  CHECK(rows.size() == 1);
  CHECK(learning.empty());
  rows.clear();
  REQUIRE(table.lookUp(0x102, rows, &learning));
  CHECK(rows.empty());
  REQUIRE(learning.size() == 1);
  CHECK(learning[0].address == 1);
  PlasticLayout layout{ring.delay, ring.type, ring.index, 16, 2};
  auto synapses = readPlasticRow(learning[0].words, 2, layout, "core");
  REQUIRE(synapses.size() == 15);
  for (uint32_t k = 0; k < 15; ++k) {
    CHECK(synapses[k].neuron == k);
    CHECK(synapses[k].type == k % 2);
    CHECK(synapses[k].delay == (1 + k % 8) % 8); // 2^D is 0
    CHECK(synapses[k].weight == 100 * k);
  }
  // Where nothing learns such a row is refused.
  CHECK_THROWS_AS(table.lookUp(0x102, rows), ImageError);
}

TEST_CASE("a row that learns holds as many synapses as its words allow") {
  CHECK(map::plasticRowLimit(2) == 254);
  CHECK(map::plasticRowLimit(1) == 254);
  CHECK(map::plasticRowWords(2, 254) == 256);
  CHECK(map::postHistoryBytes(1) == 100);
  map::Matrix learns;
  learns.keys = {0, 0xffffffff};
  learns.sources = 1;
  learns.learn = 0;
  learns.historyWords = 2;
  for (uint32_t k = 0; k < 256; ++k)
    learns.synapses.push_back({0, k, 0, 1, 9});
  auto words = map::buildRows({learns}, map::RingBits{1, 1, 8});
  REQUIRE(words);
  CHECK(words->learn == std::vector<int32_t>{0, 0});
}
