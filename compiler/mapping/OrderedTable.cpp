// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/OrderedTable.h"

#include <algorithm>
#include <map>

namespace spindle::map {
namespace {

/// A candidate of two entries as one number, which sorts by generality first.
constexpr unsigned kIdBits = 28;
constexpr uint64_t kIdMask = (uint64_t(1) << kIdBits) - 1;
uint64_t packed(int generality, uint64_t a, uint64_t b) {
  return static_cast<uint64_t>(generality) << 2 * kIdBits | a << kIdBits | b;
}

Cube hullOf(const std::vector<Piece> &pieces) {
  Cube cube = pieces.front().cube;
  for (const Piece &piece : pieces)
    cube = hull(cube, piece.cube);
  return cube;
}

} // namespace

OrderedTable::OrderedTable(std::span<const Piece> pieces, std::span<const TableEntry> table) {
  for (const TableEntry &entry : table)
    entries_.push_back({cubeOf(entry), entry.route, {}});
  for (const Piece &piece : pieces)
    assign(piece, 0);
  for (uint32_t i = 0; i < entries_.size(); ++i)
    order_.push_back(i);
  shrink();
}

/// Gives every part of the piece to the first entry from `from` on that matches it.
void OrderedTable::assign(const Piece &piece, size_t from) {
  for (size_t i = from; i < entries_.size(); ++i) {
    Entry &entry = entries_[i];
    if (!intersect(entry.cube, piece.cube))
      continue;
    Piece rest = piece;
    for (uint32_t open = entry.cube.mask & ~piece.cube.mask; open != 0; open &= open - 1) {
      uint32_t bit = open & -open;
      rest.cube.mask |= bit;
      Piece other = rest; // the half that the entry does not match
      other.cube.key |= ~entry.cube.key & bit;
      assign(other, i + 1);
      rest.cube.key |= entry.cube.key & bit;
    }
    entry.own.push_back(rest);
    return;
  }
  loose_.push_back(piece);
}

/// Entries keep to what they answer for; those that answer for nothing go.
void OrderedTable::shrink() {
  std::vector<uint32_t> kept;
  for (uint32_t id : order_) {
    Entry &entry = entries_[id];
    entry.alive = !entry.own.empty();
    if (!entry.alive)
      continue;
    if (entry.changed)
      entry.cube = hullOf(entry.own);
    entry.changed = false;
    kept.push_back(id);
  }
  order_ = std::move(kept);
  place_.assign(entries_.size(), 0);
  for (uint32_t i = 0; i < order_.size(); ++i)
    place_[order_[i]] = i;
}

/// Candidates, those first that stay small. Of a route with very many entries only neighbours in
/// key order are paired.
std::vector<uint64_t> OrderedTable::pairs(uint64_t effort) const {
  std::map<uint32_t, std::vector<uint32_t>> groups;
  for (uint32_t id : order_)
    groups[entries_[id].route].push_back(id);
  size_t window = std::max<size_t>(8, effort / (16 * (order_.size() + 1)));
  std::vector<uint64_t> out;
  for (auto &[route, ids] : groups) {
    std::sort(ids.begin(), ids.end(), [&](uint32_t a, uint32_t b) {
      return std::pair(entries_[a].cube.key, a) < std::pair(entries_[b].cube.key, b);
    });
    for (size_t i = 0; i < ids.size(); ++i)
      for (size_t j = i + 1; j < ids.size() && j - i <= window; ++j)
        out.push_back(
            packed(generality(hull(entries_[ids[i]].cube, entries_[ids[j]].cube)), ids[i], ids[j]));
  }
  std::sort(out.begin(), out.end());
  return out;
}

void OrderedTable::merge(uint64_t &effort) {
  for (bool changed = true; changed && effort > 0;) {
    changed = false;
    for (uint64_t pair : pairs(effort)) {
      uint32_t a = pair >> kIdBits & kIdMask, b = pair & kIdMask;
      if (effort == 0)
        break;
      if (entries_[a].alive && entries_[b].alive)
        changed |= tryMerge(a, b, effort);
    }
  }
}

/// How far towards the end the entry can go from place `from` before an entry of another route
/// would take its keys: the place of that entry, `to` at most.
size_t OrderedTable::lowestPlace(const Entry &entry, size_t from, size_t to,
                                 uint64_t &effort) const {
  for (size_t i = from; i < to; ++i) {
    const Entry &other = entries_[order_[i]];
    effort -= effort > 0;
    if (other.route == entry.route || !intersect(other.cube, entry.cube))
      continue;
    for (const Piece &piece : entry.own)
      if (intersect(other.cube, piece.cube))
        return i;
  }
  return to;
}

/// Whether an entry of `cube` before place `from` takes keys that another route should get.
bool OrderedTable::steals(Cube cube, uint32_t route, size_t from, uint64_t &effort) const {
  for (const Piece &piece : loose_)
    if (piece.route != route && intersect(cube, piece.cube))
      return true;
  for (size_t i = from; i < order_.size(); ++i) {
    const Entry &entry = entries_[order_[i]];
    effort -= effort > 0;
    if (entry.route == route || !intersect(cube, entry.cube))
      continue;
    for (const Piece &piece : entry.own)
      if (intersect(cube, piece.cube))
        return true;
  }
  return false;
}

bool OrderedTable::tryMerge(uint32_t a, uint32_t b, uint64_t &effort) {
  if (place_[a] > place_[b])
    std::swap(a, b);
  const Entry &first = entries_[a], &second = entries_[b];
  Cube cube = hull(first.cube, second.cube);
  size_t place = lowestPlace(first, place_[a] + 1, order_.size(), effort);
  if (place > place_[b])
    place = lowestPlace(second, place_[b] + 1, place, effort);
  if (steals(cube, first.route, place, effort))
    return false;
  replace(a, b, cube, place);
  return true;
}

/// One entry before place `place` instead of both, which also takes over what it matches of its
/// own route further down.
void OrderedTable::replace(uint32_t a, uint32_t b, Cube cube, size_t place) {
  Entry &merged = entries_[a], &second = entries_[b];
  merged.cube = cube;
  merged.changed = true;
  merged.own.insert(merged.own.end(), second.own.begin(), second.own.end());
  second.own.clear();
  for (size_t i = place; i < order_.size(); ++i) {
    Entry &entry = entries_[order_[i]];
    if (order_[i] == a || entry.route != merged.route || !intersect(cube, entry.cube))
      continue;
    auto taken = std::partition(entry.own.begin(), entry.own.end(),
                                [&](const Piece &piece) { return !contains(cube, piece.cube); });
    entry.changed |= taken != entry.own.end();
    merged.own.insert(merged.own.end(), taken, entry.own.end());
    entry.own.erase(taken, entry.own.end());
  }
  order_.insert(order_.begin() + static_cast<ptrdiff_t>(place), a);
  order_.erase(order_.begin() + place_[a]);
  shrink();
}

void OrderedTable::dropStraight() {
  for (size_t i = order_.size(); i-- > 0;) {
    Entry &entry = entries_[order_[i]];
    uint64_t effort = 0;
    bool straight =
        std::all_of(entry.own.begin(), entry.own.end(), [](auto &p) { return p.straight; });
    if (!straight || lowestPlace(entry, i + 1, order_.size(), effort) != order_.size())
      continue;
    loose_.insert(loose_.end(), entry.own.begin(), entry.own.end());
    entry.own.clear();
    shrink();
  }
}

std::vector<TableEntry> OrderedTable::entries() const { return entriesWithout({}); }

std::vector<TableEntry> OrderedTable::entriesWithout(const std::set<uint32_t> &routes) const {
  std::vector<TableEntry> out;
  for (uint32_t id : order_) {
    const Entry &entry = entries_[id];
    if (!routes.count(entry.route))
      out.push_back({entry.cube.key, entry.cube.mask, entry.route});
    else
      for (const Piece &piece : entry.own)
        out.push_back({piece.cube.key, piece.cube.mask, entry.route});
  }
  return out;
}

} // namespace spindle::map
