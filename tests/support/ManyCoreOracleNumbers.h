// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The arithmetic of the many-core machine, written out from its rules (docs/semantics.md N1-N13)
// for the oracle of the emulator: plain integers, no code of sim/number.
#ifndef SPINDLE_TESTS_SUPPORT_MANYCOREORACLENUMBERS_H
#define SPINDLE_TESTS_SUPPORT_MANYCOREORACLENUMBERS_H

#include <cstdint>

namespace spindle::oracle {

using Accum = int32_t;  ///< s16.15
using Fract = uint32_t; ///< u0.32

constexpr Accum kOne = 1 << 15;

/// round-half-even(value * 2^15). Throws std::out_of_range for what 32 bits do not hold.
Accum toAccum(double value);

/// round-half-even of any real.
double nearestEven(double value);

// Sums and products keep their low 32 bits; products round to minus infinity.
Accum add(Accum a, Accum b);
Accum sub(Accum a, Accum b);
Accum mul(Accum a, Accum b);
/// x * d for a fraction d, to minus infinity.
Accum decay(Accum x, Fract d);
/// x * d as a fraction: the low 32 bits of (x * d) >> 15.
Fract decayToFract(Accum x, Fract d);
/// floor((a << 15) / b) of two numbers that are not negative.
Accum divide(Accum a, Accum b);

/// e^x by the machine's tables.
Accum expk(Accum x);
/// e^x as a fraction; 2^32 reads as 0.
Fract expulr(Accum x);

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_SUPPORT_MANYCOREORACLENUMBERS_H
