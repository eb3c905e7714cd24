// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The integer arithmetic around the arrays: plain loops over columns, in a file of their own so
// that they are always compiled with vectorisation.
#include "sim/device/Wide.h"
#include "sim/fabric/FunctionalTile.h"

#include <algorithm>
#include <limits>

namespace spindle::fabric {

namespace {

int32_t saturate(int64_t value) {
  return int32_t(std::clamp<int64_t>(value, std::numeric_limits<int32_t>::min(),
                                     std::numeric_limits<int32_t>::max()));
}

} // namespace

SPINDLE_WIDE uint32_t convert(const int32_t *sums, size_t columns, uint32_t adcShift,
                              int32_t fullScale, uint32_t bit, int32_t *acc) {
  uint32_t clips = 0;
  for (size_t c = 0; c < columns; ++c) {
    int32_t positive = sums[2 * c] >> adcShift;
    int32_t negative = sums[2 * c + 1] >> adcShift;
    clips += uint32_t(positive > fullScale) + uint32_t(negative > fullScale);
    acc[c] += (std::min(positive, fullScale) - std::min(negative, fullScale))
              << adcShift << bit; // their sum may exceed the width, each alone does not
  }
  return clips;
}

SPINDLE_WIDE void scaleSums(const int32_t *acc, const int32_t *scale, size_t columns,
                            uint32_t shift, int32_t *x) {
  for (size_t c = 0; c < columns; ++c)
    x[c] = saturate((int64_t(acc[c]) * scale[c]) >> shift);
}

SPINDLE_WIDE void addSaturated(int32_t *x, const int32_t *value, size_t columns) {
  for (size_t c = 0; c < columns; ++c)
    x[c] = saturate(int64_t(x[c]) + value[c]);
}

} // namespace spindle::fabric
