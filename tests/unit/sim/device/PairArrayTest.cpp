// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays that learn: reads against plain loops, updates against the definition synapse by synapse,
// what must not depend on vectors, tiles or order, and what methods owe one another.
#include "sim/device/PairArray.h"
#include "sim/device/Nonlinearity.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>
#include <stdexcept>

using namespace spindle::device;

namespace {

PulseResponse deviceOf(double label, double pulses) {
  PulseCurve curve = PulseCurve::exponential(curvatureOf(label), pulses);
  return {curve, curve, {}, {}};
}

PairArraySettings settingsOf(size_t rows, size_t columns, UpdateMethod method, double label = 2) {
  PairArraySettings s;
  s.rows = rows;
  s.columns = columns;
  s.method = method;
  s.device = deviceOf(label, 64);
  s.seed = 11;
  return s;
}

constexpr UpdateMethod kMethods[] = {UpdateMethod::Single, UpdateMethod::Both,
                                     UpdateMethod::OneOfPair, UpdateMethod::UpOnly,
                                     UpdateMethod::DownOnly};
constexpr Rounding kRoundings[] = {Rounding::Stochastic, Rounding::Nearest, Rounding::PulseTrain,
                                   Rounding::Accumulate};

std::vector<int16_t> randomWeights(size_t n, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<int16_t> w(n);
  for (int16_t &x : w)
    x = int16_t(int(random() % 8192) - 4096);
  return w;
}

std::vector<uint8_t> randomInputs(size_t n, std::mt19937 &random) {
  std::vector<uint8_t> x(n);
  for (uint8_t &v : x)
    v = random() % 3 ? uint8_t(0) : uint8_t(random());
  return x;
}

/// Factors of which some wish for more than a pulse.
std::vector<int32_t> randomFactors(size_t n, std::mt19937 &random) {
  std::vector<int32_t> f(n);
  for (int32_t &v : f)
    v = (random() % 8 ? 1 : 6) * (int32_t(random() % 100000) - 50000);
  return f;
}

uint32_t largest(const std::vector<int32_t> &factors) {
  int32_t most = 0;
  for (int32_t f : factors)
    most = std::max(most, std::abs(f));
  return uint32_t(most);
}

void train(PairArray &array, Rounding rounding, int updates, uint32_t seed) {
  std::mt19937 random(seed);
  for (int t = 0; t < updates; ++t) {
    Drive drive(randomInputs(array.rows(), random));
    auto factors = randomFactors(array.columns(), random);
    array.update(drive, {uint64_t(t), factors, rounding, 7});
    if (isOneWay(array.settings().method) && t % 8 == 7)
      for (size_t r = 0; r < array.rows(); ++r)
        array.refreshRow(r, {uint64_t(t), 9000, 1311, t % 16 == 7});
  }
}

void requireSame(const PairArray &a, const PairArray &b) {
  for (size_t r = 0; r < a.rows(); ++r)
    for (size_t c = 0; c < a.columns(); ++c) {
      REQUIRE(a.first(r, c) == b.first(r, c));
      REQUIRE(a.second(r, c) == b.second(r, c));
      REQUIRE(a.weight(r, c) == b.weight(r, c));
      REQUIRE(a.accumulator(r, c) == b.accumulator(r, c));
    }
  REQUIRE(a.counters().pulses == b.counters().pulses);
  REQUIRE(a.counters().rewritePulses == b.counters().rewritePulses);
}

} // namespace

TEST_CASE("reads in both directions equal plain loops") {
  std::mt19937 random(3);
  for (size_t rows : {1u, 7u, 33u, 129u})
    for (size_t columns : {1u, 10u, 33u, 150u})
      for (bool copy : {false, true}) {
        auto settings = settingsOf(rows, columns, UpdateMethod::UpOnly);
        settings.transposed = copy;
        PairArray array(settings);
        auto w = randomWeights(rows * columns, uint32_t(rows * columns));
        array.program(w);
        auto x = randomInputs(rows, random);
        std::vector<int16_t> e(columns);
        for (int16_t &v : e)
          v = int16_t(int(random() % 511) - 255);
        std::vector<int32_t> sums(columns), back(rows);
        array.read(Drive(x), sums);
        array.readTransposed(e, back);
        for (size_t c = 0; c < columns; ++c) {
          int32_t sum = 0;
          for (size_t r = 0; r < rows; ++r)
            sum += x[r] * w[r * columns + c];
          REQUIRE(sums[c] == sum);
        }
        for (size_t r = 0; r < rows; ++r) {
          int32_t sum = 0;
          for (size_t c = 0; c < columns; ++c)
            sum += e[c] * w[r * columns + c];
          REQUIRE(back[r] == sum);
        }
      }
}

