// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Our placement and routing against the baseline on networks that people run.
#include "compiler/mapping/Mapping.h"
#include "tests/support/MachineGraphs.h"
#include "tests/support/catch.h"

#include <iostream>

using namespace spindle::map;

namespace {

/// The smallest machine of whole boards that both ways of mapping fit on.
Machine machineFor(const MachineGraph &graph) {
  for (unsigned boards = 1;; ++boards) {
    std::string error;
    Machine machine = *Machine::make("spinn5", sizeOfBoards(boards), {}, error);
    if (placeRadial(ChipGraph(machine), graph))
      return machine;
  }
}

Quality mapped(const Machine &machine, const MachineGraph &graph, Placement placement,
               Routing routing) {
  auto mapping = mapGraph(machine, graph, {placement, routing, std::nullopt});
  REQUIRE(bool(mapping));
  return qualityOf(machine, graph, *mapping);
}

void compare(const char *name, const MachineGraph &graph) {
  Machine machine = machineFor(graph);
  Quality base = mapped(machine, graph, Placement::Radial, Routing::Dimension);
  Quality ours = mapped(machine, graph, Placement::Optimised, Routing::Congestion);
  std::cout << name << ": " << graph.size() << " slices on " << machine.boards()
            << " boards; packet hops " << base.packetHops << " -> " << ours.packetHops
            << ", busiest link " << base.largestLoad << " -> " << ours.largestLoad
            << ", largest table " << base.largestTable << " -> " << ours.largestTable
            << " (unmerged " << base.largestUnmerged << " -> " << ours.largestUnmerged << ")\n";
  CHECK(ours.packetHops < base.packetHops / 2);
  CHECK(ours.largestLoad < base.largestLoad);
  CHECK(ours.largestTable < base.largestTable);
}

} // namespace

TEST_CASE("the balanced network: fewer hops and smaller tables than the baseline") {
  compare("balanced", spindle::test::balancedNetwork());
}

TEST_CASE("the microcircuit at a tenth and in full") {
  compare("microcircuit 0.1", spindle::test::microcircuit(0.1));
  compare("microcircuit 1.0", spindle::test::microcircuit(1));
}
