// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Known answers of Philox4x32-10 (the vectors published with Random123), and the counter's layout.
#include "sim/number/Philox.h"
#include "tests/support/catch.h"

#include <vector>

using namespace spindle::number;
using Words = std::array<uint32_t, 4>;

TEST_CASE("Philox gives the published answers") {
  constexpr uint32_t f = 0xFFFFFFFF;
  CHECK(philoxBlock({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philoxBlock({f, f, f, f}, {f, f}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philoxBlock({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a draw depends on every part of its counter and on the seed") {
  Words base = philox(7, Purpose::Poisson, 1, 2, 3);
  CHECK(base == philoxBlock({3, 1, 2, 3}, {7, 0}));
  CHECK(base != philox(8, Purpose::Poisson, 1, 2, 3));
  CHECK(base != philox(7 + (uint64_t{1} << 32), Purpose::Poisson, 1, 2, 3));
  CHECK(base != philox(7, Purpose::Weight, 1, 2, 3));
  CHECK(base != philox(7, Purpose::Poisson, 2, 2, 3));
  CHECK(base != philox(7, Purpose::Poisson, 1, 3, 3));
  CHECK(base != philox(7, Purpose::Poisson, 1, 2, 4));
}

TEST_CASE("a uniform real stays below 1") {
  CHECK(uniform(0, 0) == 0.0);
  CHECK(uniform(0xFFFFFFFF, 0xFFFFFFFF) < 1.0);
  CHECK(uniform(0x80000000, 0) == 0.5);
}

TEST_CASE("blocks in bulk are the blocks one by one") {
  for (uint32_t blocks : {1u, 7u, 8u, 9u, 40u}) {
    std::vector<uint64_t> words(2 * blocks + 1, 99);
    philoxFill(0x123456789ABCDEF, Purpose::Weight, 5, 6, 0xFFFFFFFE, blocks, words.data());
    for (uint32_t b = 0; b < blocks; ++b) {
      Words w = philox(0x123456789ABCDEF, Purpose::Weight, 5, 6, 0xFFFFFFFE + b);
      CHECK(words[2 * b] == (uint64_t{w[1]} << 32 | w[0]));
      CHECK(words[2 * b + 1] == (uint64_t{w[3]} << 32 | w[2]));
    }
    CHECK(words.back() == 99);
  }
}
