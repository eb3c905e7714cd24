// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A routing table as a decision tree over the bits of a key: what is wanted of each key, without
// the order of entries.
#ifndef SPINDLE_COMPILER_MAPPING_KEYTREE_H
#define SPINDLE_COMPILER_MAPPING_KEYTREE_H

#include "compiler/mapping/Cube.h"
#include "compiler/mapping/Entry.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spindle::map {

/// Keys that are treated alike. Pieces of one table are disjoint.
struct Piece {
  Cube cube;
  uint32_t route = 0;
  bool straight = false; ///< default routing would do as well
  friend bool operator==(const Piece &, const Piece &) = default;
};

class KeyTree {
public:
  /// `table` in the order of matching, its pieces may overlap. The highest bit of a key is decided
  /// first. Nothing if more than `limit` visits of entries are needed.
  static std::optional<KeyTree> of(std::span<const Piece> table, uint64_t limit);

  /// The disjoint pieces: halves that are treated alike are one.
  std::vector<Piece> pieces() const;

  /// The table of fewest entries among those whose cubes are subtrees, the deeper ones first
  /// (Draves et al., INFOCOM 1999), where keys without an entry take any route.
  std::vector<TableEntry> fewest() const;

private:
  struct Node {
    int32_t bit = -1; ///< -1: a leaf
    uint32_t child[2] = {0, 0};
    int32_t route = -1; ///< of a leaf: an index, -1 for any
    bool straight = false;
  };
  class Builder;
  class Fewest;

  std::vector<Node> nodes_;      ///< children before parents; the last one is the root
  std::vector<uint32_t> routes_; ///< ascending
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_KEYTREE_H
