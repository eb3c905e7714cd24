// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Longest dimension first, and what it has in common with other ways: joining a way to a tree.
#include "compiler/mapping/Route.h"

#include <boost/graph/breadth_first_search.hpp>

#include <algorithm>
#include <cstdlib>
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
std::optional<Hops> straightWay(const ChipGraph &chips, uint32_t from, uint32_t to) {
  Hops way;
  for (auto [link, count] : shortestVector(chips.machine(), chips.chip(from), chips.chip(to)))
    for (int i = 0; i < count; ++i) {
      from = chips.next(from, link);
      if (from == ChipGraph::kNone)
        return std::nullopt;
      way.push_back(link);
    }
  return way;
}

/// Notes the link over which each chip was found.
struct CameByVisitor : boost::default_bfs_visitor {
  explicit CameByVisitor(std::vector<int> &cameBy) : cameBy(cameBy) {}
  template <typename Edge, typename G> void tree_edge(Edge e, const G &g) {
    cameBy[boost::target(e, g)] = g[e].link;
  }
  std::vector<int> &cameBy;
};

/// Ways from one chip around dead parts, searched when the first one is asked for.
class SearchedWays {
public:
  SearchedWays(const ChipGraph &chips, uint32_t from) : chips_(chips), from_(from) {}

  std::optional<Hops> to(uint32_t chip) {
    if (cameBy_.empty()) {
      cameBy_.assign(chips_.size(), -1);
      boost::breadth_first_search(chips_.graph(), from_, boost::visitor(CameByVisitor(cameBy_)));
    }
    Hops way;
    while (chip != from_) {
      int link = cameBy_[chip];
      if (link < 0)
        return std::nullopt;
      way.push_back(link);
      chip = before(chip, link);
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

private:
  /// The chip from which `link` leads to `chip`; that way may be dead in the other direction.
  uint32_t before(uint32_t chip, int link) const {
    const Machine &machine = chips_.machine();
    ChipId at = machine.stepped(chips_.chip(chip), opposite(link));
    return chips_.index(at);
  }

  const ChipGraph &chips_;
  uint32_t from_;
  std::vector<int> cameBy_;
};

/// A tree under construction: the place of each of its chips.
class Growth {
public:
  Growth(const ChipGraph &chips, uint32_t source)
      : chips_(chips), placeOf_(chips.size(), ChipGraph::kNone) {
    add(source, -1);
  }

  bool has(uint32_t chip) const { return placeOf_[chip] != ChipGraph::kNone; }
  void stop(const Stop &stop) { tree_[placeOf_[stop.chip]].route |= stop.cores; }

  /// Adds `way`, from where it last meets the tree: a chip must not be entered twice.
  void graft(uint32_t from, const Hops &way) {
    std::vector<uint32_t> along{from};
    for (int link : way)
      along.push_back(chips_.next(along.back(), link));
    size_t start = along.size() - 1;
    while (!has(along[start]))
      --start; // ends at the origin at the latest
    for (size_t i = start; i < way.size(); ++i) {
      tree_[placeOf_[along[i]]].route |= 1u << way[i];
      add(along[i + 1], way[i]);
    }
  }

  Tree take() { return std::move(tree_); }

private:
  void add(uint32_t chip, int arrives) {
    placeOf_[chip] = uint32_t(tree_.size());
    tree_.push_back({chip, 0, arrives});
  }

  const ChipGraph &chips_;
  std::vector<uint32_t> placeOf_;
  Tree tree_;
};

} // namespace

std::optional<Tree> dimensionTree(const ChipGraph &chips, uint32_t source,
                                  const std::vector<Stop> &stops) {
  Growth growth(chips, source);
  SearchedWays searched(chips, source);
  for (const Stop &stop : stops) {
    if (!growth.has(stop.chip)) {
      std::optional<Hops> way = straightWay(chips, source, stop.chip);
      if (!way)
        way = searched.to(stop.chip);
      if (!way)
        return std::nullopt;
      growth.graft(source, *way);
    }
    growth.stop(stop);
  }
  return growth.take();
}

void LinkLoad::add(const Tree &tree, double packets) {
  for (const Branch &branch : tree)
    for (int link = 0; link < kLinks; ++link)
      if ((branch.route >> link) & 1) {
        double &load = load_[branch.chip][size_t(link)];
        load += packets;
        largest_ = std::max(largest_, load);
      }
}

} // namespace spindle::map
