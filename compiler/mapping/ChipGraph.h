// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The chips of a machine by number, as a graph: what placement and routing search.
#ifndef SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H
#define SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H

#include "compiler/mapping/Machine.h"

#include <boost/graph/adjacency_list.hpp>

#include <array>
#include <cstdint>
#include <vector>

namespace spindle::map {

class ChipGraph {
public:
  struct Link {
    int link = 0; ///< direction
  };
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, Link>;
  static constexpr uint32_t kNone = ~uint32_t(0);

  explicit ChipGraph(const Machine &machine);

  const Machine &machine() const { return *machine_; }
  const Graph &graph() const { return graph_; }
  uint32_t size() const { return uint32_t(next_.size()); }
  ChipId chip(uint32_t index) const { return machine_->chips()[index]; }
  uint32_t index(ChipId chip) const;
  /// The chip at the other end of a link that works, or kNone.
  uint32_t next(uint32_t chip, int link) const { return next_[chip][size_t(link)]; }
  /// Whether the link works in both directions.
  bool bothWays(uint32_t chip, int link) const {
    uint32_t other = next(chip, link);
    return other != kNone && next(other, opposite(link)) == chip;
  }

  /// Chips that all reach one another: the group with the most cores, in (x, y) order. On a machine
  /// in one piece these are all chips.
  std::vector<uint32_t> reachable() const;
  /// Chips in breadth-first order from `start`.
  std::vector<uint32_t> outward(uint32_t start) const;
  /// Hops from `start` to every chip, around dead parts; kNone where there is no way.
  std::vector<uint32_t> hops(uint32_t start) const;

private:
  const Machine *machine_;
  std::vector<uint32_t> indexAt_; ///< by x * height + y
  std::vector<std::array<uint32_t, kLinks>> next_;
  Graph graph_;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H