TEST_CASE("programming gives the weight code that was asked for, by every method") {
  for (UpdateMethod method : kMethods) {
    PairArray array(settingsOf(64, 128, method));
    std::vector<int16_t> w(64 * 128);
    for (size_t i = 0; i < w.size(); ++i)
      w[i] = int16_t(int(i) - 4096);
    array.program(w);
    for (size_t i = 0; i < w.size(); ++i)
      REQUIRE(array.weight(i / 128, i % 128) == w[i]);
    REQUIRE_THROWS_AS(array.program(std::vector<int16_t>(64 * 128, 4096)), std::out_of_range);
    REQUIRE_THROWS_AS(array.program(std::vector<int16_t>(5)), std::invalid_argument);
  }
}

TEST_CASE("sums of tiles are converted tile by tile") {
  std::mt19937 random(5);
  auto settings = settingsOf(100, 40, UpdateMethod::UpOnly);
  settings.tileRows = 32;
  auto w = randomWeights(4000, 9);
  auto x = randomInputs(100, random);
  PairArray exact(settings);
  exact.program(w);
  settings.converter = {9, 10};
  PairArray coarse(settings);
  coarse.program(w);
  std::vector<int32_t> a(40), b(40);
  exact.read(Drive(x), a);
  coarse.read(Drive(x), b);
  for (size_t c = 0; c < 40; ++c) {
    int32_t whole = 0, converted = 0;
    for (size_t tile = 0; tile < 100; tile += 32) {
      int32_t sum = 0;
      for (size_t r = tile; r < std::min<size_t>(tile + 32, 100); ++r)
        sum += x[r] * w[r * 40 + c];
      whole += sum;
      converted += std::clamp((sum + 512) >> 10, -256, 255) * 1024;
    }
    REQUIRE(a[c] == whole);
    REQUIRE(b[c] == converted);
  }
}

TEST_CASE("a stochastic update is its definition, synapse by synapse") {
  std::mt19937 random(17);
  PairArray array(settingsOf(50, 45, UpdateMethod::Single));
  array.program(randomWeights(50 * 45, 2));
  for (uint64_t number : {0u, 1u, 99u}) {
    PairArray before = array;
    auto x = randomInputs(50, random);
    auto factors = randomFactors(45, random);
    array.update(Drive(x), {number, factors, Rounding::Stochastic, 7});
    uint64_t key = operationKey(11, 0, Chance::Pulse, number);
    for (size_t r = 0; r < 50; ++r)
      for (size_t c = 0; c < 45; ++c) {
        uint64_t v = uint64_t(257 * x[r]) * uint64_t(std::abs(factors[c])) >> 16;
        uint64_t n = std::min<uint64_t>((v + 65535 - columnHash(rowKey(key, r), c)) >> 16, 7);
        uint16_t g = afterPulses(before.first(r, c), factors[c] > 0 ? Pulse::Up : Pulse::Down,
                                 uint32_t(n), array.settings().device.up);
        REQUIRE(array.first(r, c) == g);
      }
  }
}

TEST_CASE("every width of vectors gives the same devices") {
  for (VectorWidth width : {VectorWidth::Avx2, VectorWidth::Avx512}) {
    const ArrayKernels *kernels = arrayKernels(width);
    if (!kernels)
      continue;
    for (UpdateMethod method : kMethods)
      for (Rounding rounding : kRoundings) {
        auto settings = settingsOf(70, 75, method);
        settings.accumulators = true;
        settings.transposed = true;
        settings.cycleNoise = 0.01;
        PairArray plain(settings), wide(settings);
        plain.use(*arrayKernels(VectorWidth::Portable));
        wide.use(*kernels);
        train(plain, rounding, 32, 4);
        train(wide, rounding, 32, 4);
        requireSame(plain, wide);
        std::mt19937 random(8);
        Drive drive(randomInputs(70, random));
        std::vector<int32_t> a(75), b(75);
        plain.read(drive, a);
        wide.read(drive, b);
        REQUIRE(a == b);
        std::vector<int16_t> e(75);
        for (int16_t &v : e)
          v = int16_t(int(random() % 511) - 255);
        a.resize(70), b.resize(70);
        plain.readTransposed(e, a);
        wide.readTransposed(e, b);
        REQUIRE(a == b);
      }
  }
}

