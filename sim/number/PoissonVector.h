// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Private to sim/number: Poisson counts with AVX-512.
#ifndef SPINDLE_SIM_NUMBER_POISSONVECTOR_H
#define SPINDLE_SIM_NUMBER_POISSONVECTOR_H

#include "sim/number/Poisson.h"

namespace spindle::number {

/// False, and nothing done, where the host cannot.
bool poissonVector(const PoissonTable &table, const PoissonDraw &draw, PoissonCounts &counts);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_POISSONVECTOR_H
