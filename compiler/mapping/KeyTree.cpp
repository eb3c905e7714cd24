// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/KeyTree.h"

#include <algorithm>

namespace spindle::map {

/// Splits the key space bit by bit until one entry covers a part whole.
class KeyTree::Builder {
public:
  Builder(std::span<const Piece> table, KeyTree &tree, uint64_t limit) : tree_(tree), left_(limit) {
    for (const Piece &piece : table)
      tree.routes_.push_back(piece.route);
    std::sort(tree.routes_.begin(), tree.routes_.end());
    tree.routes_.erase(std::unique(tree.routes_.begin(), tree.routes_.end()), tree.routes_.end());
    entries_.reserve(table.size());
    stack_.reserve(4 * table.size());
    tree.nodes_.reserve(2 * table.size());
    for (const Piece &piece : table)
      entries_.push_back({piece.cube, routeIndex(piece.route), piece.straight});
    for (size_t i = 0; i < entries_.size(); ++i)
      stack_.push_back(static_cast<uint32_t>(i));
  }

  bool run() { return visit(0, stack_.size(), 0) >= 0; }

private:
  struct Entry {
    Cube cube;
    int32_t route;
    bool straight;
  };

  int32_t routeIndex(uint32_t route) const {
    auto at = std::lower_bound(tree_.routes_.begin(), tree_.routes_.end(), route);
    return static_cast<int32_t>(at - tree_.routes_.begin());
  }

  int64_t leaf(int32_t route, bool straight) {
    tree_.nodes_.push_back({-1, {0, 0}, route, straight});
    return static_cast<int64_t>(tree_.nodes_.size()) - 1;
  }

  /// The node for the entries that stand at [begin, end) of the stack; -1 beyond the limit.
  int64_t visit(size_t begin, size_t end, uint32_t fixed) {
    if (end - begin > left_)
      return -1;
    left_ -= end - begin;
    if (begin == end)
      return leaf(-1, false);
    const Entry &first = entries_[stack_[begin]];
    if ((first.cube.mask & ~fixed) == 0)
      return leaf(first.route, first.straight);
    uint32_t open = 0;
    for (size_t i = begin; i < end; ++i)
      open |= entries_[stack_[i]].cube.mask;
    unsigned position = 31 - static_cast<unsigned>(std::countl_zero(open & ~fixed));
    int64_t child[2];
    for (unsigned value = 0; value < 2; ++value) {
      half(begin, end, fixed, uint32_t(1) << position, value);
      child[value] = visit(end, stack_.size(), fixed | uint32_t(1) << position);
      stack_.resize(end);
      if (child[value] < 0)
        return -1;
    }
    return joined(child, position);
  }

  void half(size_t begin, size_t end, uint32_t fixed, uint32_t bit, unsigned value) {
    for (size_t i = begin; i < end; ++i) {
      const Entry &entry = entries_[stack_[i]];
      if ((entry.cube.mask & bit) && ((entry.cube.key & bit) != 0) != (value != 0))
        continue;
      stack_.push_back(stack_[i]);
      if ((entry.cube.mask & ~(fixed | bit)) == 0)
        break;
    }
  }

  int64_t joined(const int64_t child[2], unsigned bit) {
    std::vector<Node> &nodes = tree_.nodes_;
    const Node &a = nodes[static_cast<size_t>(child[0])], &b = nodes[static_cast<size_t>(child[1])];
    if (a.bit < 0 && b.bit < 0 && a.route == b.route && a.straight == b.straight) {
      nodes.pop_back(); // both are leaves, and the last two
      return child[0];
    }
    nodes.push_back({static_cast<int32_t>(bit),
                     {static_cast<uint32_t>(child[0]), static_cast<uint32_t>(child[1])},
                     -1,
                     false});
    return static_cast<int64_t>(nodes.size()) - 1;
  }

