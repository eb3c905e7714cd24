// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One device: pulses, the symmetry point, one direction only, faults, verify, loss and wear.
#include "sim/device/Synapse.h"
#include "sim/device/Nonlinearity.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <cmath>
#include <stdexcept>

using namespace spindle::device;

namespace {

Device exponential(double labelUp, double labelDown, double pulses) {
  Device d;
  d.up = {.family = Family::Exponential, .pulses = pulses, .label = labelUp};
  d.down = Curve{.family = Family::Exponential, .pulses = pulses, .label = downLabel(labelDown)};
  return d;
}

double mean(const std::vector<double> &values) {
  double sum = 0;
  for (double v : values)
    sum += v;
  return sum / double(values.size());
}

double deviationOf(const std::vector<double> &values) {
  double m = mean(values), sum = 0;
  for (double v : values)
    sum += (v - m) * (v - m);
  return std::sqrt(sum / double(values.size() - 1));
}

} // namespace

TEST_CASE("pulses up alone never see the down curve") {
  Device a = exponential(2.4, -4.88, 97), b = a, c = a;
  b.down = exponential(0, 1.46, 33).down;
  for (Device *d : {&a, &b, &c}) {
    d->cycle = {CycleMeaning::OfRange, 0.03};
    d->variations = {{.parameter = Parameter::StepUp, .sigma = 0.2}};
  }
  c.down.reset();
  Place place{11, 2, 3, 4};
  Synapse x(a, place), y(b, place), z(c, place);
  for (int i = 0; i < 500; ++i) {
    for (Synapse *s : {&x, &y, &z})
      i % 50 == 49 ? s->erase() : s->pulse(1 + i % 3);
    REQUIRE(x.state() == y.state());
    REQUIRE(x.state() == z.state());
  }
}

TEST_CASE(
    "a pair driven up only: the order of pulses is irrelevant, the weight is in closed form") {
  double pulses = 64, a = curvatureOf(4), b = 1 / -std::expm1(-1 / a);
  Device d = exponential(4, -4, pulses);
  d.down.reset();
  for (auto [up, down] : {std::pair<int, int>{10, 3}, {1, 40}, {64, 64}}) {
    double weight[2];
    for (int order = 0; order < 2; ++order) {
      Synapse plus(d, {}), minus(d, {});
      for (int i = 0; i < up + down; ++i) {
        bool toPlus = order == 0 ? i < up : i >= down;
        (toPlus ? plus : minus).pulse(1);
      }
      weight[order] = plus.state() - minus.state();
    }
    CHECK(weight[0] == weight[1]);
    double expected = b * (std::exp(-down / (a * pulses)) - std::exp(-up / (a * pulses)));
    CHECK(std::fabs(weight[0] - expected) < 1e-12);
  }
}

TEST_CASE("alternating pulses end at the symmetry point") {
  for (double labelUp : {0.5, 2.0, 4.0})
    for (double labelDown : {-1.0, -4.88}) {
      Device d = exponential(labelUp, labelDown, 2000);
      Synapse s(d, {});
      Response up = s.drawn().up, down = s.drawn().down;
      for (int i = 0; i < 200000; ++i)
        s.pulse(i % 2 ? -1 : 1);
      double low = s.state();
      s.pulse(1);
      double middle = 0.5 * (low + s.state());
      // a = k B for each direction.
      double point = (up.a() - down.a() + down.k()) / (up.k() + down.k());
      INFO(labelUp << " " << labelDown);
      CHECK(middle == Approx(point).margin(2 * (up.k() + down.k())));
    }
}

TEST_CASE("a device alone repeats what it did elsewhere") {
  Device d = *presetNamed("reram-om");
  d.readNoise = 0.05;
  Place place{99, 7, 12, 200};
  Extent extent{64, 256};
  Synapse s(d, place, extent), again(d, place, extent), other(d, {99, 7, 200, 12}, extent);
  CHECK(s.drawn().up.k() != other.drawn().up.k());
  for (int i = 0; i < 50; ++i) {
    s.pulse(i % 5 - 2);
    again.pulse(i % 5 - 2);
    CHECK(s.read() == again.read());
  }
}

