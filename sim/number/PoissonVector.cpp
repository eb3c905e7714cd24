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
  auto tableOf = [&](uint32_t high) {
    std::array<uint8_t, 256> table;
    for (uint32_t low = 0; low < 256; ++low) {
      auto at = std::lower_bound(limits.begin(), limits.end(), high << 8 | low);
      bool limit = at != limits.end() && *at == (high << 8 | low);
      table[low] = limit ? kUndecided : static_cast<uint8_t>(at - limits.begin());
    }
    return table;
  };
  for (uint32_t high = 0; high < 256; ++high) {
    auto first = std::lower_bound(limits.begin(), limits.end(), high << 8);
    auto end = std::upper_bound(limits.begin(), limits.end(), high << 8 | 0xff);
    auto below = static_cast<uint32_t>(first - limits.begin());
    step[high] = end > first ? static_cast<uint8_t>(*first) : 0xff;
    place[high] = static_cast<uint8_t>(many.size());
    if (end - first <= 1 && below < kCount) {
      base[high] = static_cast<uint8_t>(below | (end > first ? kOne : 0));
    } else {
      base[high] = kMany;
      many.push_back(tableOf(high));
    }
  }
  last = tableOf(0xff);
  base[0xff] = 0;
  step[0xff] = 0xff;
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

/// Philox4x32-10 of consecutive blocks of one source and step. Of the first two rounds half is the
/// same for all blocks.
class Blocks {
public:
  SPINDLE_WIDE Blocks(uint64_t seed, uint32_t object, uint32_t step)
      : key0_(static_cast<uint32_t>(seed)), key1_(static_cast<uint32_t>(seed >> 32)) {
    uint64_t p0 = kM0 * static_cast<uint64_t>(Purpose::Poisson);
    uint32_t c2 = static_cast<uint32_t>(p0 >> 32) ^ step ^ key1_;
    uint64_t p1 = kM1 * uint64_t(c2);
    first_ = object ^ key0_;
    second0_ = static_cast<uint32_t>(p1 >> 32) ^ (key0_ + kW0);
    second1_ = static_cast<uint32_t>(p1);
    second2_ = static_cast<uint32_t>(p0) ^ (key1_ + kW1);
  }

  /// The blocks from `block` on, as chains of 8 side by side, so that no chain's latency is waited
  /// for; what is in the upper halves of lanes is left there.
  template <int kChains> SPINDLE_WIDE void draw(uint32_t block, Words (&w)[kChains]) const {
    for (int i = 0; i < kChains; ++i) {
      __m512i p1 = _mm512_mul_epu32(_mm512_set1_epi64(kM1),
                                    _mm512_add_epi64(_mm512_set1_epi64(block + 8 * uint32_t(i)),
                                                     _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0)));
      __m512i c0 = _mm512_xor_si512(_mm512_srli_epi64(p1, 32), _mm512_set1_epi64(first_));
      __m512i p0 = _mm512_mul_epu32(_mm512_set1_epi64(kM0), c0);
      w[i].c0 = _mm512_xor_si512(p1, _mm512_set1_epi64(second0_));
      w[i].c1 = _mm512_set1_epi64(second1_);
      w[i].c2 = _mm512_xor_si512(_mm512_srli_epi64(p0, 32), _mm512_set1_epi64(second2_));
      w[i].c3 = p0;
    }
    __m512i k0 = _mm512_set1_epi64(key0_ + 2 * kW0), k1 = _mm512_set1_epi64(key1_ + 2 * kW1);
    const __m512i w0 = _mm512_set1_epi64(kW0), w1 = _mm512_set1_epi64(kW1);
#pragma GCC unroll 8
    for (int i = 2; i < 10; ++i) {
      for (Words &chain : w)
        round(chain, k0, k1);
      k0 = _mm512_add_epi64(k0, w0);
      k1 = _mm512_add_epi64(k1, w1);
    }
  }

private:
  static constexpr uint64_t kM0 = 0xD2511F53, kM1 = 0xCD9E8D57;
  static constexpr uint32_t kW0 = 0x9E3779B9, kW1 = 0xBB67AE85;
  uint32_t key0_, key1_;
  uint32_t first_, second0_, second1_, second2_; ///< of the first and the second round
};

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

