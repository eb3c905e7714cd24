// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps of single devices: against the closed form, symmetric, composable, within their range.
#include "sim/device/PulseResponse.h"
#include "sim/device/Nonlinearity.h"
#include "tests/support/catch.h"

#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

using namespace spindle::device;

namespace {

double closedForm(double a, double pulses, double n) {
  double reach = 1.0 / (1.0 - std::exp(-1.0 / a));
  return std::min(1.0, reach * (1.0 - std::exp(-n / (a * pulses))));
}

} // namespace

TEST_CASE("integer pulses follow the closed form") {
  for (double label : {0.5, 2.0, 4.0, 6.0, -2.0})
    for (double pulses : {16.0, 64.0, 256.0}) {
      double a = curvatureOf(label);
      PulseCurve curve = PulseCurve::exponential(a, pulses);
      uint16_t g = 0;
      for (int n = 1; n <= int(pulses); ++n) {
        g = afterPulses(g, Pulse::Up, 1, curve);
        REQUIRE(std::abs(g / 65535.0 - closedForm(a, pulses, n)) < 2e-3);
      }
    }
}

TEST_CASE("linear devices take equal steps") {
  PulseCurve curve = PulseCurve::linear(64);
  REQUIRE(curve == PulseCurve::exponential(std::numeric_limits<double>::infinity(), 64));
  REQUIRE(curve.slope == 0);
  for (int32_t d : {0, 1000, 60000})
    REQUIRE(curve.step(d) == 1024);
  REQUIRE(afterPulses(0, Pulse::Up, 64, curve) == 65535);
  REQUIRE(afterPulses(65535, Pulse::Down, 64, curve) == 0);
}

TEST_CASE("a pulse down with the negative curvature retraces the pulse up") {
  double a = curvatureOf(1.75);
  PulseCurve up = PulseCurve::exponential(a, 32), down = PulseCurve::exponential(-a, 32);
  uint16_t g = 0;
  std::vector<uint16_t> path;
  for (int n = 0; n < 32; ++n) {
    path.push_back(g);
    g = afterPulses(g, Pulse::Up, 1, up);
  }
  for (int n = 31; n >= 0; --n) {
    g = afterPulses(g, Pulse::Down, 1, down);
    REQUIRE(std::abs(int(g) - int(path[size_t(n)])) < 64);
  }
}

TEST_CASE("several pulses at once are single pulses, up and down mirror each other") {
  std::mt19937 random(7);
  PulseTable table;
  for (size_t i = 0; i < PulseTable::kPoints; ++i)
    table.steps[i] = uint32_t(random() % (1u << 27));
  PulseResponse device{PulseCurve::exponential(0.3, 64), PulseCurve::exponential(0.3, 64), {}, {}};
  PulseResponse sampled = device;
  sampled.upTable = sampled.downTable = std::make_shared<PulseTable>(table);
  for (const PulseResponse &r : {device, sampled})
    for (int i = 0; i < 2000; ++i) {
      auto g = uint16_t(random());
      Pulse pulse = random() & 1 ? Pulse::Up : Pulse::Down;
      Pulse other = pulse == Pulse::Up ? Pulse::Down : Pulse::Up;
      uint32_t count = random() % 20;
      uint16_t single = g;
      for (uint32_t n = 0; n < count; ++n)
        single = afterPulses(single, pulse, 1, r);
      REQUIRE(afterPulses(g, pulse, count, r) == single);
      REQUIRE(afterPulses(uint16_t(65535 - g), other, count, r) == 65535 - single);
    }
}

TEST_CASE("tables interpolate, and reproduce a curve that they sample") {
  PulseCurve curve = PulseCurve::exponential(0.609, 64);
  std::array<double, PulseTable::kPoints> codes{};
  for (size_t i = 0; i < codes.size(); ++i)
    codes[i] = double(int64_t(curve.first) - int64_t(curve.slope) * int64_t(i * 256)) / 65536.0;
  PulseTable table = PulseTable::of(codes);
  for (int32_t d = 0; d <= 65535; d += 17)
    REQUIRE(std::abs(table.step(d) - curve.step(d)) <= 1);
  codes[3] = -1;
  REQUIRE_THROWS_AS(PulseTable::of(codes), std::invalid_argument);
}

TEST_CASE("impossible curves are refused, scaled ones saturate") {
  REQUIRE_THROWS_AS(PulseCurve::exponential(0, 64), std::invalid_argument);
  REQUIRE_THROWS_AS(PulseCurve::exponential(0.5, 0.5), std::invalid_argument);
  REQUIRE_THROWS_AS(PulseCurve::exponential(std::nan(""), 64), std::invalid_argument);
  REQUIRE_THROWS_AS(PulseCurve::linear(64).scaled(-1), std::invalid_argument);
  REQUIRE(PulseCurve::linear(64).scaled(2.0) == PulseCurve::linear(32));
  REQUIRE(PulseCurve::linear(1).scaled(16).first == 0xffffffffu);
  REQUIRE(afterPulses(0, Pulse::Up, 1, PulseCurve::linear(1).scaled(16)) == 65535);
}
