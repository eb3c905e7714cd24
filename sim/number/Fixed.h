// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two fixed-point formats of the machines, as plain integers: s16.15 (int32, value * 2^15) and
// u0.32 (uint32, value * 2^32). docs/semantics.md N1-N6 are the rules that these functions are.
#ifndef SPINDLE_SIM_NUMBER_FIXED_H
#define SPINDLE_SIM_NUMBER_FIXED_H

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace spindle::number {

constexpr int32_t kS1615One = 32768;

//===- Reals to raw values --------------------------------------------------------------------===//

/// The nearest integer, ties to even; independent of the rounding mode of the host.
inline double roundHalfEven(double x) {
  double down = std::floor(x), rest = x - down;
  if (rest != 0.5)
    return rest < 0.5 ? down : down + 1.0;
  return std::fmod(down, 2.0) == 0.0 ? down : down + 1.0;
}

/// N2: round-half-even(value * 2^15); nothing for NaN and outside [-65536, 65536).
inline std::optional<int32_t> toS1615(double value) {
  double raw = roundHalfEven(value * 32768.0);
  if (!(raw >= -2147483648.0 && raw <= 2147483647.0))
    return std::nullopt;
  return static_cast<int32_t>(raw);
}

/// N3: min(2^32 - 1, round-half-even(value * 2^32)); nothing for NaN and outside [0, 1].
inline std::optional<uint32_t> toU032(double value) {
  if (!(value >= 0.0 && value <= 1.0))
    return std::nullopt;
  double raw = roundHalfEven(value * 4294967296.0);
  return raw >= 4294967295.0 ? UINT32_MAX : static_cast<uint32_t>(raw);
}

inline double fromS1615(int32_t raw) { return raw / 32768.0; }
inline double fromU032(uint32_t raw) { return raw / 4294967296.0; }

//===- Arithmetic -----------------------------------------------------------------------------===//

/// The low 32 bits: what the machine keeps.
constexpr int32_t wrap32(int64_t x) { return static_cast<int32_t>(static_cast<uint32_t>(x)); }

/// The nearest value of 32 bits: what the fabric keeps.
constexpr int32_t clamp32(int64_t x) {
  constexpr int64_t low = std::numeric_limits<int32_t>::min();
  constexpr int64_t high = std::numeric_limits<int32_t>::max();
  return static_cast<int32_t>(x < low ? low : x > high ? high : x);
}

/// N4: the product before it is cut to 32 bits, rounded to minus infinity.
constexpr int64_t wideMul(int32_t a, int32_t b) { return (int64_t{a} * b) >> 15; }

constexpr int32_t addWrap(int32_t a, int32_t b) { return wrap32(int64_t{a} + b); }
constexpr int32_t subWrap(int32_t a, int32_t b) { return wrap32(int64_t{a} - b); }
constexpr int32_t mulWrap(int32_t a, int32_t b) { return wrap32(wideMul(a, b)); }
constexpr int32_t addSat(int32_t a, int32_t b) { return clamp32(int64_t{a} + b); }
constexpr int32_t subSat(int32_t a, int32_t b) { return clamp32(int64_t{a} - b); }
constexpr int32_t mulSat(int32_t a, int32_t b) { return clamp32(wideMul(a, b)); }

/// N5: s16.15 times u0.32, rounded to minus infinity; cannot overflow.
constexpr int32_t decay(int32_t x, uint32_t fraction) {
  return static_cast<int32_t>((int64_t{x} * int64_t{fraction}) >> 32);
}

/// s16.15 times u0.32 as u0.32: the low 32 bits of (x * fraction) >> 15.
constexpr uint32_t decayToU032(int32_t x, uint32_t fraction) {
  return static_cast<uint32_t>((int64_t{x} * int64_t{fraction}) >> 15);
}

/// s16.15 divided by s16.15, both not negative and b > 0: floor((a << 15) / b), low 32 bits.
constexpr int32_t divide(int32_t a, int32_t b) {
  return wrap32(static_cast<int64_t>((static_cast<uint64_t>(static_cast<uint32_t>(a)) << 15) /
                                     static_cast<uint32_t>(b)));
}

/// s16.15 divided by an integer, both not negative and n > 0.
constexpr int32_t divideByInteger(int32_t a, uint32_t n) {
  return static_cast<int32_t>(static_cast<uint32_t>(a) / n);
}

/// N6: whole thresholds in a value: floor(v / threshold) where v >= threshold > 0, else 0.
constexpr int32_t count(int32_t v, int32_t threshold) {
  return threshold > 0 && v >= threshold ? v / threshold : 0;
}

/// A ring-buffer slot of 16 bits: adds `weight`, stays at 65535 and says so when it would carry.
constexpr bool addToSlot(uint16_t &slot, uint16_t weight) {
  uint32_t sum = uint32_t{slot} + weight;
  bool saturated = (sum >> 16) != 0;
  slot = saturated ? UINT16_MAX : static_cast<uint16_t>(sum);
  return saturated;
}

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_FIXED_H
