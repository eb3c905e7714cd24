// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Placement, routing and tables together.
#include "compiler/mapping/Mapping.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/mapping/Machines.h"

#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <set>

using namespace spindle::map;

namespace {

/// Where a packet of `key` sent on `from` ends up: what the routers do with it.
std::set<CoreId> deliver(const Machine &machine, const Tables &tables, ChipId from, uint32_t key) {
  struct Packet {
    ChipId chip;
    int travels; // direction of travel, -1 at the origin
  };
  std::set<CoreId> reached;
  std::set<ChipId> seen;
  std::deque<Packet> packets{{from, -1}};
  while (!packets.empty()) {
    Packet p = packets.front();
    packets.pop_front();
    RC_ASSERT(seen.insert(p.chip).second);                // no packet meets itself
    uint32_t route = p.travels < 0 ? 0 : 1u << p.travels; // default: straight through
    if (auto table = tables.find(p.chip); table != tables.end())
      for (const TableEntry &entry : table->second)
        if ((key & entry.mask) == entry.key) {
          route = entry.route;
          break;
        }
    for (int link = 0; link < kLinks; ++link)
      if (route >> link & 1) {
        auto next = machine.along(p.chip, link);
        RC_ASSERT(bool(next)); // nor is it sent to nowhere
        packets.push_back({*next, link});
      }
    for (int core = 0; core < 18; ++core)
      if (route >> (kLinks + core) & 1)
        reached.insert({p.chip, core});
  }
  return reached;
}

/// A few populations of several slices, connected at random or one to one.
MachineGraph randomGraph(int mostSlices) {
  MachineGraph graph;
  int populations = *rc::gen::inRange(1, 6);
  for (int i = 0; i < populations; ++i) {
    graph.addPopulation("p" + std::to_string(i), *rc::gen::inRange(0, 100) / 100.0);
    int slices = *rc::gen::inRange(1, mostSlices);
    for (int s = 0; s < slices; ++s) {
      graph.addSlice({uint32_t(s) * 100, uint32_t(s + 1) * 100});
      graph.addSdram(graph.size() - 1, *rc::gen::inRange<uint64_t>(0, kSdramBytes / 8));
    }
  }
  int projections = *rc::gen::inRange(1, 8);
  for (int i = 0; i < projections; ++i) {
    auto any = [&] { return graph.populations()[*rc::gen::inRange(0, populations)]; };
    Population a = any(), b = any();
    int kind = *rc::gen::inRange(0, 3);
    for (uint32_t from = 0; from < a.slices; ++from)
      for (uint32_t to = 0; to < b.slices; ++to)
        if (kind == 0 || (kind == 1 && from == to) || (kind == 2 && *rc::gen::inRange(0, 3) == 0))
          graph.connect(a.first + from, b.first + to);
  }
  return graph;
}

DeadParts randomDeadParts(Size size) {
  DeadParts dead;
  int chips = *rc::gen::inRange(0, 12), links = *rc::gen::inRange(0, 60),
      cores = *rc::gen::inRange(0, 40);
  auto x = [&] { return *rc::gen::inRange(0, size.width); };
  auto y = [&] { return *rc::gen::inRange(0, size.height); };
  for (int i = 0; i < chips; ++i)
    dead.chips.push_back({x(), y()});
  for (int i = 0; i < links; ++i)
    dead.links.emplace_back(x(), y(), *rc::gen::inRange(0, kLinks));
  for (int i = 0; i < cores; ++i)
    dead.cores.emplace_back(x(), y(), *rc::gen::inRange(1, 17));
  return dead;
}

} // namespace

TEST_CASE("the board is the published one") {
  Machine board = *Machine::named("spinn5");
  REQUIRE(board.chips().size() == 48);
  REQUIRE(board.totalCores() == 856 - 48); // one monitor a chip
  int links = 0;
  for (ChipId chip : board.chips())
    for (int l = 0; l < kLinks; ++l)
      links += board.along(chip, l).has_value();
  REQUIRE(links == 240); // 120 in each direction
  REQUIRE_FALSE(Machine::named("spinn6"));
}

TEST_CASE("both placements use every core once and say what is short") {
  Machine board = *Machine::named("spinn5");
  ChipGraph chips(board);
  for (bool optimised : {false, true}) {
    auto place = [&](const ChipGraph &on, const MachineGraph &what) {
      return optimised ? placeOptimised(on, what) : placeRadial(on, what);
    };
    MachineGraph graph;
    graph.addPopulation("p", 1);
    for (uint32_t i = 0; i < 808; ++i)
      graph.addSlice({i, i + 1});
    for (uint32_t i = 0; i < 808; ++i)
      graph.connect(i, (i * 7 + 1) % 808);
    auto placed = place(chips, graph);
    REQUIRE(bool(placed));
    REQUIRE(std::set<CoreId>(placed->begin(), placed->end()).size() == 808);
    graph.addSlice({808, 809});
    auto full = place(chips, graph);
    REQUIRE_FALSE(bool(full));
    CHECK(full.shortage().resource == "cores");
    CHECK(full.shortage().needed == 809);
    CHECK(full.shortage().available == 808);
    MachineGraph heavy;
    heavy.addPopulation("p", 1);
    heavy.addSlice({0, 1});
    heavy.addSdram(heavy.addSlice({1, 2}), kSdramBytes + 1);
    auto tooHeavy = place(chips, heavy);
    REQUIRE_FALSE(bool(tooHeavy));
    CHECK(tooHeavy.shortage().needed == kSdramBytes + 1);
    CHECK(tooHeavy.shortage().slice == 1);
  }
}

