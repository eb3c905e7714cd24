// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Routing.h"

#include "compiler/mapping/ChipGraph.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <deque>

namespace spindle::map {
namespace {

constexpr int kFirstCoreBit = 6;

std::string at(Chip chip) {
  return "(" + std::to_string(chip.x) + ", " + std::to_string(chip.y) + ")";
}

/// The links of the shortest hexagonal vector, longest dimension first (x, y, diagonal on ties).
std::vector<int> longestDimensionFirst(Chip from, Chip to) {
  int dx = to.x - from.x, dy = to.y - from.y, diagonal = 0;
  if ((dx > 0) == (dy > 0) && dx != 0 && dy != 0) {
    diagonal = std::abs(dx) < std::abs(dy) ? dx : dy;
    dx -= diagonal;
    dy -= diagonal;
  }
  struct Leg {
    int count, rank, link;
  };
  std::array<Leg, 3> legs{{{std::abs(dx), 0, dx > 0 ? 0 : 3},
                           {std::abs(dy), 1, dy > 0 ? 2 : 5},
                           {std::abs(diagonal), 2, diagonal > 0 ? 1 : 4}}};
  std::sort(legs.begin(), legs.end(),
            [](Leg a, Leg b) { return std::pair(-a.count, a.rank) < std::pair(-b.count, b.rank); });
  std::vector<int> links;
  for (Leg leg : legs)
    links.insert(links.end(), static_cast<size_t>(leg.count), leg.link);
  return links;
}

/// The way to one target: by dimensions where every hop of it is alive, else by search from the
/// source (so that no chip is passed twice).
std::vector<Hop> wayTo(const MachineDescription &machine, Chip from, Chip to) {
  std::vector<Hop> way;
  Chip here = from;
  for (int link : longestDimensionFirst(from, to)) {
    auto next = machine.neighbour(here, link);
    if (!next)
      return shortestWay(machine, from, to);
    way.push_back({link, *next});
    here = *next;
  }
  return way;
}

} // namespace

std::variant<Tree, Shortfall> routeTree(const MachineDescription &machine, Core source,
                                        const std::set<Core> &targets) {
  Tree tree;
  tree[source.chip];
  for (const Core &target : targets) {
    std::vector<Hop> way = wayTo(machine, source.chip, target.chip);
    if (way.empty() && target.chip != source.chip)
      return Shortfall{"live way from chip " + at(source.chip) + " to chip " + at(target.chip), 1,
                       0};
    // Only the part behind the last chip that the tree has already is new: so it stays a tree.
    size_t first = 0;
    for (size_t h = 0; h < way.size(); ++h)
      if (tree.count(way[h].to))
        first = h + 1;
    Chip here = first == 0 ? source.chip : way[first - 1].to;
    for (size_t h = first; h < way.size(); ++h) {
      tree[here].route |= 1u << way[h].link;
      tree[way[h].to].arrivesOver = opposite(way[h].link);
      here = way[h].to;
    }
    tree[target.chip].route |= 1u << (kFirstCoreBit + target.core);
  }
  return tree;
}

std::variant<std::vector<KeyRange>, Shortfall> allocateKeys(const std::vector<Slice> &slices) {
  std::vector<KeyRange> out;
  uint64_t next = 0;
  for (const Slice &slice : slices) {
    uint64_t size = std::bit_ceil(std::max<uint64_t>(1, slice.hi - slice.lo));
    next = (next + size - 1) / size * size;
    if (next + size > (uint64_t{1} << 32))
      return Shortfall{"routing keys", next + size, uint64_t{1} << 32};
    out.push_back({static_cast<uint32_t>(next), static_cast<uint32_t>(~(size - 1))});
    next += size;
  }
  return out;
}

std::variant<Tables, Shortfall> buildTables(const std::vector<Tree> &trees,
                                            const std::vector<KeyRange> &keys) {
  Tables tables;
  for (size_t s = 0; s < trees.size(); ++s)
    for (const auto &[chip, branch] : trees[s]) {
      bool straight = branch.arrivesOver >= 0 && branch.route == 1u << opposite(branch.arrivesOver);
      if (branch.route != 0 && !straight)
        tables[chip].push_back({keys[s].key, keys[s].mask, branch.route});
    }
  for (auto &[chip, entries] : tables) {
    std::sort(entries.begin(), entries.end(),
              [](const TableEntry &a, const TableEntry &b) { return a.key < b.key; });
    if (entries.size() > kTableEntries)
      return Shortfall{"routing table entries of chip " + at(chip), entries.size(), kTableEntries};
  }
  return tables;
}

std::set<Core> deliver(const MachineDescription &machine, const Tables &tables, Chip from,
                       uint32_t key) {
  struct Packet {
    Chip chip;
    int arrivedOver;
  };
  std::set<Core> reached;
  std::set<std::pair<Chip, int>> seen; // a routing loop ends here
  std::deque<Packet> packets{{from, -1}};
  while (!packets.empty()) {
    Packet p = packets.front();
    packets.pop_front();
    if (!seen.insert({p.chip, p.arrivedOver}).second)
      continue;
    uint32_t route = p.arrivedOver < 0 ? 0 : 1u << opposite(p.arrivedOver);
    if (auto table = tables.find(p.chip); table != tables.end())
      for (const TableEntry &entry : table->second)
        if ((key & entry.mask) == entry.key) {
          route = entry.route;
          break;
        }
    for (int link = 0; link < 6; ++link)
      if (route >> link & 1)
        if (auto next = machine.neighbour(p.chip, link))
          packets.push_back({*next, opposite(link)});
    for (int core = 0; core < 18; ++core)
      if (route >> (kFirstCoreBit + core) & 1)
        reached.insert({p.chip, core});
  }
  return reached;
}

} // namespace spindle::map
