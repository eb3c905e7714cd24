// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Spread between devices: moments, cut, correlation with neighbours, gradients, and what a draw
// depends on.
#include "sim/device/Variation.h"
#include "sim/device/Synapse.h"
#include "tests/support/catch.h"

#include <cmath>
#include <vector>

using namespace spindle::device;

namespace {

struct Moments {
  double mean = 0, deviation = 0;
};

template <typename F> Moments momentsOf(F value, uint32_t n = 20000) {
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < n; ++i) {
    double v = value(Place{7, 1, i / 256, i % 256});
    sum += v;
    squares += v * v;
  }
  double mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean)};
}

} // namespace

TEST_CASE("relative, absolute and log-normal spreads") {
  Extent extent{256, 256};
  Variation v{.parameter = Parameter::Step, .sigma = 0.2};
  Moments m = momentsOf([&](Place p) { return varied(3, v, deviation(v, p, extent)); });
  CHECK(m.mean == Approx(3).margin(0.02));
  CHECK(m.deviation == Approx(0.6).epsilon(0.03));
  v.parameter = Parameter::LabelUp;
  m = momentsOf([&](Place p) { return varied(3, v, deviation(v, p, extent)); });
  CHECK(m.deviation == Approx(0.2).epsilon(0.03));
  v = {.parameter = Parameter::Maximum, .law = Spread::LogNormal, .sigma = 0.5};
  m = momentsOf([&](Place p) { return std::log(varied(3, v, deviation(v, p, extent))); });
  CHECK(m.mean == Approx(std::log(3)).margin(0.015));
  CHECK(m.deviation == Approx(0.5).epsilon(0.03));
}

TEST_CASE("a cut distribution stays inside without heaps at the ends") {
  Variation v{.parameter = Parameter::Step, .sigma = 1, .low = -1, .high = 2};
  int ends = 0;
  Moments m = momentsOf([&](Place p) {
    double z = deviate(v, p);
    CHECK((z >= -1 && z <= 2));
    ends += z == -1 || z == 2;
    return z;
  });
  CHECK(ends == 0);
  // Mean of a normal cut to [-1, 2]: (phi(-1) - phi(2)) / (F(2) - F(-1)).
  CHECK(m.mean == Approx(0.2297).margin(0.02));
}

TEST_CASE("neighbours share their field, distant devices do not") {
  double length = 8;
  for (uint32_t distance : {1u, 4u, 8u, 24u}) {
    double product = 0, square = 0;
    uint32_t n = 4000;
    for (uint32_t tile = 0; tile < n; ++tile) {
      CorrelatedField field(3, tile, Parameter::Step, length);
      double a = field.at(20, 20);
      double b = field.at(20, 20 + distance);
      product += a * b;
      square += 0.5 * (a * a + b * b);
    }
    INFO(distance);
    CHECK(square / n == Approx(1).margin(0.08));
    CHECK(product / n == Approx(std::exp(-double(distance) / length)).margin(0.08));
  }
}

TEST_CASE("a share of the variance is correlated") {
  Variation v{.sigma = 1, .correlationLength = 20, .correlatedShare = 0.5};
  double product = 0, square = 0;
  uint32_t n = 4000;
  for (uint32_t tile = 0; tile < n; ++tile) {
    double a = deviate(v, {3, tile, 5, 5}), b = deviate(v, {3, tile, 6, 5});
    product += a * b;
    square += 0.5 * (a * a + b * b);
  }
  CHECK(square / n == Approx(1).margin(0.08));
  CHECK(product / n == Approx(0.5 * std::exp(-0.05)).margin(0.08));
}

