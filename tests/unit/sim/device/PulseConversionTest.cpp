// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The integer device against the float64 device that it was made from, within the stated bound.
#include "sim/device/PulseConversion.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>
#include <cstdlib>

using namespace spindle::device;

namespace {

/// Largest difference in codes after 1..n pulses from a code, as a multiple of the bound.
double excess(const Response &real, const PulseResponse &integer, Pulse pulse, uint16_t start,
              uint32_t n, double perPulse) {
  double worst = 0, bound = 0, x = double(travel(pulse, start)) / kFullScale;
  double growth = real.straight() ? 1 + std::max(0.0, -real.k()) : 1;
  uint16_t g = start;
  for (uint32_t i = 1; i <= n; ++i) {
    g = afterPulses(g, pulse, 1, integer);
    x = real.after(x, 1);
    bound = bound * growth + perPulse;
    worst = std::max(worst, std::fabs(travel(pulse, g) - x * kFullScale) / bound);
  }
  return worst;
}

void checkAll(const Device &device, double perPulse) {
  for (uint32_t i = 0; i < 8; ++i) {
    Synapse s(device, {5, 0, 0, i}, {1, 8});
    if (s.drawn().stuck)
      continue;
    PulseResponse integer = pulseResponse(s.drawn());
    for (uint16_t start : {0, 1000, 32768, 60000}) {
      INFO(device.name << " device " << i << " from " << start);
      CHECK(excess(s.drawn().up, integer, Pulse::Up, start, 200, perPulse) <= 1);
      if (s.drawn().bidirectional)
        CHECK(excess(s.drawn().down, integer, Pulse::Down, start, 200, perPulse) <= 1);
    }
  }
}

} // namespace

TEST_CASE("straight presets: one code a pulse at most") {
  for (const Device &device : presets()) {
    Device d = device;
    d.variations.push_back({.parameter = Parameter::Step, .sigma = 0.2});
    if (Response(d.up).straight())
      checkAll(d, 1.0001);
  }
}

TEST_CASE("tables: half a code, what lines leave out, and the spread of errors") {
  Device d;
  d.name = "pow-step";
  d.up = {.family = Family::PowStep, .step = 0.02, .exponent = 1.7};
  d.down = Curve{.family = Family::ExpStep, .step = 0.02, .amplitude = 0.1, .rate = 2};
  checkAll(d, 1);
  d.name = "piecewise";
  d.up = {.family = Family::Piecewise};
  d.up.table = std::make_shared<std::vector<double>>(std::vector<double>{0.03, 0.02, 0.012, 0.001});
  checkAll(d, 1);
}

TEST_CASE("stuck devices and devices of one direction have steps of 0") {
  Device d;
  d.stuck.on = 1;
  Synapse stuck(d, {});
  PulseResponse none = pulseResponse(stuck.drawn());
  CHECK(afterPulses(1000, Pulse::Up, 50, none) == 1000);
  CHECK(codeOf(stuck.state()) == 65535);
  d.stuck = {};
  PulseResponse one = pulseResponse(Synapse(d, {}).drawn());
  CHECK(afterPulses(1000, Pulse::Up, 1, one) == 1000 + 1024);
  CHECK(afterPulses(1000, Pulse::Down, 50, one) == 1000);
}

TEST_CASE("states and codes") {
  CHECK(codeOf(0) == 0);
  CHECK(codeOf(1) == 65535);
  CHECK(codeOf(-3) == 0);
  CHECK(codeOf(7) == 65535);
  for (uint32_t code = 0; code < 65536; code += 13)
    CHECK(codeOf(stateOf(uint16_t(code))) == code);
}

TEST_CASE("mirrored curves stay mirrored in integers") {
  Device d;
  d.up = {.family = Family::Exponential, .pulses = 64, .label = 2};
  d.down = d.up;
  PulseResponse r = pulseResponse(Synapse(d, {}).drawn());
  CHECK(r.up == r.down);
}
