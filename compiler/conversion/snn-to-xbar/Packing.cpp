// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-xbar/Packing.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace spindle::xbarmap {

void Column::merge() {
  // Equal rows add up in the order of the projections, so that the sum never depends on the sort.
  std::vector<size_t> order(synapses.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::pair(synapses[a].row, a) < std::pair(synapses[b].row, b);
  });
  std::vector<Synapse> sorted;
  for (size_t i : order)
    sorted.push_back(synapses[i]);
  synapses = std::move(sorted);
  size_t kept = 0;
  for (size_t i = 0; i < synapses.size();) {
    Synapse sum = synapses[i];
    for (++i; i < synapses.size() && synapses[i].row == sum.row; ++i)
      sum.weight += synapses[i].weight;
    if (sum.weight != 0.0)
      synapses[kept++] = sum;
  }
  synapses.resize(kept);
}

std::vector<TilePlan> packColumns(const std::vector<Column> &columns, size_t maxColumns,
                                  size_t maxRows) {
  std::vector<size_t> order(columns.size());
  std::iota(order.begin(), order.end(), 0);
  auto byRow = [](const Synapse &a, const Synapse &b) { return a.row < b.row; };
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const auto &x = columns[a].synapses, &y = columns[b].synapses;
    bool less = std::lexicographical_compare(x.begin(), x.end(), y.begin(), y.end(), byRow);
    bool greater = std::lexicographical_compare(y.begin(), y.end(), x.begin(), x.end(), byRow);
    return less || (!greater && a < b);
  });

  std::vector<TilePlan> tiles;
  std::set<RowKey> rows;
  auto close = [&] {
    if (!tiles.empty())
      tiles.back().rows.assign(rows.begin(), rows.end());
    rows.clear();
  };
  for (size_t c : order) {
    size_t fresh = 0;
    for (const Synapse &s : columns[c].synapses)
      fresh += !rows.contains(s.row);
    if (tiles.empty() || tiles.back().columns.size() == maxColumns ||
        rows.size() + fresh > maxRows) {
      close();
      tiles.emplace_back();
    }
    tiles.back().columns.push_back(c);
    for (const Synapse &s : columns[c].synapses)
      rows.insert(s.row);
  }
  close();
  for (TilePlan &tile : tiles)
    std::sort(tile.columns.begin(), tile.columns.end());
  return tiles;
}

} // namespace spindle::xbarmap
