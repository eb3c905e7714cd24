// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Place.h"

#include <algorithm>
#include <deque>
#include <set>

namespace spindle::map {
namespace {

/// Breadth-first over links; parts that no link reaches follow at the end.
std::vector<ChipId> radialOrder(const Machine &machine) {
  std::vector<ChipId> order;
  std::set<ChipId> seen;
  for (ChipId start : machine.chips()) {
    if (!seen.insert(start).second)
      continue;
    std::deque<ChipId> open{start};
    while (!open.empty()) {
      ChipId chip = open.front();
      open.pop_front();
      order.push_back(chip);
      for (int link = 0; link < kLinks; ++link)
        if (auto next = machine.along(chip, link); next && seen.insert(*next).second)
          open.push_back(*next);
    }
  }
  return order;
}

struct Room {
  ChipId chip;
  std::vector<int> cores; ///< free ones, last first
  uint64_t sdram = kSdramBytes;
};

} // namespace

Result<std::vector<CoreId>> place(const Machine &machine, const std::vector<Item> &items) {
  if (items.size() > machine.totalCores())
    return Shortage{"cores", items.size(), machine.totalCores(), ""};
  std::vector<Room> rooms;
  for (ChipId chip : radialOrder(machine))
    rooms.push_back({chip, {machine.cores(chip).rbegin(), machine.cores(chip).rend()}});
  std::vector<CoreId> result;
  for (const Item &item : items) {
    auto room = std::find_if(rooms.begin(), rooms.end(), [&](const Room &r) {
      return !r.cores.empty() && r.sdram >= item.sdramBytes;
    });
    if (room == rooms.end()) {
      uint64_t most = 0;
      for (const Room &r : rooms)
        most = std::max(most, r.cores.empty() ? 0 : r.sdram);
      return Shortage{"bytes of SDRAM on a chip with a free core", item.sdramBytes, most, ""};
    }
    room->sdram -= item.sdramBytes;
    result.push_back({room->chip, room->cores.back()});
    room->cores.pop_back();
  }
  return result;
}

} // namespace spindle::map
