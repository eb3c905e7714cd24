// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a generated synapse costs: one pass over all rows of a projection, construction included.
#include "sim/number/Connections.h"

#include <benchmark/benchmark.h>

using namespace spindle::number;

namespace {

ConnectionRule ruleOf(Rule rule) {
  ConnectionRule r;
  r.rule = rule;
  r.sources = 20000;
  r.targets = 20000;
  r.seed = 1;
  r.number = rule == Rule::FixedTotal ? 20'000'000 : 1000;
  r.probability = 0.05;
  return r;
}

/// Synapses per second, and the time of one.
void rows(benchmark::State &state, Rule rule, bool distributed) {
  ConnectionRule r = ruleOf(rule);
  if (distributed) {
    r.weight = {Law::Normal, 87.8, 8.78};
    keepSign(r.weight);
    r.delay = {Law::Normal, 15, 7.5};
    r.delay.low = 1;
  }
  uint64_t synapses = 0;
  std::vector<Drawn> row;
  for (auto _ : state) {
    Connections c(r);
    for (uint32_t s = 0; s < r.sources; ++s) {
      c.row(s, row);
      synapses += row.size();
      benchmark::DoNotOptimize(row.data());
    }
  }
  state.counters["synapses/s"] =
      benchmark::Counter(static_cast<double>(synapses), benchmark::Counter::kIsRate);
  state.counters["time/synapse"] = benchmark::Counter(
      static_cast<double>(synapses), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(rows, fixed_total, Rule::FixedTotal, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rows, fixed_in_degree, Rule::FixedInDegree, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rows, fixed_in_degree_constant, Rule::FixedInDegree, false)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rows, fixed_out_degree, Rule::FixedOutDegree, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rows, fixed_probability, Rule::FixedProbability, true)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rows, all_to_all, Rule::AllToAll, true)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
