// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fits of curves that were made from known models, with and without noise.
#include "sim/device/Fit.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>
#include <random>

using namespace spindle::device;

namespace {

MeasuredCurves made(const Device &device, double noise, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> draw(0, noise * (device.maximum - device.minimum));
  MeasuredCurves m;
  for (bool up : {true, false}) {
    if (!up && !device.down)
      continue;
    CurvePoints &points = up ? m.up : m.down;
    double last = up ? device.up.pulses : device.down->pulses;
    for (double n = 0; n <= last; ++n)
      points.pulses.push_back(n);
    points.siemens = modelled(device, up, points.pulses);
    if (noise > 0)
      for (double &g : points.siemens)
        g = std::max(0.0, g + draw(random));
  }
  return m;
}

} // namespace

TEST_CASE("an exponential fit finds the labels and the range") {
  for (const char *name : {"ag-asi", "hzo-fefet", "gst-pcm", "taox-hfox"}) {
    const Device &device = *presetNamed(name);
    Fit fit = fitExponential(made(device, 0, 1), "m.csv");
    INFO(name);
    CHECK(fit.device.up.label == Approx(device.up.label).margin(1e-3));
    CHECK(fit.device.down->label == Approx(device.down->label).margin(1e-3));
    CHECK(fit.device.minimum == Approx(device.minimum).epsilon(1e-4));
    CHECK(fit.device.maximum == Approx(device.maximum).epsilon(1e-4));
    CHECK(fit.up->rms < 1e-4 * device.maximum);
    CHECK(fit.up->rSquared > 0.999999);
    CHECK(fit.device.problem().empty());
  }
}

TEST_CASE("noise moves a fit by little and shows in its quality") {
  const Device &device = *presetNamed("ag-asi");
  for (uint32_t seed = 1; seed <= 5; ++seed) {
    Fit fit = fitExponential(made(device, 0.02, seed), "m.csv");
    double range = device.maximum - device.minimum;
    CHECK(fit.device.up.label == Approx(2.4).margin(0.3));
    CHECK(fit.device.down->label == Approx(4.88).margin(0.3));
    CHECK(fit.up->rms == Approx(0.02 * range).epsilon(0.25));
    CHECK(fit.up->largest < 0.08 * range);
    CHECK((fit.up->rSquared > 0.98 && fit.up->rSquared < 1));
    CHECK(fit.up->points == 98);
    CHECK(fit.down->points == 101);
  }
}

TEST_CASE("one direction gives a device of one direction") {
  Device device = *presetNamed("epiram");
  device.down.reset();
  Fit fit = fitExponential(made(device, 0, 1), "m.csv");
  CHECK(!fit.device.down);
  CHECK(!fit.down);
  CHECK(fit.device.up.label == Approx(0.5).margin(1e-3));
}

TEST_CASE("a piecewise fit follows a curve that no label describes") {
  Device device;
  device.up = {
      .family = Family::ExpStep, .step = 0.02, .pulses = 120, .amplitude = 0.01, .rate = 4};
  device.down = Curve{.family = Family::PowStep, .step = 0.04, .pulses = 150, .exponent = 0.8};
  MeasuredCurves m = made(device, 0, 1);
  Fit piecewise = fitPiecewise(m, "m.csv"), exponential = fitExponential(m, "m.csv");
  double range = device.maximum - device.minimum;
  CHECK(piecewise.up->rms < 2e-3 * range);
  CHECK(piecewise.down->rms < 0.01 * range);
  CHECK(piecewise.up->rms < exponential.up->rms);
  MeasuredCurves noisy = made(device, 0.005, 3);
  CHECK(fitPiecewise(noisy, "m.csv").up->rms < 0.03 * range);
}

TEST_CASE("a piecewise fit of a straight line has one step everywhere") {
  MeasuredCurves m;
  for (int n = 0; n <= 40; ++n) {
    m.up.pulses.push_back(n);
    m.up.siemens.push_back(1e-6 + n * 1e-7);
  }
  Fit fit = fitPiecewise(m, "m.csv", 9);
  for (double step : *fit.device.up.table)
    CHECK(step == Approx(1.0 / 40));
  CHECK(fit.up->largest < 1e-12);
}

TEST_CASE("curves that run the wrong way are refused") {
  MeasuredCurves m;
  m.down = {{0, 1, 2}, {3, 2, 1}};
  CHECK_THROWS_AS(fitExponential(m, "m.csv"), DeviceFileError);
  CHECK_THROWS_AS(fitPiecewise(m, "m.csv"), DeviceFileError);
  m.up = {{0, 1, 2}, {3, 2, 1}};
  CHECK_THROWS_AS(fitExponential(m, "m.csv"), DeviceFileError);
  CHECK_THROWS_AS(fitPiecewise(m, "m.csv"), DeviceFileError);
  m.up = {{0, 1, 2}, {1, 2, 3}};
  m.down = {{0, 1, 2}, {1, 2, 3}};
  CHECK_THROWS_AS(fitExponential(m, "m.csv"), DeviceFileError);
  CHECK_THROWS_AS(fitPiecewise(m, "m.csv"), DeviceFileError);
  m.down = {};
  CHECK_THROWS_AS(fitPiecewise(m, "m.csv", 1), std::invalid_argument);
}

TEST_CASE("hostile but legal measurements are fitted or refused, never worse") {
  for (MeasuredCurves m : {MeasuredCurves{{{0, 1, 2}, {0, 1000, 1e-300}}, {}},
                           MeasuredCurves{{{0, 1, 1e7}, {0, 0, 1e-12}}, {{0, 1, 2}, {1, 1, 0}}},
                           MeasuredCurves{{{0, 5e6, 1e7}, {1, 0, 2}}, {}}})
    for (auto *fit : {+[](const MeasuredCurves &c) { return fitExponential(c, "m"); },
                      +[](const MeasuredCurves &c) { return fitPiecewise(c, "m"); }})
      try {
        Device d = fit(m).device;
        CHECK(d.problem().empty());
      } catch (const DeviceFileError &) {
      }
}
