// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Keys.h"

#include <algorithm>
#include <map>

namespace spindle::map {
namespace {

/// Splits a tree of chips at one link after another.
class TreeCodes {
public:
  TreeCodes(const SharedTree &tree, std::map<uint32_t, std::vector<uint32_t>> slicesOf,
            std::vector<uint32_t> &code)
      : tree_(tree), slicesOf_(std::move(slicesOf)), code_(code),
        part_(tree.graph().size(), kNoPart), below_(tree.graph().size(), 0) {
    for (uint32_t chip : tree.chips())
      part_[chip] = 0;
  }

  /// Numbers all slices; returns the bits used.
  unsigned run() { return tree_.chips().empty() ? 0 : split(tree_.chips().front(), 0); }

  void prefix(const std::vector<uint32_t> &slices, unsigned bits, bool upper) {
    if (upper)
      for (uint32_t slice : slices)
        code_[slice] |= uint32_t(1) << bits;
  }

private:
  static constexpr uint32_t kNoPart = ~uint32_t(0);
  struct Visit {
    uint32_t chip;
    int arrives;
  };

  uint32_t slicesOn(uint32_t chip) const {
    auto it = slicesOf_.find(chip);
    return it == slicesOf_.end() ? 0 : uint32_t(it->second.size());
  }

  /// Chips of the part around `root`, each after the one it is reached from.
  std::vector<Visit> visit(uint32_t root, uint32_t part) const {
    std::vector<Visit> order{{root, -1}};
    for (size_t i = 0; i < order.size(); ++i)
      for (int link = 0; link < kLinks; ++link) {
        if (!((tree_.links(order[i].chip) >> link) & 1) ||
            (order[i].arrives >= 0 && link == opposite(order[i].arrives)))
          continue;
        uint32_t next = tree_.graph().next(order[i].chip, link);
        if (part_[next] == part)
          order.push_back({next, link});
      }
    return order;
  }

  /// Numbers the slices of the part around `root` from 0 on.
  unsigned split(uint32_t root, uint32_t part) {
    std::vector<Visit> order = visit(root, part);
    for (const Visit &v : order)
      below_[v.chip] = slicesOn(v.chip);
    for (size_t i = order.size(); i-- > 1;)
      below_[parentOf(order[i])] += below_[order[i].chip];
    uint32_t total = below_[root];
    // The link that parts the slices most evenly.
    size_t best = 0;
    uint32_t bestSmaller = 0;
    for (size_t i = 1; i < order.size(); ++i) {
      uint32_t below = below_[order[i].chip], smaller = std::min(below, total - below);
      if (smaller > bestSmaller)
        best = i, bestSmaller = smaller;
    }
    if (bestSmaller == 0) // all slices on one chip, or none
      return number(order);
    Visit cut = order[best];
    uint32_t inner = ++parts_, outer = part;
    std::vector<uint32_t> inside, outside;
    mark(cut.chip, parentOf(cut), inner);
    for (const Visit &v : order)
      if (auto it = slicesOf_.find(v.chip); it != slicesOf_.end()) {
        auto &side = part_[v.chip] == inner ? inside : outside;
        side.insert(side.end(), it->second.begin(), it->second.end());
      }
    unsigned bits = std::max(split(root, outer), split(cut.chip, inner));
    prefix(inside, bits, true);
    return bits + 1;
  }

  uint32_t parentOf(const Visit &v) const {
    return tree_.graph().next(v.chip, opposite(v.arrives));
  }

  /// The part on the far side of the link from `parent` to `chip`.
  void mark(uint32_t chip, uint32_t parent, uint32_t part) {
    uint32_t old = part_[chip];
    std::vector<std::pair<uint32_t, uint32_t>> open{{chip, parent}};
    while (!open.empty()) {
      auto [at, from] = open.back();
      open.pop_back();
      part_[at] = part;
      for (int link = 0; link < kLinks; ++link)
        if ((tree_.links(at) >> link) & 1)
          if (uint32_t next = tree_.graph().next(at, link); next != from && part_[next] == old)
            open.emplace_back(next, at);
    }
  }

  unsigned number(const std::vector<Visit> &order) {
    uint32_t next = 0;
    for (const Visit &v : order)
      if (auto it = slicesOf_.find(v.chip); it != slicesOf_.end())
        for (uint32_t slice : it->second)
          code_[slice] = next++;
    return bitsFor(next);
  }

  const SharedTree &tree_;
  std::map<uint32_t, std::vector<uint32_t>> slicesOf_; ///< by chip
  std::vector<uint32_t> &code_;
  std::vector<uint32_t> part_, below_; ///< per chip
  uint32_t parts_ = 0;
};

} // namespace

SliceCodes codesInOrder(const MachineGraph &graph, uint32_t population) {
  const Population &p = graph.populations()[population];
  SliceCodes codes{0, std::vector<uint32_t>(p.slices, 0)};
  uint32_t next = 0;
  for (uint32_t i = 0; i < p.slices; ++i)
    if (graph.sends(p.first + i))
      codes.code[i] = next++;
  codes.bits = bitsFor(next);
  return codes;
}

SliceCodes codesAlong(const SharedTree &tree, const MachineGraph &graph, uint32_t population,
                      const std::vector<uint32_t> &chipOf) {
  const Population &p = graph.populations()[population];
  SliceCodes codes{0, std::vector<uint32_t>(p.slices, 0)};
  std::map<uint32_t, std::vector<uint32_t>> slicesOf;
  for (uint32_t i = 0; i < p.slices; ++i)
    if (graph.sends(p.first + i))
      slicesOf[chipOf[p.first + i]].push_back(i);
  codes.bits = TreeCodes(tree, std::move(slicesOf), codes.code).run();
  return codes;
}

Result<KeyPlan> allocateKeys(const MachineGraph &graph, std::vector<SliceCodes> codes) {
  KeyPlan plan;
  plan.slices.resize(graph.size());
  uint64_t next = 0;
  for (uint32_t i = 0; i < graph.populations().size(); ++i) {
    const Population &p = graph.populations()[i];
    uint32_t largest = 0;
    for (uint32_t s = p.first; s < p.first + p.slices; ++s)
      if (graph.sends(s))
        largest = std::max(largest, graph[s].slice.size());
    unsigned neuronBits = bitsFor(largest), bits = codes[i].bits + neuronBits;
    plan.neuronBits.push_back(neuronBits);
    plan.populations.push_back({0, 0});
    if (largest == 0)
      continue;
    uint64_t size = bits > 32 ? uint64_t(1) << 33 : uint64_t(1) << bits;
    next = (next + size - 1) & ~(size - 1);
    if (next + size > (uint64_t(1) << 32))
      return Shortage{"routing keys", next + size, uint64_t(1) << 32, "", int64_t(p.first)};
    plan.populations[i] = {uint32_t(next), uint32_t(~(size - 1))};
    for (uint32_t s = 0; s < p.slices; ++s)
      if (graph.sends(p.first + s))
        plan.slices[p.first + s] = {uint32_t(next) | codes[i].code[s] << neuronBits,
                                    ~((uint32_t(1) << neuronBits) - 1)};
    next += size;
  }
  plan.codes = std::move(codes);
  return plan;
}

} // namespace spindle::map
