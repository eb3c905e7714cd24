// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads of an array of devices in float64 physics: with read noise (a 256 x 256 read is to take at
// most 40 us), and with resistive lines (a 128 x 128 read at 1 ohm a segment: 0.2 ms).
#include "sim/device/DeviceArray.h"
#include "sim/device/LineResistance.h"
#include "sim/device/Presets.h"

#include <benchmark/benchmark.h>

#include <random>

using namespace spindle::device;

namespace {

/// Args: size, read noise in %.
void read(benchmark::State &state) {
  Device device = *presetNamed("epiram");
  device.readNoise = double(state.range(1)) / 100;
  auto size = uint32_t(state.range(0));
  DeviceArray array(device, size, size, 1, 0);
  std::mt19937 random(1);
  for (uint32_t i = 0; i < size * size; ++i)
    array.program(i / size, i % size, double(random() % 1000) / 1000);
  std::vector<float> volts(size), currents(size);
  for (float &v : volts)
    v = float(random() % 1000 + 1) / 5000;
  for (auto _ : state) {
    array.read(volts, currents);
    benchmark::DoNotOptimize(currents.data());
  }
}

struct Lines {
  LineResistance solver;
  std::vector<double> siemens;
  std::vector<std::vector<double>> inputs;
  std::vector<double> currents;

  Lines(size_t size, double ohms) : solver(size, size, {ohms, ohms}), currents(size) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> conductance(1e-6, 1e-4), volts(0, 0.2);
    siemens.resize(size * size);
    for (double &g : siemens)
      g = conductance(random);
    inputs.assign(16, std::vector<double>(size));
    for (auto &input : inputs)
      for (double &v : input)
        v = volts(random);
    solver.setConductances(siemens);
  }
};

/// Args: size, milliohms a segment, -log10 of the tolerance. Each read has other inputs.
void lines(benchmark::State &state) {
  Lines l(size_t(state.range(0)), double(state.range(1)) / 1000);
  double tolerance = std::pow(10, -double(state.range(2)));
  size_t next = 0, reads = 0;
  uint64_t sweeps = 0;
  for (auto _ : state) {
    sweeps += l.solver.read(l.inputs[next++ % l.inputs.size()], l.currents, tolerance).sweeps;
    ++reads;
  }
  state.counters["sweeps"] = double(sweeps) / double(reads);
}

/// The same after one cell has changed, inputs as before.
void linesOneCell(benchmark::State &state) {
  Lines l(size_t(state.range(0)), double(state.range(1)) / 1000);
  double tolerance = std::pow(10, -double(state.range(2)));
  std::mt19937 random(2);
  size_t size = l.solver.rows(), reads = 0;
  uint64_t sweeps = 0;
  for (auto _ : state) {
    l.solver.setConductance(random() % size, random() % size, 1e-6 * (1 + random() % 99));
    sweeps += l.solver.read(l.inputs[0], l.currents, tolerance).sweeps;
    ++reads;
  }
  state.counters["sweeps"] = double(sweeps) / double(reads);
}

/// The matrix of an array that stands still; each further read is one product with it.
void transfer(benchmark::State &state) {
  Lines l(size_t(state.range(0)), double(state.range(1)) / 1000);
  for (auto _ : state)
    benchmark::DoNotOptimize(l.solver.transfer(1e-6));
}

void exact(benchmark::State &state) {
  Lines l(size_t(state.range(0)), double(state.range(1)) / 1000);
  double ohms = double(state.range(1)) / 1000;
  for (auto _ : state)
    benchmark::DoNotOptimize(
        exactLineCurrents(l.siemens, l.inputs[0], l.currents.size(), {ohms, ohms}));
}

BENCHMARK(read)->Args({256, 2})->Args({256, 0})->Args({128, 2})->Unit(benchmark::kMicrosecond);
BENCHMARK(lines)
    ->Args({128, 1000, 6})
    ->Args({128, 1000, 3})
    ->Args({128, 350, 6})
    ->Args({64, 1000, 6})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(linesOneCell)->Args({128, 1000, 6})->Args({128, 1000, 3})->Unit(benchmark::kMicrosecond);
BENCHMARK(transfer)->Args({128, 1000})->Unit(benchmark::kMillisecond);
BENCHMARK(exact)->Args({64, 1000})->Args({128, 1000})->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
