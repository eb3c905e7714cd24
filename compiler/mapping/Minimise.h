// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routing tables with fewer entries that do the same to every key they are asked for.
#ifndef SPINDLE_COMPILER_MAPPING_MINIMISE_H
#define SPINDLE_COMPILER_MAPPING_MINIMISE_H

#include "compiler/mapping/Entry.h"
#include "compiler/mapping/Machine.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace spindle::map {

/// docs/routing-tables.md says what each does.
enum class Method : uint8_t { None, Range, Pair, OrderedCovering, Best };

std::string_view name(Method method);
/// "none", "range", "pair", "ordered-covering", "best".
std::optional<Method> methodNamed(std::string_view name);

struct MinimiseOptions {
  /// One mark an entry, or empty: 1 where default routing would do the same, since all packets of
  /// the entry come in over the link opposite to the only one they leave on. Such keys may end up
  /// without an entry. An entry that was left out of the table already is not protected: another
  /// may grow over its keys.
  std::vector<uint8_t> straight;
  /// How long Method::Best searches on from its first solutions: comparisons of entries (about a
  /// nanosecond each) per square of the entries that are left.
  uint64_t effort = 24;
};

struct Minimised {
  std::vector<TableEntry> table; ///< in the order of matching
  std::string_view how = "none"; ///< what found it, for Method::Best the winner
};

/// The result is proven: every key that `table` matches at its lowest entry gets the same route.
/// A table too irregular to be proven within reasonable time comes back as it is ("none").
/// Shortage "table without overlaps" if Range is asked for a table where the order matters.
Result<Minimised> minimise(const std::vector<TableEntry> &table, Method method,
                           const MinimiseOptions &options = {});

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MINIMISE_H
