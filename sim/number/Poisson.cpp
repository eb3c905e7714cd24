// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/number/Poisson.h"

#include "sim/number/Philox.h"
#include "sim/number/PoissonVector.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace spindle::number {
namespace {

constexpr uint32_t kBlocks = 16; ///< Philox blocks of a group

/// Where in the group's random words a lane's 16 bits are: the order in which the vector loop comes
/// by them.
struct At {
  uint32_t block, word, shift;
};
At placeOf(uint32_t lane) {
  uint32_t pair = lane / 32 % 2, inPair = lane % 32;
  return {lane / 64 * 8 + inPair / 4, pair * 2 + inPair % 4 / 2, inPair % 2 * 16};
}

uint16_t bitsOf(const PoissonDraw &draw, uint32_t lane) {
  At at = placeOf(lane);
  auto words =
      philox(draw.seed, Purpose::Poisson, draw.object, draw.group * kBlocks + at.block, draw.step);
  return static_cast<uint16_t>(words[at.word] >> at.shift);
}

} // namespace

PoissonTable::PoissonTable(double mean) : mean_(mean) {
  if (!(mean >= 0 && mean <= kLargestMean))
    throw std::invalid_argument("a Poisson mean of " + std::to_string(mean) +
                                " events per step; at most 180 can be drawn");
  // The sum in long double is exact to 2^-64 and below; the last step takes what is left.
  long double term = std::exp(-static_cast<long double>(mean)), sum = term;
  for (uint32_t k = 1; sum < 1.0L - 0x1p-64L && k < 1000; ++k) {
    below_.push_back(static_cast<uint64_t>(std::min(sum * 0x1p64L, 0x1p64L - 1)));
    term *= static_cast<long double>(mean) / k;
    sum += term;
    if (term < 0x1p-66L && k > mean)
      break;
  }
  below_.push_back(~uint64_t(0));
  for (uint32_t high = 0; high < 256; ++high) {
    uint32_t first = countOf(uint64_t(high) << 56),
             last = countOf(uint64_t(high) << 56 | (~uint64_t(0) >> 8));
    first_[high] = static_cast<uint16_t>(first);
    base_[high] = static_cast<uint8_t>(std::min(first, 255u));
    many_[high] = last > first + 1 || last > 255 ? 0xff : 0;
    // Where the count changes; without a change anywhere, one draw that is looked at again.
    step_[high] = last > first ? static_cast<uint8_t>(below_[first] >> 48) : 255;
  }
}

uint32_t PoissonTable::countOf(uint64_t bits) const {
  auto it = std::upper_bound(below_.begin(), below_.end() - 1, bits);
  return static_cast<uint32_t>(it - below_.begin());
}

uint32_t PoissonTable::count(uint16_t bits) const {
  // The last entry of below_ is above every draw but one, and stands for the rest.
  uint64_t lowest = uint64_t(bits) << 48, highest = lowest | (~uint64_t(0) >> 16);
  uint32_t count = first_[bits >> 8];
  while (below_[count] <= lowest)
    ++count;
  return below_[count] > highest || count + 1 == below_.size() ? count : kOpen;
}

uint32_t poisson(const PoissonTable &table, const PoissonDraw &draw, uint32_t lane) {
  uint16_t bits = bitsOf(draw, lane);
  uint32_t count = table.count(bits);
  if (count != PoissonTable::kOpen)
    return count;
  // Blocks of other groups end where these begin: the highest bit is theirs alone.
  auto more = philox(draw.seed, Purpose::Poisson, draw.object,
                     0x80000000u | (draw.group * kPoissonGroup + lane), draw.step);
  uint64_t low = (uint64_t(more[0]) << 32 | more[1]) >> 16;
  return table.countOf(uint64_t(bits) << 48 | low);
}

void poisson(const PoissonTable &table, const PoissonDraw &draw, PoissonCounts &counts) {
  if (poissonVector(table, draw, counts))
    return;
  for (uint32_t block = 0; block < kBlocks; ++block) {
    auto words =
        philox(draw.seed, Purpose::Poisson, draw.object, draw.group * kBlocks + block, draw.step);
    for (uint32_t i = 0; i < 8; ++i) {
      uint32_t lane = block / 8 * 64 + i / 4 * 32 + block % 8 * 4 + i % 4;
      auto bits = static_cast<uint16_t>(words[i / 2] >> (i % 2 * 16));
      uint32_t count = table.count(bits);
      counts[lane] = static_cast<uint8_t>(
          std::min(count == PoissonTable::kOpen ? poisson(table, draw, lane) : count, 255u));
    }
  }
}

} // namespace spindle::number
