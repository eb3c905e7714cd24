// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Local improvement of a placement, and relief of sites whose SDRAM is too full.
#include "compiler/mapping/Arrangement.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace spindle::map {
namespace {

/// What is on each site, kept up to date.
class Occupancy {
public:
  explicit Occupancy(Arrangement &a)
      : a_(a), slices_(a.sites.chips.size()), sdram_(a.sites.chips.size(), 0) {
    for (uint32_t slice = 0; slice < a.siteOf.size(); ++slice) {
      slices_[a.siteOf[slice]].push_back(slice);
      sdram_[a.siteOf[slice]] += bytes(slice);
    }
  }

  uint64_t bytes(uint32_t slice) const { return a_.graph[slice].sdramBytes; }
  uint64_t sdram(uint32_t site) const { return sdram_[site]; }
  const std::vector<uint32_t> &on(uint32_t site) const { return slices_[site]; }
  bool hasCore(uint32_t site) const { return slices_[site].size() < a_.sites.cores[site]; }
  bool fits(uint32_t slice, uint32_t site) const {
    return hasCore(site) && sdram_[site] + bytes(slice) <= kSdramBytes;
  }
  /// Whether two slices of different sites may change places.
  bool fits(uint32_t slice, uint32_t other, uint64_t limit) const {
    uint32_t a = a_.siteOf[slice], b = a_.siteOf[other];
    return sdram_[a] - bytes(slice) + bytes(other) <= std::max(limit, sdram_[a] - 1) &&
           sdram_[b] - bytes(other) + bytes(slice) <= limit;
  }

  void move(uint32_t slice, uint32_t site) {
    uint32_t old = a_.siteOf[slice];
    std::erase(slices_[old], slice);
    slices_[site].push_back(slice);
    sdram_[old] -= bytes(slice);
    sdram_[site] += bytes(slice);
    a_.siteOf[slice] = site;
  }
  void exchange(uint32_t slice, uint32_t other) {
    uint32_t a = a_.siteOf[slice], b = a_.siteOf[other];
    move(slice, b);
    move(other, a);
  }

private:
  Arrangement &a_;
  std::vector<std::vector<uint32_t>> slices_;
  std::vector<uint64_t> sdram_;
};

class Refiner {
public:
  explicit Refiner(Arrangement &a)
      : a_(a), sites_(a.sites.chips.size()), occupancy_(a), drawn_(sites_, 0), cost_(sites_) {}

  void run() {
    constexpr int kPasses = 8;
    for (int pass = 0; pass < kPasses; ++pass) {
      bool changed = false;
      for (uint32_t slice = 0; slice < a_.siteOf.size(); ++slice)
        changed |= improve(slice);
      if (!changed)
        return;
    }
  }

private:
  static constexpr size_t kBestSites = 4;
  static constexpr double kEnough = 1e-12;

  /// Packets times hops of a slice on every site.
  void costs(uint32_t slice, std::vector<double> &cost) {
    touched_.clear();
    for (const Pull &pull : a_.pulls[slice]) {
      uint32_t site = a_.siteOf[pull.slice];
      if (drawn_[site] == 0)
        touched_.push_back(site);
      drawn_[site] += pull.packets;
    }
    std::fill(cost.begin(), cost.end(), 0.0);
    for (uint32_t site : touched_) {
      double packets = drawn_[site];
      drawn_[site] = 0;
      const std::vector<uint16_t> &hops = a_.sites.hops[site];
      for (uint32_t at = 0; at < sites_; ++at)
        cost[at] += packets * hops[at];
    }
  }

  double costAt(uint32_t slice, uint32_t site) const {
    double sum = 0;
    for (const Pull &pull : a_.pulls[slice])
      sum += pull.packets * a_.sites.hops[a_.siteOf[pull.slice]][site];
    return sum;
  }

  double between(uint32_t slice, uint32_t other) const {
    const auto &list = a_.pulls[slice];
    auto it = std::lower_bound(list.begin(), list.end(), other,
                               [](const Pull &p, uint32_t s) { return p.slice < s; });
    return it != list.end() && it->slice == other ? it->packets : 0;
  }

  bool improve(uint32_t slice) {
    uint32_t here = a_.siteOf[slice];
    costs(slice, cost_);
    std::vector<uint32_t> better;
    for (uint32_t site = 0; site < sites_; ++site)
      if (cost_[site] < cost_[here] - kEnough)
        better.push_back(site);
    size_t count = std::min(kBestSites, better.size());
    std::partial_sort(
        better.begin(), better.begin() + long(count), better.end(),
        [&](uint32_t a, uint32_t b) { return cost_[a] != cost_[b] ? cost_[a] < cost_[b] : a < b; });
    for (size_t i = 0; i < count; ++i)
      if (goTo(slice, here, better[i], cost_[here] - cost_[better[i]]))
        return true;
    return false;
  }

  /// Moves there, or changes places with the slice there that minds least.
  bool goTo(uint32_t slice, uint32_t here, uint32_t site, double gain) {
    if (occupancy_.fits(slice, site)) {
      occupancy_.move(slice, site);
      return true;
    }
    uint32_t partner = ChipGraph::kNone;
    double best = kEnough * (1 + gain);
    for (uint32_t other : occupancy_.on(site)) {
      if (!occupancy_.fits(slice, other, kSdramBytes))
        continue;
      // Their own packets stay as far as they were.
      double total = gain + costAt(other, site) - costAt(other, here) -
                     2 * between(slice, other) * a_.sites.hops[here][site];
      if (total > best) {
        best = total;
        partner = other;
      }
    }
    if (partner == ChipGraph::kNone)
      return false;
    occupancy_.exchange(slice, partner);
    return true;
  }

  Arrangement &a_;
  uint32_t sites_;
  Occupancy occupancy_;
  std::vector<double> drawn_, cost_;
  std::vector<uint32_t> touched_;
};

/// A slice of the site that can go elsewhere so that the site gets lighter.
bool relieve(Arrangement &a, Occupancy &occupancy, uint32_t site) {
  std::vector<uint32_t> slices = occupancy.on(site);
  std::sort(slices.begin(), slices.end(), [&](uint32_t x, uint32_t y) {
    return occupancy.bytes(x) != occupancy.bytes(y) ? occupancy.bytes(x) > occupancy.bytes(y)
                                                    : x < y;
  });
  std::vector<uint32_t> near(a.sites.chips.size());
  std::iota(near.begin(), near.end(), 0u);
  std::sort(near.begin(), near.end(), [&](uint32_t x, uint32_t y) {
    return std::pair(a.sites.hops[site][x], x) < std::pair(a.sites.hops[site][y], y);
  });
  for (uint32_t slice : slices)
    for (uint32_t other : near) {
      if (other == site)
        continue;
      if (occupancy.fits(slice, other)) {
        occupancy.move(slice, other);
        return true;
      }
      for (uint32_t partner : occupancy.on(other))
        if (occupancy.bytes(partner) < occupancy.bytes(slice) &&
            occupancy.fits(slice, partner, kSdramBytes)) {
          occupancy.exchange(slice, partner);
          return true;
        }
    }
  return false;
}

} // namespace

void refine(Arrangement &arrangement) { Refiner(arrangement).run(); }

bool relieveSdram(Arrangement &arrangement) {
  Occupancy occupancy(arrangement);
  for (uint32_t site = 0; site < arrangement.sites.chips.size(); ++site)
    while (occupancy.sdram(site) > kSdramBytes)
      if (!relieve(arrangement, occupancy, site))
        return false;
  return true;
}

} // namespace spindle::map
