// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tile that learns in RTL against the functional model, operation by operation: sums as the
// converters give them, device codes, counters. And its clocks against the formulae of
// rtl/README.md.
#include "sim/fabric/RtlLearn.h"
#include "sim/device/Nonlinearity.h"
#include "sim/fabric/learning/Perceptron.h"
#include "tests/support/catch.h"

#include <cstdlib>
#include <random>

using namespace spindle;
using namespace spindle::device;
using fabric::LearnTiming;
using fabric::RtlArray;

namespace {

/// Keeps all sums that an engine gives.
class Recorded final : public learning::ArrayEngine {
public:
  Recorded(std::unique_ptr<ArrayEngine> engine, std::vector<int32_t> &seen)
      : engine_(std::move(engine)), seen_(seen) {}

  void read(const Drive &inputs, std::span<int32_t> sums) override {
    engine_->read(inputs, sums);
    seen_.insert(seen_.end(), sums.begin(), sums.end());
  }
  void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) override {
    engine_->readTransposed(errors, sums);
    seen_.insert(seen_.end(), sums.begin(), sums.end());
  }
  void update(const Drive &inputs, const UpdateOperation &operation) override {
    engine_->update(inputs, operation);
  }
  void refreshRow(size_t row, const RefreshOperation &operation) override {
    engine_->refreshRow(row, operation);
  }
  PairArray &devices() override { return engine_->devices(); }
  ArrayCounters counters() const override { return engine_->counters(); }

private:
  std::unique_ptr<ArrayEngine> engine_;
  std::vector<int32_t> &seen_;
};

void requireEqual(PairArray &a, PairArray &b) {
  for (size_t r = 0; r < a.rows(); ++r)
    for (size_t c = 0; c < a.columns(); ++c)
      if (a.first(r, c) != b.first(r, c) || a.second(r, c) != b.second(r, c) ||
          a.weight(r, c) != b.weight(r, c))
        FAIL("synapse " << r << ", " << c << ": " << a.first(r, c) << " " << b.first(r, c));
}

void requireEqual(const ArrayCounters &x, const ArrayCounters &y) {
  REQUIRE(x.reads == y.reads);
  REQUIRE(x.updates == y.updates);
  REQUIRE(x.pulses == y.pulses);
  REQUIRE(x.refreshes == y.refreshes);
  REQUIRE(x.resets == y.resets);
  REQUIRE(x.rewritePulses == y.rewritePulses);
  REQUIRE(x.clips == y.clips);
}

/// Runs every operation twice and compares.
class Compared final : public learning::ArrayEngine {
public:
  explicit Compared(const PairArraySettings &settings) : model_(settings), rtl_(settings) {}

  void read(const Drive &inputs, std::span<int32_t> sums) override {
    model_.read(inputs, sums);
    std::vector<int32_t> seen(sums.size());
    rtl_.read(inputs, seen);
    REQUIRE(std::equal(seen.begin(), seen.end(), sums.begin()));
  }
  void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) override {
    model_.readTransposed(errors, sums);
    std::vector<int32_t> seen(sums.size());
    rtl_.readTransposed(errors, seen);
    REQUIRE(std::equal(seen.begin(), seen.end(), sums.begin()));
  }
  void update(const Drive &inputs, const UpdateOperation &operation) override {
    model_.update(inputs, operation);
    rtl_.update(inputs, operation);
    compare();
  }
  void refreshRow(size_t row, const RefreshOperation &operation) override {
    model_.refreshRow(row, operation);
    rtl_.refreshRow(row, operation);
    compare();
  }
  PairArray &devices() override { return model_.devices(); }
  ArrayCounters counters() const override { return model_.counters(); }

  /// What a test does to the devices of the model, on both.
  template <typename F> void both(F f) { f(model_.devices()), f(rtl_.devices()); }
  void compare() {
    requireEqual(model_.devices(), rtl_.devices());
    requireEqual(model_.counters(), rtl_.counters());
  }

private:
  learning::FunctionalArray model_;
  RtlArray rtl_;
};

PulseResponse deviceOf(double label, double pulses) {
  PulseCurve curve = PulseCurve::exponential(curvatureOf(label), pulses);
  return {curve, curve, {}, {}};
}

PairArraySettings settingsOf(size_t rows, size_t columns, UpdateMethod method) {
  PairArraySettings s;
  s.rows = rows;
  s.columns = columns;
  s.method = method;
  s.device = deviceOf(2, 64);
  s.seed = 5;
  s.converter = {12, 8};
  s.transposedConverter = {10, 9};
  return s;
}

