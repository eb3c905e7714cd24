// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels for AVX2: a block of 32 columns is two vectors. Compiled for that instruction set and
// called only where the host has it, so that it includes nothing with code of its own.
#include "sim/device/ArrayKernelLoops.h"

#include <immintrin.h>

namespace spindle::device {

namespace {

struct Avx2 {
  using V = __m256i;
  static V load(const void *at) { return _mm256_loadu_si256(static_cast<const V *>(at)); }
  static void store(void *at, V v) { _mm256_storeu_si256(static_cast<V *>(at), v); }

  static void weightedSum(const int16_t *const *lines, const int16_t *factors, size_t count,
                          size_t stride, int32_t *sums) {
    for (size_t base = 0; base < stride; base += kColumnBlock) {
      V low[2] = {}, high[2] = {};
      for (size_t i = 0; i < count; i += 2) {
        V x = _mm256_set1_epi32(
            int32_t(uint32_t(uint16_t(factors[i])) | uint32_t(uint16_t(factors[i + 1])) << 16));
        for (size_t n = 0; n < 2; ++n) {
          V a = load(lines[i] + base + n * 16), b = load(lines[i + 1] + base + n * 16);
          low[n] = _mm256_add_epi32(low[n], _mm256_madd_epi16(_mm256_unpacklo_epi16(a, b), x));
          high[n] = _mm256_add_epi32(high[n], _mm256_madd_epi16(_mm256_unpackhi_epi16(a, b), x));
        }
      }
      for (size_t n = 0; n < 2; ++n) {
        store(sums + base + n * 16, _mm256_permute2x128_si256(low[n], high[n], 0x20));
        store(sums + base + n * 16 + 8, _mm256_permute2x128_si256(low[n], high[n], 0x31));
      }
    }
  }

  /// Bits of 32 lanes that are each all ones or zero.
  [[gnu::always_inline]] static uint32_t bits(V first, V second) {
    V packed = _mm256_permute4x64_epi64(_mm256_packs_epi16(first, second), 0xd8);
    return uint32_t(_mm256_movemask_epi8(packed));
  }

  [[gnu::always_inline]] static V hash(uint32_t key, const uint32_t *words) {
    V h = _mm256_add_epi32(load(words), _mm256_set1_epi32(int32_t(key)));
    h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
    h = _mm256_mullo_epi32(h, _mm256_set1_epi32(0x7feb352d));
    h = _mm256_xor_si256(h, _mm256_srli_epi32(h, 15));
    h = _mm256_mullo_epi32(h, _mm256_set1_epi32(int32_t(0x846ca68bu)));
    return _mm256_xor_si256(h, _mm256_srli_epi32(h, 16));
  }

  [[gnu::always_inline]] static V scaled(uint16_t drive, const uint16_t *factor) {
    return _mm256_mulhi_epu16(load(factor), _mm256_set1_epi16(int16_t(drive)));
  }

  /// All ones where a >= b, unsigned.
  [[gnu::always_inline]] static V notBelow(V a, V b) {
    return _mm256_cmpeq_epi16(_mm256_subs_epu16(b, a), _mm256_setzero_si256());
  }

  [[gnu::always_inline]] static uint32_t drawn(uint32_t key, const uint32_t *words, uint16_t drive,
                                               const uint16_t *factor) {
    return ~bits(notBelow(hash(key, words), scaled(drive, factor)),
                 notBelow(hash(key, words + 8), scaled(drive, factor + 16)));
  }

  [[gnu::always_inline]] static uint32_t nearest(uint16_t drive, const uint16_t *factor) {
    return bits(_mm256_srai_epi16(scaled(drive, factor), 15),
                _mm256_srai_epi16(scaled(drive, factor + 16), 15));
  }

  [[gnu::always_inline]] static V apart(uint32_t row, const uint32_t *columns) {
    V both = _mm256_and_si256(_mm256_set1_epi32(int32_t(row)), load(columns));
    return _mm256_cmpeq_epi32(both, _mm256_setzero_si256());
  }

  [[gnu::always_inline]] static uint32_t coincident(uint32_t row, const uint32_t *columns) {
    uint32_t mask = 0;
    for (size_t n = 0; n < 4; ++n)
      mask |= uint32_t(_mm256_movemask_ps(_mm256_castsi256_ps(apart(row, columns + n * 8))))
              << (n * 8);
    return ~mask;
  }

  [[gnu::always_inline]] static V accumulateHalf(uint16_t drive, const uint16_t *factor,
                                                 const int16_t *sign, int16_t *accumulator) {
    V f = load(factor), d = _mm256_set1_epi16(int16_t(drive));
    V half = _mm256_srli_epi16(_mm256_mullo_epi16(f, d), 15);
    V size = _mm256_add_epi16(_mm256_mulhi_epu16(f, d), half);
    size = _mm256_min_epu16(size, _mm256_set1_epi16(32767));
    V s = load(sign);
    V step = _mm256_sub_epi16(_mm256_xor_si256(size, s), s);
    V sum = _mm256_adds_epi16(load(accumulator), step);
    store(accumulator, sum);
    return _mm256_or_si256(_mm256_cmpgt_epi16(sum, _mm256_set1_epi16(kAccumulatorOne - 1)),
                           _mm256_cmpgt_epi16(_mm256_set1_epi16(1 - kAccumulatorOne), sum));
  }

  [[gnu::always_inline]] static uint32_t accumulate(uint16_t drive, const uint16_t *factor,
                                                    const int16_t *sign, int16_t *accumulator) {
    V first = accumulateHalf(drive, factor, sign, accumulator);
    V second = accumulateHalf(drive, factor + 16, sign + 16, accumulator + 16);
    return bits(first, second);
  }
};

} // namespace

const ArrayKernels kernels::avx2 = kernelsOf<Avx2>();

} // namespace spindle::device
