// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sets of routing keys as a key and a mask: the packets p with (p & mask) == key.
#ifndef SPINDLE_COMPILER_MAPPING_CUBE_H
#define SPINDLE_COMPILER_MAPPING_CUBE_H

#include "compiler/mapping/Entry.h"

#include <bit>
#include <cstdint>

namespace spindle::map {

struct Cube {
  uint32_t key = 0, mask = 0;
  friend bool operator==(const Cube &, const Cube &) = default;
};

inline Cube cubeOf(const TableEntry &entry) { return {entry.key, entry.mask}; }

/// An entry with a key bit outside its mask matches no packet at all.
inline bool matchesNothing(const TableEntry &entry) { return (entry.key & ~entry.mask) != 0; }

inline bool intersect(Cube a, Cube b) { return ((a.key ^ b.key) & a.mask & b.mask) == 0; }

inline bool contains(Cube outer, Cube inner) {
  return (outer.mask & ~inner.mask) == 0 && ((inner.key ^ outer.key) & outer.mask) == 0;
}

/// The smallest cube around both.
inline Cube hull(Cube a, Cube b) {
  uint32_t mask = a.mask & b.mask & ~(a.key ^ b.key);
  return {a.key & mask, mask};
}

/// Bits that do not matter.
inline int generality(Cube cube) { return 32 - std::popcount(cube.mask); }

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_CUBE_H
