// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every stage of a rule, and published rules as chains of them, on small memories and on devices.
#include "sim/fabric/learning/TwoTasks.h"
#include "tests/support/catch.h"

#include <numeric>

using namespace spindle::device;
using namespace spindle::learning;

namespace {

constexpr size_t kRows = 40, kColumns = 30;

double real(int64_t weight) { return double(weight) / kWeightOne; }

struct Rig {
  WeightMemory memory{kRows, kColumns};
  std::vector<int64_t> gradient = std::vector<int64_t>(kRows * kColumns);
  std::vector<int32_t> x = std::vector<int32_t>(kRows), delta = std::vector<int32_t>(kColumns);
  uint64_t number = 0;

  Rig() {
    for (size_t i = 0; i < gradient.size(); ++i)
      gradient[i] = weightOf((double(i % 7) - 3) * 0.01);
    for (size_t r = 0; r < kRows; ++r)
      x[r] = int32_t(r % 4) * 85;
    for (size_t c = 0; c < kColumns; ++c)
      delta[c] = (int32_t(c % 3) - 1) * 32768;
  }
  template <typename Rule> uint64_t batch(const Rule &rule) {
    return memory.apply(rule, {{}, {}, gradient, 3, number++, 0});
  }
  template <typename Rule> uint64_t single(const Rule &rule) {
    return memory.apply(rule, {x, delta, {}, 3, number++, 0});
  }
};

} // namespace

TEST_CASE("plain descent: w - rate g, zeros are not written") {
  Rig rig;
  uint64_t zeros = uint64_t(std::count(rig.gradient.begin(), rig.gradient.end(), 0));
  REQUIRE(rig.batch(chain(Gradient{0.5})) == kRows * kColumns - zeros);
  for (size_t i = 0; i < rig.gradient.size(); ++i)
    REQUIRE(real(rig.memory.at(i / kColumns, i % kColumns)) ==
            Approx(-0.5 * real(rig.gradient[i])).margin(1e-7));
}

TEST_CASE("outer products: Hebbian, anti-Hebbian, their sum is nothing") {
  Rig rig;
  rig.single(chain(Outer{0.1}));
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c)
      REQUIRE(real(rig.memory.at(r, c)) ==
              Approx(0.1 * rig.x[r] / 255.0 * rig.delta[c] / 65536.0).margin(1e-7));
  rig.single(chain(Outer{-0.1}));
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c)
      REQUIRE(rig.memory.at(r, c) == 0);
}

TEST_CASE("decay with a Hebbian term converges to their ratio") {
  Rig rig;
  for (int i = 0; i < 300; ++i)
    rig.single(chain(Outer{0.05}, Decay{0.1}));
  REQUIRE(real(rig.memory.at(3, 2)) == Approx(0.5 * 0.5).margin(1e-5));
}

TEST_CASE("CLASSP: a threshold, then the gradient by its own history") {
  for (int p : {1, 2}) {
    Rig rig;
    auto rule = chain(SkipSmallGradient{0.015}, ScaledGradient{0.1, p});
    double w[2] = {0, 0}, s[2] = {0, 0};
    const double g[2] = {0.02, 0.03};
    for (int step = 0; step < 5; ++step) {
      uint64_t writes = rig.batch(rule);
      REQUIRE(writes < kRows * kColumns * 6 / 10); // three of seven gradients exceed the threshold
      for (int i = 0; i < 2; ++i) {
        s[i] += p == 2 ? g[i] * g[i] : g[i];
        w[i] -= 0.1 * g[i] / (p == 2 ? std::sqrt(s[i] + 1e-8) : s[i] + 1e-8);
      }
    }
    REQUIRE(real(rig.memory.at(0, 5)) == Approx(w[0]).margin(1e-5));
    REQUIRE(real(rig.memory.at(0, 6)) == Approx(w[1]).margin(1e-5));
    REQUIRE(rig.memory.at(0, 4) == 0);
  }
}

