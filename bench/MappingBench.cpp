// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Time and quality of the mapping on the shapes of well-known networks, beside the baseline.
#include "compiler/mapping/Mapping.h"
#include "tests/support/MachineGraphs.h"

#include <benchmark/benchmark.h>

#include <optional>
#include <string>

namespace {

using namespace spindle::map;

MachineGraph graphNamed(int which) {
  return which == 0 ? spindle::test::balancedNetwork()
                    : spindle::test::microcircuit(which == 1 ? 0.1 : 1.0);
}
const char *const kNames[] = {"balanced", "microcircuit 0.1", "microcircuit 1.0"};

Machine machineFor(const MachineGraph &graph) {
  for (unsigned boards = 1;; ++boards) {
    std::string error;
    auto machine = Machine::make("spinn5", sizeOfBoards(boards), {}, error);
    if (machine && placeRadial(ChipGraph(*machine), graph))
      return *machine;
  }
}

void mapping(benchmark::State &state) {
  MachineGraph graph = graphNamed(int(state.range(0)));
  Machine machine = machineFor(graph);
  bool ours = state.range(1) != 0;
  MappingOptions options{ours ? Placement::Optimised : Placement::Radial,
                         ours ? Routing::Congestion : Routing::Dimension, std::nullopt};
  if (state.range(1) == 2)
    options.minimise = Method::Best;
  std::optional<Quality> quality;
  for (auto _ : state) {
    auto mapped = mapGraph(machine, graph, options);
    if (!mapped) {
      state.SkipWithError(mapped.shortage().resource.c_str());
      return;
    }
    state.PauseTiming();
    quality = qualityOf(machine, graph, *mapped);
    state.ResumeTiming();
  }
  state.SetLabel(std::string(kNames[state.range(0)]) + (state.range(1) == 0 ? ", baseline"
                                                        : state.range(1) == 1
                                                            ? ", optimised"
                                                            : ", optimised, minimised"));
  state.counters["boards"] = machine.boards();
  state.counters["slices"] = graph.size();
  state.counters["hops/tick"] = quality->packetHops;
  state.counters["busiest"] = quality->largestLoad;
  state.counters["table"] = quality->largestTable;
  state.counters["entries"] = quality->entries;
  state.counters["unmerged"] = quality->largestUnmerged;
}

} // namespace

BENCHMARK(mapping)->ArgsProduct({{0, 1, 2}, {0, 1, 2}})->Unit(benchmark::kMillisecond);

BENCHMARK_MAIN();
