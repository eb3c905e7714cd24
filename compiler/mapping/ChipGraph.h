// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The live links of a machine as a directed Boost graph, for searches.
#ifndef SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H
#define SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H

#include "compiler/mapping/MachineDescription.h"

#include <vector>

namespace spindle::map {

/// One hop of a way: over `link`, to `to`.
struct Hop {
  int link;
  Chip to;
};

/// All chips that can be reached from `root`, nearest first; ties by (x, y).
std::vector<Chip> radialOrder(const MachineDescription &machine, Chip root);

/// A shortest way from one chip to another over live links (ties by link number); empty if there is
/// none.
std::vector<Hop> shortestWay(const MachineDescription &machine, Chip from, Chip to);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_CHIPGRAPH_H
