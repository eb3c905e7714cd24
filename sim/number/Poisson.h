// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Poisson counts of 128 neurons at a time, by inversion (docs/semantics.md N14). What a neuron
// draws in a step is a function of seed, object, neuron and step alone.
#ifndef SPINDLE_SIM_NUMBER_POISSON_H
#define SPINDLE_SIM_NUMBER_POISSON_H

#include <array>
#include <cstdint>
#include <vector>

namespace spindle::number {

/// The distribution of one mean. A draw of 16 bits decides unless it falls on a step of the
/// distribution; then 48 more bits do, so that the distribution is exact to 2^-64.
class PoissonTable {
public:
  static constexpr double kLargestMean = 180;

  /// `mean`: events per step, in [0, kLargestMean]; throws std::invalid_argument otherwise.
  explicit PoissonTable(double mean);

  double mean() const { return mean_; }

  /// The count that 16 bits decide, or kOpen.
  static constexpr uint32_t kOpen = ~uint32_t(0);
  uint32_t count(uint16_t bits) const;
  /// The count of a draw of 64 bits.
  uint32_t countOf(uint64_t bits) const;

  // For the vector loop: the count of a draw is base[high byte] + (low byte > step[high byte]),
  // unless the low byte equals step[high byte] or `many[high byte]` is set.
  const std::array<uint8_t, 256> &base() const { return base_; }
  const std::array<uint8_t, 256> &step() const { return step_; }
  const std::array<uint8_t, 256> &many() const { return many_; }

private:
  double mean_;
  std::vector<uint64_t> below_;     ///< probability of at most k events, in 2^-64
  std::array<uint16_t, 256> first_; ///< count of the lowest draw with that high byte
  std::array<uint8_t, 256> base_, step_, many_;
};

/// Which random numbers: those of neurons 128 * group on.
struct PoissonDraw {
  uint64_t seed;
  uint32_t object, group, step;
};

constexpr uint32_t kPoissonGroup = 128;
using PoissonCounts = std::array<uint8_t, kPoissonGroup>;

/// The counts of a whole group with one mean; the fastest way that this host has.
void poisson(const PoissonTable &table, const PoissonDraw &draw, PoissonCounts &counts);

/// The count of one neuron of the group: the same number.
uint32_t poisson(const PoissonTable &table, const PoissonDraw &draw, uint32_t lane);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_POISSON_H
