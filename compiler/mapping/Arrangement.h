// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A placement under construction: which slice is on which of the chips in use.
#ifndef SPINDLE_COMPILER_MAPPING_ARRANGEMENT_H
#define SPINDLE_COMPILER_MAPPING_ARRANGEMENT_H

#include "compiler/mapping/ChipGraph.h"
#include "compiler/mapping/MachineGraph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace spindle::map {

/// Slices that need more cores than the chips that reach one another have.
std::optional<Shortage> tooFewCores(const ChipGraph &chips, const MachineGraph &graph);

/// How strongly a slice is drawn to another one: the packets between them per tick. A packet for
/// many targets counts in parts, since it travels most of its way once.
struct Pull {
  uint32_t slice;
  double packets;
};
std::vector<std::vector<Pull>> pullsOf(const MachineGraph &graph);

/// The chips in use; slices know them by number.
struct Sites {
  std::vector<uint32_t> chips;
  std::vector<uint32_t> cores;             ///< of each
  std::vector<std::vector<uint16_t>> hops; ///< from one to another
  std::vector<ChipId> at;                  ///< where it lies, seen from the first, unwrapped
};

/// The most compact group of chips with that many cores and that much SDRAM; `extra` more chips are
/// added. Nothing if there are not as many.
std::optional<Sites> chooseSites(const ChipGraph &chips, uint64_t cores, uint64_t sdram,
                                 uint32_t extra);

struct Arrangement {
  const MachineGraph &graph;
  const std::vector<std::vector<Pull>> &pulls;
  const Sites &sites;
  std::vector<uint32_t> siteOf; ///< per slice

  /// Packets times hops, by the pulls.
  double cost() const;
};

/// Halves slices and sites together with METIS until each site stands alone. No site gets more
/// slices than it has cores.
void cutIntoSites(Arrangement &arrangement);

/// Moves slices until the SDRAM of every site suffices; false if that fails.
bool relieveSdram(Arrangement &arrangement);

/// Moves and exchanges slices as long as the cost falls.
void refine(Arrangement &arrangement);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ARRANGEMENT_H
