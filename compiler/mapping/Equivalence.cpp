// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Equivalence.h"

#include "compiler/mapping/Cube.h"

#include <cstdio>

namespace spindle::map {
namespace {

/// The entries of one table that match anything in the present part of the key space.
struct Part {
  size_t begin = 0, end = 0;
};

class Comparison {
public:
  Comparison(std::span<const TableEntry> original, std::span<const TableEntry> other,
             std::span<const uint8_t> straight, uint64_t limit)
      : original_(original), other_(other), straight_(straight), left_(limit) {}

  Equivalence run() {
    std::vector<uint32_t> &stack = stack_;
    Part a = all(original_, stack), b = all(other_, stack);
    if (!visit(a, b, 0, 0) && result_.verdict == Equivalence::Verdict::Equal)
      result_.verdict = Equivalence::Verdict::Undecided;
    return result_;
  }

private:
  static Part all(std::span<const TableEntry> table, std::vector<uint32_t> &stack) {
    Part part{stack.size(), 0};
    for (size_t i = 0; i < table.size(); ++i)
      if (!matchesNothing(table[i]))
        stack.push_back(static_cast<uint32_t>(i));
    part.end = stack.size();
    return part;
  }

  static bool covers(const TableEntry &entry, uint32_t fixed) { return (entry.mask & ~fixed) == 0; }

  /// Appends those of `part` that match a key whose bit `bit` is `value`; ends with the first
  /// that matches them all.
  Part half(std::span<const TableEntry> table, Part part, uint32_t fixed, uint32_t bit,
            bool value) {
    Part out{stack_.size(), 0};
    for (size_t i = part.begin; i < part.end; ++i) {
      const TableEntry &entry = table[stack_[i]];
      if ((entry.mask & bit) && ((entry.key & bit) != 0) != value)
        continue;
      stack_.push_back(stack_[i]);
      if (covers(entry, fixed | bit))
        break;
    }
    out.end = stack_.size();
    return out;
  }

  /// `fixed`: the bits of the key that are decided, with their values in `key`.
  bool visit(Part a, Part b, uint32_t fixed, uint32_t key) {
    if (a.begin == a.end)
      return true; // no key of the original in here
    uint64_t cost = (a.end - a.begin) + (b.end - b.begin);
    if (cost > left_)
      return false;
    left_ -= cost;
    const TableEntry &first = original_[stack_[a.begin]];
    uint32_t open = first.mask & ~fixed;
    if (b.begin != b.end)
      open |= other_[stack_[b.begin]].mask & ~fixed;
    else if (open == 0)
      return unmatched(a, key);
    if (open == 0)
      return matched(a, b, key);
    uint32_t bit = uint32_t(1) << (31 - std::countl_zero(open));
    for (bool value : {false, true}) {
      size_t top = stack_.size();
      Part below = half(original_, a, fixed, bit, value);
      Part other = half(other_, b, fixed, bit, value);
      bool equal = visit(below, other, fixed | bit, value ? key | bit : key);
      stack_.resize(top);
      if (!equal)
        return false;
    }
    return true;
  }

  bool matched(Part a, Part b, uint32_t key) {
    uint32_t wanted = original_[stack_[a.begin]].route, got = other_[stack_[b.begin]].route;
    return wanted == got || differs(a, key, got);
  }

  bool unmatched(Part a, uint32_t key) {
    size_t entry = stack_[a.begin];
    return (entry < straight_.size() && straight_[entry]) || differs(a, key, std::nullopt);
  }

  bool differs(Part a, uint32_t key, std::optional<uint32_t> got) {
    size_t entry = stack_[a.begin];
    result_ = {Equivalence::Verdict::Different, {key, entry, original_[entry].route, got}};
    return false;
  }

  std::span<const TableEntry> original_, other_;
  std::span<const uint8_t> straight_;
  uint64_t left_;
  std::vector<uint32_t> stack_;
  Equivalence result_;
};

} // namespace

std::string text(const Difference &difference) {
  char out[160];
  int n = std::snprintf(out, sizeof out, "key 0x%08X of entry %zu: route 0x%06X wanted, ",
                        difference.key, difference.entry, difference.wanted);
  if (difference.got)
    std::snprintf(out + n, sizeof out - static_cast<size_t>(n), "0x%06X found", *difference.got);
  else
    std::snprintf(out + n, sizeof out - static_cast<size_t>(n), "no entry matches it");
  return out;
}

Equivalence compareTables(std::span<const TableEntry> original, std::span<const TableEntry> other,
                          std::span<const uint8_t> straight, uint64_t limit) {
  return Comparison(original, other, straight, limit).run();
}

} // namespace spindle::map
