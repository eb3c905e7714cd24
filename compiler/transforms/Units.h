// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Units of weights and times, as far as networks need them.
#ifndef SPINDLE_COMPILER_TRANSFORMS_UNITS_H
#define SPINDLE_COMPILER_TRANSFORMS_UNITS_H

#include "llvm/ADT/StringRef.h"

#include <optional>

namespace spindle::transforms {

/// The factor that turns numbers of one unit into numbers of another: A, S, V, F, s, Hz with the
/// prefixes p, n, u, m, k, M. None where they measure different things.
std::optional<double> unitFactor(llvm::StringRef from, llvm::StringRef to);

} // namespace spindle::transforms

#endif // SPINDLE_COMPILER_TRANSFORMS_UNITS_H
