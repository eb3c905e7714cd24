// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Multicast trees, keys and routing tables.
#ifndef SPINDLE_COMPILER_MAPPING_ROUTING_H
#define SPINDLE_COMPILER_MAPPING_ROUTING_H

#include "compiler/mapping/MachineDescription.h"
#include "compiler/mapping/Placement.h"

#include <cstdint>
#include <map>
#include <set>
#include <variant>
#include <vector>

namespace spindle::map {

/// What one chip does with the packets of one source: bits 0..5 links, bits 6..23 cores 0..17.
struct Branch {
  uint32_t route = 0;
  int arrivesOver = -1; ///< the link of *this* chip that the packet comes in on; -1 at the source
};
using Tree = std::map<Chip, Branch>;

/// A tree from the chip of `source` to every target core: longest dimension first along the
/// shortest hexagonal vector, cut where it meets the tree, around dead parts by breadth-first
/// search. Nothing when a target cannot be reached.
std::variant<Tree, Shortfall> routeTree(const MachineDescription &machine, Core source,
                                        const std::set<Core> &targets);

/// A block of keys: neuron n of the slice sends key + n; (packet & mask) == key.
struct KeyRange {
  uint32_t key = 0, mask = 0;
};

/// One aligned power-of-two block a slice, in order.
std::variant<std::vector<KeyRange>, Shortfall> allocateKeys(const std::vector<Slice> &slices);

struct TableEntry {
  uint32_t key = 0, mask = 0, route = 0;
};
using Tables = std::map<Chip, std::vector<TableEntry>>;

/// Entries that a chip's table has room for: 1024, one of which the system keeps.
inline constexpr uint64_t kTableEntries = 1023;

/// One entry a tree and chip, ordered by key; without those that default routing (straight through)
/// replaces.
std::variant<Tables, Shortfall> buildTables(const std::vector<Tree> &trees,
                                            const std::vector<KeyRange> &keys);

/// Where a packet of `key` sent on `from` ends up: what the routers do with it. For tests and
/// reports.
std::set<Core> deliver(const MachineDescription &machine, const Tables &tables, Chip from,
                       uint32_t key);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ROUTING_H