  KeyTree &tree_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> stack_;
  uint64_t left_;
};

std::optional<KeyTree> KeyTree::of(std::span<const Piece> table, uint64_t limit) {
  KeyTree tree;
  if (!Builder(table, tree, limit).run())
    return std::nullopt;
  return tree;
}

std::vector<Piece> KeyTree::pieces() const {
  struct Open {
    size_t node;
    Cube cube;
  };
  std::vector<Piece> out;
  std::vector<Open> open{{nodes_.size() - 1, {}}};
  while (!open.empty()) {
    Open at = open.back();
    open.pop_back();
    const Node &node = nodes_[at.node];
    if (node.bit < 0) {
      if (node.route >= 0)
        out.push_back({at.cube, routes_[static_cast<size_t>(node.route)], node.straight});
      continue;
    }
    uint32_t bit = uint32_t(1) << node.bit;
    open.push_back({node.child[1], {at.cube.key | bit, at.cube.mask | bit}});
    open.push_back({node.child[0], {at.cube.key, at.cube.mask | bit}});
  }
  return out;
}

/// Counts bottom up what a subtree costs below an entry of each route. That is `least` for the
/// routes of a set, and one more for every other: such a subtree gets an entry of its own.
class KeyTree::Fewest {
public:
  explicit Fewest(const KeyTree &tree) : tree_(tree), costs_(tree.nodes_.size()) {
    for (size_t i = 0; i < tree.nodes_.size(); ++i)
      tree.nodes_[i].bit < 0 ? countLeaf(i) : countInner(i);
  }

  /// `above`: the route of the entry around, -1 if there is none.
  void emit(size_t node, Cube cube, int32_t above, std::vector<TableEntry> &out) const {
    const Cost &cost = costs_[node];
    const Node &at = tree_.nodes_[node];
    int32_t own = above;
    if (above >= 0 ? !has(cost, above) : !leavesOpen(node))
      own = cost.any ? above : sets_[cost.begin];
    if (at.bit >= 0) {
      uint32_t bit = uint32_t(1) << at.bit;
      emit(at.child[0], {cube.key, cube.mask | bit}, own, out);
      emit(at.child[1], {cube.key | bit, cube.mask | bit}, own, out);
    }
    if (own != above)
      out.push_back({cube.key, cube.mask, tree_.routes_[static_cast<size_t>(own)]});
  }

private:
  struct Cost {
    uint32_t begin = 0, end = 0; ///< of the set in sets_, unless any route will do
    bool any = false;
    uint32_t least = 0;
    uint32_t unmatched = 0; ///< with no entry above
    uint32_t halves = 0;    ///< with no entry above and none of its own
  };

  bool has(const Cost &cost, int32_t route) const {
    return cost.any ||
           std::binary_search(sets_.begin() + cost.begin, sets_.begin() + cost.end, route);
  }

  bool leavesOpen(size_t node) const { return costs_[node].halves == costs_[node].unmatched; }

  void countLeaf(size_t index) {
    const Node &node = tree_.nodes_[index];
    Cost &cost = costs_[index];
    cost.any = node.route < 0;
    cost.begin = static_cast<uint32_t>(sets_.size());
    if (!cost.any)
      sets_.push_back(node.route);
    cost.end = static_cast<uint32_t>(sets_.size());
    bool free = cost.any || node.straight;
    cost.unmatched = free ? 0 : 1;
    cost.halves = free ? 0 : 2;
  }

  void countInner(size_t index) {
    const Node &node = tree_.nodes_[index];
    const Cost &a = costs_[node.child[0]], &b = costs_[node.child[1]];
    Cost &cost = costs_[index];
    cost.least = a.least + b.least;
    cost.halves = a.unmatched + b.unmatched;
    if (a.any || b.any) {
      const Cost &set = a.any ? b : a;
      cost.any = set.any, cost.begin = set.begin, cost.end = set.end;
    } else {
      join(a, b, cost);
    }
    cost.unmatched = std::min(cost.halves, cost.least + (cost.any ? 0 : 1));
  }

  void join(const Cost &a, const Cost &b, Cost &cost) {
    size_t most = (a.end - a.begin) + (b.end - b.begin), begin = sets_.size();
    sets_.resize(begin + most);
    auto from = [&](uint32_t at) { return sets_.begin() + at; };
    auto end = std::set_intersection(from(a.begin), from(a.end), from(b.begin), from(b.end),
                                     sets_.begin() + static_cast<ptrdiff_t>(begin));
    if (end == sets_.begin() + static_cast<ptrdiff_t>(begin)) {
      end = std::set_union(from(a.begin), from(a.end), from(b.begin), from(b.end), end);
      ++cost.least;
    }
    sets_.erase(end, sets_.end());
    cost.begin = static_cast<uint32_t>(begin);
    cost.end = static_cast<uint32_t>(sets_.size());
  }

  const KeyTree &tree_;
  std::vector<Cost> costs_;
  std::vector<int32_t> sets_;
};

std::vector<TableEntry> KeyTree::fewest() const {
  std::vector<TableEntry> out;
  Fewest(*this).emit(nodes_.size() - 1, {}, -1, out);
  return out;
}

} // namespace spindle::map
