// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Most draws are decided by 16 bits, of which a block of random numbers gives eight; the few that
// share them with a limit get 32 more.
#include "sim/number/Poisson.h"

#include "sim/number/Philox.h"
#include "sim/number/Wide.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>

namespace spindle::number {

namespace {

/// Refining draws have indices of their own.
constexpr uint32_t kRefine = 0x80000000;
constexpr uint32_t kGroup = Poisson::kGroup, kBlocks = kGroup / 8;

// 16-bit lanes need more of AVX-512 than its foundation.
#if defined(SPINDLE_WIDEST_IS_CLONED)
#define SPINDLE_WIDEST_DRAWS [[gnu::target_clones("arch=x86-64-v4", "avx2", "default")]]
#else
#define SPINDLE_WIDEST_DRAWS
#endif

using Lanes = uint64_t __attribute__((vector_size(8 * kBlocks)));
using Draws = uint16_t __attribute__((vector_size(sizeof(Lanes)))); ///< of half a group

[[gnu::always_inline]] inline bool anyOf(const Draws &draws) {
  auto words = (Lanes)draws;
  uint64_t any = 0;
  for (uint32_t i = 0; i < kBlocks; ++i)
    any |= words[i];
  return any != 0;
}

/// Eight consecutive blocks side by side, the words of each in 64-bit lanes: that is what vector
/// units multiply.
[[gnu::always_inline]] inline void draw(uint64_t seed, uint32_t object, uint32_t block,
                                        uint32_t step, Draws &low, Draws &high) {
  const Lanes half = Lanes{} + 0xFFFFFFFF;
  Lanes c0 = Lanes{} + static_cast<uint32_t>(Purpose::Poisson), c1 = Lanes{} + object,
        c2 = Lanes{0, 1, 2, 3, 4, 5, 6, 7} + block, c3 = Lanes{} + step;
  auto k0 = static_cast<uint32_t>(seed), k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    Lanes p0 = (c0 & half) * 0xD2511F53, p1 = (c2 & half) * 0xCD9E8D57;
    // The upper halves of the words are never looked at.
    c0 = (p1 >> 32) ^ c1 ^ (Lanes{} + k0);
    c1 = p1;
    c2 = (p0 >> 32) ^ c3 ^ (Lanes{} + k1);
    c3 = p0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  low = (Draws)((c0 & half) | c1 << 32);
  high = (Draws)((c2 & half) | c3 << 32);
}

SPINDLE_WIDEST_DRAWS void drawGroup(uint64_t seed, uint32_t object, uint32_t block, uint32_t step,
                                    uint16_t *out) {
  Draws low, high;
  draw(seed, object, block, step, low, high);
  std::memcpy(out, &low, sizeof low);
  std::memcpy(out + kGroup / 2, &high, sizeof high);
}

/// The counts of whole groups of one mean, and for each draw whether it is equal to a limit.
SPINDLE_WIDEST_DRAWS bool countGroup(uint64_t seed, uint32_t object, uint32_t block, uint32_t step,
                                     const uint16_t *limits, size_t size, uint16_t *counts,
                                     uint16_t *draws, uint16_t *open) {
  Draws low, high, reachedLow{}, reachedHigh{}, openLow{}, openHigh{};
  draw(seed, object, block, step, low, high);
  for (size_t k = 0; k < size; ++k) {
    const Draws limit = Draws{} + limits[k];
    // A comparison is all ones where it holds.
    auto atLow = (Draws)(low >= limit), atHigh = (Draws)(high >= limit);
    reachedLow -= atLow, reachedHigh -= atHigh;
    openLow |= (Draws)(low == limit), openHigh |= (Draws)(high == limit);
    if (k % 4 == 3 && !anyOf(atLow | atHigh))
      break;
  }
  std::memcpy(counts, &reachedLow, sizeof low);
  std::memcpy(counts + kGroup / 2, &reachedHigh, sizeof high);
  if (!anyOf(openLow | openHigh))
    return false;
  std::memcpy(draws, &low, sizeof low);
  std::memcpy(draws + kGroup / 2, &high, sizeof high);
  std::memcpy(open, &openLow, sizeof low);
  std::memcpy(open + kGroup / 2, &openHigh, sizeof high);
  return true;
}

} // namespace

//===- One mean -------------------------------------------------------------------------------===//

PoissonTable::PoissonTable(double mean) {
  if (!(mean >= 0.0 && mean <= kMaxMean))
    throw std::invalid_argument("a Poisson source of " + std::to_string(mean) +
                                " spikes a step: 0 to " + std::to_string(int(kMaxMean)) +
                                " are possible");
  if (mean == 0.0)
    return;
  // The sum of all terms from the first that counts; logarithms, since e^-mean may vanish.
  long double below = 0.0L, logMean = std::log(static_cast<long double>(mean));
  for (uint32_t k = 0;; ++k) {
    below += std::exp(k * logMean - mean - std::lgamma(static_cast<long double>(k) + 1.0L));
    long double limit = std::round(below * 0x1p48L);
    if (limit >= 0x1p48L || k > mean + 60.0 + 20.0 * std::sqrt(mean))
      break;
    limits.push_back(static_cast<uint64_t>(limit));
  }
  for (uint64_t limit : limits)
    upper.push_back(static_cast<uint16_t>(limit >> 32));
}

uint32_t PoissonTable::count(uint64_t draw) const {
  return static_cast<uint32_t>(std::upper_bound(limits.begin(), limits.end(), draw) -
                               limits.begin());
}

//===- A source -------------------------------------------------------------------------------===//

Poisson::Poisson(uint64_t seed, uint32_t object, uint32_t neurons, std::span<const double> means)
    : seed_(seed), object_(object), neurons_(neurons) {
  std::map<double, uint32_t> known;
  for (double mean : means) {
    auto [at, fresh] = known.try_emplace(mean, static_cast<uint32_t>(tables_.size()));
    if (fresh)
      tables_.emplace_back(mean);
    if (means.size() > 1)
      tableOf_.push_back(at->second);
  }
  if (known.size() == 1)
    tableOf_.clear();
  if (known.size() == 1 && canDrawPoisson() && tables_[0].limits.size() < PoissonBytes::kUndecided)
    bytes_.emplace(tables_[0].upper);
}

/// The whole draw of a neuron whose upper 16 bits are known.
uint64_t Poisson::refined(uint32_t step, uint32_t neuron, uint16_t upper) const {
  auto words = philox(seed_, Purpose::Poisson, object_, kRefine | neuron / 4, step);
  return uint64_t{upper} << 32 | words[neuron % 4];
}

void Poisson::group(uint32_t step, uint32_t first, uint16_t *out) const {
  uint16_t draws[kGroup];
  if (tableOf_.empty() && tables_[0].limits.size() <= 64) {
    uint16_t open[kGroup];
    const PoissonTable &all = tables_[0];
    if (countGroup(seed_, object_, first / 8, step, all.upper.data(), all.upper.size(), out, draws,
                   open))
      for (uint32_t i = 0; i < kGroup; ++i)
        if (open[i])
          out[i] = static_cast<uint16_t>(all.count(refined(step, first + i, draws[i])));
    return;
  }
  drawGroup(seed_, object_, first / 8, step, draws);
  for (uint32_t i = 0; i < kGroup && first + i < neurons_; ++i) {
    const PoissonTable &own = table(first + i);
    auto at = std::lower_bound(own.upper.begin(), own.upper.end(), draws[i]);
    bool decided = at == own.upper.end() || *at != draws[i];
    out[i] = static_cast<uint16_t>(decided ? at - own.upper.begin()
                                           : own.count(refined(step, first + i, draws[i])));
  }
}

/// Whole vectors of the only mean.
void Poisson::vectors(uint32_t step, uint32_t first, uint32_t vectors, uint8_t *out) const {
  PoissonDraws drawn;
  drawPoisson(*bytes_, seed_, object_, first / 8, step, vectors, out, drawn);
  for (uint32_t part = 0; part < 2 * vectors; ++part)
    for (uint64_t open = drawn.open[part]; open; open &= open - 1) {
      uint32_t i = kGroup * part + static_cast<uint32_t>(__builtin_ctzll(open));
      uint16_t draw = drawn.draws[i];
      out[i] = bytes_->again(draw);
      if (out[i] == PoissonBytes::kUndecided)
        out[i] = static_cast<uint8_t>(tables_[0].count(refined(step, first + i, draw)));
    }
}

template <typename T>
void Poisson::fill(uint32_t step, uint32_t begin, uint32_t end, T *out) const {
  for (uint32_t first = begin; bytes_ && first < end;) {
    uint32_t whole = std::min((end - first + kPoissonVector - 1) / kPoissonVector, kPoissonVectors);
    uint32_t count = std::min(whole * kPoissonVector, end - first);
    if constexpr (sizeof(T) == 1) {
      vectors(step, first, whole, out + (first - begin));
    } else {
      uint8_t drawn[kPoissonVectors * kPoissonVector];
      vectors(step, first, whole, drawn);
      std::copy_n(drawn, count, out + (first - begin));
    }
    first += count;
  }
  for (uint32_t first = begin; !bytes_ && first < end; first += kGroup) {
    uint16_t drawn[kGroup];
    group(step, first, drawn);
    std::transform(drawn, drawn + std::min(end - first, kGroup), out + (first - begin),
                   [](uint16_t count) { return static_cast<T>(count); });
  }
}

void Poisson::counts(uint32_t step, uint32_t begin, uint32_t end, uint16_t *out) const {
  fill(step, begin, end, out);
}

void Poisson::counts(uint32_t step, uint32_t begin, uint32_t end, uint8_t *out) const {
  fill(step, begin, end, out);
}

uint32_t Poisson::most() const {
  size_t most = 0;
  for (const PoissonTable &table : tables_)
    most = std::max(most, table.limits.size());
  return static_cast<uint32_t>(most);
}

uint32_t Poisson::count(uint32_t step, uint32_t neuron) const {
  uint32_t in = neuron % kGroup, half = in / 32, block = (in % 32) / 4, part = in % 4;
  auto words = philox(seed_, Purpose::Poisson, object_, neuron / kGroup * kBlocks + block, step);
  uint32_t word = words[2 * half + part / 2];
  auto upper = static_cast<uint16_t>(part % 2 ? word >> 16 : word);
  return table(neuron).count(refined(step, neuron, upper));
}

} // namespace spindle::number
