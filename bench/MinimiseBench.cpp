// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing-table minimisation: entries and CPU time of each method, on drawn tables and on every
// real one of the shared data. One line a table and method.
#include "compiler/mapping/Minimise.h"
#include "tests/support/RoutingTables.h"
#include "tests/support/SharedData.h"

#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <string>

using namespace spindle;
using namespace spindle::map;
using Table = std::vector<TableEntry>;

namespace {

std::map<std::string, std::shared_ptr<const Table>> tables() {
  std::map<std::string, std::shared_ptr<const Table>> out;
  auto add = [&](std::string name, Table table) {
    out[std::move(name)] = std::make_shared<const Table>(std::move(table));
  };
  add("drawn_60_routes", test::drawRoutingTable({1650, 60, 5, 0.4, 1}));
  add("drawn_300_routes", test::drawRoutingTable({1650, 300, 5, 0.4, 2}));
  add("drawn_20_routes_no_runs", test::drawRoutingTable({1650, 20, 10, 0.2, 3}));
  add("drawn_34_routes_long_runs", test::drawRoutingTable({30000, 34, 200, 0.99, 4}));
  if (auto data = test::sharedData(); data && exists(*data / "routing-tables"))
    for (auto &file : std::filesystem::directory_iterator(*data / "routing-tables"))
      if (file.path().extension() == ".gz")
        add(file.path().stem().stem().string(), test::readRoutingTable(file.path()));
  return out;
}

void measure(benchmark::State &state, const Table &table, Method method, uint64_t effort) {
  MinimiseOptions options;
  options.effort = effort;
  size_t entries = 0;
  for (auto _ : state) {
    auto found = minimise(table, method, options);
    entries = found ? found->table.size() : 0;
  }
  state.counters["before"] = static_cast<double>(table.size());
  state.counters["entries"] = static_cast<double>(entries);
}

void add(const std::string &table, std::shared_ptr<const Table> entries, Method method,
         const std::string &suffix, uint64_t effort) {
  benchmark::RegisterBenchmark(
      (table + "/" + std::string(name(method)) + suffix).c_str(),
      [=](benchmark::State &state) { measure(state, *entries, method, effort); })
      ->Unit(benchmark::kMillisecond);
}

} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  for (auto &[table, entries] : tables()) {
    for (Method method : {Method::Range, Method::Pair, Method::OrderedCovering, Method::Best})
      add(table, entries, method, "", MinimiseOptions().effort);
    add(table, entries, Method::Best, "_effort_400", 400);
  }
  benchmark::RunSpecifiedBenchmarks();
}
