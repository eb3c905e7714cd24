// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/ManyCoreOracleNumbers.h"

#include <cmath>
#include <stdexcept>

namespace spindle::oracle {
namespace {

constexpr uint64_t kLow32 = 0xffffffffu;

/// 2^32 e^(n - 13).
constexpr uint64_t kWhole[26] = {
    9708,           26389,          71733,          194991,         530041,
    1440801,        3916503,        10646160,       28939262,       78665070,
    213833830,      581260615,      1580030169,     4294967296,     11674931555,
    31735754293,    86266724208,    234497268814,   637429664642,   1732713474316,
    4710003551159,  12803117065094, 34802480465680, 94602950235157, 257157480542844,
    699026506411923};

/// 2^32 (1 - e^(-i / 16)).
constexpr uint32_t kSixteenth[16] = {
    0,          260218914,  504671961,  734314346,  950043403,  1152702096, 1343082321, 1521927990,
    1689937949, 1847768698, 1996036966, 2135322113, 2266168400, 2389087112, 2504558555, 2613033936};

uint64_t roundedHigh(uint64_t v) { return (v >> 32) + ((v & kLow32) >= 0x7fffffffu ? 1 : 0); }

/// t * m / 2^32 for a fraction m.
uint64_t scaled(uint64_t t, uint32_t m) { return roundedHigh((t & kLow32) * m) + (t >> 32) * m; }

uint32_t mulHigh(uint32_t c, uint32_t x) { return static_cast<uint32_t>((uint64_t{c} * x) >> 32); }

/// 2^32 e^x.
uint64_t wideExp(Accum x) {
  int whole = x >> 15;
  int rest = x - whole * 32768;
  if (rest == 0)
    return kWhole[13 + whole];
  whole += 1;
  rest = 32768 - rest; // e^x = e^whole * e^-(rest / 2^15)
  uint64_t t = kWhole[13 + whole];
  t -= scaled(t, kSixteenth[rest >> 11]);
  uint32_t y = static_cast<uint32_t>(rest & 0x7ff) << 17;
  uint32_t s = 4293434720u - mulHigh(2081624032u, y);
  s = mulHigh(s, y) + 5294u;
  return t - scaled(t, s);
}

} // namespace

double nearestEven(double value) {
  double down = std::floor(value), above = value - down;
  if (above < 0.5)
    return down;
  if (above > 0.5)
    return down + 1;
  return std::fmod(down, 2) == 0 ? down : down + 1;
}

Accum toAccum(double value) {
  double raw = nearestEven(value * 32768);
  if (!(raw >= -2147483648.0 && raw <= 2147483647.0))
    throw std::out_of_range("not an s16.15 number");
  return static_cast<Accum>(raw);
}

Accum add(Accum a, Accum b) {
  return static_cast<Accum>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
}

Accum sub(Accum a, Accum b) {
  return static_cast<Accum>(static_cast<uint32_t>(a) - static_cast<uint32_t>(b));
}

Accum mul(Accum a, Accum b) {
  int64_t product = int64_t{a} * b;
  return static_cast<Accum>(static_cast<uint32_t>(product >> 15));
}

Accum decay(Accum x, Fract d) { return static_cast<Accum>((int64_t{x} * int64_t{d}) >> 32); }

Fract decayToFract(Accum x, Fract d) { return static_cast<Fract>((int64_t{x} * int64_t{d}) >> 15); }

Accum divide(Accum a, Accum b) {
  if (a < 0 || b <= 0)
    throw std::out_of_range("division of numbers that are not positive");
  return static_cast<Accum>((uint64_t{static_cast<uint32_t>(a)} << 15) / static_cast<uint32_t>(b));
}

Accum expk(Accum x) {
  if (x > 363408)
    return 0x7fffffff;
  if (x < -340695)
    return 0;
  return static_cast<Accum>(wideExp(x) >> 17);
}

Fract expulr(Accum x) {
  if (x > 363408)
    return 0x7fffffff;
  if (x < -340695)
    return 0;
  return static_cast<Fract>(wideExp(x) & kLow32);
}

} // namespace spindle::oracle