std::vector<uint8_t> randomInputs(size_t n, std::mt19937 &random) {
  std::vector<uint8_t> x(n);
  for (uint8_t &v : x)
    v = random() % 3 ? uint8_t(random()) : uint8_t(0);
  return x;
}

constexpr UpdateMethod kMethods[] = {UpdateMethod::Single, UpdateMethod::Both,
                                     UpdateMethod::OneOfPair, UpdateMethod::UpOnly,
                                     UpdateMethod::DownOnly};

} // namespace

TEST_CASE("a hundred training steps of a 16-12-4 perceptron are the same in RTL, by every method") {
  struct Way {
    Rounding rounding;
    uint32_t most;
    double signBand;
  };
  for (UpdateMethod method : kMethods)
    for (Way way : {Way{Rounding::Stochastic, 1, 0}, Way{Rounding::Stochastic, 7, 0},
                    Way{Rounding::Nearest, 7, 0}, Way{Rounding::PulseTrain, 31, 0},
                    Way{Rounding::Nearest, 1, 0.05}})
      for (bool verify : {true, false}) {
        if (!verify && !isOneWay(method))
          continue;
        learning::PerceptronSettings s;
        s.inputs = 16, s.hidden = 12, s.outputs = 4;
        s.method = method;
        s.device = deviceOf(2, 64);
        s.rounding = way.rounding;
        s.maxPulses = way.most;
        s.deviceSpread = 0.2;
        s.cycleNoise = way.most == 7 ? 0.01 : 0;
        s.converter = {12, 8};
        s.transposedConverter = {10, 6};
        std::vector<int32_t> seen, inRtl;
        learning::Perceptron network(s, [&](const PairArraySettings &a) {
          return std::make_unique<Recorded>(learning::functionalArray(a), seen);
        });
        learning::Perceptron twin(s, [&](const PairArraySettings &a) {
          return std::make_unique<Recorded>(std::make_unique<RtlArray>(a), inRtl);
        });
        learning::Controls controls;
        controls.rate = 2;
        controls.signBand = way.signBand;
        controls.refresh.period = 5;
        controls.refresh.high = 20000;
        controls.refresh.verify = verify;
        network.set(controls), twin.set(controls);
        std::mt19937 random(3);
        for (int step = 0; step < 100; ++step) {
          auto image = randomInputs(16, random);
          for (learning::Perceptron *one : {&network, &twin})
            one->train(image, size_t(image[0] / 64));
          REQUIRE(seen == inRtl);
          for (size_t layer : {0, 1})
            requireEqual(network.layer(layer), twin.layer(layer));
          requireEqual(network.counters(), twin.counters());
        }
        CHECK(network.counters().pulses > 100);
        if (isOneWay(method))
          CHECK(network.counters().resets > 0);
      }
}

TEST_CASE("random programs of reads, updates, refreshes and programming are the same in RTL") {
  int programs = std::getenv("SPINDLE_FULL") ? 1000 : 100;
  std::mt19937 random(17);
  const std::pair<size_t, size_t> sizes[] = {{17, 12}, {5, 8}, {8, 24}};
  for (int program = 0; program < programs; ++program) {
    auto [rows, columns] = sizes[random() % std::size(sizes)];
    PairArraySettings s = settingsOf(rows, columns, kMethods[random() % std::size(kMethods)]);
    s.device = deviceOf(1 + int(random() % 5), 16 + random() % 100);
    s.seed = random();
    s.layer = random() % 4;
    s.firstRow = random() % 300;
    s.firstColumn = 2 * (random() % 100);
    s.cycleNoise = random() % 2 ? 0.02 : 0;
    s.converter = {4 + uint32_t(random() % 13), uint32_t(random() % 12)};
    s.transposedConverter = {4 + uint32_t(random() % 13), uint32_t(random() % 12)};
    Compared array(s);
    if (random() % 2)
      array.both([](PairArray &a) { a.spread(0.3, false); });
    for (uint64_t operation = 0; operation < 12; ++operation) {
      Drive drive(randomInputs(rows, random));
      switch (random() % 5) {
      case 0: {
        std::vector<int32_t> sums(columns);
        array.read(drive, sums);
        break;
      }
      case 1: {
        std::vector<int16_t> errors(columns);
        for (int16_t &e : errors)
          e = int16_t(int(random() % 511) - 255);
        std::vector<int32_t> sums(rows);
        array.readTransposed(errors, sums);
        break;
      }
      case 2: {
        std::vector<int16_t> weights(rows * columns);
        for (int16_t &w : weights)
          w = int16_t(int(random() % 8192) - 4096);
        array.both([&](PairArray &a) { a.program(weights); });
        break;
      }
      case 3:
        if (isOneWay(s.method)) {
          uint64_t number = random();
          array.refreshRow(random() % rows, {number, uint16_t(random() % 40000),
                                             uint16_t(random() % 2000), random() % 2 != 0});
          break;
        }
        [[fallthrough]];
      default: {
        std::vector<int32_t> factors(columns);
        for (int32_t &f : factors)
          f = (random() % 8 ? 1 : 300) * (int32_t(random() % 200000) - 100000);
        const Rounding roundings[] = {Rounding::Stochastic, Rounding::Nearest,
                                      Rounding::PulseTrain};
        array.update(drive, {(uint64_t{random()} << 32) | random(), factors,
                             roundings[random() % 3], 1 + uint32_t(random() % 127)});
      }
      }
    }
    array.compare();
  }
}

