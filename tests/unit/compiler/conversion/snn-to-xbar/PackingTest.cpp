// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packing: every column once, every row of a column in its tile, limits kept, shared inputs shared.
#include "compiler/conversion/snn-to-xbar/Packing.h"

#include "tests/support/catch.h"

#include <algorithm>
#include <random>

using namespace spindle::xbarmap;

namespace {

Column column(uint32_t neuron, std::vector<uint32_t> sources) {
  Column c;
  c.neuron = neuron;
  for (uint32_t s : sources)
    c.synapses.push_back({{0, s, 1}, 1.0});
  c.merge();
  return c;
}

/// 3x3 convolution, stride 1, padding 1, of `in` channels to `out` over side x side.
std::vector<Column> convolution(uint32_t in, uint32_t out, uint32_t side) {
  std::vector<Column> columns;
  for (uint32_t o = 0; o < out; ++o)
    for (uint32_t y = 0; y < side; ++y)
      for (uint32_t x = 0; x < side; ++x) {
        std::vector<uint32_t> sources;
        for (uint32_t i = 0; i < in; ++i)
          for (uint32_t v = y == 0 ? 0 : y - 1; v <= std::min(y + 1, side - 1); ++v)
            for (uint32_t u = x == 0 ? 0 : x - 1; u <= std::min(x + 1, side - 1); ++u)
              sources.push_back((i * side + v) * side + u);
        columns.push_back(column(static_cast<uint32_t>(columns.size()), sources));
      }
  return columns;
}

void checkPlan(const std::vector<Column> &columns, const std::vector<TilePlan> &tiles,
               size_t maxColumns, size_t maxRows) {
  std::vector<int> seen(columns.size(), 0);
  for (const TilePlan &tile : tiles) {
    REQUIRE(!tile.columns.empty());
    REQUIRE(tile.columns.size() <= maxColumns);
    REQUIRE(tile.rows.size() <= maxRows);
    REQUIRE(std::is_sorted(tile.rows.begin(), tile.rows.end()));
    REQUIRE(std::adjacent_find(tile.rows.begin(), tile.rows.end()) == tile.rows.end());
    std::vector<RowKey> used;
    for (size_t c : tile.columns) {
      ++seen[c];
      for (const Synapse &s : columns[c].synapses) {
        REQUIRE(std::binary_search(tile.rows.begin(), tile.rows.end(), s.row));
        used.push_back(s.row);
      }
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    REQUIRE(used == tile.rows); // no row without a synapse
  }
  REQUIRE(std::count(seen.begin(), seen.end(), 1) == static_cast<long>(columns.size()));
}

} // namespace

TEST_CASE("equal rows of a column add up in real numbers") {
  Column c;
  c.synapses = {{{1, 0, 2}, 0.25}, {{0, 3, 1}, 1.0}, {{1, 0, 2}, 0.5},
                {{0, 3, 2}, 4.0},  {{2, 0, 1}, 1.5}, {{2, 0, 1}, -1.5}};
  c.merge();
  REQUIRE(c.synapses.size() == 3);
  CHECK(c.synapses[0].row == RowKey{0, 3, 1});
  CHECK(c.synapses[1].row == RowKey{0, 3, 2}); // another delay is another row
  CHECK(c.synapses[2].row == RowKey{1, 0, 2});
  CHECK(c.synapses[2].weight == 0.75);
}

TEST_CASE("a dense layer fills tiles column by column") {
  std::vector<Column> columns;
  for (uint32_t i = 0; i < 130; ++i)
    columns.push_back(column(i, {0, 1, 2, 3}));
  auto tiles = packColumns(columns, 64, 8);
  checkPlan(columns, tiles, 64, 8);
  REQUIRE(tiles.size() == 3);
  CHECK(tiles[2].columns == std::vector<size_t>{128, 129});
}

TEST_CASE("channels of one position of a convolution share a tile") {
  auto columns = convolution(16, 16, 16); // a layer of the example CNN
  auto tiles = packColumns(columns, 64, 1024);
  checkPlan(columns, tiles, 64, 1024);
  CHECK(tiles.size() == 64); // none is left half empty for want of rows
}

TEST_CASE("neurons without input still get a column") {
  std::vector<Column> columns = {column(0, {}), column(1, {}), column(2, {7})};
  auto tiles = packColumns(columns, 2, 4);
  checkPlan(columns, tiles, 2, 4);
  CHECK(tiles.size() == 2);
  CHECK(tiles[0].rows.empty());
}

TEST_CASE("random columns keep the limits") {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<Column> columns;
    size_t maxRows = 4 + random() % 20, maxColumns = 1 + random() % 8;
    for (uint32_t i = 0; i < 40; ++i) {
      std::vector<uint32_t> sources;
      for (size_t k = random() % (maxRows + 1); k > 0; --k)
        sources.push_back(random() % 30);
      columns.push_back(column(i, sources));
    }
    checkPlan(columns, packColumns(columns, maxColumns, maxRows), maxColumns, maxRows);
  }
}