TEST_CASE("noise of a write has the width that its meaning says") {
  Device d;
  d.up = d.down.emplace(Curve{.family = Family::Constant, .step = 0.01});
  d.initial = 0.5;
  for (CycleMeaning meaning : {CycleMeaning::OfRange, CycleMeaning::OfStep})
    for (int n : {1, 9}) {
      d.cycle = {meaning, meaning == CycleMeaning::OfRange ? 0.02 : 0.5};
      std::vector<double> moved;
      for (uint32_t i = 0; i < 4000; ++i) {
        Synapse s(d, {1, 0, i / 64, i % 64});
        s.pulse(n);
        moved.push_back(s.state() - 0.5);
      }
      double expected = (meaning == CycleMeaning::OfRange ? 0.02 : 0.5 * 0.01) * std::sqrt(n);
      CHECK(mean(moved) == Approx(0.01 * n).margin(4 * expected / 63));
      CHECK(deviationOf(moved) == Approx(expected).epsilon(0.05));
    }
}

TEST_CASE("one direction only") {
  Device d = exponential(1, -1, 20);
  d.down.reset();
  d.erase = {0.1, 0.05, 0};
  Synapse s(d, {});
  s.pulse(20);
  CHECK(s.state() == Approx(1));
  CHECK_THROWS_AS(s.pulse(-1), std::logic_error);
  s.erase();
  CHECK(s.state() == Approx(0.1).margin(0.03));
}

TEST_CASE("stuck devices have the stated shares and never move") {
  Device d = exponential(1, -1, 20);
  d.initial = 0.3;
  d.stuck = {0.05, 0.1, 0.2};
  int off = 0, on = 0, random = 0;
  for (uint32_t i = 0; i < 10000; ++i) {
    Synapse s(d, {5, 1, i / 100, i % 100});
    double before = s.state();
    s.pulse(5);
    s.program(0.7);
    s.erase();
    if (!s.drawn().stuck) {
      CHECK(s.state() != before);
      continue;
    }
    REQUIRE(s.state() == before);
    (before == 0 ? off : before == 1 ? on : random) += 1;
  }
  CHECK(off == Approx(500).margin(90));
  CHECK(on == Approx(1000).margin(120));
  CHECK(random == Approx(2000).margin(160));
}

TEST_CASE("write with verify reaches its tolerance") {
  for (const char *name : {"ag-asi", "epiram", "taox-hfox"}) {
    Device d = *presetNamed(name);
    d.cycle.sigma = 0.005;
    d.writeVerify = {200, 0.02};
    int reached = 0;
    for (uint32_t i = 0; i < 200; ++i) {
      Synapse s(d, {1, 0, 0, i});
      double target = (i + 0.5) / 200;
      Written w = s.writeVerify(target);
      reached += w.reached;
      if (w.reached)
        CHECK(std::fabs(s.state() - target) <= 0.02 + 1e-12);
      CHECK(w.reads <= 200);
    }
    INFO(name);
    CHECK(reached > 190);
  }
}

TEST_CASE("write with verify erases what overshot where there are no pulses down") {
  Device d = *presetNamed("pcm-unidirectional");
  d.writeVerify = {50, 0.05};
  Synapse s(d, {3, 0, 0, 0});
  s.pulse(40);
  Written w = s.writeVerify(0.2);
  CHECK(w.erases >= 1);
  CHECK(w.reads <= 50);
}

TEST_CASE("phase change drifts as fitted") {
  Device d = *presetNamed("pcm-unidirectional");
  d.variations.clear();
  d.cycle.sigma = 0;
  d.retention.programmingError = false;
  for (auto [ratio, slope] : {std::pair<double, double>{1, -0.049}, {0.05, -0.0708}}) {
    std::vector<double> slopes;
    for (uint32_t i = 0; i < 20000; ++i) {
      Synapse s(d, {1, 0, i / 256, i % 256});
      s.program(ratio);
      double g1 = s.conductanceAfter(1e3), g2 = s.conductanceAfter(1e6);
      slopes.push_back(std::log(g2 / g1) / std::log(1e3));
    }
    CHECK(mean(slopes) == Approx(slope).margin(1e-3));
  }
}

TEST_CASE("programming error of phase change has its polynomial's width") {
  Device d = *presetNamed("pcm-unidirectional");
  d.variations.clear();
  std::vector<double> micro;
  for (uint32_t i = 0; i < 8000; ++i) {
    Synapse s(d, {1, 0, i / 256, i % 256});
    s.program(0.5);
    micro.push_back(s.conductance() * 1e6);
  }
  CHECK(mean(micro) == Approx(12.5).margin(0.05));
  CHECK(deviationOf(micro) == Approx(0.26348 + 1.9650 * 0.5 - 1.1731 * 0.25).epsilon(0.04));
}

