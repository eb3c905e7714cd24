// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Places, keys, trees and tables of a machine graph: the one call.
#ifndef SPINDLE_COMPILER_MAPPING_MAPPING_H
#define SPINDLE_COMPILER_MAPPING_MAPPING_H

#include "compiler/mapping/Keys.h"
#include "compiler/mapping/Minimise.h"
#include "compiler/mapping/Place.h"
#include "compiler/mapping/RouteAll.h"
#include "compiler/mapping/Tables.h"

#include <optional>
#include <vector>

namespace spindle::map {

struct MappingOptions {
  Placement placement = Placement::Optimised;
  Routing routing = Routing::Congestion;
  std::optional<Method>
      minimise; ///< of all tables; nothing: those that are too large, with the best
};

struct Mapping {
  std::vector<CoreId> places; ///< per slice
  std::vector<KeyRange> keys; ///< per slice; of those that send
  std::vector<Tree> trees;    ///< per slice, by chip number of a ChipGraph; empty: it sends nothing
  Tables tables;
};

/// What a mapping costs.
struct Quality {
  double packetHops = 0;      ///< expected per tick: packets times links that they take
  double largestLoad = 0;     ///< expected packets per tick of the busiest link
  std::vector<uint64_t> hops; ///< trees by number of links
  uint32_t largestTable = 0, entries = 0;
  uint32_t largestUnmerged = 0, unmerged = 0; ///< the same with one entry per slice
};

/// Fails with what is short, and of which slice where it is one's.
Result<Mapping> mapGraph(const Machine &machine, const MachineGraph &graph,
                         const MappingOptions &options = {});

Quality qualityOf(const Machine &machine, const MachineGraph &graph, const Mapping &mapping);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_MAPPING_H
