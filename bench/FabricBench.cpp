// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fabric's engines on the same busy steps: RTL clock cycles per second, and the time of a step
// on both. The functional model is to be at least 10 times as fast per step, a 128x128 tile to
// reach 3 M clocks/s.
#include "sim/fabric/FabricMachine.h"
#include "tests/unit/sim/fabric/RandomFabric.h"

#include <benchmark/benchmark.h>

using namespace spindle;

namespace {

test::FabricShape shapeOf(uint32_t size, uint32_t mesh) {
  test::FabricShape shape;
  shape.rows = shape.cols = size;
  shape.banks = 8;
  shape.levels = 32;
  shape.adcShare = 8;
  shape.meshWidth = shape.meshHeight = mesh;
  shape.sources = 100;
  shape.connect = 0.3;
  return shape;
}

/// Steps with 40 % of 100 source neurons active, each with a count of 1 to 3.
void run(benchmark::State &state, FabricEngine engine) {
  auto shape = shapeOf(uint32_t(state.range(0)), uint32_t(state.range(1)));
  FabricDebug debug;
  debug.kernels = test::testKernel;
  auto machine = makeFabricMachine(test::randomFabric(shape, 4), {}, engine, debug);
  std::mt19937 random(1);
  std::vector<std::vector<Event>> inputs;
  for (int i = 0; i < 64; ++i)
    inputs.push_back(test::randomInput(random, shape.sources, 0.4, 3));
  size_t next = 0;
  auto before = machine->counters();
  for (auto _ : state) {
    machine->inject(0, inputs[next++ % inputs.size()]);
    machine->step();
  }
  auto after = machine->counters();
  auto rate = [&](const char *name) {
    return benchmark::Counter(double(after[name] - before[name]), benchmark::Counter::kIsRate);
  };
  state.counters["steps/s"] = rate("steps");
  state.counters["reads/s"] = rate("reads");
  state.counters["events/s"] = rate("events");
  if (engine == FabricEngine::Rtl) {
    state.counters["cycles/s"] = rate("cycles");
    state.counters["cycles/step"] = double(after["cycles"]) / double(after["steps"]);
  }
}

void functional(benchmark::State &state) { run(state, FabricEngine::Functional); }
void rtl(benchmark::State &state) { run(state, FabricEngine::Rtl); }

BENCHMARK(functional)->Args({128, 1})->Args({32, 1})->Args({128, 2})->Unit(benchmark::kMicrosecond);
BENCHMARK(rtl)->Args({128, 1})->Args({32, 1})->Args({128, 2})->Unit(benchmark::kMicrosecond);

} // namespace

BENCHMARK_MAIN();