/// The tables of a distribution, in registers, and where the bytes of 16-bit draws are.
struct Tables {
  Table base, step, last;
  __m512i lowBytes, highBytes;
};

SPINDLE_WIDE inline Tables tablesOf(const PoissonBytes &table) {
  uint8_t low[64], high[64];
  for (uint8_t i = 0; i < 64; ++i)
    low[i] = 2 * i, high[i] = 2 * i + 1;
  return {tableOf(table.base), tableOf(table.step), tableOf(table.last), _mm512_loadu_si512(low),
          _mm512_loadu_si512(high)};
}

/// The counts of 64 neurons from two vectors of 32 draws. Returns those to be looked at again.
SPINDLE_WIDE inline uint64_t invert(const Tables &tables, __m512i first, __m512i second,
                                    uint8_t *counts) {
  // Neuron i is byte i.
  __m512i low = _mm512_permutex2var_epi8(first, tables.lowBytes, second);
  __m512i high = _mm512_permutex2var_epi8(first, tables.highBytes, second);
  __m512i step = lookUp(tables.step, high);
  __m512i base = lookUp(tables.base, high);
  uint64_t open = _mm512_mask_test_epi8_mask(_mm512_cmpeq_epi8_mask(low, step), base,
                                             _mm512_set1_epi8(PoissonBytes::kOne)) |
                  _mm512_movepi8_mask(base);
  __m512i count = _mm512_and_si512(base, _mm512_set1_epi8(PoissonBytes::kCount));
  count =
      _mm512_mask_add_epi8(count, _mm512_cmpgt_epu8_mask(low, step), count, _mm512_set1_epi8(1));
  const __m512i ones = _mm512_set1_epi8(-1);
  __mmask64 atLast = _mm512_cmpeq_epi8_mask(high, ones);
  count = _mm512_mask_mov_epi8(count, atLast, lookUp(tables.last, low));
  open |= _mm512_mask_cmpeq_epi8_mask(atLast, count, ones); // kUndecided
  _mm512_storeu_si512(counts, count);
  return open;
}

/// The low halves of two vectors of words: the second one's move up.
SPINDLE_WIDE inline __m512i join(__m512i low, __m512i high) {
  return _mm512_castps_si512(
      _mm512_mask_moveldup_ps(_mm512_castsi512_ps(low), 0xaaaa, _mm512_castsi512_ps(high)));
}

/// The draws of as many chains: two are a vector of neurons.
template <int kChains>
SPINDLE_WIDE inline void drawChains(const Blocks &blocks, uint32_t block, uint16_t *draws) {
  Words words[kChains];
  blocks.draw(block, words);
  for (const Words &r : words) {
    _mm512_store_si512(draws, join(r.c0, r.c1));
    _mm512_store_si512(draws + 32, join(r.c2, r.c3));
    draws += 64;
  }
}

/// All draws first, then what they come to: each is a loop that fills the units of its kind.
SPINDLE_WIDE void draw(const PoissonBytes &table, const Blocks &blocks, uint32_t block,
                       uint32_t vectors, uint8_t *counts, PoissonDraws &draws) {
  uint32_t k = 0;
  for (; k + 2 <= vectors; k += 2)
    drawChains<4>(blocks, block + 16 * k, draws.draws + kPoissonVector * k);
  if (k < vectors)
    drawChains<2>(blocks, block + 16 * k, draws.draws + kPoissonVector * k);
  const Tables tables = tablesOf(table);
  for (k = 0; k < 2 * vectors; ++k)
    draws.open[k] = invert(tables, _mm512_load_si512(draws.draws + 64 * k),
                           _mm512_load_si512(draws.draws + 64 * k + 32), counts + 64 * k);
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
                 uint32_t step, uint32_t vectors, uint8_t *counts, PoissonDraws &draws) {
  draw(table, Blocks(seed, object, step), block, vectors, counts, draws);
}

} // namespace spindle::number

#else

namespace spindle::number {
bool canDrawPoisson() { return false; }
void drawPoisson(const PoissonBytes &, uint64_t, uint32_t, uint32_t, uint32_t, uint32_t, uint8_t *,
                 PoissonDraws &) {}
} // namespace spindle::number

#endif
