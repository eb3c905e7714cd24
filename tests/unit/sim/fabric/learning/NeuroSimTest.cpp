// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NeuroSim's protocol on digits drawn here: that it learns, that it depends on the device as it
// must.
#include "sim/fabric/learning/NeuroSim.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"

#include <stdexcept>

using namespace spindle::device;
using namespace spindle::learning;

namespace {

NeuroSimResult run(const char *name, double access, uint64_t seed = 1) {
  static const Images training = syntheticDigits(2000, 1), test = syntheticDigits(400, 2);
  NeuroSimSettings s = neuroSimOf(*presetNamed(name), access);
  s.epochs = 12;
  s.imagesPerEpoch = 1000;
  s.seed = seed;
  return trainNeuroSim(s, training, test);
}

} // namespace

TEST_CASE("the ideal device learns, a strongly nonlinear one less, the same seed the same") {
  NeuroSimResult ideal = run("ideal", 0), poor = run("pcmo", 0);
  REQUIRE(ideal.best > 0.6);
  REQUIRE(poor.best < ideal.best - 0.1);
  REQUIRE(ideal.pulses > 0);
  REQUIRE(ideal.accuracies.size() == 11);
  REQUIRE(run("ideal", 0).accuracies == ideal.accuracies);
  REQUIRE(run("ideal", 0, 2).accuracies != ideal.accuracies);
}

TEST_CASE("settings of presets: pulses, noise, access resistance") {
  NeuroSimSettings s = neuroSimOf(*presetNamed("ag-asi"), 15e3);
  REQUIRE(s.pulsesUp == 97);
  REQUIRE(s.pulsesDown == 100);
  REQUIRE(s.cycleNoise == 0.035);
  REQUIRE(s.onOff == Approx(12.5));
  REQUIRE(s.accessRatio == Approx(15e3 / 26e6));
}

TEST_CASE("an access resistance of the size of the device leaves nothing to learn with") {
  NeuroSimResult r = run("gst-pcm", 15e3);
  REQUIRE(r.best < 0.3);
  REQUIRE(run("gst-pcm", 0).best > r.best + 0.2);
}

TEST_CASE("images of another size are refused") {
  Images odd{20, 20, std::vector<uint8_t>(400), {1}};
  REQUIRE_THROWS_AS(trainNeuroSim({}, odd, odd), std::invalid_argument);
}