TEST_CASE("a layer gives the same devices however it is split into tiles") {
  for (Rounding rounding : kRoundings) {
    auto settings = settingsOf(60, 70, UpdateMethod::OneOfPair);
    settings.accumulators = true;
    settings.cycleNoise = 0.02;
    PairArray whole(settings);
    whole.spread(0.3, false);
    std::vector<PairArray> tiles;
    for (size_t r = 0; r < 60; r += 20)
      for (size_t c = 0; c < 70; c += 34) {
        auto part = settings;
        part.rows = 20;
        part.columns = std::min<size_t>(34, 70 - c);
        part.firstRow = r;
        part.firstColumn = c;
        tiles.emplace_back(part).spread(0.3, false);
      }
    std::mt19937 random(21);
    for (uint64_t t = 0; t < 20; ++t) {
      auto x = randomInputs(60, random);
      auto f = randomFactors(70, random);
      whole.update(Drive(x), {t, f, rounding, 7});
      for (size_t i = tiles.size(); i-- > 0;) { // in another order, too
        const PairArraySettings &s = tiles[i].settings();
        tiles[i].update(Drive(std::span(x).subspan(s.firstRow, s.rows)),
                        {t, std::span(f).subspan(s.firstColumn, s.columns), rounding, 7, largest(f),
                         *std::max_element(x.begin(), x.end())});
      }
    }
    for (const PairArray &tile : tiles)
      for (size_t r = 0; r < tile.rows(); ++r)
        for (size_t c = 0; c < tile.columns(); ++c) {
          size_t row = tile.settings().firstRow + r, column = tile.settings().firstColumn + c;
          REQUIRE(tile.first(r, c) == whole.first(row, column));
          REQUIRE(tile.second(r, c) == whole.second(row, column));
        }
  }
}

TEST_CASE("a two-way pair of equal, noiseless curves is a single device") {
  for (Rounding rounding : kRoundings)
    for (double label : {0.0, 2.0, 4.0}) {
      auto single = settingsOf(40, 40, UpdateMethod::Single, label);
      single.accumulators = true;
      auto both = single;
      both.method = UpdateMethod::Both;
      PairArray a(single), b(both);
      auto w = randomWeights(1600, 31);
      a.program(w), b.program(w);
      train(a, rounding, 60, 6);
      train(b, rounding, 60, 6);
      for (size_t r = 0; r < 40; ++r)
        for (size_t c = 0; c < 40; ++c) {
          REQUIRE(a.weight(r, c) == b.weight(r, c));
          REQUIRE(b.second(r, c) == 65535 - b.first(r, c));
        }
      REQUIRE(b.counters().pulses == 2 * a.counters().pulses);
    }
}

TEST_CASE("one-way pairs never use the other direction's curve, and mirror each other") {
  auto settings = settingsOf(40, 40, UpdateMethod::UpOnly);
  auto other = settings;
  other.device.down = PulseCurve::exponential(curvatureOf(-7), 12);
  auto mirror = settings;
  mirror.method = UpdateMethod::DownOnly;
  PairArray a(settings), b(other), m(mirror);
  for (PairArray *array : {&a, &b, &m})
    train(*array, Rounding::Stochastic, 64, 6);
  REQUIRE(a.counters().refreshes > 20);
  requireSame(a, b);
  for (size_t r = 0; r < 40; ++r)
    for (size_t c = 0; c < 40; ++c) {
      REQUIRE(m.first(r, c) == 65535 - a.second(r, c));
      REQUIRE(m.second(r, c) == 65535 - a.first(r, c));
    }
}

