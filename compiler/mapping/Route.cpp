// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Route.h"

#include "compiler/mapping/Partition.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

namespace spindle::map {
namespace {

/// Hops as (link, how many), longest first, of the shortest way.
std::vector<std::pair<int, int>> shortestVector(const Machine &machine, ChipId from, ChipId to) {
  auto [dx, dy, dz] = machine.vector(from, to); // the diagonal counts against x and y
  std::vector<std::pair<int, int>> hops{{dx > 0 ? 0 : 3, std::abs(dx)},
                                        {dz < 0 ? 1 : 4, std::abs(dz)},
                                        {dy > 0 ? 2 : 5, std::abs(dy)}};
  std::sort(hops.begin(), hops.end(), [](auto a, auto b) {
    return std::tuple(-a.second, a.first) < std::tuple(-b.second, b.first);
  });
  return hops;
}

using Hops = std::vector<int>; ///< links, one after another

/// Nothing if a chip or link on the way is dead.
std::optional<Hops> straightWay(const Machine &machine, ChipId from, ChipId to) {
  Hops way;
  for (auto [link, count] : shortestVector(machine, from, to))
    for (int i = 0; i < count; ++i) {
      auto next = machine.along(from, link);
      if (!next)
        return std::nullopt;
      from = *next;
      way.push_back(link);
    }
  return way;
}

std::optional<Hops> searchedWay(const Machine &machine, ChipId from, ChipId to) {
  std::map<ChipId, std::pair<ChipId, int>> cameFrom{{from, {from, -1}}};
  std::deque<ChipId> open{from};
  while (!open.empty() && !cameFrom.count(to)) {
    ChipId chip = open.front();
    open.pop_front();
    for (int link = 0; link < kLinks; ++link)
      if (auto next = machine.along(chip, link);
          next && cameFrom.emplace(*next, std::pair(chip, link)).second)
        open.push_back(*next);
  }
  if (!cameFrom.count(to))
    return std::nullopt;
  Hops way;
  for (ChipId at = to; at != from; at = cameFrom[at].first)
    way.push_back(cameFrom[at].second);
  std::reverse(way.begin(), way.end());
  return way;
}

/// Adds `way`, from where it last meets the tree: a chip must not be entered twice.
void graft(const Machine &machine, Tree &tree, ChipId from, const Hops &way) {
  std::vector<ChipId> chips{from};
  for (int link : way)
    chips.push_back(*machine.along(chips.back(), link));
  size_t start = chips.size() - 1;
  while (!tree.count(chips[start]))
    --start; // ends at the origin at the latest
  for (size_t i = start; i < way.size(); ++i) {
    tree[chips[i]].route |= 1u << way[i];
    tree[chips[i + 1]].arrives = way[i];
  }
}

/// A route along one link that goes on as it came needs no entry.
bool isDefault(const Branch &branch) {
  return branch.arrives >= 0 && branch.route == 1u << branch.arrives;
}

} // namespace

Result<Tree> routeTree(const Machine &machine, CoreId source, const std::vector<CoreId> &targets) {
  Tree tree;
  tree[source.chip];
  for (const CoreId &target : targets) {
    if (!tree.count(target.chip)) {
      auto way = straightWay(machine, source.chip, target.chip);
      if (!way)
        way = searchedWay(machine, source.chip, target.chip);
      if (!way)
        return Shortage{"links on the way to chip (" + std::to_string(target.chip.x) + "," +
                            std::to_string(target.chip.y) + ")",
                        1, 0, ""};
      graft(machine, tree, source.chip, *way);
    }
    tree[target.chip].route |= 1u << (kLinks + target.p);
  }
  return tree;
}

Result<std::vector<KeyRange>> allocateKeys(const std::vector<uint32_t> &counts) {
  // Largest first would pack tighter; in order, keys stay readable, and 2^32 are plenty.
  std::vector<KeyRange> ranges;
  uint64_t next = 0;
  for (uint32_t count : counts) {
    uint64_t size = uint64_t(1) << bitsFor(count);
    next = (next + size - 1) & ~(size - 1);
    if (next + size > (uint64_t(1) << 32))
      return Shortage{"routing keys", next + size, uint64_t(1) << 32, ""};
    ranges.push_back({static_cast<uint32_t>(next), static_cast<uint32_t>(~(size - 1))});
    next += size;
  }
  return ranges;
}

Result<Tables> buildTables(const std::vector<Tree> &trees, const std::vector<KeyRange> &keys) {
  Tables tables;
  for (size_t i = 0; i < trees.size(); ++i)
    for (auto &[chip, branch] : trees[i])
      if (branch.route != 0 && !isDefault(branch))
        tables[chip].push_back({keys[i].key, keys[i].mask, branch.route});
  for (auto &[chip, entries] : tables) {
    if (entries.size() > kRouterEntries)
      return Shortage{"routing entries", entries.size(), kRouterEntries,
                      "chip (" + std::to_string(chip.x) + "," + std::to_string(chip.y) + ")"};
    std::sort(entries.begin(), entries.end(),
              [](const TableEntry &a, const TableEntry &b) { return a.key < b.key; });
  }
  return tables;
}

} // namespace spindle::map
