// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The few neurons that emitted in a step, out of a column that is mostly zero.
#ifndef SPINDLE_RUNTIME_MACHINE_NONZERO_H
#define SPINDLE_RUNTIME_MACHINE_NONZERO_H

#include <cstddef>

namespace spindle {

/// Calls f(i) for each i below `count` with values[i] != 0, ascending. Blocks of zeros, which is
/// what most neurons emit in most steps, are passed over at once.
template <typename T, typename F> void forEachNonZero(const T *values, size_t count, F f) {
  constexpr size_t kBlock = 16;
  size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    bool any = false;
    for (size_t k = 0; k < kBlock; ++k)
      any |= values[i + k] != 0;
    if (any)
      for (size_t k = 0; k < kBlock; ++k)
        if (values[i + k] != 0)
          f(i + k);
  }
  for (; i < count; ++i)
    if (values[i] != 0)
      f(i);
}

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_NONZERO_H
