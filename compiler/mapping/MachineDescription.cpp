// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/MachineDescription.h"

#include <algorithm>

namespace spindle::map {

MachineDescription MachineDescription::spinn5() {
  // Row y holds the chips kRows[y].first .. kRows[y].second.
  constexpr std::array<std::pair<int, int>, 8> kRows{
      {{0, 4}, {0, 5}, {0, 6}, {0, 7}, {1, 7}, {2, 7}, {3, 7}, {4, 7}}};
  // Chips that came with one core less.
  const std::set<Chip> short17 = {{1, 1}, {1, 3}, {3, 1}, {3, 3}, {3, 5}, {5, 2}, {5, 4}, {5, 6}};
  MachineDescription m;
  for (int y = 0; y < 8; ++y)
    for (int x = kRows[y].first; x <= kRows[y].second; ++x) {
      Chip chip{x, y};
      m.chips_.push_back(chip);
      for (int p = 1; p < (short17.count(chip) ? 17 : 18); ++p)
        m.cores_[chip].push_back(p);
    }
  std::sort(m.chips_.begin(), m.chips_.end());
  return m;
}

uint64_t MachineDescription::totalCores() const {
  uint64_t n = 0;
  for (const auto &[chip, cores] : cores_)
    n += cores.size();
  return n;
}

std::optional<Chip> MachineDescription::neighbour(Chip chip, int link) const {
  Chip to{chip.x + kLinks[link].first, chip.y + kLinks[link].second};
  if (!has(chip) || !has(to) || deadLinks_.count({chip, link}))
    return std::nullopt;
  return to;
}

void MachineDescription::removeChip(Chip chip) {
  cores_.erase(chip);
  std::erase(chips_, chip);
}

void MachineDescription::removeCore(Chip chip, int core) { std::erase(cores_.at(chip), core); }

} // namespace spindle::map
