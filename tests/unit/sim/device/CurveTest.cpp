// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pulses one by one against the closed form, and each family against its own formula.
#include "sim/device/Curve.h"
#include "sim/device/Nonlinearity.h"
#include "tests/support/catch.h"

#include <cmath>
#include <stdexcept>

using namespace spindle::device;

namespace {

Curve exponential(double label, double pulses) {
  return {.family = Family::Exponential, .pulses = pulses, .label = label};
}

double oneByOne(const Response &response, double x, uint32_t n) {
  while (n--)
    x = response.after(x, 1);
  return x;
}

} // namespace

TEST_CASE("n single pulses equal the jump") {
  for (double label : {-6.0, -2.4, -0.5, 0.0, 0.04, 1.0, 2.4, 4.88, 9.0})
    for (double pulses : {2.0, 32.0, 97.0, 1000.0})
      for (double start : {0.0, 0.1, 0.77}) {
        Response response(exponential(label, pulses));
        for (uint32_t n : {1u, 2u, 7u, 31u, 64u, 200u}) {
          INFO(label << " " << pulses << " " << start << " " << n);
          REQUIRE(std::fabs(oneByOne(response, start, n) - response.after(start, n)) < 1e-12);
        }
      }
}

TEST_CASE("an exponential curve passes the points of its formula") {
  for (double label : {-4.0, 0.3, 5.0}) {
    double a = curvatureOf(label), pulses = 50;
    Response response(exponential(label, pulses));
    for (uint32_t n = 0; n <= 50; ++n)
      REQUIRE(response.after(0, n) ==
              Approx(std::expm1(-double(n) / (a * pulses)) / std::expm1(-1 / a)).margin(1e-12));
    CHECK(response.step(0) ==
          Approx(std::expm1(-1 / (a * pulses)) / std::expm1(-1 / a)).epsilon(1e-12));
    CHECK(response.pulsesBetween(0, response.after(0, 20)) == Approx(20).epsilon(1e-9));
  }
}

TEST_CASE("families take the steps that they say") {
  Curve c{.family = Family::Constant, .step = 0.1};
  CHECK(Response(c).step(0.5) == Approx(0.1));
  CHECK(Response(c, 0.5).step(0.5) == Approx(0.05));
  CHECK(Response(c).after(0.5, 3) == Approx(0.8));
  CHECK(Response(c).after(0.5, 30) == 1.0);
  c = {.family = Family::Linear, .step = 0.1, .slope = 0.5};
  CHECK(Response(c).step(0.4) == Approx(0.08));
  c = {.family = Family::SoftBounds, .step = 0.1};
  CHECK(Response(c).step(0.4) == Approx(0.06));
  CHECK(std::isinf(Response(c).pulsesBetween(0, 1)));
  c = {.family = Family::ExpStep, .step = 0.1, .amplitude = 0.2, .rate = 1.5};
  CHECK(Response(c).step(0.4) == Approx(0.1 * (1 - 0.2 * std::exp(0.6))));
  c.amplitude = 5;
  CHECK(Response(c).step(0.4) == 0.0);
  CHECK(Response(c).after(0.4, 1000) == 0.4);
  c = {.family = Family::PowStep, .step = 0.1, .exponent = 2};
  CHECK(Response(c).step(0.4) == Approx(0.036));
  CHECK(Response(c).pulsesBetween(0.4, 0.4 + 0.036 + 0.1 * std::pow(0.564, 2)) ==
        Approx(2).epsilon(1e-9));
  c = {.family = Family::Piecewise};
  c.table = std::make_shared<std::vector<double>>(std::vector<double>{0.1, 0.3, 0.2});
  CHECK(Response(c).step(0) == Approx(0.1));
  CHECK(Response(c).step(0.25) == Approx(0.2));
  CHECK(Response(c).step(0.75) == Approx(0.25));
  CHECK(Response(c).step(1) == Approx(0.2));
}

TEST_CASE("a retracing down curve goes back over the points of the up curve") {
  // In the down direction's own x the curve has the opposite label.
  Response up(exponential(1.75, 32)), down(exponential(-1.75, 32));
  for (uint32_t n = 1; n <= 32; ++n)
    CHECK(1 - down.after(1 - up.after(0, n), 1) == Approx(up.after(0, n - 1)).margin(1e-12));
}

TEST_CASE("steps never turn round and no pulses move nothing") {
  Curve c{.family = Family::SoftBounds, .step = 0.8};
  CHECK(Response(c, 10).after(0.3, 1) == Approx(1.0));
  CHECK(Response(c, 10).after(0.3, 0) == 0.3);
  CHECK(Response(c, 0).after(0.3, 5) == 0.3);
  CHECK(std::isinf(Response(c, 0).pulsesBetween(0.3, 0.5)));
}

TEST_CASE("curves with impossible numbers are refused") {
  auto refuse = [](Curve c) { CHECK_THROWS_AS(Response(c), std::invalid_argument); };
  refuse({.family = Family::Constant, .step = 0});
  refuse({.family = Family::Constant, .step = 1.5});
  refuse({.family = Family::Linear, .step = 0.1, .slope = 1.5});
  refuse({.family = Family::Exponential, .pulses = 0.5});
  refuse({.family = Family::Exponential, .label = 11});
  refuse({.family = Family::ExpStep, .rate = 1e9});
  refuse({.family = Family::PowStep, .exponent = -1});
  refuse({.family = Family::Piecewise});
  Curve c{.family = Family::Piecewise};
  c.table = std::make_shared<std::vector<double>>(std::vector<double>{0.1, -0.1});
  refuse(c);
  CHECK_THROWS_AS(Response(Curve{}, -1), std::invalid_argument);
}