TEST_CASE("slices whose rows fill the SDRAM spread over as many chips as it takes") {
  Machine board = *Machine::named("spinn5");
  ChipGraph chips(board);
  for (bool optimised : {false, true}) {
    auto place = [&](const ChipGraph &on, const MachineGraph &what) {
      return optimised ? placeOptimised(on, what) : placeRadial(on, what);
    };
    MachineGraph graph;
    graph.addPopulation("p", 1);
    for (uint32_t i = 0; i < 96; ++i)
      graph.addSdram(graph.addSlice({i, i + 1}), kSdramBytes / 2);
    for (uint32_t i = 0; i < 96; ++i)
      graph.connect(i, (i + 1) % 96);
    auto placed = place(chips, graph);
    REQUIRE(bool(placed));
    std::map<ChipId, int> on;
    for (const CoreId &core : *placed)
      ++on[core.chip];
    CHECK(on.size() == 48);
  }
}

TEST_CASE("a machine in two pieces is used in its larger one") {
  DeadParts dead; // the column x = 3 and the diagonal ways around it
  for (int y = 0; y < 7; ++y)
    dead.chips.push_back({3, y});
  for (int y = 0; y < 8; ++y)
    for (int x : {2, 4})
      for (int link = 0; link < kLinks; ++link)
        dead.links.emplace_back(x, y, link);
  Machine machine = spindle::test::without({8, 8}, dead);
  ChipGraph chips(machine);
  std::vector<uint32_t> reachable = chips.reachable();
  CHECK(reachable.size() < machine.chips().size());
  MachineGraph graph;
  graph.addPopulation("p", 1);
  for (uint32_t i = 0; i < machine.totalCores(); ++i)
    graph.addSlice({i, i + 1});
  auto placed = placeOptimised(chips, graph);
  REQUIRE_FALSE(bool(placed));
  CHECK(placed.shortage().resource == "cores on chips that links connect");
}

// The tables, walked as the routers walk them, reach exactly the targets: on whole machines and
// around dead parts, however placed, routed and minimised.
TEST_CASE("every packet reaches its targets and nothing else") {
  size_t mapped = 0;
  REQUIRE(rc::check([&] {
    // On one board, without wrap-around, where everything wraps, and where one axis does.
    auto size = *rc::gen::element(Size{8, 8}, Size{12, 12}, Size{16, 16}, Size{12, 16});
    Machine machine = spindle::test::without(size, randomDeadParts(size));
    MachineGraph graph = randomGraph(40);
    MappingOptions options;
    options.placement = *rc::gen::element(Placement::Radial, Placement::Optimised);
    options.routing = *rc::gen::element(Routing::Dimension, Routing::Congestion);
    if (*rc::gen::inRange(0, 3) == 0)
      options.minimise =
          *rc::gen::element(Method::Range, Method::Pair, Method::OrderedCovering, Method::Best);
    auto mapping = mapGraph(machine, graph, options);
    RC_ASSERT(bool(mapping)); // there is room for all
    ++mapped;
    RC_ASSERT(std::set<CoreId>(mapping->places.begin(), mapping->places.end()).size() ==
              graph.size());
    std::map<ChipId, uint64_t> sdram;
    for (uint32_t slice = 0; slice < graph.size(); ++slice) {
      CoreId at = mapping->places[slice];
      const std::vector<int> &cores = machine.cores(at.chip);
      RC_ASSERT(std::count(cores.begin(), cores.end(), at.p) == 1);
      sdram[at.chip] += graph[slice].sdramBytes;
    }
    for (auto [chip, bytes] : sdram)
      RC_ASSERT(bytes <= kSdramBytes);
    for (uint32_t slice = 0; slice < graph.size(); ++slice) {
      std::set<CoreId> wanted;
      for (uint32_t target : graph.targets(slice))
        wanted.insert(mapping->places[target]);
      if (!wanted.empty())
        RC_ASSERT(deliver(machine, mapping->tables, mapping->places[slice].chip,
                          mapping->keys[slice].key + 7) == wanted);
    }
  }));
  CHECK(mapped >= 100);
}

TEST_CASE("the same mapping every time") {
  Machine board = *Machine::named("spinn5");
  MachineGraph graph;
  for (uint32_t p = 0; p < 3; ++p) {
    graph.addPopulation("p", 0.1 * (p + 1));
    for (uint32_t i = 0; i < 100; ++i)
      graph.addSlice({i, i + 1});
  }
  for (uint32_t i = 0; i < 300; ++i)
    for (uint32_t k = 1; k < 30; ++k)
      graph.connect(i, (i * 31 + k * k) % 300);
  auto one = mapGraph(board, graph), two = mapGraph(board, graph);
  REQUIRE(bool(one));
  CHECK(one->places == two->places);
  CHECK(one->keys == two->keys);
  CHECK(one->tables == two->tables);
}
