// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How often each neuron of a Poisson source spikes in a step (docs/semantics.md N14): a pure
// function of seed, source, neuron and step, so that any part of a source may be drawn anywhere.
#ifndef SPINDLE_SIM_NUMBER_POISSON_H
#define SPINDLE_SIM_NUMBER_POISSON_H

#include "sim/number/PoissonVector.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace spindle::number {

/// The distribution of one mean: draws of 48 bits that are at least the k-th limit give more than
/// k.
class PoissonTable {
public:
  /// `mean` in [0, kMaxMean].
  explicit PoissonTable(double mean);

  static constexpr double kMaxMean = 10000.0;
  uint32_t count(uint64_t draw) const;

  std::vector<uint64_t> limits; ///< ascending, below 2^48
  std::vector<uint16_t> upper;  ///< their upper 16 bits
};

class Poisson {
public:
  /// `means`: expected spikes of a step, one for all neurons or one for each.
  Poisson(uint64_t seed, uint32_t object, uint32_t neurons, std::span<const double> means);

  /// Neurons are drawn in groups of this size: `begin` of counts() is a multiple of it.
  static constexpr uint32_t kGroup = 64;

  /// The counts of neurons [begin, end) in `step`.
  void counts(uint32_t step, uint32_t begin, uint32_t end, uint16_t *out) const;
  /// The same in bytes, where they hold most(); `out` has room for a multiple of kPoissonVector,
  /// and what it holds beyond the counts is lost.
  void counts(uint32_t step, uint32_t begin, uint32_t end, uint8_t *out) const;

  /// What no count exceeds.
  uint32_t most() const;

  /// The same for one neuron, by the rule as it stands in the semantics: slow, for checks.
  uint32_t count(uint32_t step, uint32_t neuron) const;

private:
  const PoissonTable &table(uint32_t neuron) const {
    return tables_[tableOf_.empty() ? 0 : tableOf_[neuron]];
  }
  void group(uint32_t step, uint32_t first, uint16_t *out) const;
  void vectors(uint32_t step, uint32_t first, uint32_t vectors, uint8_t *out) const;
  template <typename T> void fill(uint32_t step, uint32_t begin, uint32_t end, T *out) const;
  uint64_t refined(uint32_t step, uint32_t neuron, uint16_t upper) const;

  uint64_t seed_;
  uint32_t object_, neurons_;
  std::vector<PoissonTable> tables_;
  std::optional<PoissonBytes> bytes_; ///< of the only mean, where the host can use it
  std::vector<uint32_t> tableOf_;     ///< per neuron; empty: all have the first
};

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_POISSON_H
