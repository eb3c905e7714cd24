// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keys, and the tables made of them.
#include "compiler/mapping/Tables.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/mapping/Machines.h"

#include <rapidcheck.h>

#include <set>

using namespace spindle::map;

namespace {

/// Populations of single-neuron slices, each of which sends to the first slice of all.
MachineGraph fan(const std::vector<uint32_t> &slices, uint32_t neurons = 1) {
  MachineGraph graph;
  for (uint32_t count : slices) {
    graph.addPopulation("p", 1);
    for (uint32_t i = 0; i < count; ++i)
      graph.connect(graph.addSlice({i * neurons, (i + 1) * neurons}), 0);
  }
  return graph;
}

std::vector<SliceCodes> plainCodes(const MachineGraph &graph) {
  std::vector<SliceCodes> codes;
  for (uint32_t i = 0; i < graph.populations().size(); ++i)
    codes.push_back(codesInOrder(graph, i));
  return codes;
}

} // namespace

TEST_CASE("keys are aligned blocks that do not overlap, in aligned zones") {
  REQUIRE(rc::check([] {
    auto counts = *rc::gen::nonEmpty(
        rc::gen::container<std::vector<uint32_t>>(rc::gen::inRange<uint32_t>(1, 40)));
    auto neurons = *rc::gen::inRange<uint32_t>(1, 257);
    MachineGraph graph = fan(counts, neurons);
    auto plan = allocateKeys(graph, plainCodes(graph));
    RC_ASSERT(bool(plan));
    uint64_t end = 0;
    for (uint32_t s = 0; s < graph.size(); ++s) {
      KeyRange range = plan->slices[s], zone = plan->populations[graph[s].population];
      RC_ASSERT(range.key >= end);
      RC_ASSERT((range.key & ~range.mask) == 0u);
      RC_ASSERT((range.key & zone.mask) == zone.key);
      RC_ASSERT(uint64_t{~range.mask} + 1 >= neurons);
      end = range.key + uint64_t{~range.mask} + 1;
    }
  }));
}

TEST_CASE("more keys than there are is refused") {
  MachineGraph graph = fan({2, 3}, 256);
  std::vector<SliceCodes> codes = plainCodes(graph);
  codes[1].bits = 24; // with 8 bits for the neurons: all keys
  auto plan = allocateKeys(graph, codes);
  REQUIRE_FALSE(bool(plan));
  CHECK(plan.shortage().resource == "routing keys");
  CHECK(plan.shortage().slice == 2);
}

TEST_CASE("numbers along a tree: behind each link of a chip there are few aligned blocks") {
  Machine machine = spindle::test::whole("spinn5", {8, 8});
  ChipGraph chips(machine);
  MachineGraph graph = fan({96});
  std::vector<uint32_t> chipOf, all;
  for (uint32_t s = 0; s < graph.size(); ++s)
    chipOf.push_back(s % chips.size()); // in no good order
  for (uint32_t chip = 0; chip < chips.size(); ++chip)
    all.push_back(chip);
  auto tree = SharedTree::spanning(chips, all, LinkLoad(chips));
  REQUIRE(tree);
  SliceCodes codes = codesAlong(*tree, graph, 0, chipOf);
  CHECK(codes.bits <= 11);
  CHECK(std::set<uint32_t>(codes.code.begin(), codes.code.end()).size() == 96);
  // All chips listen: every slice passes every chip.
  std::vector<Stop> stops;
  for (uint32_t chip : all)
    stops.push_back({chip, coreBit(1)});
  std::vector<Tree> trees;
  for (uint32_t s = 0; s < graph.size(); ++s)
    trees.push_back(tree->from(chipOf[s], stops));
  auto largest = [&](const SliceCodes &codes) {
    auto keys = allocateKeys(graph, {codes});
    size_t size = 0;
    for (const auto &[chip, table] : mergedTables(chips, graph, trees, *keys))
      size = std::max(size, withoutStraight(table).size());
    return size;
  };
  CHECK(largest(codes) <= 12);
  CHECK(largest(codesInOrder(graph, 0)) > 40);
}
