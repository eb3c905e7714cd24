// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Means and variances of what is drawn.
#include "sim/device/PairArray.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::device;

namespace {

constexpr size_t kRows = 50, kColumns = 40;
constexpr uint64_t kUpdates = 50; // 1e5 trials with the synapses of an update

PairArraySettings linearSettings(double pulses, double noise = 0) {
  PairArraySettings s;
  s.rows = kRows;
  s.columns = kColumns;
  s.method = UpdateMethod::Single;
  s.device = {PulseCurve::linear(pulses), PulseCurve::linear(pulses), {}, {}};
  s.seed = 5;
  s.cycleNoise = noise;
  return s;
}

struct Moments {
  double n = 0, sum = 0, square = 0;
  void add(double x) { n += 1, sum += x, square += x * x; }
  double mean() const { return sum / n; }
  double variance() const { return square / n - mean() * mean(); }
};

/// Counts of pulses when every synapse of an update has the same wish.
Moments counts(Rounding rounding, int32_t factor, uint8_t input) {
  Moments m;
  Drive drive;
  for (uint16_t r = 0; r < kRows; ++r)
    drive.add(r, input);
  std::vector<int32_t> f(kColumns, factor);
  PairArray array(linearSettings(4096));
  for (uint64_t t = 0; t < kUpdates; ++t) {
    array.erase();
    int32_t start = array.first(0, 0);
    array.update(drive, {t, f, rounding, kTrainSlots});
    for (size_t r = 0; r < kRows; ++r)
      for (size_t c = 0; c < kColumns; ++c)
        m.add((array.first(r, c) - start) / 16); // 15.9998 codes a pulse
  }
  return m;
}

} // namespace

TEST_CASE("pulse trains have mean BL q and variance BL q (1 - q)") {
  for (int32_t factor : {2000, 30000, 300000})
    for (int input : {255, 100}) {
      double q = factor / 65536.0 * input / 255.0 / kTrainSlots;
      Moments m = counts(Rounding::PulseTrain, factor, uint8_t(input));
      double variance = kTrainSlots * q * (1 - q);
      // Trains are shared by rows and columns, so that the counts of an update vary together: the
      // mean of one row's probabilities adds p (1 - p) / 31 per row and column.
      double p = std::sqrt(q), shared = 2 * kTrainSlots * q * p * (1 - p) / kRows / kUpdates;
      double error = std::sqrt(variance / m.n + shared);
      REQUIRE(std::abs(m.mean() - kTrainSlots * q) < 4 * error);
      REQUIRE(m.variance() == Approx(variance).epsilon(0.08));
    }
}

TEST_CASE("stochastic rounding has the mean of the wish") {
  for (double v : {0.01, 0.3, 0.99, 1.7, 5.25})
    for (int input : {255, 51}) {
      Moments m = counts(Rounding::Stochastic, int32_t(v * 65536), uint8_t(input));
      double wish = v * input / 255.0, part = wish - std::floor(wish);
      double error = std::sqrt(part * (1 - part) / m.n) + 4e-5;
      REQUIRE(std::abs(m.mean() - wish) < 4 * error);
      REQUIRE(m.variance() == Approx(part * (1 - part)).margin(0.01));
    }
}

TEST_CASE("nearest rounding has no spread") {
  for (double v : {0.2, 0.49, 0.51, 1.4, 1.6}) {
    Moments m = counts(Rounding::Nearest, int32_t(v * 65536), 255);
    REQUIRE(m.mean() == std::floor(v + 0.5));
    REQUIRE(m.variance() == 0);
  }
}

TEST_CASE("neighbouring decisions are independent") {
  // Columns of one hash word, neighbouring words, rows, and updates.
  Moments product[4], single;
  for (uint64_t t = 0; t < 40; ++t)
    for (size_t r = 0; r < 50; ++r)
      for (size_t c = 0; c < 50; ++c) {
        auto bit = [](uint64_t number, size_t row, size_t column) {
          uint64_t key = operationKey(1, 2, Chance::Pulse, number);
          return columnHash(rowKey(key, row), column) < 13107 ? 1.0 : 0.0; // 0.2
        };
        double here = bit(t, r, c);
        single.add(here);
        product[0].add(here * bit(t, r, c + 1));
        product[1].add(here * bit(t, r, c + 2));
        product[2].add(here * bit(t, r + 1, c));
        product[3].add(here * bit(t + 1, r, c));
      }
  REQUIRE(std::abs(single.mean() - 0.2) < 4 * std::sqrt(0.16 / single.n));
  for (const Moments &m : product)
    REQUIRE(std::abs(m.mean() - 0.04) < 4 * std::sqrt(0.04 * 0.96 / m.n) + 4e-4);
}

TEST_CASE("noise from pulse to pulse: no bias, sqrt(n) of the deviation for n pulses") {
  for (int count : {1, 4}) {
    PairArray array(linearSettings(64, 0.01));
    Moments m;
    for (uint64_t t = 0; t < 20; ++t) {
      array.erase();
      int32_t start = array.first(0, 0);
      for (size_t r = 0; r < kRows; ++r)
        for (size_t c = 0; c < kColumns; ++c) {
          array.pulse(r, c, count, t);
          m.add(array.first(r, c) - start - count * 1024);
        }
    }
    double deviation = 0.01 * 65535 * std::sqrt(double(count));
    REQUIRE(std::abs(m.mean()) < 4 * deviation / std::sqrt(m.n));
    REQUIRE(std::sqrt(m.variance()) == Approx(deviation).epsilon(0.02));
  }
}
