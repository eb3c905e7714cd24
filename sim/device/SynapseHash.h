// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random bits of arrays that learn. A decision about a synapse depends on what it is for and on
// nothing else: (seed, layer, purpose, number of the operation, row, column), all of them global
// coordinates, so that no order of evaluation, no thread and no split into tiles can change it.
//
// A Philox block per synapse would cost more than all the rest of an update, since nearly every
// draw says "no pulse". So the key of an operation and of a row is mixed with 64 bits once, and
// pairs of columns take a 32-bit hash of that (the two-round multiply-xorshift mixer "lowbias32" of
// Chris Wellons' hash-prospector), of which each column has 16 bits. docs/hw-dnn.md has the
// definition as hardware needs it.
#ifndef SPINDLE_SIM_DEVICE_SYNAPSEHASH_H
#define SPINDLE_SIM_DEVICE_SYNAPSEHASH_H

#include <cstddef>
#include <cstdint>

namespace spindle::device {

/// What a draw is for; never renumber, results depend on it.
enum class Chance : uint32_t {
  Pulse = 1,    ///< does a synapse receive a pulse
  Coin = 2,     ///< which device of a pair moves
  Noise = 3,    ///< from pulse to pulse
  Dither = 4,   ///< the last pulse of a verified rewrite
  Spread = 5,   ///< from device to device
  RowTrain = 6, ///< pulse train of a row
  ColumnTrain = 7,
  Initial = 8, ///< weights at the start
  Order = 9,   ///< of training images
  Rule = 10    ///< free for learning rules
};

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
constexpr uint64_t mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

inline constexpr uint64_t kGolden = 0x9e3779b97f4a7c15u;

constexpr uint64_t operationKey(uint64_t seed, uint32_t layer, Chance purpose, uint64_t number) {
  uint64_t key = mix64(seed + kGolden);
  key = mix64(key ^ (uint64_t{layer} << 32 | uint64_t(purpose)));
  return mix64(key + number * kGolden);
}

/// The key of one row in an operation.
constexpr uint32_t rowKey(uint64_t operation, size_t row) {
  return uint32_t(mix64(operation + (row + 1) * kGolden) >> 32);
}

constexpr uint32_t columnWord(size_t pair) { return uint32_t(pair + 1) * 0x9e3779b1u; }

/// 32 bits for the columns 2 `pair` (low half) and 2 `pair` + 1 (high half).
constexpr uint32_t pairHash(uint32_t row, uint32_t column) {
  uint32_t h = row + column;
  h = (h ^ (h >> 16)) * 0x7feb352du;
  h = (h ^ (h >> 15)) * 0x846ca68bu;
  return h ^ (h >> 16);
}

constexpr uint16_t columnHash(uint32_t row, size_t column) {
  return uint16_t(pairHash(row, columnWord(column / 2)) >> (16 * (column & 1)));
}

/// 64 bits for one synapse; `salt` (below 16) tells several draws apart.
constexpr uint64_t synapseBits(uint64_t operation, size_t row, size_t column, uint32_t salt = 0) {
  return mix64(operation + ((uint64_t{row} << 32 | uint64_t{column} << 4 | salt) + 1) * kGolden);
}

/// The 16 random bits of a slot of a pulse train, of the port with that key: bit k is the
/// complement of the slot's bit in the k-th word of the port, as ArrayKernels::trains compares
/// them.
constexpr uint16_t trainBits(uint32_t port, uint32_t slot) {
  uint32_t bits = 0;
  for (uint32_t k = 0; k < 16; ++k)
    bits |= (~pairHash(port, columnWord(k)) >> slot & 1) << k;
  return uint16_t(bits);
}

/// Nearly normal: the sum of eight uniform numbers of 16 bits, around 0. Reaches 4.9 deviations.
constexpr int32_t normalSum(uint64_t a, uint64_t b) {
  int32_t sum = -4 * 65535;
  for (int i = 0; i < 64; i += 16)
    sum += int32_t((a >> i) & 0xffff) + int32_t((b >> i) & 0xffff);
  return sum;
}
/// The deviation of normalSum: sqrt(8 (2^32 - 1) / 12).
inline constexpr double kNormalDeviation = 53509.8;

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_SYNAPSEHASH_H
