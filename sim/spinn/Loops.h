// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops over neurons that are not a model's own, for the vectors that this host has. All
// versions give the same integers.
#ifndef SPINDLE_SIM_SPINN_LOOPS_H
#define SPINDLE_SIM_SPINN_LOOPS_H

#include <cstdint>

namespace spindle::spinn {

struct Loops {
  /// S2 and S3: input[i] = (min(plus[i], 0xffff) << up) - (min(minus[i], 0xffff) << down), modulo
  /// 2^32. True if a sum was above the limit.
  bool (*combine)(const uint32_t *plus, unsigned up, const uint32_t *minus, unsigned down,
                  uint32_t count, int32_t *input);
  /// The same without `minus`.
  bool (*raise)(const uint32_t *plus, unsigned up, uint32_t count, int32_t *input);
  /// input[i] += values[i], modulo 2^32.
  void (*add)(const int32_t *values, uint32_t count, int32_t *input);
  void (*addOne)(int32_t value, uint32_t count, int32_t *input);
  /// sums[i] += counts[i] * weight.
  void (*addCounts)(const uint8_t *counts, uint32_t weight, uint32_t count, uint32_t *sums);
  /// The same, where spikes[i] += counts[i] and packets[i] += 1 if there are any.
  void (*addDraws)(const uint8_t *counts, uint32_t weight, uint32_t count, uint32_t *sums,
                   uint8_t *packets, uint8_t *spikes);
  /// sums[i] += few[i], and clears those.
  void (*moveCounts)(uint8_t *few, uint32_t count, uint16_t *sums);
  /// Writes the places with values[i] > 0, ascending; returns how many. `out` has room for all.
  uint32_t (*positive)(const int32_t *values, uint32_t count, uint32_t *out);
};

const Loops &loops();

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_LOOPS_H
