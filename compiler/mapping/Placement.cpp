// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Placement.h"

#include "compiler/mapping/ChipGraph.h"

#include <algorithm>

namespace spindle::map {

std::vector<Slice> partition(uint32_t node, uint64_t size, uint64_t limit) {
  uint64_t parts = (size + limit - 1) / limit;
  uint64_t width = parts == 0 ? 0 : (size + parts - 1) / parts;
  std::vector<Slice> out;
  for (uint64_t lo = 0; lo < size; lo += width)
    out.push_back({node, lo, std::min(size, lo + width), 0});
  return out;
}

std::variant<std::vector<Core>, Shortfall> placeRadial(const MachineDescription &machine,
                                                       const std::vector<Slice> &slices) {
  struct Room {
    Chip chip;
    size_t nextCore = 0;
    uint64_t sdram = kSdramPerChip;
  };
  std::vector<Room> rooms;
  uint64_t cores = 0;
  for (Chip chip : radialOrder(machine, Chip{0, 0})) {
    rooms.push_back({chip});
    cores += machine.cores(chip).size();
  }
  if (slices.size() > cores)
    return Shortfall{"cores", slices.size(), cores};
  std::vector<Core> placed;
  for (const Slice &slice : slices) {
    auto room = std::find_if(rooms.begin(), rooms.end(), [&](const Room &r) {
      return r.nextCore < machine.cores(r.chip).size() && r.sdram >= slice.sdram;
    });
    if (room == rooms.end())
      return Shortfall{"bytes of SDRAM beside a free core", slice.sdram, kSdramPerChip};
    placed.push_back({room->chip, machine.cores(room->chip)[room->nextCore++]});
    room->sdram -= slice.sdram;
  }
  return placed;
}

} // namespace spindle::map
