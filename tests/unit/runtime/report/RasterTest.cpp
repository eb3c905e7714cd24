// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparison and alignment of rasters, against a dense comparison written the obvious way.
#include "runtime/report/Raster.h"
#include "tests/support/catch.h"

#include <random>

using namespace spindle::report;

namespace {

Raster randomRaster(std::mt19937 &rng, uint64_t steps, uint32_t size, double density) {
  Raster raster{steps, size, {}};
  std::bernoulli_distribution spikes(density);
  std::uniform_int_distribution<int> count(1, 3);
  for (uint64_t t = 0; t < steps; ++t)
    for (uint32_t n = 0; n < size; ++n)
      if (spikes(rng))
        raster.entries.push_back({t, n, double(count(rng))});
  return raster;
}

std::vector<double> dense(const Raster &raster) {
  std::vector<double> values(raster.steps * raster.size, 0.0);
  for (const Entry &entry : raster.entries)
    values[entry.step * raster.size + entry.neuron] = entry.value;
  return values;
}

Raster shifted(const Raster &raster, uint64_t by) {
  Raster result = raster;
  result.steps += by;
  for (Entry &entry : result.entries)
    entry.step += by;
  return result;
}

} // namespace

TEST_CASE("compare agrees with a dense comparison for every shift") {
  std::mt19937 rng(11);
  for (int round = 0; round < 40; ++round) {
    Raster left = randomRaster(rng, 5 + round % 7, 4, 0.3);
    Raster right = randomRaster(rng, 3 + round % 5, 4, 0.3);
    std::vector<double> a = dense(left), b = dense(right);
    for (int64_t shift = -8; shift <= 8; ++shift) {
      uint64_t compared = 0, mismatches = 0;
      for (int64_t t = 0; t < int64_t(left.steps); ++t) {
        int64_t u = t + shift;
        if (u < 0 || u >= int64_t(right.steps))
          continue;
        for (uint32_t n = 0; n < left.size; ++n) {
          ++compared;
          mismatches += a[t * left.size + n] != b[u * right.size + n];
        }
      }
      Difference difference = compare(left, right, shift);
      REQUIRE(difference.compared == compared);
      REQUIRE(difference.mismatches == mismatches);
      REQUIRE(difference.at.size() == mismatches);
    }
  }
}

TEST_CASE("the first difference carries step, neuron and the other value") {
  Raster left{4, 3, {{0, 1, 1.0}, {2, 0, 1.0}}};
  Raster right{5, 3, {{1, 1, 1.0}, {3, 0, 2.0}, {3, 2, 1.0}}};
  Difference difference = compare(left, right, 1);
  REQUIRE(difference.mismatches == 2);
  REQUIRE(*difference.first() == Entry{2, 0, 2.0});
  REQUIRE_FALSE(compare(left, left).first().has_value());
}

TEST_CASE("align finds the shift of a delayed raster") {
  std::mt19937 rng(3);
  for (uint64_t by : {0u, 1u, 7u, 40u}) {
    Raster left = randomRaster(rng, 60, 6, 0.2);
    Alignment found = align(left, shifted(left, by), -2, 40);
    REQUIRE(found.shift == int64_t(by));
    REQUIRE(found.difference.mismatches == 0);
  }
  Raster late = shifted(randomRaster(rng, 60, 6, 0.2), 1);
  Raster early{late.steps - 1, late.size, {}};
  for (Entry entry : late.entries)
    early.entries.push_back({entry.step - 1, entry.neuron, entry.value});
  REQUIRE(align(late, early, -2, 40).shift == -1);
}

TEST_CASE("silent rasters align at shift 0") {
  Raster silent{10, 3, {}};
  REQUIRE(align(silent, silent, -2, 40).shift == 0);
}

TEST_CASE("the winner of a tie is the lowest index") {
  REQUIRE(Raster{3, 4, {{0, 2, 1.0}, {1, 1, 1.0}}}.winner() == 1);
  REQUIRE(Raster{3, 4, {{0, 3, 2.0}, {1, 1, 1.0}}}.winner() == 3);
  REQUIRE(Raster{3, 4, {}}.winner() == 0);
  REQUIRE(Raster{3, 4, {{0, 3, 2.0}, {1, 1, 1.0}}}.total() == 3.0);
}
