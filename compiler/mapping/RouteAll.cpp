// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices of a population mostly send to the same chips. One tree for all of them, used in both
// directions, then costs each as many hops as a tree of its own, and most chips see its packets
// come from few sides: few entries. Where that is not so, every slice gets its own tree.
#include "compiler/mapping/RouteAll.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace spindle::map {
namespace {

class Router {
public:
  Router(const ChipGraph &chips, const MachineGraph &graph, const std::vector<CoreId> &places)
      : chips_(chips), graph_(graph), load_(chips) {
    for (const CoreId &place : places)
      chipOf_.push_back(chips.index(place.chip));
    stops_.resize(graph.size());
    for (uint32_t slice = 0; slice < graph.size(); ++slice) {
      std::map<uint32_t, uint32_t> cores;
      for (uint32_t target : graph.targets(slice))
        cores[chipOf_[target]] |= coreBit(places[target].p);
      for (auto [chip, bits] : cores)
        stops_[slice].push_back({chip, bits});
    }
    routes_.trees.resize(graph.size());
    routes_.codes.resize(graph.populations().size());
  }

  Result<Routes> run(Routing routing) {
    for (uint32_t population : byTraffic()) {
      std::optional<Shortage> shortage =
          routing == Routing::Dimension ? byDimension(population) : byCongestion(population);
      if (shortage)
        return *shortage;
    }
    return std::move(routes_);
  }

private:
  /// Those that send most choose first.
  std::vector<uint32_t> byTraffic() const {
    std::vector<uint32_t> order(graph_.populations().size());
    std::iota(order.begin(), order.end(), 0u);
    std::vector<double> packets(order.size(), 0);
    for (uint32_t slice = 0; slice < graph_.size(); ++slice)
      packets[graph_[slice].population] += graph_.packets(slice);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return packets[a] != packets[b] ? packets[a] > packets[b] : a < b;
    });
    return order;
  }

  /// The slices of a population that send.
  std::vector<uint32_t> senders(uint32_t population) const {
    const Population &p = graph_.populations()[population];
    std::vector<uint32_t> slices;
    for (uint32_t slice = p.first; slice < p.first + p.slices; ++slice)
      if (graph_.sends(slice))
        slices.push_back(slice);
    return slices;
  }

  Shortage unreachable(uint32_t slice) const {
    std::vector<uint32_t> hops = chips_.hops(chipOf_[slice]);
    std::string where;
    for (const Stop &stop : stops_[slice])
      if (hops[stop.chip] == ChipGraph::kNone)
        where = text(chips_.chip(stop.chip));
    return {"links on the way to chip " + where, 1, 0, "", int64_t(slice)};
  }

  std::optional<Shortage> byDimension(uint32_t population) {
    for (uint32_t slice : senders(population)) {
      std::optional<Tree> tree = dimensionTree(chips_, chipOf_[slice], stops_[slice]);
      if (!tree)
        return unreachable(slice);
      routes_.trees[slice] = std::move(*tree);
    }
    routes_.codes[population] = codesInOrder(graph_, population);
    return std::nullopt;
  }

  std::optional<Shortage> byCongestion(uint32_t population) {
    std::vector<uint32_t> slices = senders(population);
    std::set<uint32_t> touched;
    for (uint32_t slice : slices) {
      touched.insert(chipOf_[slice]);
      for (const Stop &stop : stops_[slice])
        touched.insert(stop.chip);
    }
    std::optional<SharedTree> shared =
        SharedTree::spanning(chips_, {touched.begin(), touched.end()}, load_);
    double ownHops = 0, sharedHops = 0;
    std::vector<Tree> own, common;
    for (uint32_t slice : slices) {
      std::optional<Tree> tree = ownTree(slice);
      if (!tree)
        return unreachable(slice);
      ownHops += double(hopsOf(*tree));
      own.push_back(std::move(*tree));
      if (!shared)
        continue;
      common.push_back(shared->from(chipOf_[slice], stops_[slice]));
      sharedHops += double(hopsOf(common.back()));
    }
    // A few more hops are worth smaller tables.
    bool together = shared && sharedHops <= 1.02 * ownHops;
    for (size_t i = 0; i < slices.size(); ++i) {
      routes_.trees[slices[i]] = std::move(together ? common[i] : own[i]);
      load_.add(routes_.trees[slices[i]], graph_.packets(slices[i]));
    }
    chooseCodes(population, shared);
    ownTrees_.clear();
    return std::nullopt;
  }

  /// Slices on one chip that send to the same cores have the same tree.
  std::optional<Tree> ownTree(uint32_t slice) {
    std::vector<uint32_t> what{chipOf_[slice]};
    for (const Stop &stop : stops_[slice])
      what.insert(what.end(), {stop.chip, stop.cores});
    auto [it, isNew] = ownTrees_.try_emplace(std::move(what));
    if (isNew)
      it->second = nearestTree(chips_, chipOf_[slice], stops_[slice], load_);
    return it->second;
  }

  /// Along the tree if that leaves room for the keys of all.
  void chooseCodes(uint32_t population, const std::optional<SharedTree> &shared) {
    constexpr unsigned kMoreBits = 4;
    SliceCodes plain = codesInOrder(graph_, population);
    routes_.codes[population] = plain;
    if (!shared)
      return;
    SliceCodes along = codesAlong(*shared, graph_, population, chipOf_);
    if (along.bits <= plain.bits + kMoreBits)
      routes_.codes[population] = std::move(along);
  }

  const ChipGraph &chips_;
  const MachineGraph &graph_;
  LinkLoad load_;
  std::vector<uint32_t> chipOf_;         ///< per slice
  std::vector<std::vector<Stop>> stops_; ///< per slice
  std::map<std::vector<uint32_t>, std::optional<Tree>> ownTrees_;
  Routes routes_;
};

} // namespace

Result<Routes> routeAll(const ChipGraph &chips, const MachineGraph &graph,
                        const std::vector<CoreId> &places, Routing routing) {
  return Router(chips, graph, places).run(routing);
}

} // namespace spindle::map
