// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/number/Poisson.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace spindle::number;

namespace {

std::vector<uint16_t> countsOf(const Poisson &source, uint32_t step, uint32_t begin, uint32_t end) {
  std::vector<uint16_t> out(end - begin);
  source.counts(step, begin, end, out.data());
  return out;
}

} // namespace

TEST_CASE("the counts of a source are those of the rule, neuron by neuron") {
  std::vector<double> mixed;
  for (int i = 0; i < 300; ++i)
    mixed.push_back(i % 7 * 0.6);
  for (const std::vector<double> &means :
       {std::vector<double>{1.28}, {0.001}, {0.0}, {20.0}, {300.0}, mixed}) {
    Poisson source(0x123456789abcull, 17, 300, means);
    for (uint32_t step : {0u, 1u, 4000000000u}) {
      auto all = countsOf(source, step, 0, 300);
      for (uint32_t i = 0; i < 300; ++i)
        REQUIRE(all[i] == source.count(step, i));
      auto part = countsOf(source, step, 128, 201);
      CHECK(std::equal(part.begin(), part.end(), all.begin() + 128));
    }
  }
}

TEST_CASE("draws that 16 bits do not decide are decided by all 48") {
  // 20,000 steps of 64 neurons: at a mean of 2 some thousand of them meet a limit.
  Poisson source(5, 0, 64, std::vector<double>{2.0});
  for (uint32_t step = 0; step < 20000; ++step) {
    auto all = countsOf(source, step, 0, 64);
    for (uint32_t i = 0; i < 64; i += 9)
      REQUIRE(all[i] == source.count(step, i));
  }
}

TEST_CASE("counts follow the distribution of their mean") {
  for (double mean : {0.05, 1.28, 2.32, 12.0, 100.0, 5000.0}) {
    constexpr uint32_t kNeurons = 256, kSteps = 2000;
    Poisson source(99, 3, kNeurons, std::vector<double>{mean});
    PoissonTable table(mean);
    double sum = 0, squares = 0, n = double(kNeurons) * kSteps;
    std::vector<double> seen(20, 0.0);
    for (uint32_t step = 0; step < kSteps; ++step)
      for (uint16_t count : countsOf(source, step, 0, kNeurons)) {
        sum += count, squares += double(count) * count;
        if (count < seen.size())
          ++seen[count];
      }
    INFO("mean " << mean);
    double average = sum / n, variance = squares / n - average * average;
    CHECK(std::fabs(average - mean) < 5 * std::sqrt(mean / n));
    CHECK(std::fabs(variance / mean - 1) < 5 * std::sqrt((2 + 1 / mean) / n));
    double term = std::exp(-mean);
    for (size_t k = 0; k < seen.size(); term *= mean / double(++k))
      CHECK(std::fabs(seen[k] - n * term) <= 5 * std::sqrt(n * term) + 1);
  }
}

TEST_CASE("neurons, steps, sources and seeds are independent of one another") {
  auto correlation = [](const Poisson &a, const Poisson &b, uint32_t shift, uint32_t neuron) {
    double sum = 0;
    constexpr uint32_t kSteps = 20000;
    for (uint32_t step = 0; step < kSteps; ++step)
      sum += (a.count(step, 0) - 1.0) * (b.count(step + shift, neuron) - 1.0);
    return sum / kSteps; // standard deviation 1 / sqrt(kSteps)
  };
  std::vector<double> one{1.0};
  Poisson source(7, 0, 128, one), other(7, 1, 128, one), reseeded(8, 0, 128, one);
  for (uint32_t neuron : {1u, 4u, 32u, 64u})
    CHECK(std::fabs(correlation(source, source, 0, neuron)) < 0.04);
  CHECK(std::fabs(correlation(source, source, 1, 0)) < 0.04);
  CHECK(std::fabs(correlation(source, other, 0, 0)) < 0.04);
  CHECK(std::fabs(correlation(source, reseeded, 0, 0)) < 0.04);
}

TEST_CASE("means that cannot be are refused") {
  for (double mean : {-1.0, 10001.0, std::nan("")})
    CHECK_THROWS_AS(PoissonTable(mean), std::invalid_argument);
}

TEST_CASE("counts in bytes are the same counts") {
  std::vector<double> mixed;
  for (int i = 0; i < 300; ++i)
    mixed.push_back(i % 7 * 0.6);
  for (const std::vector<double> &means : {std::vector<double>{1.28}, {0.0}, {40.0}, mixed}) {
    Poisson source(5, 3, 300, means);
    REQUIRE(source.most() <= 0xff);
    std::vector<uint8_t> bytes(384);
    for (uint32_t begin : {0u, 64u, 256u}) {
      source.counts(9, begin, 300, bytes.data());
      auto words = countsOf(source, 9, begin, 300);
      CHECK(std::equal(words.begin(), words.end(), bytes.begin()));
    }
  }
}