TEST_CASE("error feedback writes whole steps and loses nothing") {
  Rig rig;
  uint64_t writes = 0;
  auto rule = chain(Gradient{0.1}, WholeSteps{weightOf(1.0 / 64)});
  for (int i = 0; i < 100; ++i)
    writes += rig.batch(rule);
  for (size_t i = 0; i < rig.gradient.size(); ++i) {
    int64_t w = rig.memory.at(i / kColumns, i % kColumns);
    REQUIRE(w % weightOf(1.0 / 64) == 0);
    REQUIRE(std::abs(real(w) + 10 * real(rig.gradient[i])) <= 1.0 / 64);
  }
  REQUIRE(writes < 100 * kRows * kColumns / 5);
}

TEST_CASE("stochastic rounding keeps the mean") {
  Rig rig;
  auto rule = chain(Outer{0.01}, DrawnSteps{weightOf(1.0 / 32)});
  double sum = 0, wish = 0;
  for (int i = 0; i < 400; ++i)
    rig.single(rule);
  double variance = 0;
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c) {
      double v = 0.01 * rig.x[r] / 255.0 * std::abs(rig.delta[c]) / 65536.0;
      REQUIRE(rig.memory.at(r, c) % weightOf(1.0 / 32) == 0);
      sum += std::abs(real(rig.memory.at(r, c)));
      wish += 400 * v;
      variance += 400 * v * (1.0 / 32 - v);
    }
  REQUIRE(std::abs(sum - wish) < 4 * std::sqrt(variance));
}

TEST_CASE("weight noise is exchanged, not added up") {
  Rig rig;
  std::fill(rig.gradient.begin(), rig.gradient.end(), 0);
  auto rule = chain(Gradient{0.1}, WeightNoise{0.03});
  for (int i = 0; i < 200; ++i)
    rig.batch(rule);
  double sum = 0, square = 0, n = kRows * kColumns;
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c) {
      double w = real(rig.memory.at(r, c));
      sum += w, square += w * w;
    }
  REQUIRE(std::abs(sum / n) < 4 * 0.03 / std::sqrt(n));
  REQUIRE(std::sqrt(square / n) == Approx(0.03).epsilon(0.09)); // not sqrt(200) times that
}

TEST_CASE("stochastic restore brings a fraction of synapses back") {
  Rig rig;
  rig.memory.keepInitial();
  rig.batch(chain(Gradient{1}));
  std::fill(rig.gradient.begin(), rig.gradient.end(), 0);
  uint64_t before = 0, after = 0;
  auto count = [&] {
    uint64_t n = 0;
    for (size_t r = 0; r < kRows; ++r)
      for (size_t c = 0; c < kColumns; ++c)
        n += rig.memory.at(r, c) != 0;
    return n;
  };
  before = count();
  uint64_t writes = rig.batch(chain(Gradient{1}, Restore{0.25}));
  after = count();
  REQUIRE(before - after == writes);
  double share = double(writes) / double(before);
  REQUIRE(std::abs(share - 0.25) < 4 * std::sqrt(0.25 * 0.75 / double(before)));
}

TEST_CASE("rules of columns") {
  std::vector<int32_t> delta = {3, 9, -20, 9};
  winnerTakesAll(delta);
  REQUIRE(delta == std::vector<int32_t>{0, 9, 0, 0});
  winnerTakesAll({});
  Rig rig;
  rig.batch(chain(Gradient{1}));
  for (size_t r = 0; r < kRows; ++r)
    rig.memory.at(r, 4) = 0;
  REQUIRE(normaliseColumns(rig.memory, weightOf(1)) > 0);
  for (size_t c = 0; c < kColumns; ++c) {
    double total = 0;
    for (size_t r = 0; r < kRows; ++r)
      total += std::abs(real(rig.memory.at(r, c)));
    REQUIRE(total == Approx(c == 4 ? 0.0 : 1.0).margin(1e-5));
  }
}