TEST_CASE("operations in RTL take the clocks of their formulae") {
  for (uint32_t setup : {0u, 1u, 5u})
    for (uint32_t pulse : {1u, 10u})
      for (uint32_t resetting : {0u, 20u}) {
        LearnTiming t;
        t.setup = setup;
        t.pulse = pulse;
        t.reset = resetting;
        t.mux = setup % 2;
        for (UpdateMethod method : {UpdateMethod::UpOnly, UpdateMethod::Single}) {
          PairArraySettings s = settingsOf(16, 8, method);
          RtlArray array(s, t);
          uint32_t phases = isOneWay(method) ? 1 : 2;
          std::vector<int32_t> sums(16);
          Drive drive(std::vector<uint8_t>(16, 0));
          drive.add(2, 255);
          drive.add(3, 128);
          drive.add(9, 1);
          array.read(drive, sums);
          uint32_t groups = t.mux + t.sample;
          CHECK(array.lastCycles() == t.setup + t.integrate * 255 + t.share * (groups + 12));
          array.readTransposed(std::vector<int16_t>(8, 7), sums);
          CHECK(array.lastCycles() == t.setup + t.integrate * 255 + t.share * (groups + 10));
          // Rows wish for 4, 2 and 0 pulses in their largest column.
          std::vector<int32_t> factors = {262144, -131072, 0, 0, 0, 0, 0, 0};
          array.update(drive, {1, factors, Rounding::Nearest, 31});
          CHECK(array.lastCycles() == 1 + 3 + phases * (4 + 2) * (pulse + 1));
          array.update(drive, {2, factors, Rounding::PulseTrain, 31});
          CHECK(array.lastCycles() == 1 + phases * 31 * (pulse + 1));
          array.update(Drive(std::vector<uint8_t>(16, 0)), {3, factors, Rounding::Nearest, 31});
          CHECK(array.lastCycles() == 1);
          if (!isOneWay(method))
            continue;
          uint32_t read = t.setup + t.integrate + t.share * (groups + 12);
          array.refreshRow(4, {4, 40000, 1000, true});
          CHECK(array.lastCycles() == read + 1);
          std::vector<uint16_t> high(128, 0), low(128, 0);
          high[4 * 8 + 3] = 50000, low[4 * 8 + 3] = 30000;
          for (bool verify : {false, true}) {
            array.devices().programDevices(high, low);
            uint64_t before = array.counters().rewritePulses;
            array.refreshRow(4, {5, 40000, 1000, verify});
            auto here = uint32_t(array.counters().rewritePulses - before);
            REQUIRE(here > 0);
            CHECK(array.lastCycles() ==
                  read + 1 + resetting + here * (pulse + 1 + (verify ? read : 0)));
          }
        }
      }
}

TEST_CASE("what the RTL cannot do is refused") {
  PairArraySettings s = settingsOf(8, 8, UpdateMethod::UpOnly);
  s.converter = {};
  CHECK_THROWS_WITH(RtlArray(s), Catch::Contains("1 to 24 bits"));
  s = settingsOf(8, 8, UpdateMethod::UpOnly);
  s.tileRows = 4;
  CHECK_THROWS_WITH(RtlArray(s), Catch::Contains("one tile"));
  s = settingsOf(8, 8, UpdateMethod::UpOnly);
  s.accumulators = true;
  CHECK_THROWS_WITH(RtlArray(s), Catch::Contains("accumulators"));
}
