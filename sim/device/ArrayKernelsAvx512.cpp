// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels for AVX-512 (F and BW): a block of 32 columns is one vector. Compiled for that
// instruction set and called only where the host has it, so that it includes nothing with code of
// its own.
#include "sim/device/ArrayKernelLoops.h"

#include <immintrin.h>

namespace spindle::device {

namespace {

struct Avx512 {
  using V = __m512i;
  static V load(const void *at) { return _mm512_loadu_si512(at); }

  /// 64 columns at a time (the last block alone): sums stay in registers while the lines pass by.
  template <size_t N>
  [[gnu::always_inline]] static void sumBlocks(const int16_t *const *lines, const int16_t *factors,
                                               size_t count, size_t base, int32_t *sums) {
    V low[N], high[N];
    for (size_t n = 0; n < N; ++n)
      low[n] = high[n] = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 2) {
      V x = _mm512_set1_epi32(
          int32_t(uint32_t(uint16_t(factors[i])) | uint32_t(uint16_t(factors[i + 1])) << 16));
      for (size_t n = 0; n < N; ++n) {
        V a = load(lines[i] + base + n * kColumnBlock);
        V b = load(lines[i + 1] + base + n * kColumnBlock);
        low[n] = _mm512_add_epi32(low[n], _mm512_madd_epi16(_mm512_unpacklo_epi16(a, b), x));
        high[n] = _mm512_add_epi32(high[n], _mm512_madd_epi16(_mm512_unpackhi_epi16(a, b), x));
      }
    }
    const V first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const V second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    for (size_t n = 0; n < N; ++n) {
      int32_t *out = sums + base + n * kColumnBlock;
      _mm512_storeu_si512(out, _mm512_permutex2var_epi64(low[n], first, high[n]));
      _mm512_storeu_si512(out + 16, _mm512_permutex2var_epi64(low[n], second, high[n]));
    }
  }

  static void weightedSum(const int16_t *const *lines, const int16_t *factors, size_t count,
                          size_t stride, int32_t *sums) {
    size_t base = 0;
    for (; base + 4 * kColumnBlock <= stride; base += 4 * kColumnBlock)
      sumBlocks<4>(lines, factors, count, base, sums);
    for (; base < stride; base += kColumnBlock)
      sumBlocks<1>(lines, factors, count, base, sums);
  }

  [[gnu::always_inline]] static V hash(uint32_t key, const uint32_t *words) {
    V h = _mm512_add_epi32(load(words), _mm512_set1_epi32(int32_t(key)));
    h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
    h = _mm512_mullo_epi32(h, _mm512_set1_epi32(0x7feb352d));
    h = _mm512_xor_si512(h, _mm512_srli_epi32(h, 15));
    h = _mm512_mullo_epi32(h, _mm512_set1_epi32(int32_t(0x846ca68bu)));
    return _mm512_xor_si512(h, _mm512_srli_epi32(h, 16));
  }

  [[gnu::always_inline]] static V scaled(uint16_t drive, const uint16_t *factor) {
    return _mm512_mulhi_epu16(load(factor), _mm512_set1_epi16(int16_t(drive)));
  }

  [[gnu::always_inline]] static uint32_t drawn(uint32_t key, const uint32_t *words, uint16_t drive,
                                               const uint16_t *factor) {
    return _mm512_cmplt_epu16_mask(hash(key, words), scaled(drive, factor));
  }

  [[gnu::always_inline]] static uint32_t nearest(uint16_t drive, const uint16_t *factor) {
    return _mm512_movepi16_mask(scaled(drive, factor)); // the top bit
  }

  [[gnu::always_inline]] static uint32_t coincident(uint32_t row, const uint32_t *columns) {
    V r = _mm512_set1_epi32(int32_t(row));
    return uint32_t{_mm512_test_epi32_mask(r, load(columns))} |
           uint32_t{_mm512_test_epi32_mask(r, load(columns + 16))} << 16;
  }

  [[gnu::always_inline]] static uint32_t accumulate(uint16_t drive, const uint16_t *factor,
                                                    const int16_t *sign, int16_t *accumulator) {
    V f = load(factor), d = _mm512_set1_epi16(int16_t(drive));
    V half = _mm512_srli_epi16(_mm512_mullo_epi16(f, d), 15);
    V size = _mm512_add_epi16(_mm512_mulhi_epu16(f, d), half);
    size = _mm512_min_epu16(size, _mm512_set1_epi16(32767));
    V s = load(sign);
    V step = _mm512_sub_epi16(_mm512_xor_si512(size, s), s);
    V sum = _mm512_adds_epi16(load(accumulator), step);
    _mm512_storeu_si512(accumulator, sum);
    return _mm512_cmpgt_epi16_mask(sum, _mm512_set1_epi16(kAccumulatorOne - 1)) |
           _mm512_cmplt_epi16_mask(sum, _mm512_set1_epi16(1 - kAccumulatorOne));
  }
};

} // namespace

const ArrayKernels kernels::avx512 = kernelsOf<Avx512>();

} // namespace spindle::device
