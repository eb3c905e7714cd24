// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An array that learns, each of its devices against the float64 device of the same place.
#include "sim/device/ArrayDevices.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>
#include <stdexcept>

using namespace spindle::device;

namespace {

constexpr size_t kRows = 6, kColumns = 5;
constexpr uint64_t kSeed = 42;
constexpr uint32_t kTile = 9;

PairArray arrayOf(const Device &device, UpdateMethod method) {
  PairArraySettings settings;
  settings.rows = kRows;
  settings.columns = kColumns;
  settings.method = method;
  setDevice(settings, device);
  PairArray array(settings);
  array.setCurves(drawnCurves(device, kSeed, kTile, kRows, kColumns));
  InitialCodes codes = initialCodes(device, kSeed, kTile, kRows, kColumns);
  array.programDevices(codes.first, codes.second);
  return array;
}

Synapse aloneAt(const Device &device, size_t row, size_t column, bool second) {
  return Synapse(device, {kSeed, kTile, uint32_t(row), uint32_t(2 * column + second)},
                 {uint32_t(kRows), uint32_t(2 * kColumns)});
}

} // namespace

TEST_CASE("devices of an array follow the float64 devices of their places") {
  for (const char *name : {"ag-asi", "epiram", "reram-sb", "capacitor"}) {
    Device device = *presetNamed(name);
    device.cycle.sigma = 0;
    device.initial = 0.25;
    device.stuck.on = 0.1;
    device.variations.push_back({.parameter = Parameter::StepUp,
                                 .sigma = 0.2,
                                 .low = -3,
                                 .high = 3,
                                 .gradientRows = 0.1,
                                 .correlationLength = 3,
                                 .correlatedShare = 0.5});
    PairArray array = arrayOf(device, UpdateMethod::Both);
    INFO(name);
    for (uint64_t number = 0; number < 40; ++number)
      for (size_t r = 0; r < kRows; ++r)
        for (size_t c = 0; c < kColumns; ++c)
          array.pulse(r, c, 1, number);
    for (size_t r = 0; r < kRows; ++r)
      for (size_t c = 0; c < kColumns; ++c) {
        // 40 pulses: G+ up, G- down; within one code a pulse.
        Synapse plus = aloneAt(device, r, c, false), minus = aloneAt(device, r, c, true);
        plus.pulse(40);
        minus.pulse(-40);
        CHECK(std::fabs(array.first(r, c) - plus.state() * kFullScale) <= 41);
        CHECK(std::fabs(array.second(r, c) - minus.state() * kFullScale) <= 41);
      }
  }
}

TEST_CASE("the draws of an array do not depend on the order of the questions") {
  Device device = *presetNamed("gokmen-vlasov");
  auto forward = drawnCurves(device, 1, 2, 4, 4), backward = drawnCurves(device, 1, 2, 4, 4);
  std::vector<PulseCurve> a, b;
  for (size_t i = 0; i < 64; ++i)
    a.push_back(forward(i / 16, i / 4 % 4, i / 2 % 2, i % 2 ? Pulse::Up : Pulse::Down));
  for (size_t i = 64; i-- > 0;)
    b.insert(b.begin(), backward(i / 16, i / 4 % 4, i / 2 % 2, i % 2 ? Pulse::Up : Pulse::Down));
  CHECK(a == b);
  CHECK(a[0] != a[2]);
}

TEST_CASE("noise of a write becomes the array's") {
  PairArraySettings settings;
  setDevice(settings, *presetNamed("ag-asi"));
  CHECK(settings.cycleNoise == 0.035);
  setDevice(settings, *presetNamed("gokmen-vlasov"));
  CHECK(settings.cycleNoise == Approx(0.3 * 0.0008).epsilon(1e-3));
  setDevice(settings, *presetNamed("reram-es"));
  CHECK(settings.device.upTable);
}

TEST_CASE("what an array cannot hold is refused") {
  CHECK_THROWS_AS(drawnCurves(*presetNamed("reram-es"), 1, 0, 2, 2), std::invalid_argument);
  Device device;
  device.initial = 2;
  CHECK_THROWS_AS(drawnCurves(device, 1, 0, 2, 2), std::invalid_argument);
  PairArraySettings settings;
  CHECK_THROWS_AS(setDevice(settings, device), std::invalid_argument);
}
