// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The 16 Philox blocks of a group in two passes of 8, each 32-bit word in a 64-bit lane, so that
// the low half of a product needs no packing; and the table of 256 bytes looked up by byte
// permutes.
#include "sim/number/PoissonVector.h"

#include "sim/number/Philox.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace spindle::number {

PoissonBytes::PoissonBytes(std::span<const uint16_t> limits) {
  for (uint32_t high = 0; high < 256; ++high) {
    auto first = std::lower_bound(limits.begin(), limits.end(), high << 8);
    auto last = std::upper_bound(limits.begin(), limits.end(), high << 8 | 0xff);
    base[high] = static_cast<uint8_t>(first - limits.begin());
    open[high] = last - first > 1 ? kMany : last > first ? kOne : 0;
    step[high] = last > first ? static_cast<uint8_t>(*first) : 0xff;
  }
}

} // namespace spindle::number

#if defined(__x86_64__)

namespace spindle::number {
namespace {

#define SPINDLE_WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")))

SPINDLE_WIDE inline __m512i xor3(__m512i a, __m512i b, __m512i c) {
  return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

/// Blocks of 8 counters at a time.
struct Words {
  __m512i c0, c1, c2, c3;
};

SPINDLE_WIDE inline void round(Words &w, __m512i k0, __m512i k1) {
  __m512i p0 = _mm512_mul_epu32(_mm512_set1_epi64(0xD2511F53), w.c0);
  __m512i p1 = _mm512_mul_epu32(_mm512_set1_epi64(0xCD9E8D57), w.c2);
  w.c0 = xor3(_mm512_srli_epi64(p1, 32), w.c1, k0);
  w.c2 = xor3(_mm512_srli_epi64(p0, 32), w.c3, k1);
  w.c1 = p1;
  w.c3 = p0;
}

/// Philox4x32-10 of the 16 counters from `block` on, as two chains side by side; what is in the
/// upper halves of lanes is left there.
SPINDLE_WIDE inline void philox16(uint64_t seed, uint32_t object, uint32_t block, uint32_t step,
                                  Words (&w)[2]) {
  for (int i = 0; i < 2; ++i) {
    w[i].c0 = _mm512_set1_epi64(static_cast<long long>(Purpose::Poisson));
    w[i].c1 = _mm512_set1_epi64(object);
    w[i].c2 = _mm512_add_epi64(_mm512_set1_epi64(block + 8 * uint32_t(i)),
                               _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
    w[i].c3 = _mm512_set1_epi64(step);
  }
  __m512i k0 = _mm512_set1_epi64(static_cast<uint32_t>(seed));
  __m512i k1 = _mm512_set1_epi64(static_cast<long long>(seed >> 32));
  const __m512i w0 = _mm512_set1_epi64(0x9E3779B9), w1 = _mm512_set1_epi64(0xBB67AE85);
#pragma GCC unroll 10
  for (int i = 0; i < 10; ++i) {
    round(w[0], k0, k1);
    round(w[1], k0, k1);
    k0 = _mm512_add_epi64(k0, w0);
    k1 = _mm512_add_epi64(k1, w1);
  }
}

struct Table {
  __m512i part[4];
};

SPINDLE_WIDE inline Table tableOf(const std::array<uint8_t, 256> &bytes) {
  Table t;
  for (int i = 0; i < 4; ++i)
    t.part[i] = _mm512_loadu_si512(bytes.data() + 64 * i);
  return t;
}

SPINDLE_WIDE inline __m512i lookUp(const Table &table, __m512i index) {
  __m512i low = _mm512_permutex2var_epi8(table.part[0], index, table.part[1]);
  __m512i high = _mm512_permutex2var_epi8(table.part[2], index, table.part[3]);
  return _mm512_mask_blend_epi8(_mm512_movepi8_mask(index), low, high);
}

/// The counts of 64 neurons from two vectors of 32 draws. Returns those to be looked at again.
SPINDLE_WIDE inline uint64_t invert(const PoissonBytes &table, __m512i first, __m512i second,
                                    uint16_t *counts) {
  const __m512i even = _mm512_set1_epi16(0x00ff);
  // Truncation to bytes keeps the order, so that neuron i is byte i.
  auto bytes = [&](__m512i a, __m512i b) SPINDLE_WIDE {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(a)),
                              _mm512_cvtepi16_epi8(b), 1);
  };
  __m512i high = bytes(_mm512_srli_epi16(first, 8), _mm512_srli_epi16(second, 8));
  __m512i low = bytes(_mm512_and_si512(first, even), _mm512_and_si512(second, even));
  __m512i step = lookUp(tableOf(table.step), high);
  __m512i count = lookUp(tableOf(table.base), high);
  __m512i limits = lookUp(tableOf(table.open), high);
  uint64_t open = _mm512_mask_test_epi8_mask(_mm512_cmpeq_epi8_mask(low, step), limits,
                                             _mm512_set1_epi8(PoissonBytes::kOne)) |
                  _mm512_movepi8_mask(limits);
  count =
      _mm512_mask_add_epi8(count, _mm512_cmpgt_epu8_mask(low, step), count, _mm512_set1_epi8(1));
  _mm512_storeu_si512(counts, _mm512_cvtepu8_epi16(_mm512_castsi512_si256(count)));
  _mm512_storeu_si512(counts + 32, _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(count, 1)));
  return open;
}

SPINDLE_WIDE void draw(const PoissonBytes &table, uint64_t seed, uint32_t object, uint32_t block,
                       uint32_t step, uint16_t *counts, PoissonDraws &draws) {
  const __m512i half = _mm512_set1_epi64(0xffffffff);
  Words words[2];
  philox16(seed, object, block, step, words);
  for (uint32_t part = 0; part < 2; ++part) {
    const Words &r = words[part];
    __m512i first = _mm512_or_si512(_mm512_and_si512(r.c0, half), _mm512_slli_epi64(r.c1, 32));
    __m512i second = _mm512_or_si512(_mm512_and_si512(r.c2, half), _mm512_slli_epi64(r.c3, 32));
    draws.open[part] = invert(table, first, second, counts + 64 * part);
    _mm512_store_si512(draws.draws + 64 * part, first);
    _mm512_store_si512(draws.draws + 64 * part + 32, second);
  }
}

} // namespace

bool canDrawPoisson() {
  static const bool able =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vbmi");
  return able;
}

void drawPoisson(const PoissonBytes &table, uint64_t seed, uint32_t object, uint32_t block,
                 uint32_t step, uint16_t *counts, PoissonDraws &draws) {
  draw(table, seed, object, block, step, counts, draws);
}

} // namespace spindle::number

#else

namespace spindle::number {
bool canDrawPoisson() { return false; }
void drawPoisson(const PoissonBytes &, uint64_t, uint32_t, uint32_t, uint32_t, uint16_t *,
                 PoissonDraws &) {}
} // namespace spindle::number

#endif
