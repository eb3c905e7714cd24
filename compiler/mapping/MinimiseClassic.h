// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The published ways to a smaller routing table. All start from disjoint pieces.
#ifndef SPINDLE_COMPILER_MAPPING_MINIMISECLASSIC_H
#define SPINDLE_COMPILER_MAPPING_MINIMISECLASSIC_H

#include "compiler/mapping/KeyTree.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spindle::map {

/// Runs of one route in key order, as few aligned blocks as cover each without touching its
/// neighbours. Nothing if entries overlap or have masks with holes.
std::optional<std::vector<TableEntry>> mergeRanges(std::span<const TableEntry> table);

/// Route by route, the rarest first: pairs are merged where the result touches no entry of a
/// route that is still to come. Stops merging after `effort` comparisons.
std::vector<TableEntry> mergePairs(std::span<const Piece> pieces, uint64_t &effort);

/// Ordered covering (Mundy, Heathcote, Garside, "On-chip order-exploiting routing table
/// minimization for a multicast supercomputer network", HPSR 2016): the best set of entries of one
/// route becomes one entry, placed after all that are less general, again and again.
std::vector<TableEntry> coverInOrder(std::span<const Piece> pieces, uint64_t &effort);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MINIMISECLASSIC_H
