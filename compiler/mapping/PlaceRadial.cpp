// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Arrangement.h"
#include "compiler/mapping/Place.h"

#include <algorithm>

namespace spindle::map {
namespace {

struct Room {
  uint32_t chip;
  std::vector<int> cores; ///< free ones, last first
  uint64_t sdram = kSdramBytes;
};

} // namespace

Result<std::vector<CoreId>> placeRadial(const ChipGraph &chips, const MachineGraph &graph) {
  if (auto shortage = tooFewCores(chips, graph))
    return *shortage;
  std::vector<uint32_t> usable = chips.reachable();
  std::vector<Room> rooms;
  if (!usable.empty())
    for (uint32_t chip : chips.outward(usable.front()))
      if (std::binary_search(usable.begin(), usable.end(), chip)) {
        const std::vector<int> &cores = chips.machine().cores(chips.chip(chip));
        rooms.push_back({chip, {cores.rbegin(), cores.rend()}});
      }
  std::vector<CoreId> places;
  size_t firstFree = 0;
  for (uint32_t slice = 0; slice < graph.size(); ++slice) {
    while (firstFree < rooms.size() && rooms[firstFree].cores.empty())
      ++firstFree;
    uint64_t bytes = graph[slice].sdramBytes;
    auto room = std::find_if(rooms.begin() + long(firstFree), rooms.end(),
                             [&](const Room &r) { return !r.cores.empty() && r.sdram >= bytes; });
    if (room == rooms.end()) {
      uint64_t most = 0;
      for (const Room &r : rooms)
        most = std::max(most, r.cores.empty() ? 0 : r.sdram);
      return Shortage{"bytes of SDRAM on a chip with a free core", bytes, most, "", slice};
    }
    room->sdram -= bytes;
    places.push_back({chips.chip(room->chip), room->cores.back()});
    room->cores.pop_back();
  }
  return places;
}

} // namespace spindle::map
