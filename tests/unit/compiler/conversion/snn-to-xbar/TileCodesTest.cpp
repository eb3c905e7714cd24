// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Codes, scales and converter shift of a tile, against the rules they are made by.
#include "compiler/conversion/snn-to-xbar/TileCodes.h"
#include "compiler/transforms/Quantize.h"

#include "tests/support/catch.h"

#include <cmath>
#include <random>

using namespace spindle;
using namespace spindle::xbarmap;

TEST_CASE("weights on a dyadic grid are lossless") {
  auto c = quantizeColumn(std::vector<double>{3.0, -1.5, 0.0, 0.75}, 32);
  CHECK(c.lossless);
  CHECK(c.step == 0.75 / 3); // 0.25 divides all, 0.5 does not
  CHECK(c.codes == std::vector<int16_t>{12, -6, 0, 3});
  auto integers = quantizeColumn(std::vector<double>{-4.0, 8.0}, 3);
  CHECK(integers.lossless);
  CHECK(integers.step == 4.0); // the largest step, so that two levels suffice
  CHECK(integers.codes == std::vector<int16_t>{-1, 2});
}

TEST_CASE("other weights are rounded to the nearest of the levels, ties to even") {
  // 31 steps of 0.5 up to 15.5 would do; 0.25 needs 62 and is lost.
  auto c = quantizeColumn(std::vector<double>{15.5, 0.25, 0.75, -1.25}, 32);
  CHECK(!c.lossless);
  CHECK(c.step == 0.5);
  CHECK(c.codes == std::vector<int16_t>{31, 0, 2, -2});
  auto odd = quantizeColumn(std::vector<double>{0.1f, -0.3f, 1.0f / 3}, 2);
  CHECK(odd.step == static_cast<double>(1.0f / 3));
  CHECK(odd.codes == std::vector<int16_t>{0, -1, 1});
}

TEST_CASE("a column of zeros has codes of zero") {
  auto c = quantizeColumn(std::vector<double>{0.0, -0.0}, 32);
  CHECK(c.lossless);
  CHECK(c.codes == std::vector<int16_t>{0, 0});
}

TEST_CASE("no weight is off by more than half a step, lossless ones not at all") {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> real(-3.0, 3.0);
  for (int round = 0; round < 300; ++round) {
    unsigned levels = 2 + static_cast<unsigned>(random() % 300);
    std::vector<double> weights(1 + random() % 20);
    bool grid = random() % 2;
    for (double &w : weights)
      w = grid ? std::nearbyint(real(random) * 8) / 16 : real(random);
    auto c = quantizeColumn(weights, levels);
    for (size_t i = 0; i < weights.size(); ++i) {
      double error = std::fabs(c.codes[i] * c.step - weights[i]);
      REQUIRE(std::abs(c.codes[i]) < static_cast<int>(levels));
      REQUIRE(error <= (c.lossless ? 0.0 : 0.5 * c.step * (1 + 1e-12)));
    }
  }
}

TEST_CASE("scales turn sums into s16.15") {
  std::vector<int32_t> scale;
  unsigned shift;
  REQUIRE(chooseScale({0.25, 1.0, 0.1}, scale, shift));
  // 1.0 is 2^15 in s16.15; with 15 more bits it still fits 31.
  CHECK(shift == 15);
  CHECK(scale == std::vector<int32_t>{1 << 28, 1 << 30, 107374182});
  CHECK((int64_t{-7} * scale[0]) >> shift == -7 * 8192);
  REQUIRE(chooseScale({0x1p-60}, scale, shift));
  CHECK(shift == 62);
  REQUIRE(chooseScale({65535.0}, scale, shift));
  CHECK(shift == 0);
  CHECK_FALSE(chooseScale({65536.0}, scale, shift));
}

TEST_CASE("the two devices of a pair and the converter shift") {
  Column a, b;
  a.neuron = 0, b.neuron = 1;
  for (uint32_t r = 0; r < 6; ++r)
    a.synapses.push_back({{0, r, 1}, r == 2 ? -2.0 : 3.0});
  b.synapses.push_back({{0, 5, 1}, -1.0});
  std::vector<Column> columns = {a, b};
  auto tiles = packColumns(columns, 4, 8);
  REQUIRE(tiles.size() == 1);
  TileCodes codes = encodeTile(columns, tiles[0], {4, 3, 4});
  std::vector<int16_t> expected = {3, 0, 0, 0, 3, 0, 0, 0, 0, 2, 0, 0,
                                   3, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 1};
  CHECK(codes.codes == expected);
  CHECK(codes.steps == std::vector<double>{1.0, 1.0});
  // Rows 0 to 3 are bank 0: 3 + 3 + 3 = 9 needs a shift of 1 to pass 3 bits; both banks together
  // would need 2.
  CHECK(codes.adcShift == 1);
}
