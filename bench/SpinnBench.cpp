// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engine of the many-core emulator on the benchmark networks. One pass is a reset, a warm-up
// and a measured stretch, whose fastest time of each block of ticks over all passes is kept, since
// every pass does the same and a shared machine disturbs some of each. docs/bench.md explains the
// table.
#include "bench/SpinnNetworks.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>

using namespace spindle;
using namespace spindle::bench;

namespace {

using Clock = std::chrono::steady_clock;
constexpr uint64_t kBlock = spinn::Engine::kBlockTicks;

double secondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A loop whose time depends on nothing but the processor: other times may be divided by it.
double calibrate() {
  auto begin = Clock::now();
  uint64_t x = 1;
  for (int i = 0; i < 20'000'000; ++i)
    x = x * 6364136223846793005u + (x >> 33);
  benchmark::DoNotOptimize(x);
  return secondsSince(begin);
}

double residentBytes() {
  std::ifstream in("/proc/self/statm");
  double total = 0, resident = 0;
  in >> total >> resident;
  return resident * 4096;
}

struct Case {
  std::string name;
  std::function<BenchNetwork()> make;
  int threads, shards;
  double warmUp, measured; ///< ms
  // Results.
  double buildSeconds = 0, bytesPerSynapse = 0, memory = 0, calibration = 0;
  uint64_t events = 0, hash = 0, ticks = 0;
  std::vector<double> best = {}, rates = {}; ///< seconds by block, spikes/s by population
  spinn::ShardTimes times = {};

  double seconds() const { return std::accumulate(best.begin(), best.end(), 0.0); }
  std::string fullName() const {
    return "spinn/" + name + "/threads:" + std::to_string(threads) +
           (shards ? "/shards:" + std::to_string(shards) : "");
  }
};

struct Loaded {
  BenchNetwork network;
  BuiltNetwork built;
};

Loaded load(Case &which) {
  Loaded loaded;
  loaded.network = which.make();
  spinn::EngineOptions options;
  options.machine.threads = which.threads;
  options.machine.allThreads = true;
  options.machine.shards = which.shards;
  options.machine.pin = true;
  options.profile = true;
  double before = residentBytes();
  auto begin = Clock::now();
  loaded.built = build(loaded.network, options);
  which.buildSeconds = secondsSince(begin);
  which.memory = residentBytes();
  which.bytesPerSynapse = (which.memory - before) / double(loaded.built.engine->rows().synapses);
  return loaded;
}

uint64_t mix(uint64_t x) {
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

/// Spikes of the last block, added to the results.
void account(Loaded &loaded, Case &which, uint64_t from, uint64_t to,
             std::vector<uint64_t> &count) {
  const spinn::Engine &engine = *loaded.built.engine;
  std::vector<spinn::Spike> spikes;
  for (uint64_t t = from; t < to; ++t) {
    engine.spikes(t, spikes);
    for (const spinn::Spike &spike : spikes) {
      which.hash += mix(t << 32 | spike.source);
      which.events += loaded.built.outDegree[spike.source];
      ++count[engine.nodeOf(spike.source)];
    }
  }
}

double pass(Loaded &loaded, Case &which) {
  spinn::Engine &engine = *loaded.built.engine;
  engine.reset();
  auto ticksOf = [&](double ms) { return static_cast<uint64_t>(ms / loaded.network.dt + 0.5); };
  uint64_t start = ticksOf(which.warmUp), end = start + ticksOf(which.measured);
  for (uint64_t t = 0; t < start; t += kBlock)
    engine.run(std::min(kBlock, start - t));
  bool first = which.best.empty();
  std::vector<uint64_t> count(loaded.network.populations.size());
  which.hash = which.events = 0;
  engine.clearTimes();
  size_t block = 0;
  double sum = 0;
  for (uint64_t t = start; t < end; t += kBlock, ++block) {
    uint64_t ticks = std::min(kBlock, end - t);
    auto begin = Clock::now();
    engine.run(ticks);
    double seconds = secondsSince(begin);
    sum += seconds;
    if (first)
      which.best.push_back(seconds);
    which.best[block] = std::min(which.best[block], seconds);
    account(loaded, which, t, t + ticks, count);
  }
  which.ticks = end - start;
  which.times = {};
  for (uint32_t s = 0; s < engine.shards(); ++s) {
    const spinn::ShardTimes &times = engine.shard(s).times();
    which.times.wait += times.wait, which.times.take += times.take;
    which.times.deliver += times.deliver, which.times.update += times.update;
  }
  which.rates.clear();
  for (size_t i = 0; i < count.size(); ++i)
    which.rates.push_back(double(count[i]) / loaded.network.populations[i].size /
                          (which.measured * 1e-3));
  return sum;
}

void measure(benchmark::State &state, Case &which) {
  try {
    Loaded loaded = load(which);
    which.calibration = calibrate();
    for (auto _ : state) {
      state.SetIterationTime(pass(loaded, which));
      which.calibration = std::min(which.calibration, calibrate());
    }
  } catch (const std::exception &error) {
    state.SkipWithError(error.what());
    return;
  }
  state.counters["rtf"] = which.seconds() / (which.measured * 1e-3);
  state.counters["synapses/s"] =
      benchmark::Counter(double(which.events), benchmark::Counter::kIsIterationInvariantRate);
}

void print(const Case &c) {
  double seconds = c.seconds(),
         clocks = double(c.times.wait + c.times.take + c.times.deliver + c.times.update);
  auto share = [&](uint64_t part) { return double(part) / clocks * 100; };
  double delivery = seconds * double(c.times.deliver + c.times.take) / clocks;
  std::printf("%-26s %7.4f %8.1f %9.1f  %4.1f %4.1f %4.1f %4.1f %7.2f %7.0f %7.2f  %.4f %016llx\n",
              c.fullName().c_str(), seconds / (c.measured * 1e-3), double(c.events) / seconds / 1e6,
              double(c.events) / delivery / 1e6, share(c.times.deliver), share(c.times.take),
              share(c.times.update), share(c.times.wait), c.bytesPerSynapse, c.memory / 1e6,
              c.buildSeconds, c.calibration, static_cast<unsigned long long>(c.hash));
  std::printf("%26s", "spikes/s");
  for (double rate : c.rates)
    std::printf(" %.3f", rate);
  std::printf("\n");
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  auto add = [&](const char *name, const std::function<BenchNetwork()> &make, double warmUp,
                 double measured) {
    for (int threads : {1, 2})
      cases.push_back({name, make, threads, 0, warmUp, measured});
  };
  add("N1", networkN1, 100, 1000);
  add("N2", networkN2, 100, 1000);
  add("N3", networkN3, 100, 500);
  add("N4@0.1", [] { return networkN4(0.1); }, 100, 1000);
  add("N4", [] { return networkN4(1); }, 100, 1000);
  return cases;
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  std::vector<Case> cases = allCases();
  for (Case &which : cases)
    benchmark::RegisterBenchmark(which.fullName().c_str(),
                                 [&which](benchmark::State &state) { measure(state, which); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  std::printf(
      "\nbest of all passes             RTF    Mev/s Mev/s del.  %%delivery take update wait"
      "   B/syn      MB build s  calib. hash\n");
  for (const Case &which : cases)
    if (!which.best.empty())
      print(which);
}
