// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Minimise.h"

#include "compiler/mapping/Equivalence.h"
#include "compiler/mapping/KeyTree.h"
#include "compiler/mapping/MinimiseClassic.h"
#include "compiler/mapping/OrderedTable.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>

namespace spindle::map {
namespace {

/// Visits of entries after which a table is called too irregular.
constexpr uint64_t kMostVisits = uint64_t(1) << 24;
/// Comparisons after which a classic method stops to merge.
constexpr uint64_t kClassicEffort = uint64_t(1) << 30;
/// The same for the starts of the search.
constexpr uint64_t kStartEffort = uint64_t(1) << 26;
/// Pieces beyond which the tree has the last word.
constexpr size_t kMostPieces = size_t(1) << 14;
/// Entries times pieces beyond which a table is not searched further.
constexpr uint64_t kMostPairs = uint64_t(1) << 26;

/// Merged further, and without what default routing does.
std::vector<TableEntry> improved(std::span<const Piece> pieces, std::span<const TableEntry> table,
                                 uint64_t &effort) {
  OrderedTable ordered(pieces, table);
  ordered.merge(effort);
  ordered.dropStraight();
  return ordered.entries();
}

/// Every piece an entry, those of the rarest route first: entries lower in a table can grow more.
std::vector<TableEntry> byRarity(std::span<const Piece> pieces) {
  std::map<uint32_t, size_t> count;
  std::vector<TableEntry> out;
  for (const Piece &piece : pieces) {
    ++count[piece.route];
    out.push_back({piece.cube.key, piece.cube.mask, piece.route});
  }
  auto rank = [&](const TableEntry &entry) {
    return std::tuple(count[entry.route], entry.route, entry.key);
  };
  std::sort(out.begin(), out.end(), [&](auto &a, auto &b) { return rank(a) < rank(b); });
  return out;
}

/// Merges from several starts, then takes some routes of the best table apart and merges again, as
/// long as the effort lasts.
class Search {
public:
  Search(const KeyTree &tree, std::span<const Piece> pieces) : pieces_(pieces) {
    best_ = {tree.fewest(), "tree"};
  }

  Minimised run(uint64_t effort) {
    if (pieces_.size() > kMostPieces)
      return std::move(best_);
    uint64_t left = kStartEffort;
    offer(best_.table, "tree", left);
    offer(byRarity(pieces_), "pieces", left);
    uint64_t square = best_.table.size() * best_.table.size();
    uint64_t pairs = kStartEffort, covering = std::min(16 * square, kStartEffort);
    offer(mergePairs(pieces_, pairs), "pairs", left);
    offer(coverInOrder(pieces_, covering), "ordered covering", left);
    if (best_.table.size() * pieces_.size() <= kMostPairs)
      retry(effort * square);
    return std::move(best_);
  }

private:
  void offer(std::vector<TableEntry> table, std::string_view how, uint64_t &effort) {
    if (table.size() * pieces_.size() > kMostPairs)
      return;
    table = improved(pieces_, table, effort);
    if (table.size() < best_.table.size() || first_)
      best_ = {std::move(table), how};
    first_ = false;
  }

  void retry(uint64_t effort) {
    std::vector<TableEntry> table = best_.table;
    while (effort > 0) {
      OrderedTable ordered(pieces_, table);
      std::set<uint32_t> routes = someRoutes(table);
      OrderedTable again(pieces_, ordered.entriesWithout(routes));
      effort -= std::min<uint64_t>(effort, 2 * pieces_.size() * table.size());
      again.merge(effort);
      again.dropStraight();
      if (again.size() <= table.size())
        table = again.entries();
    }
    if (table.size() < best_.table.size())
      best_.table = std::move(table);
  }

  /// About a tenth of them, at least one.
  std::set<uint32_t> someRoutes(const std::vector<TableEntry> &table) {
    std::set<uint32_t> all, some;
    for (const TableEntry &entry : table)
      all.insert(entry.route);
    for (uint32_t route : all)
      if (random_() % 10 == 0)
        some.insert(route);
    if (some.empty() && !all.empty())
      some.insert(*std::next(all.begin(), random_() % all.size()));
    return some;
  }

  std::span<const Piece> pieces_;
  Minimised best_;
  bool first_ = true;
  std::minstd_rand random_{1}; // the same search every time
};

/// Nothing where the method is not for such a table.
std::optional<std::vector<TableEntry>> classic(Method method, std::span<const TableEntry> table,
                                               std::span<const Piece> pieces) {
  uint64_t effort = kClassicEffort, none = 0;
  std::optional<std::vector<TableEntry>> out = method == Method::Range ? mergeRanges(table)
                                               : method == Method::Pair
                                                   ? mergePairs(pieces, effort)
                                                   : coverInOrder(pieces, effort);
  if (out && std::any_of(pieces.begin(), pieces.end(), [](auto &p) { return p.straight; }))
    out = improved(pieces, *out, none);
  return out;
}

} // namespace

std::string_view name(Method method) {
  switch (method) {
  case Method::Range:
    return "range";
  case Method::Pair:
    return "pair";
  case Method::OrderedCovering:
    return "ordered-covering";
  case Method::Best:
    return "best";
  case Method::None:
    break;
  }
  return "none";
}

std::optional<Method> methodNamed(std::string_view text) {
  for (Method method :
       {Method::None, Method::Range, Method::Pair, Method::OrderedCovering, Method::Best})
    if (name(method) == text)
      return method;
  return std::nullopt;
}

Result<Minimised> minimise(const std::vector<TableEntry> &table, Method method,
                           const MinimiseOptions &options) {
  if (!options.straight.empty() && options.straight.size() != table.size())
    throw std::invalid_argument("minimise: one mark an entry is wanted, or none at all");
  Minimised same{table, "none"};
  if (method == Method::None)
    return same;
  std::vector<Piece> wanted;
  wanted.reserve(table.size());
  for (size_t i = 0; i < table.size(); ++i)
    if (!matchesNothing(table[i]))
      wanted.push_back({cubeOf(table[i]), table[i].route,
                        !options.straight.empty() && options.straight[i] != 0});
  auto tree = KeyTree::of(wanted, kMostVisits);
  if (!tree)
    return same;
  std::vector<Piece> pieces = tree->pieces();
  Minimised found{{}, name(method)};
  if (method == Method::Best) {
    found = Search(*tree, pieces).run(options.effort);
  } else if (auto merged = classic(method, table, pieces)) {
    found.table = std::move(*merged);
  } else {
    return Shortage{"table of blocks without overlaps", 1, 0, ""};
  }
  Equivalence proof = compareTables(table, found.table, options.straight, kMostVisits);
  if (proof.verdict == Equivalence::Verdict::Different)
    throw std::logic_error("minimise (" + std::string(found.how) + "): " + text(proof.difference));
  if (!proof || found.table.size() > table.size())
    return same;
  return found;
}

} // namespace spindle::map
