// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A routing table that knows which keys each of its entries has to answer for, so that entries can
// be shrunk, moved and merged without asking the whole key space again.
#ifndef SPINDLE_COMPILER_MAPPING_ORDEREDTABLE_H
#define SPINDLE_COMPILER_MAPPING_ORDEREDTABLE_H

#include "compiler/mapping/Cube.h"
#include "compiler/mapping/KeyTree.h"

#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace spindle::map {

class OrderedTable {
public:
  /// `table` must do to every piece what the piece wants.
  OrderedTable(std::span<const Piece> pieces, std::span<const TableEntry> table);

  /// Merges entries of one route, wherever in the order that is allowed, until no pair can be
  /// merged or `effort` comparisons of entries are spent; what is left stays in `effort`.
  void merge(uint64_t &effort);

  /// Removes what default routing does as well.
  void dropStraight();

  std::vector<TableEntry> entries() const;
  /// The same with the entries of some routes cut into the pieces that they answer for.
  std::vector<TableEntry> entriesWithout(const std::set<uint32_t> &routes) const;
  size_t size() const { return order_.size(); }

private:
  struct Entry {
    Cube cube;
    uint32_t route = 0;
    std::vector<Piece> own; ///< the keys whose lowest match this is
    bool alive = true;
    bool changed = true; ///< `own`, since `cube` was made for it
  };
  void assign(const Piece &piece, size_t from);
  void shrink();
  std::vector<uint64_t> pairs(uint64_t effort) const;
  bool tryMerge(uint32_t a, uint32_t b, uint64_t &effort);
  size_t lowestPlace(const Entry &entry, size_t from, size_t to, uint64_t &effort) const;
  bool steals(Cube cube, uint32_t route, size_t from, uint64_t &effort) const;
  void replace(uint32_t a, uint32_t b, Cube cube, size_t place);

  std::vector<Entry> entries_;
  std::vector<uint32_t> order_; ///< indices of live entries, the first match first
  std::vector<uint32_t> place_; ///< of each entry in order_
  std::vector<Piece> loose_;    ///< straight pieces that no entry matches
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ORDEREDTABLE_H
