// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every engine on real networks: one pass over the whole input is one iteration. The table at the
// end takes the fastest pass of each, which is what a shared machine disturbs least, and divides
// the fabric's engines over the same steps. docs/bench.md explains the figures.
#include "bench/Networks.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>

using namespace spindle;
using namespace spindle::bench;

namespace {

/// What is measured, and the best of all its passes.
struct Case {
  Network network;
  Engine engine;
  int threads;
  bool head; ///< only the steps that the RTL is given
  size_t steps = 0;
  uint64_t synapticEvents = 0, cycles = 0;
  double seconds = std::numeric_limits<double>::infinity();

  std::string name() const {
    std::string text = std::string(nameOf(engine)) + "/" + network.name;
    if (head)
      text += "/steps:" + std::to_string(network.rtlSteps);
    return threads == 1 ? text : text + "/threads:" + std::to_string(threads);
  }
};

/// The machine in use; one at a time, they are large.
Loaded &loadedFor(Case &which) {
  static Loaded loaded;
  static std::string current;
  if (current != which.name()) {
    loaded = {};
    loaded = load(which.network, which.engine, which.threads);
    current = which.name();
    which.steps = loaded.input.size();
    if (which.head)
      which.steps = std::min(which.steps, which.network.rtlSteps);
    which.synapticEvents = synapticEvents(which.network, loaded, which.steps);
    auto counters = loaded.machine->counters();
    which.cycles = counters.count("cycles") ? counters["cycles"] : 0;
  }
  return loaded;
}

void measure(benchmark::State &state, Case &which) {
  using Clock = std::chrono::steady_clock;
  try {
    Loaded &loaded = loadedFor(which);
    for (auto _ : state) {
      loaded.machine->reset();
      auto start = Clock::now();
      for (size_t t = 0; t < which.steps; ++t)
        loaded.step(t);
      std::chrono::duration<double> elapsed = Clock::now() - start;
      state.SetIterationTime(elapsed.count());
      which.seconds = std::min(which.seconds, elapsed.count());
    }
  } catch (const std::exception &error) {
    state.SkipWithError(error.what());
    return;
  }
  auto rate = [&](double perPass) {
    return benchmark::Counter(perPass, benchmark::Counter::kIsIterationInvariantRate);
  };
  state.counters["steps/s"] = rate(double(which.steps));
  state.counters["synapses/s"] = rate(double(which.synapticEvents));
  if (which.cycles)
    state.counters["cycles/s"] = rate(double(which.cycles));
}

std::vector<Case> allCases() {
  std::vector<Case> cases;
  for (const Network &network : networks()) {
    bool head = network.rtlSteps != 0;
    for (Engine engine : {Engine::Reference, Engine::Spinn, Engine::Functional})
      for (int threads : {1, 2})
        if (engine != Engine::Reference || threads == 1) // it has one thread
          cases.push_back({network, engine, threads, false});
    if (head)
      cases.push_back({network, Engine::Functional, 1, true});
    cases.push_back({network, Engine::Rtl, 1, head});
  }
  return cases;
}

/// The same steps on the other engine of the fabric.
const Case *rtlOf(const std::vector<Case> &cases, const Case &which) {
  for (const Case &other : cases)
    if (which.engine == Engine::Functional && other.engine == Engine::Rtl &&
        other.network.name == which.network.name && other.steps == which.steps &&
        other.seconds < std::numeric_limits<double>::infinity())
      return &other;
  return nullptr;
}

void printTable(const std::vector<Case> &cases) {
  std::printf("\nfastest pass            steps    us/step  synapses/step  ns/synapse  Msynapses/s"
              "  cycles/step  Mcycles/s  rtl time/own\n");
  for (const Case &c : cases) {
    if (c.seconds == std::numeric_limits<double>::infinity())
      continue;
    double steps = double(c.steps), events = double(c.synapticEvents);
    std::printf("%-22s %6zu %10.3f %14.1f %11.3f %12.2f", c.name().c_str(), c.steps,
                c.seconds / steps * 1e6, events / steps, c.seconds / events * 1e9,
                events / c.seconds / 1e6);
    if (c.cycles)
      std::printf(" %12.0f %10.3f", double(c.cycles) / steps, double(c.cycles) / c.seconds / 1e6);
    else if (const Case *rtl = rtlOf(cases, c))
      std::printf(" %12s %10s %13.1f", "", "", rtl->seconds / c.seconds);
    std::printf("\n");
  }
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 1;
  std::vector<Case> cases = allCases();
  for (Case &which : cases)
    benchmark::RegisterBenchmark(which.name().c_str(),
                                 [&which](benchmark::State &state) { measure(state, which); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  printTable(cases);
}