TEST_CASE("power-law and linear loss") {
  Device d = exponential(1, -1, 20);
  d.minimum = 0;
  d.initial = 0.8;
  d.retention = {.law = LossLaw::Power, .exponent = 0.1, .start = 1};
  Synapse power(d, {});
  CHECK(power.conductanceAfter(0.5) == power.conductance());
  CHECK(power.conductanceAfter(100) ==
        Approx(power.conductance() * std::pow(100, -0.1)).epsilon(1e-12));
  power.age(100);
  CHECK(power.state() == Approx(0.8 * std::pow(100, -0.1)));
  d.retention = {.law = LossLaw::Linear, .rate = 0.01, .target = 0.5};
  Synapse linear(d, {});
  linear.age(10);
  CHECK(linear.state() == Approx(0.7));
  linear.age(1e6);
  CHECK(linear.state() == Approx(0.5));
}

TEST_CASE("wear closes the window, then the device ends") {
  Device d;
  d.up = d.down.emplace(Curve{.family = Family::Constant, .step = 0.1});
  d.endurance = {.threshold = 100, .exponent = 0.5, .lifetime = 1000, .end = EndOfLife::Off};
  Synapse s(d, {});
  s.pulse(100);
  CHECK(s.state() == Approx(1));
  s.pulse(300);
  CHECK(s.wear() == 400);
  CHECK(s.state() == Approx(0.5));
  CHECK(!s.dead());
  s.pulse(600);
  CHECK(s.dead());
  CHECK(s.state() == 0);
  s.pulse(5);
  s.program(0.5);
  s.erase();
  CHECK(s.state() == 0);
  d.endurance.end = EndOfLife::Last;
  Synapse last(d, {});
  last.pulse(999);
  double before = last.state();
  last.pulse(-3);
  CHECK(last.state() < before);
  before = last.state();
  last.pulse(-3);
  CHECK(last.state() == before);
}

TEST_CASE("descriptions with impossible numbers are refused") {
  auto refuse = [](auto change) {
    Device d;
    change(d);
    CHECK_THROWS_AS(Synapse(d, {}), std::invalid_argument);
  };
  refuse([](Device &d) { d.minimum = d.maximum; });
  refuse([](Device &d) { d.initial = 2; });
  refuse([](Device &d) { d.levels = 1; });
  refuse([](Device &d) { d.up.step = 0; });
  refuse([](Device &d) { d.down = Curve{.step = 2}; });
  refuse([](Device &d) { d.cycle.sigma = -1; });
  refuse([](Device &d) { d.readNoise = NAN; });
  refuse([](Device &d) { d.erase.level = 2; });
  refuse([](Device &d) { d.stuck = {0.5, 0.6, 0}; });
  refuse([](Device &d) { d.variations = {{.sigma = -1}}; });
  refuse([](Device &d) { d.retention.start = 0; });
  refuse([](Device &d) { d.retention.rate = -1; });
  refuse([](Device &d) { d.endurance.threshold = -1; });
  refuse([](Device &d) { d.writeVerify.iterations = 0; });
  refuse([](Device &d) { d.upPulse.width = -1; });
  refuse([](Device &d) { d.readVoltage = 1e9; });
}

TEST_CASE("every preset is whole") {
  CHECK(presets().size() == 18);
  for (const Device &d : presets()) {
    INFO(d.name);
    CHECK(d.problem().empty());
    CHECK(!d.source.empty());
    CHECK(presetNamed(d.name) == &d);
    Device quiet = d;
    quiet.cycle.sigma = 0;
    Synapse s(quiet, {1, 2, 3, 4});
    double before = s.state();
    s.pulse(3);
    CHECK((s.drawn().stuck || s.state() != before));
  }
  CHECK(presetNamed("none") == nullptr);
  const Device *agasi = presetNamed("ag-asi");
  CHECK(agasi->maximum == Approx(38.462e-9).epsilon(1e-4));
  CHECK(agasi->minimum == Approx(3.0769e-9).epsilon(1e-4));
  CHECK(agasi->levelCount() == 98);
  CHECK(presetNamed("ideal")->levelCount() == 64);
}
