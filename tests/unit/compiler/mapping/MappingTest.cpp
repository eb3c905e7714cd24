// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Machine.h"
#include "compiler/mapping/Partition.h"
#include "compiler/mapping/Place.h"
#include "compiler/mapping/Route.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/mapping/Machines.h"

#include <rapidcheck.h>

#include <deque>
#include <set>

using namespace spindle::map;

namespace {

/// Where a packet of `key` sent on `from` ends up: what the routers do with it.
std::set<CoreId> deliver(const Machine &board, const Tables &tables, ChipId from, uint32_t key) {
  struct Packet {
    ChipId chip;
    int travels; // direction of travel, -1 at the origin
  };
  std::set<CoreId> reached;
  std::set<std::pair<ChipId, int>> seen; // a routing loop ends here
  std::deque<Packet> packets{{from, -1}};
  while (!packets.empty()) {
    Packet p = packets.front();
    packets.pop_front();
    if (!seen.insert({p.chip, p.travels}).second)
      continue;
    uint32_t route = p.travels < 0 ? 0 : 1u << p.travels; // default: straight through
    if (auto table = tables.find(p.chip); table != tables.end())
      for (const TableEntry &entry : table->second)
        if ((key & entry.mask) == entry.key) {
          route = entry.route;
          break;
        }
    for (int link = 0; link < kLinks; ++link)
      if (route >> link & 1)
        if (auto next = board.along(p.chip, link))
          packets.push_back({*next, link});
    for (int core = 0; core < 18; ++core)
      if (route >> (kLinks + core) & 1)
        reached.insert({p.chip, core});
  }
  return reached;
}

/// Whether there is any way over live links.
bool connected(const Machine &board, ChipId from, ChipId to) {
  std::set<ChipId> seen{from};
  std::deque<ChipId> open{from};
  for (; !open.empty(); open.pop_front())
    for (int link = 0; link < kLinks; ++link)
      if (auto next = board.along(open.front(), link); next && seen.insert(*next).second)
        open.push_back(*next);
  return seen.count(to) != 0;
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

TEST_CASE("a dead link is dead in one direction") {
  DeadParts dead;
  dead.links.emplace_back(0, 0, 1);
  std::string error;
  Machine board = *Machine::make("spinn5", sizeOfBoards(1), dead, error);
  REQUIRE_FALSE(board.along({0, 0}, 1));
  REQUIRE(board.along({1, 1}, 4) == ChipId{0, 0});
}

TEST_CASE("slices cover a population once, none above the limit, and the ring reaches the delay") {
  REQUIRE(rc::check([] {
    auto size = *rc::gen::inRange<uint32_t>(1, 3000);
    auto limit = *rc::gen::inRange<unsigned>(1, 257);
    auto delay = *rc::gen::inRange<uint64_t>(1, 200);
    auto partition = partitionPopulation(size, 2, delay, limit);
    RC_ASSERT(bool(partition));
    uint32_t next = 0;
    for (const Slice &s : partition->slices) {
      RC_ASSERT(s.lo == next);
      RC_ASSERT(s.hi > s.lo);
      RC_ASSERT(s.size() <= limit);
      RC_ASSERT(s.size() <= 1u << partition->ring.index);
      next = s.hi;
    }
    RC_ASSERT(next == size);
    RC_ASSERT(delay <= uint64_t{1} << partition->ring.delay);
    RC_ASSERT(partition->ring.delay + partition->ring.type + partition->ring.index <= kRingBits);
  }));
}

TEST_CASE("a delay that no ring buffer reaches is refused with the figures") {
  auto partition = partitionPopulation(10, 2, 20000, 256);
  REQUIRE_FALSE(bool(partition));
  REQUIRE(partition.shortage().needed > partition.shortage().available);
}

TEST_CASE("placement uses every core once and says what is short") {
  Machine board = *Machine::named("spinn5");
  std::vector<Item> items(808);
  auto placed = place(board, items);
  REQUIRE(bool(placed));
  REQUIRE(std::set<CoreId>(placed->begin(), placed->end()).size() == 808);
  items.emplace_back();
  auto full = place(board, items);
  REQUIRE_FALSE(bool(full));
  REQUIRE(full.shortage().needed == 809);
  REQUIRE(full.shortage().available == 808);
  auto heavy = place(board, {{kSdramBytes + 1}});
  REQUIRE_FALSE(bool(heavy));
}

TEST_CASE("keys are aligned blocks that do not overlap") {
  REQUIRE(rc::check([] {
    auto counts = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(1, 257)));
    auto keys = allocateKeys(counts);
    RC_ASSERT(bool(keys));
    uint64_t end = 0;
    for (size_t i = 0; i < counts.size(); ++i) {
      KeyRange range = (*keys)[i];
      RC_ASSERT(range.key >= end);
      RC_ASSERT((range.key & ~range.mask) == 0u);
      RC_ASSERT(uint64_t{~range.mask} + 1 >= counts[i]);
      end = range.key + uint64_t{~range.mask} + 1;
    }
  }));
}

// The tables, walked as the routers walk them, reach exactly the targets: on whole boards and
// around dead parts.
TEST_CASE("every packet reaches its targets and nothing else") {
  REQUIRE(rc::check([] {
    DeadParts dead;
    int deadChips = *rc::gen::inRange(0, 8), deadLinks = *rc::gen::inRange(0, 40);
    for (int i = 0; i < deadChips; ++i)
      dead.chips.push_back({*rc::gen::inRange(1, 8), *rc::gen::inRange(0, 8)});
    for (int i = 0; i < deadLinks; ++i)
      dead.links.emplace_back(*rc::gen::inRange(0, 8), *rc::gen::inRange(0, 8),
                              *rc::gen::inRange(0, kLinks));
    // On a board, without wrap-around, and where everything wraps.
    auto size = *rc::gen::element(Size{8, 8}, Size{12, 12}, Size{16, 16}, Size{12, 16});
    Machine board = spindle::test::without(size, dead);
    auto anyCore = [&] {
      auto chips = board.chips();
      ChipId chip = chips[*rc::gen::inRange<size_t>(0, chips.size())];
      const auto &cores = board.cores(chip);
      return CoreId{chip, cores[*rc::gen::inRange<size_t>(0, cores.size())]};
    };
    std::vector<Tree> trees;
    std::vector<uint32_t> counts;
    std::vector<std::pair<CoreId, std::set<CoreId>>> wanted;
    int sources = *rc::gen::inRange(1, 12);
    for (int s = 0; s < sources; ++s) {
      CoreId source = anyCore();
      std::set<CoreId> targets;
      int count = *rc::gen::inRange(1, 20);
      for (int t = 0; t < count; ++t)
        targets.insert(anyCore());
      auto tree = routeTree(board, source, {targets.begin(), targets.end()});
      if (!tree) { // refused only where there is really no way
        bool cut = false;
        for (const CoreId &t : targets)
          cut |= !connected(board, source.chip, t.chip);
        RC_ASSERT(cut);
        continue;
      }
      trees.push_back(*tree);
      counts.push_back(100);
      wanted.emplace_back(source, targets);
    }
    auto keys = allocateKeys(counts);
    auto tables = buildTables(trees, *keys);
    RC_ASSERT(bool(tables));
    for (size_t s = 0; s < trees.size(); ++s)
      RC_ASSERT(deliver(board, *tables, wanted[s].first.chip, (*keys)[s].key + 7) ==
                wanted[s].second);
  }));
}
