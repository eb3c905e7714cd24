// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The perceptron on arrays of devices: its fixed point against real numbers, and invariants of
// methods that hold to the bit. Trained on digits that are drawn here.
#include "sim/device/Nonlinearity.h"
#include "sim/fabric/learning/Training.h"
#include "tests/support/catch.h"

#include <cmath>
#include <set>

using namespace spindle::device;
using namespace spindle::learning;

namespace {

PulseResponse responseOf(double up, double down, double pulses) {
  return {PulseCurve::exponential(curvatureOf(up), pulses),
          PulseCurve::exponential(curvatureOf(down), pulses),
          {},
          {}};
}

TrainingSettings settingsOf(UpdateMethod method, double label = 2) {
  TrainingSettings s;
  s.network.hidden = 40;
  s.network.method = method;
  s.network.device = responseOf(label, label, 64);
  s.network.maxPulses = 7;
  s.controls.refresh.period = 100;
  s.epochs = 2;
  return s;
}

const Images &trainingDigits() {
  static const Images images = syntheticDigits(1500, 1);
  return images;
}
const Images &testDigits() {
  static const Images images = syntheticDigits(500, 2);
  return images;
}

Perceptron trained(const TrainingSettings &s, size_t count = 600,
                   const ArrayKernels *kernels = nullptr) {
  Perceptron network(s.network);
  network.set(s.controls);
  if (kernels)
    network.use(*kernels);
  for (size_t i = 0; i < count; ++i)
    network.train(trainingDigits().at(i), trainingDigits().labels[i]);
  return network;
}

void requireSameWeights(Perceptron &a, Perceptron &b) {
  for (size_t layer : {0u, 1u})
    for (size_t r = 0; r < a.layer(layer).rows(); ++r)
      for (size_t c = 0; c < a.layer(layer).columns(); ++c)
        REQUIRE(a.layer(layer).weight(r, c) == b.layer(layer).weight(r, c));
}

} // namespace

TEST_CASE("synthetic digits: all classes, the same whatever their number") {
  Images some = syntheticDigits(50, 1);
  REQUIRE(std::equal(some.pixels.begin(), some.pixels.end(), trainingDigits().pixels.begin()));
  std::set<int> classes(trainingDigits().labels.begin(), trainingDigits().labels.end());
  REQUIRE(classes.size() == 10);
  size_t ink = 0;
  for (uint8_t p : some.pixels)
    ink += p != 0;
  REQUIRE(double(ink) / double(some.pixels.size()) == Approx(0.17).margin(0.1));
}

TEST_CASE("an order is a permutation, another one each epoch") {
  auto a = orderOf(1000, 1, 0), b = orderOf(1000, 1, 1);
  REQUIRE(a != b);
  std::set<uint32_t> all(a.begin(), a.end());
  REQUIRE(all.size() == 1000);
  REQUIRE(*all.rbegin() == 999);
  REQUIRE(a == orderOf(1000, 1, 0));
}

TEST_CASE("forward pass and errors against real arithmetic") {
  auto s = settingsOf(UpdateMethod::Single);
  Perceptron network(s.network);
  size_t agree = 0;
  for (size_t i = 0; i < 100; ++i) {
    auto image = testDigits().at(i);
    std::vector<double> h(40), y(10);
    for (size_t j = 0; j < 40; ++j) {
      double z = network.layer(0).weight(784, j) / 2048.0;
      for (size_t p = 0; p < 784; ++p)
        z += image[p] / 255.0 * network.layer(0).weight(p, j) / 2048.0;
      h[j] = std::clamp(z, 0.0, 255.0 / 64);
    }
    for (size_t k = 0; k < 10; ++k) {
      y[k] = network.layer(1).weight(40, k) / 2048.0;
      for (size_t j = 0; j < 40; ++j)
        y[k] += h[j] * network.layer(1).weight(j, k) / 2048.0;
    }
    agree += network.classify(image) == size_t(std::max_element(y.begin(), y.end()) - y.begin());
  }
  REQUIRE(agree >= 97); // h has 6 bits of fraction: near ties may fall otherwise
}

TEST_CASE("all methods and roundings learn digits") {
  for (UpdateMethod method : {UpdateMethod::Single, UpdateMethod::Both, UpdateMethod::OneOfPair,
                              UpdateMethod::UpOnly, UpdateMethod::DownOnly})
    for (Rounding rounding : {Rounding::Stochastic, Rounding::PulseTrain, Rounding::Accumulate}) {
      auto s = settingsOf(method);
      s.network.rounding = rounding;
      s.network.maxPulses = rounding == Rounding::PulseTrain ? 31 : 7;
      TrainingResult result = train(s, trainingDigits(), testDigits());
      REQUIRE(result.evaluations.size() == 5);
      REQUIRE(result.accuracy > 0.55); // by chance 0.1; two short epochs
      REQUIRE(result.counters.updates == 3000);
      REQUIRE((result.counters.refreshes > 0) >=
              (rounding == Rounding::Stochastic && isOneWay(method)));
    }
}

