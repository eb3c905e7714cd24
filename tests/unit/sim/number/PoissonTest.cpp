// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Poisson counts (N14): the distribution, and that a group's counts are those of its neurons.
#include "sim/number/Poisson.h"
#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::number;

namespace {
constexpr double kMeans[] = {0, 1e-6, 1e-4, 0.01, 0.5, 1.3, 2, 5, 20, 77.7, 180};
}

TEST_CASE("a group's counts are those of its neurons, one by one") {
  for (double mean : kMeans) {
    PoissonTable table(mean);
    PoissonCounts counts;
    for (uint32_t step = 0; step < 40; ++step) {
      PoissonDraw draw{0x123456789abcdefu, 7, step % 5, step};
      poisson(table, draw, counts);
      for (uint32_t lane = 0; lane < kPoissonGroup; ++lane)
        REQUIRE(counts[lane] == poisson(table, draw, lane));
    }
  }
}

TEST_CASE("what 16 bits decide, 64 bits decide alike") {
  for (double mean : kMeans) {
    PoissonTable table(mean);
    uint32_t open = 0, last = 0;
    for (uint32_t bits = 0; bits < 0x10000; ++bits) {
      uint64_t low = uint64_t(bits) << 48, high = low | (~uint64_t(0) >> 16);
      uint32_t count = table.count(static_cast<uint16_t>(bits));
      CHECK(table.countOf(low) >= last);
      last = table.countOf(high);
      if (count == PoissonTable::kOpen)
        ++open;
      else
        REQUIRE((count == table.countOf(low) && count == last));
    }
    CHECK(open < 120);
  }
}

TEST_CASE("the steps of the distribution are where they should be") {
  for (double mean : kMeans) {
    PoissonTable table(mean);
    double term = std::exp(-mean), sum = 0;
    for (uint32_t k = 0; k < 20; ++k) {
      sum += term;
      term *= mean / (k + 1);
      if (sum < 1e-12 || sum > 1 - 1e-12)
        continue;
      CHECK(table.countOf(static_cast<uint64_t>((sum - 1e-13) * 0x1p64)) <= k);
      CHECK(table.countOf(static_cast<uint64_t>((sum + 1e-13) * 0x1p64)) == k + 1);
    }
  }
}

TEST_CASE("counts are distributed as Poisson's, independent from step to step") {
  for (double mean : {0.01, 0.5, 2.0, 20.0}) {
    INFO("mean " << mean);
    PoissonTable table(mean);
    constexpr uint32_t steps = 4000;
    std::vector<double> seen(256);
    double n = 0, sum = 0, squares = 0, lagged = 0;
    PoissonCounts before{}, counts;
    for (uint32_t step = 0; step < steps; ++step) {
      poisson(table, {99, 3, 2, step}, counts);
      for (uint32_t lane = 0; lane < kPoissonGroup; ++lane) {
        double x = counts[lane];
        ++seen[counts[lane]];
        ++n, sum += x, squares += x * x;
        lagged += (x - mean) * (before[lane] - mean) * (step > 0);
      }
      before = counts;
    }
    CHECK(std::abs(sum / n - mean) < 4 * std::sqrt(mean / n));
    double variance = squares / n - sum / n * (sum / n);
    CHECK(std::abs(variance / mean - 1) < 5 * std::sqrt((2 + 1 / mean) / n));
    CHECK(std::abs(lagged / n / mean) < 4 / std::sqrt(n));
    double chi = 0, term = std::exp(-mean);
    int bins = 0;
    for (uint32_t k = 0; k < 256; ++k, term *= mean / k)
      if (n * term > 10) {
        chi += (seen[k] - n * term) * (seen[k] - n * term) / (n * term);
        ++bins;
      }
    CHECK(chi < bins + 5 * std::sqrt(2.0 * bins));
  }
}

TEST_CASE("objects, groups, steps and seeds draw apart") {
  PoissonTable table(3);
  PoissonCounts a, b;
  poisson(table, {1, 1, 1, 1}, a);
  for (PoissonDraw other : {PoissonDraw{2, 1, 1, 1}, {1, 2, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2}}) {
    poisson(table, other, b);
    CHECK(a != b);
  }
}

TEST_CASE("means that cannot be drawn are refused") {
  for (double mean : {-1.0, 180.5, std::nan(""), double(INFINITY)})
    CHECK_THROWS_AS(PoissonTable(mean), std::invalid_argument);
}
