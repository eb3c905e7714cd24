// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Mapping.h"

#include <algorithm>

namespace spindle::map {
namespace {

double packetHops(const MachineGraph &graph, const std::vector<Tree> &trees) {
  double sum = 0;
  for (uint32_t slice = 0; slice < trees.size(); ++slice)
    sum += graph.packets(slice) * double(hopsOf(trees[slice]));
  return sum;
}

/// The slice of which most entries of a chip's table are.
int64_t mainUser(const Table &table, const KeyPlan &keys, const MachineGraph &graph) {
  size_t most = 0;
  int64_t user = -1;
  for (uint32_t i = 0; i < graph.populations().size(); ++i) {
    const KeyRange &zone = keys.populations[i];
    size_t count = zone.mask == 0
                       ? 0
                       : size_t(std::count_if(table.begin(), table.end(), [&](const TableEntry &e) {
                           return (e.key & zone.mask) == zone.key;
                         }));
    if (count > most) {
      most = count;
      user = graph.populations()[i].first;
    }
  }
  return user;
}

/// The table as the router gets it.
Table finished(const MarkedTable &marked, const MappingOptions &options) {
  Table table = withoutStraight(marked);
  if (!options.minimise && table.size() <= kRouterEntries)
    return table;
  MinimiseOptions how;
  how.straight = marked.straight;
  Result<Minimised> smaller =
      minimise(marked.entries, options.minimise.value_or(Method::Best), how);
  if (smaller && smaller->table.size() < table.size())
    return std::move(smaller->table);
  return table;
}

/// Places and trees; of two placements the one whose packets travel less.
struct Way {
  std::vector<CoreId> places;
  Routes routes;
};

Result<Way> routed(const ChipGraph &chips, const MachineGraph &graph,
                   const Result<std::vector<CoreId>> &places, Routing routing) {
  if (!places)
    return places.shortage();
  Result<Routes> routes = routeAll(chips, graph, *places, routing);
  if (!routes)
    return routes.shortage();
  return Way{*places, std::move(*routes)};
}

Result<Way> bestWay(const ChipGraph &chips, const MachineGraph &graph,
                    const MappingOptions &options) {
  constexpr uint32_t kCompareUpTo = 4096; // slices: beyond, trees take longer than they gain
  if (options.placement == Placement::Radial)
    return routed(chips, graph, placeRadial(chips, graph), options.routing);
  Result<Way> best = routed(chips, graph, placeOptimised(chips, graph), options.routing);
  if (graph.size() > kCompareUpTo && best)
    return best;
  auto consider = [&](const Result<std::vector<CoreId>> &places) {
    Result<Way> way = routed(chips, graph, places, options.routing);
    if (way &&
        (!best || packetHops(graph, way->routes.trees) < packetHops(graph, best->routes.trees)))
      best = std::move(way);
  };
  for (double room : {0.08, 0.2})
    consider(placeOptimised(chips, graph, room));
  consider(placeRadial(chips, graph));
  return best;
}

} // namespace

Result<Mapping> mapGraph(const Machine &machine, const MachineGraph &graph,
                         const MappingOptions &options) {
  ChipGraph chips(machine);
  Result<Way> way = bestWay(chips, graph, options);
  if (!way)
    return way.shortage();
  Result<KeyPlan> keys = allocateKeys(graph, std::move(way->routes.codes));
  if (!keys) { // without the order that suits the trees
    std::vector<SliceCodes> plain;
    for (uint32_t i = 0; i < graph.populations().size(); ++i)
      plain.push_back(codesInOrder(graph, i));
    keys = allocateKeys(graph, std::move(plain));
    if (!keys)
      return keys.shortage();
  }
  Mapping mapping{std::move(way->places), keys->slices, std::move(way->routes.trees), {}};
  for (const auto &[chip, marked] : mergedTables(chips, graph, mapping.trees, *keys)) {
    Table table = finished(marked, options);
    if (table.size() > kRouterEntries)
      return Shortage{"routing entries", table.size(), kRouterEntries, "chip " + text(chip),
                      mainUser(table, *keys, graph)};
    if (!table.empty())
      mapping.tables[chip] = std::move(table);
  }
  return mapping;
}

Quality qualityOf(const Machine &machine, const MachineGraph &graph, const Mapping &mapping) {
  ChipGraph chips(machine);
  Quality quality;
  LinkLoad load(chips);
  for (uint32_t slice = 0; slice < graph.size(); ++slice) {
    const Tree &tree = mapping.trees[slice];
    if (tree.empty())
      continue;
    load.add(tree, graph.packets(slice));
    uint64_t hops = hopsOf(tree);
    if (hops >= quality.hops.size())
      quality.hops.resize(hops + 1, 0);
    ++quality.hops[hops];
  }
  quality.packetHops = packetHops(graph, mapping.trees);
  quality.largestLoad = load.largest();
  for (const auto &[chip, table] : mapping.tables) {
    quality.largestTable = std::max(quality.largestTable, uint32_t(table.size()));
    quality.entries += uint32_t(table.size());
  }
  for (auto [chip, size] : unmergedSizes(chips, mapping.trees)) {
    quality.largestUnmerged = std::max(quality.largestUnmerged, size);
    quality.unmerged += size;
  }
  return quality;
}

} // namespace spindle::map
