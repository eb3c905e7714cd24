// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/number/Current.h"

#include "tests/support/catch.h"

#include <cmath>

using namespace spindle::number;

TEST_CASE("a direct current flows from start to stop") {
  Current c{.kind = CurrentKind::Dc, .start = 3, .stop = 6, .amplitude = 0.5};
  for (uint64_t t = 0; t < 10; ++t)
    CHECK(c.at(t) == (t >= 3 && t < 6 ? 0.5 : 0.0));
}

TEST_CASE("a current in steps keeps each amplitude until the next") {
  Current c{.kind = CurrentKind::Step, .times = {2, 5, 6}, .amplitudes = {1.0, -2.0, 0.25}};
  const double expected[] = {0, 0, 1, 1, 1, -2, 0.25, 0.25};
  for (uint64_t t = 0; t < 8; ++t)
    CHECK(c.at(t) == expected[t]);
}

TEST_CASE("an alternating current turns about its offset") {
  Current c{.kind = CurrentKind::Ac,
            .start = 4,
            .amplitude = 2.0,
            .offset = 1.0,
            .frequency = 0.125,
            .phase = 0.25};
  CHECK(c.at(3) == 0.0);
  for (uint64_t t = 4; t < 40; ++t)
    CHECK(c.at(t) == Approx(1.0 + 2.0 * std::cos(2.0 * M_PI * double(t - 4) / 8.0)));
}

TEST_CASE("noise has its mean and deviation, and is kept for some steps") {
  Current c{.kind = CurrentKind::Noise, .amplitude = 0.5, .offset = 2.0, .hold = 4, .seed = 9};
  double sum = 0, squares = 0;
  constexpr int kValues = 20000;
  for (uint64_t k = 0; k < kValues; ++k) {
    double value = c.at(4 * k);
    REQUIRE(c.at(4 * k + 3) == value);
    sum += value, squares += value * value;
  }
  double mean = sum / kValues;
  CHECK(std::fabs(mean - 2.0) < 5 * 0.5 / std::sqrt(kValues));
  CHECK(std::sqrt(squares / kValues - mean * mean) == Approx(0.5).epsilon(0.03));
  Current other = c;
  other.object = 1;
  CHECK(other.at(0) != c.at(0));
  CHECK(c.at(0, 1) != c.at(0, 0));
  CHECK(c.at(3, 7) == c.at(0, 7));
  CHECK(c.at(0) != c.at(4));
}
