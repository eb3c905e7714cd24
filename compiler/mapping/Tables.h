// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing tables made of trees and keys.
#ifndef SPINDLE_COMPILER_MAPPING_TABLES_H
#define SPINDLE_COMPILER_MAPPING_TABLES_H

#include "compiler/mapping/Keys.h"
#include "compiler/mapping/Route.h"

#include <cstdint>
#include <map>
#include <vector>

namespace spindle::map {

using Tables = std::map<ChipId, Table>;

/// Entries of one per slice and chip, without those that default routing replaces: what tables
/// would be without merging.
std::map<ChipId, uint32_t> unmergedSizes(const ChipGraph &chips, const std::vector<Tree> &trees);

/// The table of a chip, with what only goes straight on marked.
struct MarkedTable {
  Table entries;
  std::vector<uint8_t> straight; ///< per entry: default routing does the same
};

/// One entry for every aligned block of a population's slices that do the same on a chip. Slices
/// that never come by are left out of account. Entries do not overlap, and are ordered by key.
/// `trees`: per slice, empty where it sends nothing.
std::map<ChipId, MarkedTable> mergedTables(const ChipGraph &chips, const MachineGraph &graph,
                                           const std::vector<Tree> &trees, const KeyPlan &keys);

/// Without what default routing does.
Table withoutStraight(const MarkedTable &table);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_TABLES_H