TEST_CASE("rates, dead bands and refresh can be scheduled; ternary and sign-only errors learn") {
  auto s = settingsOf(UpdateMethod::UpOnly);
  s.schedule = [](uint64_t update, Controls &controls) {
    controls.deadBand = update < 500 ? 0 : 25;
    controls.refresh.period = update < 1000 ? 50 : 200;
  };
  REQUIRE(train(s, trainingDigits(), testDigits()).accuracy > 0.7);
  s.schedule = nullptr;
  s.controls.ternary = true;
  s.controls.deadBand = 60;
  s.controls.rate = 0.02;
  REQUIRE(train(s, trainingDigits(), testDigits()).accuracy > 0.65);
  s.controls = {};
  s.controls.signBand = 0.1;
  s.controls.refresh.period = 100;
  TrainingResult sign = train(s, trainingDigits(), testDigits());
  REQUIRE(sign.accuracy > 0.5);
}

TEST_CASE("a wide dead band writes less") {
  auto s = settingsOf(UpdateMethod::OneOfPair);
  auto narrow = trained(s).counters();
  s.controls.deadBand = 60;
  REQUIRE(trained(s).counters().pulses < narrow.pulses);
  s.controls.deadBand = 255;
  REQUIRE(trained(s).counters().pulses == 0);
}

TEST_CASE("two devices that both move are one device, to the bit") {
  for (double label : {0.0, 2.0, 4.0})
    for (Rounding rounding : {Rounding::Stochastic, Rounding::Nearest, Rounding::Accumulate}) {
      auto s = settingsOf(UpdateMethod::Single, label);
      s.network.rounding = rounding;
      s.controls.rate = 0.08;
      Perceptron one = trained(s);
      s.network.method = UpdateMethod::Both;
      Perceptron two = trained(s);
      requireSameWeights(one, two);
      REQUIRE(two.counters().pulses == 2 * one.counters().pulses);
    }
}

TEST_CASE("one-way pairs do not see the other direction's curve; the mirror is the same network") {
  auto s = settingsOf(UpdateMethod::UpOnly);
  for (bool verify : {false, true}) {
    s.controls.refresh.verify = verify;
    Perceptron a = trained(s);
    REQUIRE(a.counters().pulses > 0);
    for (double down : {-4.88, 0.0, 6.0}) {
      auto other = s;
      other.network.device.down = responseOf(2, down, 20).down;
      Perceptron b = trained(other);
      requireSameWeights(a, b);
    }
    auto mirror = s;
    mirror.network.method = UpdateMethod::DownOnly;
    Perceptron m = trained(mirror);
    REQUIRE(m.counters().pulses > 0);
  }
}

TEST_CASE("the same weights from every width of vectors, order of refresh aside") {
  for (Rounding rounding : {Rounding::Stochastic, Rounding::PulseTrain, Rounding::Accumulate}) {
    auto s = settingsOf(UpdateMethod::UpOnly);
    s.network.rounding = rounding;
    s.network.cycleNoise = 0.01;
    s.network.deviceSpread = 0.3;
    Perceptron plain = trained(s, 300, arrayKernels(VectorWidth::Portable));
    for (VectorWidth width : {VectorWidth::Avx2, VectorWidth::Avx512})
      if (const ArrayKernels *kernels = arrayKernels(width)) {
        Perceptron wide = trained(s, 300, kernels);
        requireSameWeights(plain, wide);
      }
  }
}

TEST_CASE("refresh by rows, spread over the period, refreshes what refresh at once does") {
  auto s = settingsOf(UpdateMethod::UpOnly);
  for (auto order : {RefreshSettings::Order::AtOnce, RefreshSettings::Order::Spread,
                     RefreshSettings::Order::Backwards}) {
    s.controls.refresh.order = order;
    TrainingResult r = train(s, trainingDigits(), testDigits());
    REQUIRE(r.accuracy > 0.7);
    REQUIRE(r.counters.refreshes > 100);
    REQUIRE(r.counters.resets == 2 * r.counters.refreshes);
  }
  s.controls.refresh.period = 0;
  REQUIRE(trained(s).counters().refreshes == 0);
}

TEST_CASE("coarse converters on tiles cost accuracy, fine ones none") {
  auto s = settingsOf(UpdateMethod::OneOfPair);
  double exact = train(s, trainingDigits(), testDigits()).accuracy;
  s.network.tileRows = 128;
  TrainingResult tiled = train(s, trainingDigits(), testDigits());
  REQUIRE(tiled.accuracy == exact);
  s.network.converter = {10, 12};
  REQUIRE(train(s, trainingDigits(), testDigits()).accuracy > exact - 0.08);
}

TEST_CASE("wrong settings are refused") {
  auto s = settingsOf(UpdateMethod::UpOnly);
  s.network.inputs = 100;
  REQUIRE_THROWS_AS(train(s, trainingDigits(), testDigits()), std::invalid_argument);
  s.network.weightRange = 0;
  REQUIRE_THROWS_AS(Perceptron(s.network), std::invalid_argument);
}
