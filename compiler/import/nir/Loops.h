// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which edges of a NIR graph close a loop: those are the ones that take a step.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_LOOPS_H
#define SPINDLE_COMPILER_IMPORT_NIR_LOOPS_H

#include "compiler/import/nir/NirGraph.h"

#include <set>
#include <string>
#include <utility>

namespace spindle::nir {

/// The edges without which the graph has no cycle. Found by depth-first search from the nodes of
/// each strongly connected component that are entered from outside, in order of their names, so
/// that the choice depends on names alone.
std::set<std::pair<std::string, std::string>> loopEdges(const Graph &graph);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_LOOPS_H