TEST_CASE("gradients are planes over the array") {
  Variation v{.parameter = Parameter::Maximum, .gradientRows = 0.2, .gradientColumns = -0.1};
  Extent extent{11, 21};
  CHECK(varied(1, v, deviation(v, {0, 0, 0, 10}, extent)) == Approx(0.9));
  CHECK(varied(1, v, deviation(v, {0, 0, 10, 10}, extent)) == Approx(1.1));
  CHECK(varied(1, v, deviation(v, {0, 0, 5, 20}, extent)) == Approx(0.95));
  CHECK(varied(1, v, deviation(v, {0, 0, 0, 0}, Extent{1, 1})) == 1);
}

TEST_CASE("every parameter changes its own part of a device") {
  Device d;
  d.up = {.family = Family::Exponential, .pulses = 30, .label = 2};
  d.down = Curve{.family = Family::Exponential, .pulses = 30, .label = 3};
  d.initial = 0.5;
  d.cycle.sigma = 0.1;
  d.readNoise = 0.1;
  auto drawn = [&](Parameter parameter) {
    d.variations = {{.parameter = parameter, .sigma = 0.1}};
    return draw(d, {1, 0, 2, 3}, {8, 8});
  };
  d.variations.clear();
  Drawn plain = draw(d, {1, 0, 2, 3}, {8, 8});
  Drawn step = drawn(Parameter::Step);
  CHECK(step.up.a() / plain.up.a() == Approx(step.down.a() / plain.down.a()));
  CHECK(step.up.a() != plain.up.a());
  CHECK(drawn(Parameter::StepUp).down.a() == plain.down.a());
  CHECK(drawn(Parameter::StepDown).up.a() == plain.up.a());
  Drawn asymmetry = drawn(Parameter::Asymmetry);
  CHECK(asymmetry.up.a() / plain.up.a() + asymmetry.down.a() / plain.down.a() == Approx(2));
  CHECK(drawn(Parameter::LabelUp).up.k() != plain.up.k());
  CHECK(drawn(Parameter::LabelUp).down.k() == plain.down.k());
  CHECK(drawn(Parameter::LabelDown).down.k() != plain.down.k());
  CHECK(drawn(Parameter::Label).up.k() != plain.up.k());
  CHECK(drawn(Parameter::Minimum).minimum != plain.minimum);
  CHECK(drawn(Parameter::Maximum).maximum != plain.maximum);
  CHECK(drawn(Parameter::Initial).initial != plain.initial);
  CHECK(drawn(Parameter::Cycle).cycleSigma != plain.cycleSigma);
  CHECK(drawn(Parameter::Read).readNoise != plain.readNoise);
  CHECK(drawn(Parameter::Retention).retentionScale != 1);
  CHECK(drawn(Parameter::Lifetime).lifetimeScale != 1);
  d.up = {.family = Family::Linear, .step = 0.1, .slope = 0.2};
  d.down = Curve{.family = Family::PowStep, .step = 0.1, .exponent = 2};
  d.variations.clear();
  plain = draw(d, {1, 0, 2, 3}, {8, 8});
  CHECK(drawn(Parameter::Slope).up.k() != plain.up.k());
  CHECK(drawn(Parameter::Exponent).down.step(0.5) != plain.down.step(0.5));
}

TEST_CASE("names of parameters lead back to them") {
  for (size_t i = 0; i < kParameters; ++i)
    CHECK(parameterNamed(nameOf(Parameter(i))) == Parameter(i));
  CHECK(!parameterNamed("steps"));
}

TEST_CASE("impossible variations are refused") {
  auto refuse = [](Variation v) { CHECK(!v.problem().empty()); };
  refuse({.sigma = -1});
  refuse({.sigma = NAN});
  refuse({.parameter = Parameter::Label, .law = Spread::LogNormal, .sigma = 1});
  refuse({.sigma = 1, .low = 2, .high = 1});
  refuse({.sigma = 1, .low = 30});
  refuse({.sigma = 1, .gradientRows = NAN});
  refuse({.sigma = 1, .correlationLength = -1});
  refuse({.sigma = 1, .correlationLength = 1, .correlatedShare = 2});
  CHECK(Variation{.sigma = 1}.problem().empty());
}
