// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The configuration bus of a tile (rtl/README.md): addresses, and a tile's program as a list of
// writes.
#ifndef SPINDLE_SIM_FABRIC_RTLBUS_H
#define SPINDLE_SIM_FABRIC_RTLBUS_H

#include "sim/fabric/FabricImage.h"

#include <utility>

namespace spindle::fabric {

namespace bus {
enum Space : uint32_t { Register, From, Scale, State, Param, Drive, Range, Route, Status };
enum Status : uint32_t { Reads, ReadCycles, AdcClips, Events, RowLost, CountSaturations, Sent };

constexpr uint32_t address(uint32_t space, uint32_t index, uint32_t word = 0) {
  return space << 24 | index << 8 | word;
}
} // namespace bus

struct BusWrite {
  uint32_t address, data;
};

/// Everything that a tile must be told after reset.
std::vector<BusWrite> tileProgram(const Fabric &fabric, const Tile &tile, uint32_t drives);

/// The parameters that one tile model for all tiles of `fabric` needs. Throws UserError where the
/// RTL cannot hold the program, naming the limit.
std::vector<std::pair<std::string, long>> tileParameters(const Fabric &fabric);
long parameter(const std::vector<std::pair<std::string, long>> &parameters, const char *name);

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLBUS_H