TEST_CASE("competition: winner takes all and normalised Hebbian columns find the patterns") {
  // Three patterns of disjoint rows, three columns that compete.
  WeightMemory memory(30, 3);
  uint64_t key = operationKey(4, 0, Chance::Initial, 0);
  for (size_t r = 0; r < 30; ++r)
    for (size_t c = 0; c < 3; ++c)
      memory.at(r, c) = int32_t(weightOf(0.01)) + int32_t(synapseBits(key, r, c) >> 46);
  normaliseColumns(memory, weightOf(1));
  std::vector<uint64_t> wins(3, 0);
  std::vector<size_t> winner(3);
  for (uint64_t t = 0; t < 600; ++t) {
    std::vector<int32_t> x(30, 0), y(3, 0);
    size_t pattern = mix64(t) % 3;
    for (size_t r = 0; r < 10; ++r)
      x[pattern * 10 + r] = 255;
    for (size_t c = 0; c < 3; ++c) {
      int64_t sum = 0;
      for (size_t r = 0; r < 30; ++r)
        sum += int64_t{x[r]} * memory.at(r, c) / 255;
      // Conscience: a column that wins often has less of a chance (DeSieno 1988).
      y[c] = int32_t(std::max<int64_t>(sum / 256 - int64_t(wins[c]) * 200, 1));
    }
    winnerTakesAll(y);
    winner[pattern] = size_t(std::max_element(y.begin(), y.end()) - y.begin());
    ++wins[winner[pattern]];
    y[winner[pattern]] = 65536;
    memory.apply(chain(Outer{0.02}), {x, y, {}, 4, t, 0});
    normaliseColumns(memory, weightOf(1));
  }
  for (size_t p = 0; p < 3; ++p) {
    double own = 0;
    for (size_t r = 0; r < 10; ++r)
      own += real(memory.at(p * 10 + r, winner[p]));
    REQUIRE(own > 0.8);
  }
  REQUIRE(winner[0] + winner[1] + winner[2] == 3);
  REQUIRE(winner[0] != winner[1]);
}

TEST_CASE("the same rule on devices: as many pulses as the wish, in the mean") {
  PairArraySettings s;
  s.rows = kRows;
  s.columns = kColumns;
  s.method = UpdateMethod::OneOfPair;
  s.device = {PulseCurve::linear(64), PulseCurve::linear(64), {}, {}};
  PairArray array(s);
  Rig rig;
  // A pulse is 1/32 of weight and 64 codes of w.
  for (uint64_t t = 0; t < 50; ++t)
    rig.memory.applyTo(array, weightOf(1.0 / 32), 64, chain(Outer{0.01}),
                       {rig.x, rig.delta, {}, 3, t, 0});
  double sum = 0, wish = 0;
  for (size_t r = 0; r < kRows; ++r)
    for (size_t c = 0; c < kColumns; ++c) {
      double v = 50 * 0.01 * rig.x[r] / 255.0 * rig.delta[c] / 65536.0;
      wish += std::abs(v);
      sum += (rig.delta[c] > 0 ? 1 : -1) * array.weight(r, c) / 64.0 / 32.0;
    }
  REQUIRE(sum == Approx(wish).epsilon(0.1));
  WeightMemory other(3, 3);
  REQUIRE_THROWS_AS(other.applyTo(array, 1, 1, chain(Outer{1}), {}), std::invalid_argument);
}

TEST_CASE("two tasks: both are learnt, a threshold and error feedback write less") {
  Images training = syntheticDigits(1200, 1), test = syntheticDigits(300, 2);
  TwoTasksSettings s;
  s.hidden = 30;
  s.images = 1200;
  auto sgd = trainTwoTasks(s, ruleOf(chain(Gradient{0.2})), training, test);
  auto scaled = trainTwoTasks(s, ruleOf(chain(SkipSmallGradient{5e-3}, ScaledGradient{0.03, 2})),
                              training, test);
  auto whole = trainTwoTasks(s, ruleOf(chain(Gradient{0.2}, WholeSteps{weightOf(1.0 / 64)})),
                             training, test);
  for (const TwoTasksResult &r : {sgd, scaled, whole}) {
    REQUIRE(r.firstBefore > 0.5);
    REQUIRE(r.second > 0.5);
    REQUIRE(r.firstAfter <= r.firstBefore + 0.1);
  }
  REQUIRE(scaled.writes < sgd.writes / 2);
  REQUIRE(whole.writes < sgd.writes / 20);
}
