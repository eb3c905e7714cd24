// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way of a packet through the routers of a board (S9).
#include "sim/spinn/Router.h"
#include "runtime/image/Errors.h"
#include "tests/support/catch.h"

using namespace spindle::spinn;
using Words = std::vector<uint32_t>;
using Cores = std::vector<std::pair<ChipAt, int>>;

namespace {

constexpr uint32_t E = 1, NE = 2, N = 4, W = 8, SW = 16, S = 32; // links
constexpr uint32_t core(int p) { return 1u << (6 + p); }
constexpr uint32_t kAll = 0xffffffff;

/// Links of a SpiNN-5 board: 48 chips in a hexagon of 8 by 8.
std::vector<uint8_t> boardLinks() {
  constexpr int low[8] = {0, 0, 0, 0, 1, 2, 3, 4}, high[8] = {4, 5, 6, 7, 7, 7, 7, 7};
  constexpr int dx[6] = {1, 1, 0, -1, -1, 0}, dy[6] = {0, 1, 1, 0, -1, -1};
  auto on = [&](int x, int y) { return y >= 0 && y < 8 && x >= low[y] && x <= high[y]; };
  std::vector<uint8_t> links(64);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x)
      for (int link = 0; link < 6; ++link)
        if (on(x, y) && on(x + dx[link], y + dy[link]))
          links[8 * y + x] |= uint8_t(1 << link);
  return links;
}

/// A router whose chips' tables are held here.
struct Board {
  std::map<ChipAt, Words> tables;
  std::vector<uint8_t> links = boardLinks();
  int width = 8, height = 8;
  Path walk(uint32_t key, ChipAt from) const {
    Router router({width, height, links});
    for (const auto &[chip, words] : tables)
      router.addChip(chip, words);
    return router.walk(key, from);
  }
};

} // namespace

TEST_CASE("an entry sends to cores and links at once") {
  Board board{{{{2, 2}, {5, kAll, core(3) | core(17) | E | NE | N | W | SW | S}},
               {{3, 2}, {5, kAll, core(1)}},
               {{3, 3}, {5, kAll, core(2)}},
               {{2, 3}, {5, kAll, core(3)}},
               {{1, 2}, {5, kAll, core(4)}},
               {{1, 1}, {5, kAll, core(5)}},
               {{2, 1}, {5, kAll, core(6)}}}};
  Path path = board.walk(5, {2, 2});
  CHECK(path.cores == Cores{{{2, 2}, 3},
                            {{2, 2}, 17},
                            {{3, 2}, 1},
                            {{3, 3}, 2},
                            {{2, 3}, 3},
                            {{1, 2}, 4},
                            {{1, 1}, 5},
                            {{2, 1}, 6}});
  CHECK(path.defaultRouted == 0);
  CHECK(!path.unrouted);
}

TEST_CASE("without an entry a packet goes straight on, in every direction") {
  struct Way {
    uint32_t link;
    ChipAt middle, end;
  };
  for (auto [link, middle, end] :
       {Way{E, {4, 3}, {5, 3}}, Way{NE, {4, 4}, {5, 5}}, Way{N, {3, 4}, {3, 5}},
        Way{W, {2, 3}, {1, 3}}, Way{SW, {2, 2}, {1, 1}}, Way{S, {3, 2}, {3, 1}}}) {
    INFO("link " << link);
    Board board{{{{3, 3}, {5, kAll, link}}, {end, {5, kAll, core(1)}}}};
    // The chip in the middle has a table, but none that the key meets.
    board.tables[middle] = {6, kAll, core(9)};
    Path path = board.walk(5, {3, 3});
    CHECK(path.cores == Cores{{end, 1}});
    CHECK(path.defaultRouted == 1);
    CHECK(!path.unrouted);
  }
}

TEST_CASE("the first entry that matches wins") {
  Board board{{{{0, 0},
                {0x10, 0xfffffff0, core(1),     // 0x10 to 0x1f
                 0x12, kAll, core(2),           // never
                 0x00, 0xffffff00, core(3),     // what is left of 0x00 to 0xff
                 0x00, 0x00000000, core(4)}}}}; // all others
  CHECK(board.walk(0x12, {0, 0}).cores == Cores{{{0, 0}, 1}});
  CHECK(board.walk(0x20, {0, 0}).cores == Cores{{{0, 0}, 3}});
  CHECK(board.walk(0xabcdef01, {0, 0}).cores == Cores{{{0, 0}, 4}});
}

TEST_CASE("an entry without a route swallows the packet") {
  Board board{{{{0, 0}, {5, kAll, 0}}}};
  Path path = board.walk(5, {0, 0});
  CHECK(path.cores.empty());
  CHECK(!path.unrouted);
}

TEST_CASE("a packet that no entry of its first chip meets goes nowhere") {
  Board board{{{{0, 0}, {6, kAll, core(1)}}}};
  CHECK(board.walk(5, {0, 0}).unrouted);
  CHECK(board.walk(5, {1, 0}).unrouted); // nor one of a chip without a table
  CHECK(board.walk(5, {0, 0}).cores.empty());
  CHECK(board.walk(5, {0, 0}).defaultRouted == 0);
}

TEST_CASE("a packet that leaves the board is lost, its other copies arrive") {
  // The board is a hexagon: (4, 0) is the last chip of its row, (5, 0) is none.
  Board board{{{{4, 0}, {5, kAll, E | N}}, {{4, 1}, {5, kAll, core(2)}}}};
  Path path = board.walk(5, {4, 0});
  CHECK(path.unrouted);
  CHECK(path.cores == Cores{{{4, 1}, 2}});
  // Straight on over the edge: (6, 7), (7, 7), gone.
  Board edge{{{{5, 7}, {5, kAll, E}}}};
  path = edge.walk(5, {5, 7});
  CHECK(path.unrouted);
  CHECK(path.defaultRouted == 2);
}

TEST_CASE("a packet that meets itself is an error of the tables") {
  Board loop{{{{0, 0}, {5, kAll, E}}, {{1, 0}, {5, kAll, N}}, {{1, 1}, {5, kAll, SW}}}};
  CHECK_THROWS_AS(loop.walk(5, {0, 0}), spindle::ImageError);
  CHECK_THROWS_WITH(loop.walk(5, {0, 0}), "image: key 5 meets itself at chip (0,0)");
  // Two ways to one chip, where cores would hear a spike twice.
  Board twice{{{{0, 0}, {5, kAll, E | NE}}, {{1, 0}, {5, kAll, N}}}};
  CHECK_THROWS_WITH(twice.walk(5, {0, 0}), Catch::Contains("meets itself at chip (1,1)"));
}

TEST_CASE("a packet stops at a dead link, and goes on where the links wrap round") {
  Board board{{{{0, 0}, {5, kAll, E}}, {{2, 0}, {5, kAll, core(2)}}}};
  board.links[1] &= uint8_t(~E); // of chip (1, 0)
  Path path = board.walk(5, {0, 0});
  CHECK(path.unrouted);
  CHECK(path.cores.empty());
  // 3 by 2 chips with all links: west of (0, 1) is (2, 1), south-west of (0, 0) too.
  for (auto [from, link] : {std::pair(ChipAt{0, 1}, W), {ChipAt{0, 0}, SW}}) {
    Board torus{{{from, {5, kAll, link}}, {{2, 1}, {5, kAll, core(7)}}},
                std::vector<uint8_t>(6, 0x3f),
                3,
                2};
    path = torus.walk(5, from);
    CHECK(path.cores == Cores{{{2, 1}, 7}});
    CHECK(!path.unrouted);
  }
}
