// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loops over rows and blocks that all widths share. Included once by each file of kernels,
// which is compiled for its own instruction set: nothing here may have a name outside that file.
#ifndef SPINDLE_SIM_DEVICE_ARRAYKERNELLOOPS_H
#define SPINDLE_SIM_DEVICE_ARRAYKERNELLOOPS_H

#include "sim/device/ArrayKernels.h"

namespace spindle::device {
namespace {

/// Calls mask(row index, block) for each block of 32 columns and lists the set bits.
template <typename Mask>
[[gnu::always_inline]] inline size_t listHits(const RowJob &job, uint32_t *hits, Mask mask) {
  uint32_t *out = hits;
  for (size_t i = 0; i < job.count; ++i)
    for (size_t base = 0; base < job.stride; base += kColumnBlock)
      for (uint32_t bits = mask(i, base); bits != 0; bits &= bits - 1)
        *out++ = uint32_t(i << 16 | (base + size_t(__builtin_ctz(bits))));
  return size_t(out - hits);
}

template <typename W> size_t drawnHits(const RowJob &job, uint32_t *hits) {
  return listHits(job, hits, [&](size_t i, size_t base) __attribute__((always_inline)) {
    return W::drawn(job.keys[i], job.columnWords + base / 2, job.drive[i], job.factor + base);
  });
}

template <typename W> size_t nearestHits(const RowJob &job, uint32_t *hits) {
  return listHits(job, hits, [&](size_t i, size_t base) __attribute__((always_inline)) {
    return W::nearest(job.drive[i], job.factor + base);
  });
}

template <typename W> size_t coincidentHits(const RowJob &job, uint32_t *hits) {
  return listHits(job, hits, [&](size_t i, size_t base) __attribute__((always_inline)) {
    return W::coincident(job.keys[i], job.columnWords + base);
  });
}

template <typename W> size_t accumulatedHits(const RowJob &job, uint32_t *hits) {
  return listHits(job, hits, [&](size_t i, size_t base) __attribute__((always_inline)) {
    return W::accumulate(job.drive[i], job.factor + base, job.sign + base,
                         job.accumulators + job.rows[i] * job.stride + base);
  });
}

/// pairHash (SynapseHash.h) of a port and a word, written out: an inline function of another file
/// must not be compiled for wider vectors here.
void trains(const uint32_t *__restrict keys, const uint32_t *__restrict p, size_t count,
            uint32_t *__restrict out) {
  for (size_t i = 0; i < count; ++i)
    out[i] = 0;
  for (uint32_t bit = 0; bit < 16; ++bit) {
    uint32_t word = (bit + 1) * 0x9e3779b1u;
    for (size_t i = 0; i < count; ++i) {
      uint32_t h = keys[i] + word;
      h = (h ^ (h >> 16)) * 0x7feb352du;
      h = (h ^ (h >> 15)) * 0x846ca68bu;
      h ^= h >> 16;
      uint32_t set = 0u - ((p[i] >> bit) & 1u);
      out[i] = (out[i] & h) | (set & (out[i] | h));
    }
  }
}

template <typename W> constexpr ArrayKernels kernelsOf() {
  return {W::weightedSum,    trains, drawnHits<W>, nearestHits<W>, coincidentHits<W>,
          accumulatedHits<W>};
}

} // namespace
} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_ARRAYKERNELLOOPS_H
