// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first cut: sites are halved by where they lie, slices by METIS into parts that fit the
// halves.
#include "compiler/mapping/Arrangement.h"

#include <metis.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace spindle::map {
namespace {

using Numbers = std::vector<uint32_t>;

class Cutter {
public:
  explicit Cutter(Arrangement &a) : a_(a), side_(a.graph.size(), kElsewhere) {}

  void run() {
    Numbers slices(a_.graph.size()), sites(a_.sites.chips.size());
    std::iota(slices.begin(), slices.end(), 0u);
    std::iota(sites.begin(), sites.end(), 0u);
    cut(std::move(slices), std::move(sites));
  }

private:
  static constexpr int kElsewhere = -1;

  uint64_t coresOf(const Numbers &sites) const {
    uint64_t sum = 0;
    for (uint32_t site : sites)
      sum += a_.sites.cores[site];
    return sum;
  }

  /// Two halves that lie apart along the longer side.
  std::pair<Numbers, Numbers> halves(Numbers sites) const {
    auto extent = [&](auto coordinate) {
      auto [least, most] =
          std::minmax_element(sites.begin(), sites.end(), [&](uint32_t a, uint32_t b) {
            return coordinate(a) < coordinate(b);
          });
      return coordinate(*most) - coordinate(*least);
    };
    auto x = [&](uint32_t site) { return a_.sites.at[site].x; };
    auto y = [&](uint32_t site) { return a_.sites.at[site].y; };
    bool alongX = extent(x) >= extent(y);
    std::sort(sites.begin(), sites.end(), [&](uint32_t a, uint32_t b) {
      return alongX ? std::pair(x(a), y(a)) < std::pair(x(b), y(b))
                    : std::pair(y(a), x(a)) < std::pair(y(b), x(b));
    });
    auto middle = sites.begin() + long(sites.size() / 2);
    return {{sites.begin(), middle}, {middle, sites.end()}};
  }

  void cut(Numbers slices, Numbers sites) {
    if (sites.size() == 1) {
      for (uint32_t slice : slices)
        a_.siteOf[slice] = sites.front();
      return;
    }
    auto [left, right] = halves(std::move(sites));
    split(slices, coresOf(left), coresOf(right));
    Numbers a, b;
    for (uint32_t slice : slices)
      (side_[slice] == 0 ? a : b).push_back(slice);
    for (uint32_t slice : slices)
      side_[slice] = kElsewhere;
    cut(std::move(a), std::move(left));
    cut(std::move(b), std::move(right));
  }

  /// Gives every slice a side; no side gets more than it has cores.
  void split(const Numbers &slices, uint64_t left, uint64_t right) {
    for (uint32_t slice : slices)
      side_[slice] = 0;
    if (slices.size() > 1)
      partition(slices, double(left) / double(left + right));
    balance(slices, left, right);
  }

  void partition(const Numbers &slices, double leftShare) {
    Numbers placeOf(a_.graph.size());
    for (uint32_t i = 0; i < slices.size(); ++i)
      placeOf[slices[i]] = i;
    double total = 0;
    for (uint32_t slice : slices)
      for (const Pull &pull : a_.pulls[slice])
        total += side_[pull.slice] == kElsewhere ? 0 : pull.packets;
    double scale = total > 0 ? 1e9 / total : 0;
    uint64_t bytes = 0;
    for (uint32_t slice : slices)
      bytes += a_.graph[slice].sdramBytes;
    double perUnit = std::max(1.0, double(bytes) / 1e6);
    std::vector<idx_t> start{0}, neighbour, weight, load;
    for (uint32_t slice : slices) {
      for (const Pull &pull : a_.pulls[slice])
        if (side_[pull.slice] != kElsewhere) {
          neighbour.push_back(idx_t(placeOf[pull.slice]));
          weight.push_back(std::max<idx_t>(1, idx_t(std::llround(pull.packets * scale))));
        }
      start.push_back(idx_t(neighbour.size()));
      load.push_back(1);
      load.push_back(idx_t(double(a_.graph[slice].sdramBytes) / perUnit));
    }
    idx_t vertices = idx_t(slices.size()), constraints = 2, parts = 2, cutPackets = 0;
    std::vector<real_t> shares{real_t(leftShare), real_t(leftShare), real_t(1 - leftShare),
                               real_t(1 - leftShare)};
    std::vector<real_t> slack{real_t(1.01), real_t(1.3)};
    std::vector<idx_t> side(slices.size(), 0), options(METIS_NOPTIONS);
    METIS_SetDefaultOptions(options.data());
    options[METIS_OPTION_SEED] = 1; // the same result every time
    if (METIS_PartGraphRecursive(&vertices, &constraints, start.data(), neighbour.data(),
                                 load.data(), nullptr, weight.data(), &parts, shares.data(),
                                 slack.data(), options.data(), &cutPackets,
                                 side.data()) != METIS_OK)
      return; // all on one side: balance() deals them out
    for (uint32_t i = 0; i < slices.size(); ++i)
      side_[slices[i]] = int(side[i]);
  }

  void balance(const Numbers &slices, uint64_t left, uint64_t right) {
    uint64_t room[2] = {left, right}, taken[2] = {0, 0};
    for (uint32_t slice : slices)
      ++taken[side_[slice]];
    for (int over : {0, 1}) {
      if (taken[over] <= room[over])
        continue;
      // Those go over that lose least by it.
      std::vector<std::pair<double, uint32_t>> losses;
      for (uint32_t slice : slices)
        if (side_[slice] == over) {
          double loss = 0;
          for (const Pull &pull : a_.pulls[slice])
            if (side_[pull.slice] != kElsewhere)
              loss += side_[pull.slice] == over ? pull.packets : -pull.packets;
          losses.emplace_back(loss, slice);
        }
      std::sort(losses.begin(), losses.end());
      for (size_t i = 0; i < taken[over] - room[over]; ++i)
        side_[losses[i].second] = 1 - over;
    }
  }

  Arrangement &a_;
  std::vector<int> side_; ///< 0 or 1 of the slices at hand
};

} // namespace

void cutIntoSites(Arrangement &arrangement) { Cutter(arrangement).run(); }

} // namespace spindle::map
