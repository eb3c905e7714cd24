// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/MinimiseClassic.h"

#include <algorithm>
#include <map>

namespace spindle::map {
namespace {

bool hasHoles(uint32_t mask) { return (~mask & (~mask + 1)) != 0; }

uint64_t endOf(const TableEntry &entry) { return uint64_t(entry.key) + ~entry.mask + 1; }

/// Blocks for the keys from first.key to the end of `last`, none of them outside [floor, ceiling).
void coverRun(std::span<const TableEntry> run, uint64_t floor, uint64_t ceiling,
              std::vector<TableEntry> &out) {
  uint64_t last = endOf(run.back()) - 1;
  for (size_t i = 0; i < run.size();) {
    uint64_t key = run[i].key, size = uint64_t(~run[i].mask) + 1;
    auto start = [&](uint64_t block) { return key & ~(block - 1); };
    while (start(size) + size <= last && start(2 * size) >= floor &&
           start(2 * size) + 2 * size <= ceiling)
      size *= 2;
    uint64_t begin = start(size);
    out.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(~(size - 1)), run[i].route});
    while (i < run.size() && run[i].key < begin + size)
      ++i;
    floor = begin + size;
  }
}

} // namespace

std::optional<std::vector<TableEntry>> mergeRanges(std::span<const TableEntry> table) {
  std::vector<TableEntry> sorted;
  for (const TableEntry &entry : table) {
    if (matchesNothing(entry))
      continue;
    if (hasHoles(entry.mask))
      return std::nullopt;
    sorted.push_back(entry);
  }
  std::sort(sorted.begin(), sorted.end(), [](auto &a, auto &b) { return a.key < b.key; });
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i].key < endOf(sorted[i - 1]))
      return std::nullopt;
  std::vector<TableEntry> out;
  std::span<const TableEntry> all(sorted);
  for (size_t i = 0, j = 0; i < all.size(); i = j) {
    for (j = i; j < all.size() && all[j].route == all[i].route; ++j) {
    }
    uint64_t floor = i == 0 ? 0 : endOf(all[i - 1]);
    uint64_t ceiling = j == all.size() ? uint64_t(1) << 32 : all[j].key;
    coverRun(all.subspan(i, j - i), floor, ceiling, out);
  }
  return out;
}

std::vector<TableEntry> mergePairs(std::span<const Piece> pieces, uint64_t &effort) {
  std::map<uint32_t, std::vector<Cube>> byRoute;
  for (const Piece &piece : pieces)
    byRoute[piece.route].push_back(piece.cube);
  std::vector<std::pair<uint32_t, std::vector<Cube>>> groups(byRoute.begin(), byRoute.end());
  std::sort(groups.begin(), groups.end(), [](auto &a, auto &b) {
    return std::pair(a.second.size(), a.first) < std::pair(b.second.size(), b.first);
  });
  std::vector<Cube> later; // of all groups, from the one after the present one on
  for (auto &group : groups)
    later.insert(later.end(), group.second.begin(), group.second.end());

  std::vector<TableEntry> out;
  size_t begin = 0;
  for (auto &[route, cubes] : groups) {
    begin += cubes.size();
    auto free = [&](Cube cube) {
      for (size_t i = begin; i < later.size(); ++i) {
        effort -= effort > 0;
        if (intersect(cube, later[i]))
          return false;
      }
      return true;
    };
    for (size_t left = 0; left < cubes.size(); ++left) {
      for (size_t i = left + 1; i < cubes.size() && effort > 0;) {
        Cube merged = hull(cubes[left], cubes[i]);
        if (!free(merged)) {
          ++i;
          continue;
        }
        cubes[left] = merged;
        cubes.erase(cubes.begin() + static_cast<ptrdiff_t>(i));
        i = left + 1; // the larger entry may take others now
      }
      out.push_back({cubes[left].key, cubes[left].mask, route});
    }
  }
  return out;
}

} // namespace spindle::map
