// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Private to sim/number: Poisson counts of one mean with AVX-512, 128 neurons at a time.
#ifndef SPINDLE_SIM_NUMBER_POISSONVECTOR_H
#define SPINDLE_SIM_NUMBER_POISSONVECTOR_H

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace spindle::number {

/// A distribution by the bytes of 16-bit draws. Most high bytes have one limit at most: the count
/// is then the lower bits of base[high byte] + (low byte > step[high byte]), unless the low byte of
/// a byte with kOne is step[high byte], the limit. Others have kMany and a table by low byte; the
/// last one, where the limits of rare counts crowd, has its table always.
struct PoissonBytes {
  static constexpr uint8_t kOne = 0x40, kMany = 0x80, kCount = 0x3f;
  static constexpr uint8_t kUndecided = 0xff; ///< a draw that is equal to a limit
  std::array<uint8_t, 256> base, step, place; ///< place: in `many`
  std::vector<std::array<uint8_t, 256>> many;
  std::array<uint8_t, 256> last;

  /// From the upper 16 bits of a distribution's limits; there must be fewer than kUndecided.
  explicit PoissonBytes(std::span<const uint16_t> limits);

  /// The count of a draw that is to be looked at again.
  uint8_t again(uint16_t draw) const {
    uint32_t high = draw >> 8;
    return base[high] & kMany ? many[place[high]][draw & 0xff] : kUndecided;
  }
};

constexpr uint32_t kPoissonVector = 128;

constexpr uint32_t kPoissonVectors = 16; ///< drawn at a time

/// What draws are, and which of them have to be looked at again.
struct PoissonDraws {
  alignas(64) uint16_t draws[kPoissonVector * kPoissonVectors];
  uint64_t open[2 * kPoissonVectors];
};

/// Whether this host can.
bool canDrawPoisson();
/// The counts of `vectors` times 128 neurons, from random blocks `block` on.
void drawPoisson(const PoissonBytes &table, uint64_t seed, uint32_t object, uint32_t block,
                 uint32_t step, uint32_t vectors, uint8_t *counts, PoissonDraws &draws);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_POISSONVECTOR_H
