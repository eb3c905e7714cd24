// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Arrangement.h"

#include "compiler/mapping/Place.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace spindle::map {
namespace {

/// A group of chips that are placed from `start` outwards.
struct Group {
  std::vector<uint32_t> chips;
  uint64_t spread = std::numeric_limits<uint64_t>::max(); ///< sum of hops from the start
};

Group groupAround(const ChipGraph &chips, const std::vector<char> &usable, uint32_t start,
                  uint64_t cores, uint64_t sdram, uint32_t extra) {
  Group group;
  uint64_t coresLeft = cores, sdramLeft = sdram;
  std::vector<uint32_t> hops = chips.hops(start);
  group.spread = 0;
  for (uint32_t chip : chips.outward(start)) {
    if (!usable[chip])
      continue;
    if (coresLeft == 0 && sdramLeft == 0 && extra-- == 0)
      break;
    group.chips.push_back(chip);
    group.spread += hops[chip];
    coresLeft -= std::min<uint64_t>(coresLeft, chips.machine().cores(chips.chip(chip)).size());
    sdramLeft -= std::min(sdramLeft, kSdramBytes);
  }
  if (coresLeft > 0 || sdramLeft > 0)
    return {};
  return group;
}

} // namespace

std::optional<Shortage> tooFewCores(const ChipGraph &chips, const MachineGraph &graph) {
  uint64_t cores = 0;
  std::vector<uint32_t> usable = chips.reachable();
  for (uint32_t chip : usable)
    cores += chips.machine().cores(chips.chip(chip)).size();
  if (graph.size() <= cores)
    return std::nullopt;
  Shortage shortage{"cores", graph.size(), cores, ""};
  if (usable.size() < chips.size())
    shortage.resource += " on chips that links connect";
  return shortage;
}

std::vector<std::vector<Pull>> pullsOf(const MachineGraph &graph) {
  constexpr double kLeast = 1e-9; // silent populations stay together too
  std::vector<std::vector<Pull>> pulls(graph.size());
  for (uint32_t slice = 0; slice < graph.size(); ++slice) {
    std::vector<uint32_t> targets = graph.targets(slice);
    double part = (graph.packets(slice) + kLeast) / double(targets.size());
    for (uint32_t target : targets)
      if (target != slice) {
        pulls[slice].push_back({target, part});
        pulls[target].push_back({slice, part});
      }
  }
  for (auto &list : pulls) {
    std::sort(list.begin(), list.end(),
              [](const Pull &a, const Pull &b) { return a.slice < b.slice; });
    size_t kept = 0;
    for (const Pull &pull : list)
      if (kept > 0 && list[kept - 1].slice == pull.slice)
        list[kept - 1].packets += pull.packets;
      else
        list[kept++] = pull;
    list.resize(kept);
  }
  return pulls;
}

std::optional<Sites> chooseSites(const ChipGraph &chips, uint64_t cores, uint64_t sdram,
                                 uint32_t extra) {
  constexpr size_t kTrials = 200;
  std::vector<uint32_t> reachable = chips.reachable();
  std::vector<char> usable(chips.size(), 0);
  for (uint32_t chip : reachable)
    usable[chip] = 1;
  Group best;
  size_t stride = std::max<size_t>(1, reachable.size() / kTrials);
  for (size_t i = 0; i < reachable.size(); i += stride) {
    Group group = groupAround(chips, usable, reachable[i], cores, sdram, extra);
    if (!group.chips.empty() && group.spread < best.spread)
      best = std::move(group);
  }
  if (best.chips.empty())
    return std::nullopt;
  Sites sites;
  ChipId start = chips.chip(best.chips.front());
  for (uint32_t chip : best.chips) {
    sites.chips.push_back(chip);
    sites.cores.push_back(uint32_t(chips.machine().cores(chips.chip(chip)).size()));
    std::vector<uint32_t> all = chips.hops(chip);
    std::vector<uint16_t> hops;
    for (uint32_t other : best.chips)
      hops.push_back(uint16_t(all[other]));
    sites.hops.push_back(std::move(hops));
    auto [x, y, z] = chips.machine().vector(start, chips.chip(chip));
    sites.at.push_back({x - z, y - z});
  }
  return sites;
}

double Arrangement::cost() const {
  double sum = 0;
  for (uint32_t slice = 0; slice < pulls.size(); ++slice)
    for (const Pull &pull : pulls[slice])
      sum += pull.packets * sites.hops[siteOf[slice]][siteOf[pull.slice]];
  return sum / 2;
}

//===- The whole of it ------------------------------------------------------------------------===//

namespace {

/// Cores of each chip to its slices, in order.
std::vector<CoreId> coresFor(const ChipGraph &chips, const Arrangement &arrangement) {
  std::vector<size_t> used(arrangement.sites.chips.size(), 0);
  std::vector<CoreId> places;
  for (uint32_t site : arrangement.siteOf) {
    ChipId chip = chips.chip(arrangement.sites.chips[site]);
    places.push_back({chip, chips.machine().cores(chip)[used[site]++]});
  }
  return places;
}

} // namespace

Result<std::vector<CoreId>> placeOptimised(const ChipGraph &chips, const MachineGraph &graph,
                                           double room) {
  if (auto shortage = tooFewCores(chips, graph))
    return *shortage;
  uint64_t sdram = 0;
  for (uint32_t slice = 0; slice < graph.size(); ++slice)
    sdram += graph[slice].sdramBytes;
  sdram += sdram / 16; // slices do not fill chips to the brim
  std::vector<std::vector<Pull>> pulls = pullsOf(graph);
  std::optional<Sites> least = chooseSites(chips, graph.size(), sdram, 0);
  uint32_t extra = least ? uint32_t(std::ceil(room * double(least->chips.size()))) : 0;
  for (;; extra = extra * 2 + 1) {
    std::optional<Sites> sites =
        extra == 0 ? least : chooseSites(chips, graph.size(), sdram, extra);
    if (!sites)
      break;
    Arrangement arrangement{graph, pulls, *sites, std::vector<uint32_t>(graph.size(), 0)};
    cutIntoSites(arrangement);
    if (relieveSdram(arrangement)) {
      refine(arrangement);
      return coresFor(chips, arrangement);
    }
    if (sites->chips.size() == chips.reachable().size())
      break;
  }
  return placeRadial(chips, graph); // which says what is short, or fits by its own order
}

} // namespace spindle::map
