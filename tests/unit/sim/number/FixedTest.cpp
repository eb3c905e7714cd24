// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every operation against a formula that is written independently: exact in 128 bits, with the
// rounding spelled out as a division.
#include "sim/number/Fixed.h"
#include "tests/support/catch.h"

#include <random>
#include <vector>

using namespace spindle::number;
using Wide = __int128;

namespace {

Wide floorDivide(Wide a, Wide b) {
  Wide q = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
int32_t low(Wide x) {
  Wide m = ((x % 4294967296) + 4294967296) % 4294967296;
  return static_cast<int32_t>(m >= 2147483648 ? m - 4294967296 : m);
}
int32_t nearest(Wide x) {
  return static_cast<int32_t>(x > INT32_MAX   ? Wide{INT32_MAX}
                              : x < INT32_MIN ? Wide{INT32_MIN}
                                              : x);
}
uint32_t unsignedLow(Wide x) { return static_cast<uint32_t>(low(x)); }

/// How many of the operations differ from their formula for one pair of words.
int differences(uint32_t p, uint32_t q) {
  int32_t a = static_cast<int32_t>(p), b = static_cast<int32_t>(q);
  Wide product = floorDivide(Wide{a} * b, 32768);
  int bad = (mulWrap(a, b) != low(product)) + (mulSat(a, b) != nearest(product)) +
            (addWrap(a, b) != low(Wide{a} + b)) + (addSat(a, b) != nearest(Wide{a} + b)) +
            (subWrap(a, b) != low(Wide{a} - b)) + (subSat(a, b) != nearest(Wide{a} - b)) +
            (decay(a, q) != floorDivide(Wide{a} * q, 4294967296)) +
            (decayToU032(a, q) != unsignedLow(floorDivide(Wide{a} * q, 32768)));
  int32_t u = a & INT32_MAX, n = b & INT32_MAX;
  if (n != 0) {
    bad += divide(u, n) != low(Wide{u} * 32768 / n);
    bad += divideByInteger(u, static_cast<uint32_t>(n)) != u / n;
  }
  bad += count(a, b) != (b > 0 && a >= b ? floorDivide(a, b) : 0);
  return bad;
}

const std::vector<uint32_t> kCorners = {
    0,          1,          2,          3,          0x7FFF,     0x8000,     0x8001,     0xFFFF,
    0x10000,    0x7FFFFFFE, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFF7FFF, 0xFFFF8000, 0xFFFF8001,
    0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, 0xC0000000, 0x40000000, 0x3FFFFFFF};

} // namespace

TEST_CASE("arithmetic of s16.15 and u0.32 is exact at the corners") {
  for (uint32_t p : kCorners)
    for (uint32_t q : kCorners) {
      INFO(p << " " << q);
      REQUIRE(differences(p, q) == 0);
    }
}

TEST_CASE("arithmetic of s16.15 and u0.32 is exact on 10^7 random pairs") {
  std::mt19937_64 random(1);
  int bad = 0;
  for (int i = 0; i < 10'000'000; ++i) {
    uint64_t word = random();
    uint32_t p = static_cast<uint32_t>(word), q = static_cast<uint32_t>(word >> 32);
    // A quarter of the pairs is small, so that results stay inside 32 bits.
    if (i % 4 == 0) {
      p = static_cast<uint32_t>(static_cast<int32_t>(p) >> 12);
      q = static_cast<uint32_t>(static_cast<int32_t>(q) >> 14);
    }
    bad += differences(p, q);
  }
  REQUIRE(bad == 0);
}

TEST_CASE("reals become fixed point by rounding half to even") {
  CHECK(toS1615(1.0) == 32768);
  CHECK(toS1615(0.5 / 32768) == 0);
  CHECK(toS1615(1.5 / 32768) == 2);
  CHECK(toS1615(2.5 / 32768) == 2);
  CHECK(toS1615(-0.5 / 32768) == 0);
  CHECK(toS1615(-1.5 / 32768) == -2);
  CHECK(toS1615(-2.5000001 / 32768) == -3);
  CHECK(toS1615(-65536.0) == INT32_MIN);
  CHECK(toS1615(65535.99997) == INT32_MAX);
  CHECK(!toS1615(65536.0));
  CHECK(!toS1615(65535.99999)); // rounds up to 2^31
  CHECK(!toS1615(-65536.1));
  CHECK(!toS1615(std::nan("")));
  CHECK(!toS1615(INFINITY));
  CHECK(toU032(0.0) == 0u);
  CHECK(toU032(1.0) == UINT32_MAX);
  CHECK(toU032(0.5) == 0x80000000u);
  CHECK(toU032(1.5 / 4294967296) == 2u);
  CHECK(toU032(2.5 / 4294967296) == 2u);
  CHECK(!toU032(-1e-300));
  CHECK(!toU032(1.0000001));
  CHECK(!toU032(std::nan("")));
}

TEST_CASE("the constants of exponential synapses follow") {
  // tau 5 and 10 steps: decay d, then init = (tau / dt) (1 - d).
  CHECK(decayToU032(divide(5 * kS1615One, kS1615One), UINT32_MAX - 3516490311u) == 3892384920u);
  CHECK(decayToU032(divide(10 * kS1615One, kS1615One), UINT32_MAX - 3886339153u) == 4086281420u);
}

TEST_CASE("a ring-buffer slot saturates and says so") {
  uint16_t slot = 65000;
  CHECK(!addToSlot(slot, 535));
  CHECK(slot == 65535);
  CHECK(addToSlot(slot, 1));
  CHECK(slot == 65535);
  CHECK(!addToSlot(slot, 0));
}
