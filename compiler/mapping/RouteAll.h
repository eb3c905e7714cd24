// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The trees of all slices, and the numbers of the slices that go with them.
#ifndef SPINDLE_COMPILER_MAPPING_ROUTEALL_H
#define SPINDLE_COMPILER_MAPPING_ROUTEALL_H

#include "compiler/mapping/Keys.h"
#include "compiler/mapping/MachineGraph.h"
#include "compiler/mapping/Route.h"

#include <vector>

namespace spindle::map {

enum class Routing {
  Dimension, ///< longest dimension first, each slice by itself
  Congestion ///< shared trees where they cost no more hops, ways by hops and then by load
};

struct Routes {
  std::vector<Tree> trees;       ///< per slice; empty where it sends nothing
  std::vector<SliceCodes> codes; ///< per population
};

/// Fails with the slice when a chip cannot be reached.
Result<Routes> routeAll(const ChipGraph &chips, const MachineGraph &graph,
                        const std::vector<CoreId> &places, Routing routing);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ROUTEALL_H
