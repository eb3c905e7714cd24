// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The RTL engine against the functional model, step by step, and what only the RTL can show:
// clocks.
#include "sim/fabric/FabricMachine.h"
#include "tests/support/catch.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <algorithm>
#include <map>
#include <set>

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

/// The two halves of a read: its window, and the conversions of all groups. The window of the next
/// read is open while the converters work.
struct ReadClocks {
  uint64_t window, convert;
  explicit ReadClocks(const FabricShape &s)
      : window(s.tSetup + s.tInt), convert(s.adcShare * (s.tMux + s.tSample + s.adcBits)) {}
  uint64_t isolated() const { return window + convert; }
  uint64_t streaming() const { return std::max(window, convert); }
  uint64_t of(uint64_t reads) const {
    return reads == 0 ? 0 : isolated() + (reads - 1) * streaming();
  }
};

/// Runs one tile and checks the clocks of its reads in every step. Gives the most reads of a step.
uint64_t checkReadClocks(FabricShape shape, uint32_t seed) {
  shape.meshWidth = shape.meshHeight = 1;
  auto rtl = make(test::randomFabric(shape, seed), FabricEngine::Rtl);
  ReadClocks clocks(shape);
  std::mt19937 random(seed);
  uint64_t most = 0, single = 0;
  auto before = rtl->counters();
  for (int s = 0; s < 40; ++s) {
    // Now and then nothing: steps of no read and of one.
    double density = s % 4 == 0 ? 0.0 : 0.3;
    rtl->inject(0, test::randomInput(random, shape.sources, density, s % 3 == 0 ? 1 : 3));
    rtl->step();
    auto after = rtl->counters();
    uint64_t reads = after["reads"] - before["reads"];
    REQUIRE(after["read_cycles"] - before["read_cycles"] == clocks.of(reads));
    most = std::max(most, reads);
    single += reads == 1;
    before = after;
  }
  REQUIRE(single > 0);
  return most;
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

TEST_CASE("counts below 0 are recorded and send nothing, on both engines") {
  FabricShape shape;
  shape.negative = true;
  auto image = test::randomFabric(shape, 6);
  auto rtl = make(image, FabricEngine::Rtl);
  bool below = false;
  std::mt19937 random(6);
  for (int s = 0; s < 20; ++s) {
    rtl->inject(0, test::randomInput(random, shape.sources, 0.4, 3));
    rtl->step();
    for (uint32_t n = 1; n < image->meta().nodes()->size(); ++n)
      for (const Event &e : rtl->events(n))
        below |= e.value < 0;
  }
  REQUIRE(below);
  for (uint32_t seed = 6; seed < 9; ++seed)
    runBoth(shape, seed, 30);
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

TEST_CASE("an assertion-checked model agrees, and idle modules keep their registers") {
  FabricDebug debug;
  debug.assertions = true;
  debug.skipIdle = false; // or the assertions about idle clocks would never be asked
  FabricShape shape;
  shape.meshWidth = 3;
  shape.maxOnset = 20; // tiles that rest while their routers work
  for (uint32_t seed = 21; seed < 24; ++seed)
    runBoth(shape, seed, 40, debug);
}

TEST_CASE("reads take the clocks of their formula, alone and one after another") {
  for (auto [setup, integrate, mux, sample, bits, banks] : {std::tuple{1u, 2u, 0u, 1u, 8u, 4u},
                                                            {0u, 1u, 0u, 1u, 8u, 4u},
                                                            {3u, 5u, 2u, 4u, 8u, 4u},
                                                            {1u, 2u, 1u, 1u, 6u, 4u},
                                                            {9u, 60u, 0u, 1u, 4u, 1u},
                                                            {0u, 8u, 0u, 1u, 1u, 1u},
                                                            {0u, 255u, 255u, 255u, 16u, 4u}}) {
    FabricShape shape;
    shape.tSetup = setup, shape.tInt = integrate, shape.tMux = mux, shape.tSample = sample;
    shape.adcBits = bits, shape.banks = banks;
    shape.connect = 0.1;
    INFO(setup << " " << integrate << " " << mux << " " << sample << " " << bits);
    REQUIRE(checkReadClocks(shape, 9) >= 2);
    shape.connect = 0.3;
    runBoth(shape, 9, 15);
  }
}

TEST_CASE("the default tile reads in 75 clocks, with 6 ADC bits in 59 and then every 56") {
  FabricShape shape;
  shape.rows = shape.cols = 128;
  shape.banks = 8;
  shape.levels = 32;
  shape.adcShare = 8;
  shape.connect = 0.1;
  REQUIRE(ReadClocks(shape).isolated() == 75);
  REQUIRE(ReadClocks(shape).streaming() == 72);
  REQUIRE(checkReadClocks(shape, 4) >= 2);
  shape.adcBits = 6;
  REQUIRE(ReadClocks(shape).isolated() == 59);
  REQUIRE(ReadClocks(shape).streaming() == 56);
  REQUIRE(checkReadClocks(shape, 4) >= 2);
}

TEST_CASE("a step without events takes a clock a bank and a column, and five") {
  FabricShape shape;
  shape.meshWidth = shape.meshHeight = 1;
  shape.connect = 0; // nothing to send either
  shape.maxOnset = 0;
  auto image = test::randomFabric(shape, 3);
  const auto *tile = image->meta().program_as_Xbar()->tiles()->Get(0);
  auto rtl = make(image, FabricEngine::Rtl);
  for (uint64_t s = 1; s < 5; ++s) {
    rtl->step();
    // The start, a LOAD a bank, one for the last group, the columns, three of the pipeline.
    REQUIRE(rtl->counters()["cycles"] ==
            s * (1 + tile->banks() + 1 + tile->neurons()->bytes() / 4 + 3));
  }
}

TEST_CASE("extreme sizes agree") {
  struct Size {
    uint32_t rows, cols, banks, share, levels, bits;
  };
  for (Size size : {Size{2, 2, 1, 1, 2, 1}, Size{4, 20, 3, 5, 3, 2}, Size{16, 12, 64, 2, 7, 16},
                    Size{64, 256, 2, 16, 32768, 16}, Size{1024, 32, 1, 8, 255, 12},
                    Size{8, 34, 128, 1, 5, 5}}) {
    FabricShape shape;
    shape.rows = size.rows, shape.cols = size.cols, shape.banks = size.banks;
    shape.adcShare = size.share, shape.levels = size.levels, shape.adcBits = size.bits;
    INFO(size.rows << " x " << size.cols << " x " << size.banks);
    REQUIRE(runBoth(shape, 13, 25)["reads"] > 0);
  }
}

TEST_CASE("skipping idle modules changes nothing") {
  FabricDebug all;
  all.skipIdle = false;
  FabricShape shape;
  shape.meshWidth = 3;
  for (uint32_t seed = 31; seed < 34; ++seed)
    REQUIRE(runBoth(shape, seed, 30) == runBoth(shape, seed, 30, all));
}

TEST_CASE("two models in one process do not meet") {
  FabricShape small, wide;
  small.meshWidth = small.meshHeight = 1;
  wide.cols = 64;
  auto images = {std::pair(small, 51u), {wide, 52u}, {small, 53u}};
  struct Run {
    std::unique_ptr<Machine> machine;
    std::mt19937 random;
    uint32_t sources;
    void step() {
      machine->inject(0, test::randomInput(random, sources, 0.4, 3));
      machine->step();
    }
  };
  std::vector<Run> together;
  std::vector<std::map<std::string, uint64_t>> alone;
  for (auto [shape, seed] : images) {
    auto image = test::randomFabric(shape, seed);
    Run one{make(image, FabricEngine::Rtl), std::mt19937(seed), shape.sources};
    for (int s = 0; s < 20; ++s)
      one.step();
    alone.push_back(one.machine->counters());
    together.push_back({make(image, FabricEngine::Rtl), std::mt19937(seed), shape.sources});
  }
  for (int s = 0; s < 20; ++s)
    for (Run &run : together)
      run.step();
  for (size_t i = 0; i < alone.size(); ++i)
    REQUIRE(together[i].machine->counters() == alone[i]);
}

TEST_CASE("host threads change nothing on either engine") {
  for (uint32_t seed = 61; seed < 64; ++seed) {
    FabricShape shape;
    shape.meshWidth = 4;
    shape.meshHeight = 3;
    shape.connect = 0.1;
    auto image = test::randomFabric(shape, seed);
    for (FabricEngine engine : {FabricEngine::Functional, FabricEngine::Rtl}) {
      std::set<std::map<std::string, uint64_t>> results;
      for (int threads : {1, 2, 3}) {
        FabricDebug debug;
        debug.hashes = true;
        debug.kernels = test::testKernel;
        MachineOptions options;
        options.threads = threads;
        auto machine = makeFabricMachine(image, options, engine, debug);
        std::mt19937 random(seed);
        for (int s = 0; s < 20; ++s) {
          machine->inject(0, test::randomInput(random, shape.sources, 0.4, 3));
          machine->step();
        }
        results.insert(machine->counters());
      }
      REQUIRE(results.size() == 1);
      REQUIRE(results.begin()->at("spikes") > 0);
    }
  }
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
