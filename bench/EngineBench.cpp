// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every engine on real networks: one pass over the whole input is one iteration. The table at the
// end takes, of every few steps, the fastest time in all passes, since every pass does the same and
// a shared machine disturbs some of each; and it divides the fabric's engines over the same steps.
// docs/bench.md explains the figures.
#include "bench/Networks.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <numeric>
#include <string>
#include <vector>

using namespace spindle;
using namespace spindle::bench;

namespace {

using Clock = std::chrono::steady_clock;

/// Steps between two looks at the clock: far more than that costs, less than a time slice.
constexpr size_t kStretch = 8;

/// What is measured, and the best times so far.
struct Case {
  Network network;
  Engine engine;
  int threads;
  bool head; ///< only the steps that the RTL is given
  size_t steps = 0;
  uint64_t synapticEvents = 0, cycles = 0;
  std::vector<double> best = {}; ///< seconds, by stretch

  double seconds() const { return std::accumulate(best.begin(), best.end(), 0.0); }
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

/// Runs all steps once, keeping the best time of each stretch; returns the time of this pass.
double pass(Loaded &loaded, Case &which) {
  std::vector<Clock::time_point> times{Clock::now()};
  times.reserve(which.steps / kStretch + 2);
  for (size_t t = 0; t < which.steps; ++t) {
    loaded.step(t);
    if ((t + 1) % kStretch == 0 || t + 1 == which.steps)
      times.push_back(Clock::now());
  }
  auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };
  bool first = which.best.empty();
  which.best.resize(times.size() - 1);
  for (size_t i = 0; i < which.best.size(); ++i) {
    double now = seconds(times[i + 1] - times[i]);
    which.best[i] = first ? now : std::min(which.best[i], now);
  }
  return seconds(times.back() - times.front());
}

void measure(benchmark::State &state, Case &which) {
  try {
    Loaded &loaded = loadedFor(which);
    for (auto _ : state) {
      loaded.machine->reset();
      state.SetIterationTime(pass(loaded, which));
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
        !other.best.empty())
      return &other;
  return nullptr;
}

void printTable(const std::vector<Case> &cases) {
  std::printf("\nbest of all passes      steps    us/step  synapses/step  ns/synapse  Msynapses/s"
              "  cycles/step  Mcycles/s  rtl time/own\n");
  for (const Case &c : cases) {
    if (c.best.empty())
      continue;
    double steps = double(c.steps), events = double(c.synapticEvents), seconds = c.seconds();
    std::printf("%-22s %6zu %10.3f %14.1f %11.3f %12.2f", c.name().c_str(), c.steps,
                seconds / steps * 1e6, events / steps, seconds / events * 1e9,
                events / seconds / 1e6);
    if (c.cycles)
      std::printf(" %12.0f %10.3f", double(c.cycles) / steps, double(c.cycles) / seconds / 1e6);
    else if (const Case *rtl = rtlOf(cases, c))
      std::printf(" %12s %10s %13.1f", "", "", rtl->seconds() / seconds);
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
