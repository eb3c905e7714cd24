// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/ChipGraph.h"
#include "compiler/mapping/Placement.h"
#include "compiler/mapping/Routing.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

using namespace spindle::map;

TEST_CASE("the board is the published one") {
  MachineDescription board = MachineDescription::spinn5();
  REQUIRE(board.chips().size() == 48);
  REQUIRE(board.totalCores() == 856 - 48); // one monitor a chip
  int links = 0;
  for (Chip chip : board.chips())
    for (int l = 0; l < 6; ++l)
      links += board.neighbour(chip, l).has_value();
  REQUIRE(links == 240); // 120 in each direction
  REQUIRE(radialOrder(board, {0, 0}).size() == 48);
}

TEST_CASE("a dead link is dead in one direction") {
  MachineDescription board = MachineDescription::spinn5();
  board.removeLink({0, 0}, 1);
  REQUIRE_FALSE(board.neighbour({0, 0}, 1));
  REQUIRE(board.neighbour({1, 1}, 4) == Chip{0, 0});
}

TEST_CASE("slices cover a node once, none above the limit") {
  REQUIRE(rc::check([] {
    auto size = *rc::gen::inRange<uint64_t>(1, 5000);
    auto limit = *rc::gen::inRange<uint64_t>(1, 257);
    uint64_t next = 0;
    for (const Slice &s : partition(3, size, limit)) {
      RC_ASSERT(s.lo == next);
      RC_ASSERT(s.hi > s.lo);
      RC_ASSERT(s.hi - s.lo <= limit);
      next = s.hi;
    }
    RC_ASSERT(next == size);
  }));
}

TEST_CASE("placement uses every core once and says what is short") {
  MachineDescription board = MachineDescription::spinn5();
  std::vector<Slice> slices(808);
  auto placed = std::get<std::vector<Core>>(placeRadial(board, slices));
  REQUIRE(std::set<Core>(placed.begin(), placed.end()).size() == 808);
  REQUIRE(placed.front().chip == Chip{0, 0});
  slices.emplace_back();
  auto shortfall = std::get<Shortfall>(placeRadial(board, slices));
  REQUIRE(shortfall.resource == "cores");
  REQUIRE(shortfall.needed == 809);
  REQUIRE(shortfall.available == 808);
  std::vector<Slice> heavy(1);
  heavy[0].sdram = kSdramPerChip + 1;
  REQUIRE(std::get<Shortfall>(placeRadial(board, heavy)).needed == kSdramPerChip + 1);
}

TEST_CASE("keys are aligned blocks that do not overlap") {
  REQUIRE(rc::check([] {
    auto sizes = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<uint64_t>>(rc::gen::inRange<uint64_t>(1, 257)));
    std::vector<Slice> slices;
    for (uint64_t n : sizes)
      slices.push_back({0, 0, n, 0});
    auto keys = std::get<std::vector<KeyRange>>(allocateKeys(slices));
    uint64_t end = 0;
    for (size_t i = 0; i < keys.size(); ++i) {
      RC_ASSERT(keys[i].key >= end);
      RC_ASSERT((keys[i].key & ~keys[i].mask) == 0u);
      RC_ASSERT(uint64_t{~keys[i].mask} + 1 >= sizes[i]);
      end = keys[i].key + uint64_t{~keys[i].mask} + 1;
    }
  }));
}

// The tables, walked as the routers walk them, reach exactly the targets: on whole boards and
// around dead parts.
TEST_CASE("every packet reaches its targets and nothing else") {
  REQUIRE(rc::check([] {
    MachineDescription board = MachineDescription::spinn5();
    int deadChips = *rc::gen::inRange(0, 8), deadLinks = *rc::gen::inRange(0, 40);
    for (int i = 0; i < deadChips; ++i)
      board.removeChip(board.chips()[*rc::gen::inRange<size_t>(1, board.chips().size())]);
    for (int i = 0; i < deadLinks; ++i)
      board.removeLink(board.chips()[*rc::gen::inRange<size_t>(0, board.chips().size())],
                       *rc::gen::inRange(0, 6));
    auto anyCore = [&] {
      Chip chip = board.chips()[*rc::gen::inRange<size_t>(0, board.chips().size())];
      const auto &cores = board.cores(chip);
      return Core{chip, cores[*rc::gen::inRange<size_t>(0, cores.size())]};
    };
    std::vector<Tree> trees;
    std::vector<Slice> slices;
    std::vector<std::pair<Core, std::set<Core>>> wanted;
    int sources = *rc::gen::inRange(1, 12);
    for (int s = 0; s < sources; ++s) {
      Core source = anyCore();
      std::set<Core> targets;
      int count = *rc::gen::inRange(1, 20);
      for (int t = 0; t < count; ++t)
        targets.insert(anyCore());
      auto tree = routeTree(board, source, targets);
      if (std::holds_alternative<Shortfall>(tree)) // refused only where there is really no way
        RC_ASSERT(std::any_of(targets.begin(), targets.end(), [&](const Core &t) {
          return t.chip != source.chip && shortestWay(board, source.chip, t.chip).empty();
        }));
      else {
        trees.push_back(std::get<Tree>(tree));
        slices.push_back({0, 0, 100, 0});
        wanted.emplace_back(source, targets);
      }
    }
    auto keys = std::get<std::vector<KeyRange>>(allocateKeys(slices));
    auto tables = std::get<Tables>(buildTables(trees, keys));
    for (size_t s = 0; s < trees.size(); ++s)
      RC_ASSERT(deliver(board, tables, wanted[s].first.chip, keys[s].key + 7) == wanted[s].second);
  }));
}
