// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multicast trees, keys, and the routing tables made of them.
#ifndef SPINDLE_COMPILER_MAPPING_ROUTE_H
#define SPINDLE_COMPILER_MAPPING_ROUTE_H

#include "compiler/mapping/Machine.h"
#include "compiler/mapping/Place.h"

#include <cstdint>
#include <map>
#include <vector>

namespace spindle::map {

/// What one chip does with the packets of one source: link and core bits as in a route word (links
/// 0..5, cores from bit 6), and the direction of travel they arrive in (-1 at the origin).
struct Branch {
  uint32_t route = 0;
  int arrives = -1;
};
using Tree = std::map<ChipId, Branch>;

/// One tree from `source` to all of `targets`: longest dimension first along the shortest hexagonal
/// way, joined to what the tree has already; breadth first around dead parts. Fails with
/// resource "links" when a target cannot be reached.
Result<Tree> routeTree(const Machine &machine, CoreId source, const std::vector<CoreId> &targets);

struct KeyRange {
  uint32_t key = 0, mask = 0xffffffff;
  friend bool operator==(const KeyRange &, const KeyRange &) = default;
};

/// Aligned blocks, each a power of two that holds its count, in order of the counts given.
Result<std::vector<KeyRange>> allocateKeys(const std::vector<uint32_t> &counts);

struct TableEntry {
  uint32_t key, mask, route;
  friend bool operator==(const TableEntry &, const TableEntry &) = default;
};
using Tables = std::map<ChipId, std::vector<TableEntry>>;

/// An entry per tree and chip, without those that default routing replaces (one link, straight on);
/// ordered by key. Fails when a chip has more entries than its router.
Result<Tables> buildTables(const std::vector<Tree> &trees, const std::vector<KeyRange> &keys);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ROUTE_H
