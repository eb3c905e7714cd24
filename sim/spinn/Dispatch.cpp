// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which version of the loops this host can run.
#include "sim/spinn/Loops.h"

namespace spindle::spinn {

namespace plain {
extern const Loops table;
}
#ifdef SPINDLE_SPINN_WIDE
namespace avx2 {
extern const Loops table;
}
namespace avx512 {
extern const Loops table;
}
#endif

const Loops &loops() {
#ifdef SPINDLE_SPINN_WIDE
  static const Loops &best = [&]() -> const Loops & {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
      return avx512::table;
    return __builtin_cpu_supports("avx2") ? avx2::table : plain::table;
  }();
  return best;
#else
  return plain::table;
#endif
}

} // namespace spindle::spinn
