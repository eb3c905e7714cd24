// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Machine.h"

#include <algorithm>

namespace spindle::map {
namespace {

constexpr int kRows = 8;
constexpr int kFirstX[kRows] = {0, 0, 0, 0, 1, 2, 3, 4};
constexpr int kLastX[kRows] = {4, 5, 6, 7, 7, 7, 7, 7};

/// Chips with 17 cores instead of 18.
constexpr std::array<ChipId, 8> kSmallChips{
    {{1, 1}, {1, 3}, {3, 1}, {3, 3}, {3, 5}, {5, 2}, {5, 4}, {5, 6}}};

template <typename C, typename T> bool contains(const C &list, const T &item) {
  return std::find(std::begin(list), std::end(list), item) != std::end(list);
}

} // namespace

std::optional<Board> Board::named(std::string_view name, const DeadParts &dead) {
  if (name != "spinn5")
    return std::nullopt;
  Board board;
  board.name_ = name;
  for (int y = 0; y < kRows; ++y)
    for (int x = kFirstX[y]; x <= kLastX[y]; ++x) {
      ChipId chip{x, y};
      if (contains(dead.chips, chip))
        continue;
      int last = contains(kSmallChips, chip) ? 16 : 17;
      auto &cores = board.cores_[chip];
      for (int p = 1; p <= last; ++p)
        if (!contains(dead.cores, std::tuple(x, y, p)))
          cores.push_back(p);
      auto &links = board.links_[chip];
      for (int link = 0; link < kLinks; ++link)
        links[link] = !contains(dead.links, std::tuple(x, y, link));
    }
  return board;
}

std::vector<ChipId> Board::chips() const {
  std::vector<ChipId> result;
  for (auto &[chip, cores] : cores_)
    result.push_back(chip);
  return result;
}

std::optional<ChipId> Board::along(ChipId from, int link) const {
  auto it = links_.find(from);
  ChipId next{from.x + kLinkStep[link].x, from.y + kLinkStep[link].y};
  if (it == links_.end() || !it->second[link] || !has(next))
    return std::nullopt;
  return next;
}

uint64_t Board::totalCores() const {
  uint64_t sum = 0;
  for (auto &[chip, cores] : cores_)
    sum += cores.size();
  return sum;
}

} // namespace spindle::map
