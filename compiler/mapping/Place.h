// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices onto cores.
#ifndef SPINDLE_COMPILER_MAPPING_PLACE_H
#define SPINDLE_COMPILER_MAPPING_PLACE_H

#include "compiler/mapping/ChipGraph.h"
#include "compiler/mapping/MachineGraph.h"

#include <vector>

namespace spindle::map {

enum class Placement {
  Radial,   ///< populations in order onto chips in breadth-first order
  Optimised ///< slices that send much to one another close together
};

/// Slices in order onto chips in breadth-first order from the first chip. A chip whose SDRAM is too
/// full for a slice is passed over for it. Only chips that all reach one another are used.
Result<std::vector<CoreId>> placeRadial(const ChipGraph &chips, const MachineGraph &graph);

/// A first cut of slices and chips into halves and halves of halves, then moves and exchanges of
/// slices as long as they bring expected packets closer to their targets. `room`: that share of
/// chips more than are needed is used, so that what belongs together finds a chip.
Result<std::vector<CoreId>> placeOptimised(const ChipGraph &chips, const MachineGraph &graph,
                                           double room = 0);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PLACE_H
