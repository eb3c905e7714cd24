// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The 16 Philox blocks of a group in two passes of 8, each 32-bit word in a 64-bit lane, so that
// the low half of a product needs no packing; and the table of 256 bytes looked up by byte
// permutes.
#include "sim/number/PoissonVector.h"

#include "sim/number/Philox.h"

#if defined(__x86_64__)
#include <immintrin.h>

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

/// Philox4x32-10 of the 16 counters of a group, as two chains side by side; what is in the upper
/// halves of lanes is left there.
SPINDLE_WIDE inline void philox16(const PoissonDraw &draw, Words (&w)[2]) {
  for (int i = 0; i < 2; ++i) {
    w[i].c0 = _mm512_set1_epi64(static_cast<long long>(Purpose::Poisson));
    w[i].c1 = _mm512_set1_epi64(draw.object);
    w[i].c2 = _mm512_add_epi64(_mm512_set1_epi64(draw.group * 16 + 8 * uint32_t(i)),
                               _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
    w[i].c3 = _mm512_set1_epi64(draw.step);
  }
  __m512i k0 = _mm512_set1_epi64(static_cast<uint32_t>(draw.seed));
  __m512i k1 = _mm512_set1_epi64(static_cast<long long>(draw.seed >> 32));
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

/// The counts of 64 neurons from two vectors of 32 draws of 16 bits. Returns those that 16 bits do
/// not decide.
SPINDLE_WIDE inline uint64_t invert(const PoissonTable &table, __m512i first, __m512i second,
                                    uint8_t *counts) {
  const __m512i even = _mm512_set1_epi16(0x00ff);
  // Truncation to bytes keeps the order, so that neuron i is byte i.
  auto bytes = [&](__m512i a, __m512i b) SPINDLE_WIDE {
    return _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi16_epi8(a)),
                              _mm512_cvtepi16_epi8(b), 1);
  };
  __m512i high = bytes(_mm512_srli_epi16(first, 8), _mm512_srli_epi16(second, 8));
  __m512i low = bytes(_mm512_and_si512(first, even), _mm512_and_si512(second, even));
  __m512i step = lookUp(tableOf(table.step()), high);
  __m512i count = lookUp(tableOf(table.base()), high);
  uint64_t open =
      _mm512_cmpeq_epi8_mask(low, step) | _mm512_movepi8_mask(lookUp(tableOf(table.many()), high));
  count =
      _mm512_mask_add_epi8(count, _mm512_cmpgt_epu8_mask(low, step), count, _mm512_set1_epi8(1));
  _mm512_storeu_si512(counts, count);
  return open;
}

SPINDLE_WIDE void wide(const PoissonTable &table, const PoissonDraw &draw, PoissonCounts &counts) {
  const __m512i half = _mm512_set1_epi64(0xffffffff);
  Words words[2];
  philox16(draw, words);
  for (uint32_t part = 0; part < 2; ++part) {
    const Words &r = words[part];
    __m512i first = _mm512_or_si512(_mm512_and_si512(r.c0, half), _mm512_slli_epi64(r.c1, 32));
    __m512i second = _mm512_or_si512(_mm512_and_si512(r.c2, half), _mm512_slli_epi64(r.c3, 32));
    uint8_t *out = counts.data() + 64 * part;
    uint64_t open = invert(table, first, second, out);
    alignas(64) uint16_t bits[64];
    if (open) {
      _mm512_store_si512(bits, first);
      _mm512_store_si512(bits + 32, second);
    }
    for (; open; open &= open - 1) {
      auto lane = static_cast<uint32_t>(__builtin_ctzll(open));
      uint32_t count = table.count(bits[lane]);
      if (count == PoissonTable::kOpen)
        count = poisson(table, draw, 64 * part + lane);
      out[lane] = static_cast<uint8_t>(count > 255 ? 255 : count);
    }
  }
}

} // namespace

bool poissonVector(const PoissonTable &table, const PoissonDraw &draw, PoissonCounts &counts) {
  static const bool able =
      __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vbmi");
  if (able)
    wide(table, draw, counts);
  return able;
}

} // namespace spindle::number

#else

namespace spindle::number {
bool poissonVector(const PoissonTable &, const PoissonDraw &, PoissonCounts &) { return false; }
} // namespace spindle::number

#endif
