// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engine of the many-core emulator on the benchmark networks. One pass is a reset, a warm-up
// and a measured stretch, whose fastest time of each block of ticks over all passes is kept, since
// every pass does the same and a shared machine disturbs some of each. docs/bench.md explains the
// table.
#include "compiler/pipelines/Pipelines.h"
#include "examples/microcircuit/Microcircuit.h"
#include "runtime/machine/Kernel.h"
#include "sim/spinn/Network.h"
#include "tests/support/Engines.h"

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <sstream>
#include <string>

using namespace spindle;

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
  std::function<std::string()> text; ///< of the network
  int threads = 1;
  double warmUp, measured; ///< ms
  // Results.
  double buildSeconds = 0, bytesPerSynapse = 0, memory = 0, calibration = 0;
  uint64_t events = 0, hash = 0, ticks = 0;
  std::vector<double> best = {}, rates = {}; ///< seconds by block, spikes/s by population
  spinn::ShardTimes times = {};

  double seconds() const { return std::accumulate(best.begin(), best.end(), 0.0); }
  std::string fullName() const { return "spinn/" + name + "/threads:" + std::to_string(threads); }
};

/// Compiles in a process of its own, so that what a compiler leaves behind is not measured.
std::shared_ptr<const image::Image> compiled(const std::string &text) {
  auto file =
      std::filesystem::temp_directory_path() / ("spinn_bench." + std::to_string(getpid()) + ".spn");
  pid_t child = fork();
  if (child == 0) {
    try {
      auto bytes = test::imageBytes(text, SpinnOptions());
      std::ofstream(file, std::ios::binary)
          .write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
      _exit(0);
    } catch (const std::exception &error) {
      std::fprintf(stderr, "spinn_bench: %s\n", error.what());
      _exit(1);
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (child < 0 || status != 0)
    throw std::runtime_error("the network could not be compiled");
  auto image = image::Image::open(file);
  std::filesystem::remove(file);
  return image;
}

struct Loaded {
  std::shared_ptr<const image::Image> image;
  std::shared_ptr<KernelLibrary> kernels;
  std::unique_ptr<spinn::Network> network;
  std::unique_ptr<spinn::Engine> engine;
  double dt = 0; ///< ms
};

Loaded load(Case &which) {
  Loaded loaded;
  loaded.image = compiled(which.text());
  loaded.dt = loaded.image->meta().dt() * 1e3;
  spinn::EngineOptions options;
  options.machine.threads = which.threads;
  options.machine.allThreads = true;
  options.machine.pin = true;
  options.profile = true;
  double before = residentBytes();
  auto begin = Clock::now();
  loaded.kernels = KernelLibrary::load(loaded.image->bytes(*loaded.image->meta().kernels()));
  loaded.network = std::make_unique<spinn::Network>(*loaded.image);
  auto find = [&](std::string_view name) { return loaded.kernels->find(name); };
  loaded.engine = std::make_unique<spinn::Engine>(loaded.network->populations(find, 0), options);
  loaded.engine->build([&](uint32_t source, spinn::RowBuilder &builder) {
    loaded.network->addRows(*loaded.engine, source, builder);
  });
  which.buildSeconds = secondsSince(begin);
  which.memory = residentBytes();
  which.bytesPerSynapse = (which.memory - before) / double(loaded.engine->rows().synapses);
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
  const spinn::Engine &engine = *loaded.engine;
  std::vector<spinn::Spike> spikes;
  for (uint64_t t = from; t < to; ++t) {
    engine.spikes(t, spikes);
    for (const spinn::Spike &spike : spikes) {
      which.hash += mix(t << 32 | spike.source);
      which.events += loaded.network->fates()[spike.source].synapses;
      ++count[engine.nodeOf(spike.source)];
    }
  }
}

double pass(Loaded &loaded, Case &which) {
  spinn::Engine &engine = *loaded.engine;
  engine.reset();
  auto ticksOf = [&](double ms) { return static_cast<uint64_t>(ms / loaded.dt + 0.5); };
  uint64_t start = ticksOf(which.warmUp), end = start + ticksOf(which.measured);
  for (uint64_t t = 0; t < start; t += kBlock)
    engine.run(std::min(kBlock, start - t));
  bool first = which.best.empty();
  std::vector<uint64_t> count(engine.populations().size());
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
    if (engine.populations()[i].kernel)
      which.rates.push_back(double(count[i]) / engine.populations()[i].size /
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

std::string example(const char *file) {
  std::ifstream stream(std::string(SPINDLE_EXAMPLES) + "/" + file);
  if (!stream)
    throw std::runtime_error(std::string(file) + ": no such example");
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  auto add = [&](const char *name, const std::function<std::string()> &text, double warmUp,
                 double measured) {
    for (int threads : {1, 2})
      cases.push_back({name, text, threads, warmUp, measured});
  };
  add("N1", [] { return example("cuba/cuba.mlir"); }, 100, 1000);
  add("N2", [] { return example("coba/coba.mlir"); }, 100, 1000);
  add("N3", [] { return example("brunel/brunel.mlir"); }, 100, 500);
  add("N4@0.1", [] { return microcircuit::text(0.1); }, 100, 1000);
  add("N4", [] { return microcircuit::text(1); }, 100, 1000);
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
