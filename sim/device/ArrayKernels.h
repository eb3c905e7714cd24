// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The inner loops of arrays that learn, for three widths of vectors. Integers only: every width
// gives the same numbers. Lines have a stride that is a multiple of 32 columns; columns beyond the
// array have factor 0.
#ifndef SPINDLE_SIM_DEVICE_ARRAYKERNELS_H
#define SPINDLE_SIM_DEVICE_ARRAYKERNELS_H

#include <cstddef>
#include <cstdint>

namespace spindle::device {

inline constexpr size_t kColumnBlock = 32;
/// A pulse in an accumulator: 12 bits of fraction, so that 16 bits hold nearly +-8 pulses.
inline constexpr int32_t kAccumulatorOne = 4096;

/// The driven rows of an update. `drive` is 257 x for an input x of 0..255, so that 255 is
/// nearly 1.
struct RowJob {
  size_t count, stride;
  const uint16_t *rows, *drive;
  const uint32_t *keys;        ///< by driven row: of the hash, or its pulse train
  const uint32_t *columnWords; ///< stride / 2 for the hash, or stride pulse trains
  const uint16_t *factor;      ///< stride; unsigned, 2^-16 pulses (accumulators: 2^-12)
  const int16_t *sign;         ///< accumulators: 0 or -1 by column
  int16_t *accumulators;       ///< rows x stride
};

/// Each writes a hit as (index among the driven rows) << 16 | column, in order, and returns how
/// many.
struct ArrayKernels {
  /// sums[c] = sum over i of factors[i] lines[i][c]; `count` is even, sums must fit 32 bits.
  void (*weightedSum)(const int16_t *const *lines, const int16_t *factors, size_t count,
                      size_t stride, int32_t *sums);
  /// out[i] = 32 slots, each set with probability p[i] / 2^16 (p below 2^16), from 16 hash words of
  /// port key i: from the lowest bit of p upwards, a set bit takes slots OR word, a clear one AND.
  void (*trains)(const uint32_t *keys, const uint32_t *p, size_t count, uint32_t *out);
  /// hash16 < (drive * factor) >> 16
  size_t (*drawn)(const RowJob &job, uint32_t *hits);
  /// 2^15 <= (drive * factor) >> 16
  size_t (*nearest)(const RowJob &job, uint32_t *hits);
  /// trains of row and column coincide in a slot at least
  size_t (*coincident)(const RowJob &job, uint32_t *hits);
  /// accumulator += (drive * factor + 2^15) >> 16 with the column's sign, saturating; hits are
  /// those that hold a whole pulse
  size_t (*accumulate)(const RowJob &job, uint32_t *hits);
};

enum class VectorWidth : uint8_t { Portable, Avx2, Avx512 };

/// Nothing where this build or this host has none of that width.
const ArrayKernels *arrayKernels(VectorWidth width);
/// The widest ones of this host.
const ArrayKernels &arrayKernels();

namespace kernels {
extern const ArrayKernels portable, avx2, avx512;
}

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_ARRAYKERNELS_H
