// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trees that grow to the nearest chip not yet reached, by hops and then by load.
#include "compiler/mapping/Route.h"

#include <algorithm>
#include <limits>
#include <queue>

namespace spindle::map {
namespace {

/// Searches from a growing set of chips, Dijkstra's way; what was found stays valid while the set
/// grows, since costs do not change meanwhile.
class NearestSearch {
public:
  NearestSearch(const ChipGraph &chips, const LinkLoad &load, bool bothWays)
      : chips_(chips), load_(load), bothWays_(bothWays), cost_(chips.size(), kFar),
        cameBy_(chips.size(), -1), cameFrom_(chips.size(), ChipGraph::kNone) {}

  void start(uint32_t chip) {
    cost_[chip] = 0;
    cameBy_[chip] = -1;
    cameFrom_[chip] = ChipGraph::kNone;
    open_.push({0, chip});
  }

  /// The nearest chip that is wanted, or kNone.
  template <typename Wanted> uint32_t nearest(const Wanted &wanted) {
    while (!open_.empty()) {
      auto [cost, chip] = open_.top();
      if (cost > cost_[chip]) {
        open_.pop();
        continue;
      }
      if (wanted(chip))
        return chip; // stays in the queue: it becomes part of the tree
      open_.pop();
      for (int link = 0; link < kLinks; ++link)
        relax(chip, link);
    }
    return ChipGraph::kNone;
  }

  uint32_t cameFrom(uint32_t chip) const { return cameFrom_[chip]; }
  int cameBy(uint32_t chip) const { return cameBy_[chip]; }

private:
  static constexpr double kFar = std::numeric_limits<double>::infinity();
  struct Open {
    double cost;
    uint32_t chip;
    bool operator<(const Open &other) const { // the smallest on top, ties by number
      return cost != other.cost ? cost > other.cost : chip > other.chip;
    }
  };

  void relax(uint32_t chip, int link) {
    uint32_t next = chips_.next(chip, link);
    if (next == ChipGraph::kNone || (bothWays_ && !chips_.bothWays(chip, link)))
      return;
    double step = load_.cost(chip, link);
    if (bothWays_)
      step = (step + load_.cost(next, opposite(link))) / 2;
    if (cost_[chip] + step >= cost_[next])
      return;
    cost_[next] = cost_[chip] + step;
    cameBy_[next] = link;
    cameFrom_[next] = chip;
    open_.push({cost_[next], next});
  }

  const ChipGraph &chips_;
  const LinkLoad &load_;
  bool bothWays_;
  std::vector<double> cost_;
  std::vector<int> cameBy_;
  std::vector<uint32_t> cameFrom_;
  std::priority_queue<Open> open_;
};

/// The links of a tree, each as (chip it starts from, direction), in order from the root.
struct Grown {
  std::vector<std::pair<uint32_t, int>> links;
  bool complete = false;
};

Grown grow(const ChipGraph &chips, uint32_t source, const std::vector<uint32_t> &goals,
           const LinkLoad &load, bool bothWays) {
  NearestSearch search(chips, load, bothWays);
  std::vector<char> wanted(chips.size(), 0);
  size_t left = 0;
  for (uint32_t chip : goals)
    if (chip != source && !wanted[chip])
      wanted[chip] = 1, ++left;
  search.start(source);
  Grown grown;
  while (left > 0) {
    uint32_t found = search.nearest([&](uint32_t chip) { return wanted[chip] != 0; });
    if (found == ChipGraph::kNone)
      return grown;
    std::vector<std::pair<uint32_t, int>> way;
    for (uint32_t at = found; search.cameFrom(at) != ChipGraph::kNone; at = search.cameFrom(at))
      way.emplace_back(search.cameFrom(at), search.cameBy(at));
    for (auto it = way.rbegin(); it != way.rend(); ++it) {
      grown.links.push_back(*it);
      uint32_t chip = chips.next(it->first, it->second);
      if (wanted[chip])
        wanted[chip] = 0, --left;
      search.start(chip);
    }
  }
  grown.complete = true;
  return grown;
}

} // namespace

std::optional<Tree> nearestTree(const ChipGraph &chips, uint32_t source,
                                const std::vector<Stop> &stops, const LinkLoad &load) {
  std::vector<uint32_t> goals;
  for (const Stop &stop : stops)
    goals.push_back(stop.chip);
  Grown grown = grow(chips, source, goals, load, false);
  if (!grown.complete)
    return std::nullopt;
  std::vector<uint32_t> placeOf(chips.size(), ChipGraph::kNone);
  Tree tree{{source, 0, -1}};
  placeOf[source] = 0;
  for (auto [chip, link] : grown.links) {
    uint32_t next = chips.next(chip, link);
    tree[placeOf[chip]].route |= 1u << link;
    placeOf[next] = uint32_t(tree.size());
    tree.push_back({next, 0, link});
  }
  for (const Stop &stop : stops)
    tree[placeOf[stop.chip]].route |= stop.cores;
  return tree;
}

//===- Shared trees ---------------------------------------------------------------------------===//

std::optional<SharedTree> SharedTree::spanning(const ChipGraph &graph,
                                               const std::vector<uint32_t> &chips,
                                               const LinkLoad &load) {
  SharedTree tree(graph);
  if (chips.empty())
    return tree;
  Grown grown = grow(graph, chips.front(), chips, load, true);
  if (!grown.complete)
    return std::nullopt;
  tree.chips_.push_back(chips.front());
  for (auto [chip, link] : grown.links) {
    uint32_t next = graph.next(chip, link);
    tree.links_[chip] |= uint8_t(1u << link);
    tree.links_[next] |= uint8_t(1u << opposite(link));
    tree.chips_.push_back(next);
  }
  return tree;
}

Tree SharedTree::from(uint32_t source, const std::vector<Stop> &stops) const {
  // All of it, from the source on.
  Tree all{{source, 0, -1}};
  std::vector<uint32_t> parent{0};
  for (uint32_t i = 0; i < all.size(); ++i)
    for (int link = 0; link < kLinks; ++link) {
      bool back = all[i].arrives >= 0 && link == opposite(all[i].arrives);
      if (back || !((links_[all[i].chip] >> link) & 1))
        continue;
      all.push_back({graph_->next(all[i].chip, link), 0, link});
      parent.push_back(i);
    }
  // Then without the branches that lead nowhere.
  std::vector<uint32_t> cores(links_.size(), 0);
  for (const Stop &stop : stops)
    cores[stop.chip] |= stop.cores;
  for (uint32_t i = uint32_t(all.size()); i-- > 0;) {
    all[i].route |= cores[all[i].chip];
    if (i > 0 && all[i].route != 0)
      all[parent[i]].route |= 1u << all[i].arrives;
  }
  Tree tree{all[0]};
  for (uint32_t i = 1; i < all.size(); ++i)
    if (all[i].route != 0)
      tree.push_back(all[i]);
  return tree;
}

} // namespace spindle::map
