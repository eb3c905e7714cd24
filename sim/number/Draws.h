// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One stream of 64-bit numbers from the counter, and the choice of distinct numbers from it.
#ifndef SPINDLE_SIM_NUMBER_DRAWS_H
#define SPINDLE_SIM_NUMBER_DRAWS_H

#include "sim/number/Philox.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace spindle::number {

/// The numbers of one (seed, purpose, object, index), in the order of their steps.
class Draws {
public:
  Draws(uint64_t seed, Purpose purpose, uint32_t object, uint32_t index)
      : seed(seed), purpose(purpose), object(object), index(index) {}

  uint64_t next() {
    if (position == end)
      refill(batch);
    return words[position++];
  }
  /// The next numbers as a stretch of at most `wanted`; they count as taken.
  const uint64_t *take(uint64_t wanted, uint32_t &got) {
    if (position == end)
      refill(static_cast<uint32_t>(std::min<uint64_t>(kMostBlocks, (wanted + 1) / 2)));
    got = static_cast<uint32_t>(std::min<uint64_t>(wanted, end - position));
    const uint64_t *first = words + position;
    position += got;
    return first;
  }

private:
  static constexpr uint32_t kMostBlocks = 256;

  void refill(uint32_t blocks) {
    philoxFill(seed, purpose, object, index, block, blocks, words);
    block += blocks;
    position = 0;
    end = 2 * blocks;
    batch = std::min(kMostBlocks, 2 * batch); // short rows draw little, long ones in bulk
  }

  uint64_t seed;
  Purpose purpose;
  uint32_t object, index;
  uint32_t block = 0, position = 0, end = 0, batch = 8;
  uint64_t words[2 * kMostBlocks];
};

/// 0 to n - 1 with the high 32 bits of a draw; the bias is below n / 2^32.
inline uint32_t below(uint64_t draw, uint32_t n) {
  return static_cast<uint32_t>((draw >> 32) * n >> 32);
}

/// `number` distinct values below n, ascending: calls f with each. All subsets are equally likely.
template <typename F> void drawDistinct(Draws &draws, uint32_t n, uint32_t number, F f) {
  bool without = number > n / 2; // then the others are drawn, and left out
  std::vector<uint64_t> chosen((uint64_t{n} + 63) / 64, without ? ~uint64_t{0} : 0);
  if (without && n % 64)
    chosen.back() = (uint64_t{1} << n % 64) - 1;
  for (uint32_t left = without ? n - number : number; left;) {
    uint32_t value = below(draws.next(), n);
    uint64_t bit = uint64_t{1} << value % 64;
    if (((chosen[value / 64] & bit) != 0) != without)
      continue;
    chosen[value / 64] ^= bit;
    --left;
  }
  for (uint32_t w = 0; w < chosen.size(); ++w)
    for (uint64_t bits = chosen[w]; bits; bits &= bits - 1)
      f(w * 64 + static_cast<uint32_t>(std::countr_zero(bits)));
}

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_DRAWS_H