TEST_CASE("devices of any family, by a table of steps") {
  auto table = std::make_shared<PulseTable>();
  for (size_t i = 0; i < PulseTable::kPoints; ++i)
    table->steps[i] = uint32_t((1500 + 900 * std::sin(double(i) / 30)) * 65536);
  for (UpdateMethod method : kMethods) {
    auto settings = settingsOf(20, 20, method);
    settings.device.upTable = settings.device.downTable = table;
    PairArray array(settings);
    train(array, Rounding::Stochastic, 40, 12);
    PairArray before = array;
    array.pulse(3, 4, 2, 77);
    auto step = [&](int32_t d) { return table->step(d); };
    bool moved = false;
    for (bool second : {false, true})
      for (Pulse pulse : {Pulse::Up, Pulse::Down}) {
        uint16_t old = second ? before.second(3, 4) : before.first(3, 4);
        uint16_t now = second ? array.second(3, 4) : array.first(3, 4);
        moved |= now != old && now == afterPulses(old, pulse, 2, step);
      }
    REQUIRE(moved);
  }
}

TEST_CASE("pulses of noiseless one-way pairs commute") {
  auto settings = settingsOf(1, 2, UpdateMethod::UpOnly);
  PairArray a(settings), b(settings);
  for (int i = 0; i < 10; ++i)
    a.pulse(0, 0, 1, uint64_t(i)), a.pulse(0, 0, -2, uint64_t(i));
  b.pulse(0, 0, -20, 0);
  b.pulse(0, 0, 10, 0);
  REQUIRE(a.first(0, 0) == b.first(0, 0));
  REQUIRE(a.second(0, 0) == b.second(0, 0));
  // w = B (e^(-n-/(A P)) - e^(-n+/(A P)))
  double ap = curvatureOf(2) * 64, reach = 65535 / (1 - std::exp(-64 / ap));
  double w = reach * (std::exp(-20 / ap) - std::exp(-10 / ap)) / 16;
  REQUIRE(a.weight(0, 0) == Approx(w).margin(3));
}

TEST_CASE("an accumulator sends what was wished for, and keeps the rest") {
  auto settings = settingsOf(3, 4, UpdateMethod::Single, 0);
  settings.accumulators = true;
  PairArray array(settings);
  int32_t before = array.first(1, 2);
  std::vector<int32_t> f = {0, 0, 6554, 0}; // a tenth of a pulse
  Drive drive;
  drive.add(1, 255);
  for (uint64_t t = 0; t < 95; ++t)
    array.update(drive, {t, f, Rounding::Accumulate, 7});
  REQUIRE(array.counters().pulses == 9);
  REQUIRE(array.first(1, 2) == before + 9 * 1024);
  REQUIRE(array.accumulator(1, 2) == Approx(0.5 * kAccumulatorOne).margin(60));
  f[2] = -6554;
  for (uint64_t t = 0; t < 95; ++t)
    array.update(drive, {t, f, Rounding::Accumulate, 7});
  REQUIRE(array.first(1, 2) == before);
}

TEST_CASE("refresh keeps the weight, verified or not, and counts") {
  for (UpdateMethod method : {UpdateMethod::UpOnly, UpdateMethod::DownOnly})
    for (bool verify : {false, true}) {
      PairArray array(settingsOf(30, 32, method));
      std::mt19937 random(2);
      std::vector<uint16_t> a(960), b(960);
      double before = 0, after = 0;
      int32_t worst = 0;
      bool mirrored = method == UpdateMethod::DownOnly;
      for (size_t i = 0; i < a.size(); ++i) {
        int high = 59000 + int(random() % 6500), low = 1400 + int(random() % 50000);
        a[i] = uint16_t(mirrored ? 65535 - high : high);
        b[i] = uint16_t(mirrored ? 65535 - low : low);
        if (random() & 1)
          std::swap(a[i], b[i]);
      }
      array.programDevices(a, b);
      PairArray old = array;
      for (size_t r = 0; r < 30; ++r)
        array.refreshRow(r, {5, 58982, 1311, verify});
      for (size_t r = 0; r < 30; ++r)
        for (size_t c = 0; c < 32; ++c) {
          int32_t difference = array.weight(r, c) - old.weight(r, c);
          before += old.weight(r, c), after += array.weight(r, c);
          worst = std::max(worst, std::abs(difference));
          uint16_t rest = mirrored ? std::max(array.first(r, c), array.second(r, c))
                                   : std::min(array.first(r, c), array.second(r, c));
          REQUIRE(rest == (mirrored ? 65535 : 0));
          REQUIRE(array.wear(r, c, false) > 0);
        }
      REQUIRE(worst <= 130); // a step of the device is 128 weight codes at most
      REQUIRE(std::abs(after - before) / 960 < 12);
      REQUIRE(array.counters().refreshes == 960);
      REQUIRE(array.counters().resets == 1920);
      REQUIRE(array.counters().rewritePulses > 0);
    }
  PairArray array(settingsOf(2, 2, UpdateMethod::OneOfPair));
  REQUIRE_THROWS_AS(array.refreshRow(0, {}), std::logic_error);
}

