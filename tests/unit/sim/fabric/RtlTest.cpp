// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The RTL engine against the functional model, step by step, and what only the RTL can show:
// clocks.
#include "sim/fabric/FabricMachine.h"
#include "tests/support/catch.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <cstdlib>

using namespace spindle;
using test::FabricShape;

namespace {

std::unique_ptr<Machine> make(std::shared_ptr<const image::Image> image, FabricEngine engine,
                              FabricDebug debug = {}) {
  debug.hashes = true;
  debug.kernels = test::testKernel;
  return makeFabricMachine(std::move(image), {}, engine, debug);
}

void requireSameEvents(const Machine &a, const Machine &b, uint32_t node) {
  auto x = a.events(node), y = b.events(node);
  REQUIRE(x.size() == y.size());
  for (size_t i = 0; i < x.size(); ++i) {
    REQUIRE(x[i].neuron == y[i].neuron);
    REQUIRE(x[i].value == y[i].value);
  }
}

void requireSameStates(const Machine &a, const Machine &b, const image::Image &image,
                       uint32_t node) {
  size_t size = image.meta().nodes()->Get(node)->size();
  std::vector<int32_t> x(size), y(size);
  a.observeRaw(node, 0, x);
  b.observeRaw(node, 0, y);
  REQUIRE(x == y);
}

/// All counters but those that only one engine has.
std::map<std::string, uint64_t> common(const Machine &machine) {
  auto all = machine.counters();
  all.erase("cycles");
  all.erase("read_cycles");
  return all;
}

std::map<std::string, uint64_t> runBoth(const FabricShape &shape, uint32_t seed, int steps,
                                        FabricDebug debug = {}) {
  auto image = test::randomFabric(shape, seed);
  auto functional = make(image, FabricEngine::Functional),
       rtl = make(image, FabricEngine::Rtl, debug);
  std::mt19937 random(seed);
  uint32_t nodes = image->meta().nodes()->size();
  for (int s = 0; s < steps; ++s) {
    auto input = test::randomInput(random, shape.sources, 0.4, s % 7 == 0 ? 70 : 3);
    functional->inject(0, input);
    rtl->inject(0, input);
    functional->step();
    rtl->step();
    for (uint32_t n = 0; n < nodes; ++n) {
      requireSameEvents(*functional, *rtl, n);
      if (n > 0)
        requireSameStates(*functional, *rtl, *image, n);
    }
    REQUIRE(common(*functional) == common(*rtl));
  }
  return rtl->counters();
}

uint64_t readCycles(const FabricShape &s) {
  return s.tSetup + s.tInt + s.adcShare * (s.tMux + s.tSample + s.adcBits);
}

} // namespace

TEST_CASE("RTL and functional model agree in every event, code and state") {
  uint64_t spikes = 0, lost = 0, over = 0;
  for (uint32_t seed = 1; seed <= 12; ++seed) {
    auto counters = runBoth({}, seed, 40);
    spikes += counters["spikes"];
    lost += counters["row_saturations"];
    over += counters["count_saturations"];
    REQUIRE(counters["adc_clips"] == 0);
  }
  // The networks do something, also at the limits.
  REQUIRE(spikes > 1000);
  REQUIRE(lost > 0);
  REQUIRE(over > 0);
}

TEST_CASE("converters that clip agree, and clips are counted") {
  FabricShape shape;
  shape.clipping = true;
  shape.adcBits = 3;
  REQUIRE(runBoth(shape, 5, 40)["adc_clips"] > 0);
}

TEST_CASE("a tile of full size agrees") {
  FabricShape shape;
  shape.rows = shape.cols = 128;
  shape.banks = 8;
  shape.levels = 32;
  shape.adcShare = 8;
  shape.meshWidth = 2;
  shape.meshHeight = 1;
  runBoth(shape, 3, 20);
}

TEST_CASE("an assertion-checked model agrees") {
  FabricDebug debug;
  debug.assertions = true;
  runBoth({}, 21, 40, debug);
}

TEST_CASE("a read takes the clocks of its formula") {
  for (auto [setup, integrate, mux, sample, bits] : {std::tuple{1u, 2u, 0u, 1u, 8u},
                                                     {0u, 1u, 0u, 1u, 8u},
                                                     {3u, 5u, 2u, 4u, 8u},
                                                     {1u, 2u, 1u, 1u, 6u}}) {
    FabricShape shape;
    shape.tSetup = setup, shape.tInt = integrate, shape.tMux = mux, shape.tSample = sample;
    shape.adcBits = bits;
    auto counters = runBoth(shape, 9, 15);
    REQUIRE(counters["reads"] > 0);
    REQUIRE(counters["read_cycles"] == counters["reads"] * readCycles(shape));
  }
}

TEST_CASE("the default tile reads in 75 clocks") {
  FabricShape shape;
  shape.rows = shape.cols = 128;
  shape.banks = 8;
  shape.levels = 32;
  shape.adcShare = 8;
  REQUIRE(readCycles(shape) == 75);
  shape.meshWidth = shape.meshHeight = 1;
  auto counters = runBoth(shape, 4, 10);
  REQUIRE(counters["read_cycles"] == counters["reads"] * 75);
}

TEST_CASE("skipping idle modules changes nothing") {
  FabricDebug all;
  all.skipIdle = false;
  FabricShape shape;
  shape.meshWidth = 3;
  for (uint32_t seed = 31; seed < 34; ++seed)
    REQUIRE(runBoth(shape, seed, 30) == runBoth(shape, seed, 30, all));
}

TEST_CASE("a reset machine repeats its run") {
  auto image = test::randomFabric({}, 2);
  auto rtl = make(image, FabricEngine::Rtl);
  auto run = [&] {
    std::mt19937 random(8);
    for (int s = 0; s < 20; ++s) {
      rtl->inject(0, test::randomInput(random, FabricShape{}.sources, 0.4, 3));
      rtl->step();
    }
    return rtl->counters();
  };
  auto first = run();
  rtl->reset();
  REQUIRE(rtl->now() == 0);
  REQUIRE(run() == first);
}

TEST_CASE("what the RTL cannot do is refused") {
  FabricShape real;
  real.real = true;
  REQUIRE_THROWS_AS(make(test::randomFabric(real, 1), FabricEngine::Rtl), UserError);
  auto rtl = make(test::randomFabric({}, 1), FabricEngine::Rtl);
  REQUIRE_THROWS_AS(rtl->checkpoint(), UserError);
}
