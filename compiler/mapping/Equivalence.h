// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether one routing table does to all keys of another what that one did.
#ifndef SPINDLE_COMPILER_MAPPING_EQUIVALENCE_H
#define SPINDLE_COMPILER_MAPPING_EQUIVALENCE_H

#include "compiler/mapping/Entry.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace spindle::map {

/// One key that the two tables treat differently.
struct Difference {
  uint32_t key = 0;
  size_t entry = 0; ///< of the original, the lowest that matches the key
  uint32_t wanted = 0;
  std::optional<uint32_t> got; ///< nothing: no entry matches
};
std::string text(const Difference &difference);

struct Equivalence {
  enum class Verdict : uint8_t { Equal, Different, Undecided };
  Verdict verdict = Verdict::Equal;
  Difference difference; ///< of Verdict::Different
  explicit operator bool() const { return verdict == Verdict::Equal; }
};

/// Compares the lowest matching entry of both tables for every key that `original` matches, by
/// splitting the key space until one entry of each covers a part whole; no key is sampled. Keys
/// that `original` does not match do not count. A key of an entry marked in `straight` (packets
/// arrive over the link opposite to the only one they leave on) may also be matched by nothing,
/// since default routing does the same. Undecided after `limit` visits of entries: tables of
/// masks made to be hostile need exponentially many.
Equivalence compareTables(std::span<const TableEntry> original, std::span<const TableEntry> other,
                          std::span<const uint8_t> straight = {},
                          uint64_t limit = uint64_t(1) << 32);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_EQUIVALENCE_H