TEST_CASE("devices that differ") {
  auto settings = settingsOf(30, 32, UpdateMethod::Single, 0);
  PairArray array(settings);
  array.spread(0.0, false);
  PairArray same(settings);
  train(array, Rounding::Stochastic, 20, 3);
  train(same, Rounding::Stochastic, 20, 3);
  requireSame(array, same);
  PairArray own(settings), common(settings);
  own.spread(0.3, false);
  common.spread(0.3, true);
  double sum = 0, square = 0;
  for (size_t r = 0; r < 30; ++r)
    for (size_t c = 0; c < 32; ++c) {
      int32_t start = common.first(r, c);
      common.pulse(r, c, 1, 0);
      int32_t step = common.first(r, c) - start;
      sum += step, square += double(step) * step;
      common.pulse(r, c, -1, 1);
      REQUIRE(common.first(r, c) == start);
    }
  double mean = sum / 960, deviation = std::sqrt(square / 960 - mean * mean);
  REQUIRE(mean == Approx(1024).margin(4 * 0.3 * 1024 / std::sqrt(960.0)));
  REQUIRE(deviation == Approx(0.3 * 1024).epsilon(0.12));
  settings.device.upTable = std::make_shared<PulseTable>();
  PairArray sampled(settings);
  REQUIRE_THROWS_AS(sampled.spread(0.1, false), std::logic_error);
}

TEST_CASE("settings outside their ranges are refused") {
  REQUIRE_THROWS_AS(PairArray(settingsOf(0, 4, UpdateMethod::UpOnly)), std::invalid_argument);
  REQUIRE_THROWS_AS(PairArray(settingsOf(4, 2049, UpdateMethod::UpOnly)), std::invalid_argument);
  auto odd = settingsOf(4, 4, UpdateMethod::UpOnly);
  odd.firstColumn = 3;
  REQUIRE_THROWS_AS(PairArray(odd), std::invalid_argument);
  PairArray array(settingsOf(4, 4, UpdateMethod::UpOnly));
  std::vector<int32_t> f(4);
  REQUIRE_THROWS_AS(array.update({}, {0, std::span(f).first(3), Rounding::Nearest, 1}),
                    std::invalid_argument);
  REQUIRE_THROWS_AS(array.update({}, {0, f, Rounding::Nearest, 128}), std::invalid_argument);
  Drive beyond;
  beyond.add(4, 1);
  std::vector<int32_t> sums(4);
  std::vector<int16_t> errors(4);
  REQUIRE_THROWS_AS(array.read(beyond, sums), std::invalid_argument);
  REQUIRE_THROWS_AS(array.read({}, std::span(sums).first(3)), std::invalid_argument);
  REQUIRE_THROWS_AS(array.readTransposed(std::span(errors).first(3), sums), std::invalid_argument);
  REQUIRE_THROWS_AS(array.update(beyond, {0, f, Rounding::Nearest, 1}), std::invalid_argument);
  REQUIRE_THROWS_AS(array.pulse(0, 4, 1, 0), std::invalid_argument);
  REQUIRE_THROWS_AS(array.refreshRow(4, {}), std::invalid_argument);
  REQUIRE_THROWS_AS(array.update({}, {0, f, Rounding::Accumulate, 1}), std::logic_error);
}
