// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing keys and table entries as the router holds them.
#ifndef SPINDLE_COMPILER_MAPPING_ENTRY_H
#define SPINDLE_COMPILER_MAPPING_ENTRY_H

#include <cstdint>
#include <vector>

namespace spindle::map {

struct KeyRange {
  uint32_t key = 0, mask = 0xffffffff;
  friend bool operator==(const KeyRange &, const KeyRange &) = default;
};

/// A key that equals `key` under `mask` goes to the links and cores of `route` (links 0..5, cores
/// from bit 6).
struct TableEntry {
  uint32_t key, mask, route;
  friend bool operator==(const TableEntry &, const TableEntry &) = default;
};
using Table = std::vector<TableEntry>;

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ENTRY_H
