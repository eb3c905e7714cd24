// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multicast trees of single sources.
#ifndef SPINDLE_COMPILER_MAPPING_ROUTE_H
#define SPINDLE_COMPILER_MAPPING_ROUTE_H

#include "compiler/mapping/ChipGraph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace spindle::map {

/// What one chip does with the packets of one source: link and core bits as in a route word (links
/// 0..5, cores from bit 6), and the direction of travel they arrive in (-1 at the origin).
struct Branch {
  uint32_t chip = 0;
  uint32_t route = 0;
  int arrives = -1;
  friend bool operator==(const Branch &, const Branch &) = default;
};
/// The origin first, every other chip after the one it is reached from; no chip twice.
using Tree = std::vector<Branch>;

/// Cores of one chip that a tree leads to, as bits of a route word.
struct Stop {
  uint32_t chip = 0;
  uint32_t cores = 0;
};
constexpr uint32_t coreBit(int p) { return 1u << (kLinks + p); }
/// Hops of a packet that follows the tree: links of all branches.
inline uint64_t hopsOf(const Tree &tree) { return tree.empty() ? 0 : tree.size() - 1; }
/// A route along one link that goes on as it came needs no entry.
constexpr bool isDefault(const Branch &b) { return b.arrives >= 0 && b.route == 1u << b.arrives; }

/// Longest dimension first along the shortest hexagonal way to each stop, joined to what the tree
/// has already; breadth first around dead parts. Nothing when a stop cannot be reached.
std::optional<Tree> dimensionTree(const ChipGraph &chips, uint32_t source,
                                  const std::vector<Stop> &stops);

/// Expected packets per tick on every link of every chip.
class LinkLoad {
public:
  explicit LinkLoad(const ChipGraph &chips) : load_(chips.size()) {}
  double of(uint32_t chip, int link) const { return load_[chip][size_t(link)]; }
  void add(const Tree &tree, double packets);
  double largest() const { return largest_; }
  /// What a hop over a link costs in a search: 1, and up to a half more where others send much.
  /// So load decides between ways of equal length, and a detour is never taken for it alone.
  double cost(uint32_t chip, int link) const {
    return largest_ > 0 ? 1 + 0.5 * of(chip, link) / largest_ : 1;
  }

private:
  std::vector<std::array<double, kLinks>> load_;
  double largest_ = 0;
};

/// Grows from the source to the nearest stop not yet in the tree, until all are. Nothing when a
/// stop cannot be reached.
std::optional<Tree> nearestTree(const ChipGraph &chips, uint32_t source,
                                const std::vector<Stop> &stops, const LinkLoad &load);

/// A tree whose links are used in either direction, common to many sources.
class SharedTree {
public:
  /// Spans `chips` over links that work both ways; nothing when these do not connect them.
  static std::optional<SharedTree>
  spanning(const ChipGraph &graph, const std::vector<uint32_t> &chips, const LinkLoad &load);
  /// The part of it that leads from `source` to the stops.
  Tree from(uint32_t source, const std::vector<Stop> &stops) const;

  /// Bit l of a chip: the tree has its link l. Chips outside have none.
  uint8_t links(uint32_t chip) const { return links_[chip]; }
  const std::vector<uint32_t> &chips() const { return chips_; }
  const ChipGraph &graph() const { return *graph_; }

private:
  explicit SharedTree(const ChipGraph &graph) : graph_(&graph), links_(graph.size()) {}
  const ChipGraph *graph_;
  std::vector<uint8_t> links_;
  std::vector<uint32_t> chips_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ROUTE_H
