// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/MinimiseClassic.h"

#include <algorithm>
#include <map>

namespace spindle::map {
namespace {

/// An entry with the original pieces that it stands for.
struct Covering {
  Cube cube;
  uint32_t route;
  std::vector<Cube> aliases;
};

/// Entries of one route, by ascending place in the table, and the entry they would become.
struct Merge {
  std::vector<uint32_t> members;
  Cube cube;
  size_t place = 0; ///< where it would stand
  int gain() const { return static_cast<int>(members.size()) - 1; }
};

class OrderedCovering {
public:
  OrderedCovering(std::span<const Piece> pieces, uint64_t &effort) : effort_(effort) {
    for (const Piece &piece : pieces)
      table_.push_back({piece.cube, piece.route, {piece.cube}});
    std::sort(table_.begin(), table_.end(), [](const Covering &a, const Covering &b) {
      return std::pair(generality(a.cube), a.cube.key) < std::pair(generality(b.cube), b.cube.key);
    });
  }

  std::vector<TableEntry> run() {
    for (Merge best = bestMerge(); best.gain() > 0 && effort_ > 0; best = bestMerge())
      apply(best);
    std::vector<TableEntry> out;
    for (const Covering &entry : table_)
      out.push_back({entry.cube.key, entry.cube.mask, entry.route});
    return out;
  }

private:
  void spend(uint64_t comparisons = 1) { effort_ -= std::min(effort_, comparisons); }

  Merge mergeOf(std::vector<uint32_t> members) const {
    Merge merge;
    merge.members = std::move(members);
    if (merge.members.empty())
      return merge;
    merge.cube = table_[merge.members.front()].cube;
    for (uint32_t member : merge.members)
      merge.cube = hull(merge.cube, table_[member].cube);
    auto at = std::lower_bound(
        table_.begin(), table_.end(), generality(merge.cube),
        [](const Covering &entry, int general) { return generality(entry.cube) < general; });
    merge.place = static_cast<size_t>(at - table_.begin());
    return merge;
  }

  Merge bestMerge() {
    std::map<uint32_t, std::vector<uint32_t>> groups;
    for (uint32_t i = 0; i < table_.size(); ++i)
      groups[table_[i].route].push_back(i);
    spend(16 * table_.size());
    Merge best;
    for (auto &[route, members] : groups) {
      int least = std::max(best.gain(), 0);
      if (static_cast<int>(members.size()) - 1 <= least)
        continue;
      Merge merge = refined(mergeOf(members), least);
      if (merge.gain() > least)
        best = std::move(merge);
      if (effort_ == 0)
        return {};
    }
    return best;
  }

  Merge refined(Merge merge, int least) {
    merge = withoutCovering(std::move(merge), least);
    if (merge.gain() <= least)
      return merge;
    size_t before = merge.members.size();
    merge = withoutCovered(std::move(merge), least);
    if (merge.members.size() != before && merge.gain() > least)
      merge = withoutCovering(std::move(merge), least);
    return merge;
  }

  /// Up-check: members go whose keys an entry between them and the merged one would take.
  Merge withoutCovered(Merge merge, int least) {
    for (size_t m = merge.members.size(); m-- > 0 && merge.gain() > least;) {
      uint32_t member = merge.members[m];
      for (size_t i = member + 1; i < merge.place; ++i) {
        spend();
        if (effort_ == 0)
          return {}; // what is not checked is not merged
        if (table_[i].route == table_[member].route ||
            !intersect(table_[i].cube, table_[member].cube))
          continue;
        spend(merge.members.size());
        std::vector<uint32_t> rest = merge.members;
        rest.erase(rest.begin() + static_cast<ptrdiff_t>(m));
        merge = mergeOf(std::move(rest));
        break;
      }
    }
    return merge;
  }

  /// Down-check: members go until the merged entry takes no key from an entry below it.
  Merge withoutCovering(Merge merge, int least) {
    while (merge.gain() > least && effort_ > 0) {
      uint32_t zeros = 0, ones = 0; // bits that would keep the merge off, and their values
      if (!covering(merge, zeros, ones))
        return merge;
      merge = mergeOf(withoutFewest(merge, zeros, ones));
    }
    return {};
  }

  /// The bits of those covered aliases that have fewest ways out; false if nothing is covered.
  bool covering(const Merge &merge, uint32_t &zeros, uint32_t &ones) {
    int fewest = 33;
    for (size_t i = merge.place; i < table_.size(); ++i) {
      spend();
      if (table_[i].route == table_[merge.members.front()].route ||
          !intersect(table_[i].cube, merge.cube))
        continue;
      for (const Cube &alias : table_[i].aliases) {
        spend();
        if (!intersect(alias, merge.cube))
          continue;
        uint32_t settable = alias.mask & ~merge.cube.mask;
        int count = std::popcount(settable);
        if (count > fewest)
          continue;
        if (count < fewest)
          zeros = ones = 0;
        fewest = count;
        zeros |= settable & alias.key; // a zero here would miss the alias
        ones |= settable & ~alias.key;
      }
    }
    return fewest != 33;
  }

  /// The members that remain when one of the bits is set at the least loss.
  std::vector<uint32_t> withoutFewest(const Merge &merge, uint32_t zeros, uint32_t ones) {
    spend(merge.members.size() * static_cast<uint64_t>(std::popcount(zeros) + std::popcount(ones)));
    std::vector<uint32_t> best;
    for (unsigned position = 32; position-- > 0;) {
      uint32_t bit = uint32_t(1) << position;
      for (bool one : {true, false}) {
        if (!((one ? ones : zeros) & bit))
          continue;
        std::vector<uint32_t> kept;
        for (uint32_t member : merge.members) {
          const Cube &cube = table_[member].cube;
          if ((cube.mask & bit) && ((cube.key & bit) != 0) == one)
            kept.push_back(member);
        }
        if (kept.size() > best.size())
          best = std::move(kept);
      }
    }
    return best;
  }

  void apply(const Merge &merge) {
    Covering merged{merge.cube, table_[merge.members.front()].route, {}};
    std::vector<Covering> next;
    size_t m = 0;
    for (size_t i = 0; i <= table_.size(); ++i) {
      if (i == merge.place)
        next.push_back({});
      if (i == table_.size())
        break;
      if (m < merge.members.size() && merge.members[m] == i) {
        auto &aliases = table_[i].aliases;
        merged.aliases.insert(merged.aliases.end(), aliases.begin(), aliases.end());
        ++m;
      } else {
        next.push_back(std::move(table_[i]));
      }
    }
    for (Covering &entry : next)
      if (entry.aliases.empty())
        entry = std::move(merged);
    table_ = std::move(next);
  }

  std::vector<Covering> table_;
  uint64_t &effort_;
};

} // namespace

std::vector<TableEntry> coverInOrder(std::span<const Piece> pieces, uint64_t &effort) {
  return OrderedCovering(pieces, effort).run();
}

} // namespace spindle::map
