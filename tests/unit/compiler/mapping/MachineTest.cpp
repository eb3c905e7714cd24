// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sizes, wraps and dead parts of machines.
#include "compiler/mapping/Machine.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/mapping/Machines.h"

using namespace spindle::map;
using spindle::test::counts;
using spindle::test::whole;

TEST_CASE("sizes, wraps and counts of machines of several boards") {
  CHECK(sizeOfBoards(1) == Size{8, 8});
  CHECK(sizeOfBoards(2) == Size{16, 16});
  CHECK(sizeOfBoards(3) == Size{16, 16});
  CHECK(sizeOfBoards(4) == Size{28, 16});
  CHECK(sizeOfBoards(12) == Size{28, 28});
  CHECK(counts(whole("spinn3", {2, 2})) == "4 Chips, 72 cores and 8.0 links");
  CHECK(counts(whole("spinn5", {8, 8})) == "48 Chips, 856 cores and 120.0 links");
  CHECK(counts(whole("spinn5", {12, 12})) == "144 Chips, 2568 cores and 432.0 links");
  CHECK(counts(whole("spinn5", {16, 16})) == "144 Chips, 2568 cores and 384.0 links");
  CHECK(counts(whole("spinn5", {24, 12})) == "288 Chips, 5136 cores and 864.0 links");
  CHECK(counts(whole("spinn5", {12, 16})) == "144 Chips, 2568 cores and 400.0 links");
  CHECK(counts(whole("spinn5", {16, 12})) == "144 Chips, 2568 cores and 400.0 links");
  CHECK(whole("spinn5", {16, 12}).boards() == 3);
  CHECK(whole("spinn5", {24, 12}).ethernets().size() == 6);
}

TEST_CASE("every vector of a machine that wraps is a shortest way") {
  for (Size size : {Size{8, 8}, Size{12, 12}, Size{12, 16}, Size{16, 12}, Size{16, 16}}) {
    Machine machine = whole("spinn5", size);
    for (ChipId from : machine.chips())
      for (ChipId to : machine.chips()) {
        auto [x, y, z] = machine.vector(from, to);
        ChipId end{from.x + x - z, from.y + y - z};
        if (size.width % 12 == 0)
          end.x = (end.x + 2 * size.width) % size.width;
        if (size.height % 12 == 0)
          end.y = (end.y + 2 * size.height) % size.height;
        REQUIRE(end == to);
        REQUIRE(machine.distance(from, to) == machine.distance(to, from));
      }
  }
}

TEST_CASE("two dead chips, two dead cores and two dead links of a board") {
  DeadParts dead;
  REQUIRE_FALSE(dead.addChips("1,1:3,3"));
  REQUIRE_FALSE(dead.addCores("0,0,5:7,7,17"));
  REQUIRE_FALSE(dead.addLinks("0,0,2:5,5,0"));
  std::string error;
  auto machine = Machine::make("spinn5", {8, 8}, dead, error);
  REQUIRE(machine);
  CHECK(counts(*machine) == "46 Chips, 820 cores and 107.0 links");
  CHECK_FALSE(machine->along({0, 0}, 2));
  CHECK(machine->along({0, 1}, 5) == ChipId{0, 0}); // the other direction stays
  CHECK_FALSE(machine->along({0, 0}, 1));           // its chip is dead
}

TEST_CASE("lists of dead parts, and what is wrong with them") {
  DeadParts dead;
  CHECK_FALSE(dead.addChips("None"));
  CHECK_FALSE(dead.addLinks(""));
  CHECK(dead.empty());
  CHECK_FALSE(dead.addCores("4,7,3:2,3,2-4:6,5,-2:1,1,0"));
  std::vector<std::tuple<int, int, int>> expected{{4, 7, 3}, {2, 3, 2}, {2, 3, 3},
                                                  {2, 3, 4}, {6, 5, 3}, {1, 1, 1}};
  CHECK(dead.cores == expected);
  CHECK(*dead.addChips("1,2:3") == "'3': expected x,y, several with ':' between them");
  CHECK(*dead.addCores("1,2,x") ==
        "'1,2,x': expected x,y,core or x,y,first-last, several with ':' between them");
  CHECK(*dead.addLinks("1,2,6") ==
        "'1,2,6': expected x,y,link with a link from 0 to 5, several with ':' between them");

  auto errorOf = [](std::string_view board, Size size, const DeadParts &parts) {
    std::string error;
    CHECK_FALSE(Machine::make(board, size, parts, error));
    return error;
  };
  CHECK(errorOf("spinn4", {8, 8}, {}) == "unknown board 'spinn4' (spinn3, spinn5)");
  CHECK(errorOf("spinn3", {8, 8}, {}) == "a spinn3 board has 2x2 chips, not 8x8");
  CHECK_THAT(errorOf("spinn5", {12, 8}, {}), Catch::Contains("no spinn5 machine has 12x8 chips"));
  CHECK(errorOf("spinn5", {8, 8}, {{{7, 0}}, {}, {}}) ==
        "dead chip (7,0) is not on a machine of 8x8 chips");
  CHECK(errorOf("spinn5", {8, 8}, {{}, {{0, 0, 18}}, {}}) ==
        "dead core 18 of chip (0,0) is not on a machine of 8x8 chips");
  CHECK_THAT(errorOf("spinn5", {8, 8}, {{}, {{0, 0, 0}}, {}}),
             Catch::Contains("without its monitor core"));
}
