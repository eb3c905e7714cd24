// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The exponential of the many-core machine, bit for bit.
#ifndef SPINDLE_SIM_NUMBER_EXP_H
#define SPINDLE_SIM_NUMBER_EXP_H

#include <cstdint>

namespace spindle::number {

/// e^x, s16.15 to s16.15; 0x7FFFFFFF above 363408, 0 below -340695.
int32_t expk(int32_t x);

/// e^x, s16.15 to u0.32: the low 32 bits, so that e^0 = 2^32 reads as 0.
uint32_t expulr(int32_t x);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_EXP_H
