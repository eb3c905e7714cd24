// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Tables.h"

#include <algorithm>
#include <span>

namespace spindle::map {
namespace {

/// What a chip does with the packets of a slice.
struct Passing {
  uint32_t code;
  uint32_t route;
  bool isDefault;
};

/// Entries for the codes from `lo` on of `bits` bits.
void cover(std::span<const Passing> passing, uint32_t lo, unsigned bits, uint32_t zone,
           unsigned neuronBits, MarkedTable &table) {
  if (passing.empty())
    return;
  bool same = true, straight = true;
  for (const Passing &p : passing) {
    same &= p.route == passing.front().route;
    straight &= p.isDefault;
  }
  if (same) {
    unsigned free = bits + neuronBits;
    uint32_t mask = free >= 32 ? 0 : ~((uint32_t(1) << free) - 1);
    table.entries.push_back({(zone | lo << neuronBits) & mask, mask, passing.front().route});
    table.straight.push_back(straight);
    return;
  }
  uint32_t middle = lo + (uint32_t(1) << (bits - 1));
  auto at = std::lower_bound(passing.begin(), passing.end(), middle,
                             [](const Passing &p, uint32_t code) { return p.code < code; });
  auto left = size_t(at - passing.begin());
  cover(passing.first(left), lo, bits - 1, zone, neuronBits, table);
  cover(passing.subspan(left), middle, bits - 1, zone, neuronBits, table);
}

} // namespace

std::map<ChipId, uint32_t> unmergedSizes(const ChipGraph &chips, const std::vector<Tree> &trees) {
  std::map<ChipId, uint32_t> sizes;
  for (const Tree &tree : trees)
    for (const Branch &branch : tree)
      if (!isDefault(branch))
        ++sizes[chips.chip(branch.chip)];
  return sizes;
}

std::map<ChipId, MarkedTable> mergedTables(const ChipGraph &chips, const MachineGraph &graph,
                                           const std::vector<Tree> &trees, const KeyPlan &keys) {
  std::map<ChipId, MarkedTable> tables;
  for (uint32_t i = 0; i < graph.populations().size(); ++i) {
    const Population &p = graph.populations()[i];
    std::map<uint32_t, std::vector<Passing>> byChip;
    for (uint32_t s = 0; s < p.slices; ++s)
      for (const Branch &branch : trees[p.first + s])
        byChip[branch.chip].push_back({keys.codes[i].code[s], branch.route, isDefault(branch)});
    for (auto &[chip, passing] : byChip) {
      std::sort(passing.begin(), passing.end(),
                [](const Passing &a, const Passing &b) { return a.code < b.code; });
      cover(passing, 0, keys.codes[i].bits, keys.populations[i].key, keys.neuronBits[i],
            tables[chips.chip(chip)]);
    }
  }
  return tables;
}

Table withoutStraight(const MarkedTable &table) {
  Table result;
  for (size_t i = 0; i < table.entries.size(); ++i)
    if (!table.straight[i])
      result.push_back(table.entries[i]);
  return result;
}

} // namespace spindle::map
