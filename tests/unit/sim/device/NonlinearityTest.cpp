// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The label's closed form against the curve itself, searched for its largest distance, and against
// values of NeuroSim's table.
#include "sim/device/Nonlinearity.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <stdexcept>

using namespace spindle::device;

namespace {

/// Largest |w(x) - x| over 0..1 by ternary search: the difference has one maximum.
double searchedDistance(double a) {
  auto distance = [a](double x) { return std::expm1(-x / a) / std::expm1(-1 / a) - x; };
  double low = 0, high = 1;
  for (int i = 0; i < 200; ++i) {
    double x1 = low + (high - low) / 3, x2 = high - (high - low) / 3;
    (distance(x1) < distance(x2) ? low : high) = distance(x1) < distance(x2) ? x1 : x2;
  }
  return distance(0.5 * (low + high));
}

} // namespace

TEST_CASE("900 labels: the curvature gives the curve with that distance") {
  for (int i = 1; i <= 900; ++i) {
    double label = i / 100.0;
    double a = curvatureOf(label);
    INFO(label);
    REQUIRE(kLabelPerDistance * searchedDistance(a) == Approx(label).epsilon(1e-4));
    REQUIRE(labelOf(a) == Approx(label).epsilon(1e-9));
    REQUIRE(curvatureOf(-label) == -a);
    REQUIRE(labelOf(-a) == -labelOf(a));
  }
}

TEST_CASE("labels of NeuroSim's table") {
  const double table[][2] = {{1, 1.251653}, {2, 0.609035},  {2.40, 0.4992}, {3, 0.386830},
                             {4, 0.269089}, {4.88, 0.2003}, {5, 0.192406},  {6, 0.135619},
                             {7, 0.090139}, {8, 0.052781},  {9, 0.022810}};
  for (auto &[label, a] : table) {
    INFO(label);
    CHECK(curvatureOf(label) == Approx(a).epsilon(1e-4));
  }
}

TEST_CASE("up and down curve at the same pulse are apart by what the label says") {
  auto gap = [](double label) {
    double a = curvatureOf(label), largest = 0;
    for (int i = 0; i <= 10000; ++i) {
      double x = i / 10000.0, up = std::expm1(-x / a) / std::expm1(-1 / a),
             down = 1 - std::expm1(-(1 - x) / a) / std::expm1(-1 / a);
      largest = std::max(largest, up - down);
    }
    return largest;
  };
  CHECK(gap(1) == Approx(0.1971).epsilon(1e-3));
  CHECK(gap(5) == Approx(0.8616).epsilon(1e-3));
}

TEST_CASE("the series for gentle curves joins the closed form") {
  double inside = 50 * (1 - 1e-12), outside = 50 * (1 + 1e-12);
  CHECK(curveDistance(inside) == Approx(curveDistance(outside)).epsilon(1e-9));
}

TEST_CASE("labels without a curve") {
  CHECK(std::isinf(curvatureOf(0)));
  CHECK(std::isinf(curvatureOf(1e-4)));
  CHECK(labelOf(std::numeric_limits<double>::infinity()) == 0);
  CHECK_THROWS_AS(curvatureOf(10.01), std::invalid_argument);
  CHECK_THROWS_AS(curvatureOf(std::nan("")), std::invalid_argument);
  CHECK_THROWS_AS(labelOf(0), std::invalid_argument);
}
