// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Private to sim/number: Poisson counts of one mean with AVX-512, 128 neurons at a time.
#ifndef SPINDLE_SIM_NUMBER_POISSONVECTOR_H
#define SPINDLE_SIM_NUMBER_POISSONVECTOR_H

#include <array>
#include <cstdint>
#include <span>

namespace spindle::number {

/// A distribution by the bytes of 16-bit draws: the count of a draw is base[high byte] +
/// (low byte > step[high byte]), unless the low byte is step[high byte], a limit, or there are
/// several limits with that high byte.
struct PoissonBytes {
  static constexpr uint8_t kOne = 1, kMany = 0x80; ///< limits with a high byte
  std::array<uint8_t, 256> base, step, open;

  /// From the upper 16 bits of a distribution's limits; there must be fewer than 255.
  explicit PoissonBytes(std::span<const uint16_t> limits);
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
                 uint32_t step, uint32_t vectors, uint16_t *counts, PoissonDraws &draws);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_POISSONVECTOR_H
