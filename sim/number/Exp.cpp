// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Table for the integer part, table for the next four bits, a quadratic for the rest: e^x is looked
// up at the next integer above and then reduced by factors e^(-m), so that every step is t - t * s.
#include "sim/number/Exp.h"

#include <array>
#include <iterator>

namespace spindle::number {

namespace {

constexpr int32_t kHighest = 363408, kLowest = -340695;

/// round(2^32 * e^(n - 13)) for n = 0..25.
constexpr std::array<uint64_t, 26> kPower = {
    9708ull,           26389ull,          71733ull,          194991ull,         530041ull,
    1440801ull,        3916503ull,        10646160ull,       28939262ull,       78665070ull,
    213833830ull,      581260615ull,      1580030169ull,     4294967296ull,     11674931555ull,
    31735754293ull,    86266724208ull,    234497268814ull,   637429664642ull,   1732713474316ull,
    4710003551159ull,  12803117065094ull, 34802480465680ull, 94602950235157ull, 257157480542844ull,
    699026506411923ull};

/// 2^32 * (1 - e^(-i / 16)).
constexpr std::array<uint32_t, 16> kSixteenth = {
    0,          260218914,  504671961,  734314346,  950043403,  1152702096, 1343082321, 1521927990,
    1689937949, 1847768698, 1996036966, 2135322113, 2266168400, 2389087112, 2504558555, 2613033936};

/// 1 - e^(-y) for y < 1/16 is close to A0 + y * (A1 - A2 * y).
constexpr uint64_t kA0 = 5294, kA1 = 4293434720, kA2 = 2081624032;

constexpr uint64_t mulHigh(uint64_t c, uint64_t x) { return (c * x) >> 32; }

/// t * m of a 64-bit t and a 0.32 fraction m; the low half is rounded.
constexpr uint64_t times(uint64_t t, uint32_t m) {
  uint64_t low = (t & UINT32_MAX) * m;
  uint64_t rounded = (low >> 32) + ((low & UINT32_MAX) >= 0x7FFFFFFFu ? 1 : 0);
  return rounded + (t >> 32) * m;
}

/// e^x * 2^32 for x inside the limits.
uint64_t expWide(int32_t x) {
  int32_t whole = x >> 15;
  int32_t rest = x - whole * 32768;
  if (rest == 0)
    return kPower[13 + whole];
  uint64_t t = kPower[13 + whole + 1];
  uint32_t below = 32768 - rest; // distance to the next integer above
  // A distance of exactly 1 cannot occur (rest > 0), so the index stays below 16.
  t -= times(t, kSixteenth[below >> 11]);
  uint64_t y = static_cast<uint64_t>(below & 0x7FF) << 17;
  uint64_t s = mulHigh(kA1 - mulHigh(kA2, y), y) + kA0;
  return t - times(t, static_cast<uint32_t>(s));
}

} // namespace

int32_t expk(int32_t x) {
  if (x > kHighest)
    return INT32_MAX;
  if (x < kLowest)
    return 0;
  return static_cast<int32_t>(static_cast<uint32_t>(expWide(x) >> 17));
}

uint32_t expulr(int32_t x) {
  if (x > kHighest)
    return INT32_MAX;
  if (x < kLowest)
    return 0;
  return static_cast<uint32_t>(expWide(x));
}

} // namespace spindle::number
