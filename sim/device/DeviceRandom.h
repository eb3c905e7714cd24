// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The random numbers of one device: each depends on the seed, the tile, the device's row and
// column, what it is for, and how many of its kind came before; on nothing else (docs/semantics.md
// N12). So a single device can be played again alone, and no order of evaluation can change a
// result.
#ifndef SPINDLE_SIM_DEVICE_DEVICERANDOM_H
#define SPINDLE_SIM_DEVICE_DEVICERANDOM_H

#include "sim/number/Philox.h"

#include <algorithm>
#include <cstdint>

namespace spindle::device {

/// Where a device sits. Rows and columns are below 65,536, tiles below 2^24.
struct Place {
  uint64_t seed = 0;
  uint32_t tile = 0, row = 0, column = 0;
};

/// What a draw is for; never renumber, results depend on it. Parameters of the spread between
/// devices begin at `Parameter`, the waves of their fields at `Field`.
enum class Draw : uint8_t {
  Cycle = 1,
  Read = 2,
  Stuck = 3,
  Programming = 4,
  Drift = 5,
  Erase = 6,
  ColumnRead = 7,
  Parameter = 64,
  Field = 128
};

/// Two uniform reals in (0, 1): counter = (Device, kind << 24 | tile, row << 16 | column,
/// operation).
struct TwoUniform {
  double first, second;
};
inline TwoUniform uniforms(const Place &place, uint32_t kind, uint32_t operation) {
  auto w = number::philox(place.seed, number::Purpose::Device, kind << 24 | place.tile,
                          place.row << 16 | place.column, operation);
  // The quantiles of 0 and 1 are infinite.
  auto inside = [](double u) { return std::min(u + 0x1p-54, 1 - 0x1p-53); };
  return {inside(number::uniform(w[1], w[0])), inside(number::uniform(w[3], w[2]))};
}

/// The standard normal's quantile, 0 < u < 1.
double normalOf(double u);
/// The fraction of the standard normal below z.
double normalBelow(double z);

inline double normal(const Place &place, Draw kind, uint32_t operation) {
  return normalOf(uniforms(place, uint32_t(kind), operation).first);
}

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DEVICERANDOM_H
