// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Column sums against the plain double loop, and what programming refuses.
#include "sim/device/CrossbarArray.h"
#include "tests/support/catch.h"

#include <random>
#include <stdexcept>

using namespace spindle::device;

namespace {

void checkAgainstLoop(size_t rows, size_t columns, uint32_t levels, double density, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> code(0, int(levels) - 1);
  std::bernoulli_distribution set(density);
  CrossbarArray array(rows, columns, {levels});
  std::vector<int16_t> codes(rows * columns);
  for (int16_t &c : codes)
    c = int16_t(code(random));
  array.program(codes);

  std::vector<uint64_t> mask(rowWords(rows), 0);
  std::vector<int64_t> expected(columns, 0), largest(columns, 0);
  for (size_t r = 0; r < rows; ++r) {
    bool driven = set(random);
    if (driven)
      mask[r / 64] |= uint64_t(1) << (r % 64);
    for (size_t c = 0; c < columns; ++c) {
      largest[c] += codes[r * columns + c];
      if (driven)
        expected[c] += codes[r * columns + c];
    }
  }
  std::vector<int32_t> sums(columns, -1);
  array.read(mask, sums);
  for (size_t c = 0; c < columns; ++c)
    REQUIRE(sums[c] == expected[c]);
  REQUIRE(array.largestSum() == *std::max_element(largest.begin(), largest.end()));
}

} // namespace

TEST_CASE("column sums equal the plain loop") {
  uint32_t seed = 1;
  for (size_t rows : {1u, 5u, 64u, 65u, 128u, 256u})
    for (size_t columns : {1u, 2u, 31u, 32u, 33u, 128u})
      for (uint32_t levels : {2u, 32u, 32768u})
        for (double density : {0.0, 0.05, 0.5, 1.0})
          checkAgainstLoop(rows, columns, levels, density, seed++);
}

TEST_CASE("codes that a device does not have are refused") {
  CrossbarArray array(2, 2, {4});
  REQUIRE_THROWS_AS(array.program(std::vector<int16_t>{0, 1, 2, 4}), std::out_of_range);
  REQUIRE_THROWS_AS(array.program(std::vector<int16_t>{0, 1, 2, -1}), std::out_of_range);
  REQUIRE_THROWS_AS(array.program(std::vector<int16_t>{0, 1, 2}), std::invalid_argument);
  array.program(std::vector<int16_t>{0, 1, 2, 3});
  REQUIRE(array.code(1, 0) == 2);
}

TEST_CASE("impossible arrays are refused") {
  REQUIRE_THROWS_AS(CrossbarArray(0, 2, {4}), std::invalid_argument);
  REQUIRE_THROWS_AS(CrossbarArray(2, 2, {1}), std::invalid_argument);
  REQUIRE_THROWS_AS(CrossbarArray(2, 2, {65536}), std::invalid_argument);
  REQUIRE_THROWS_AS(CrossbarArray(size_t(1) << 20, 2, {32768}), std::invalid_argument);
}
