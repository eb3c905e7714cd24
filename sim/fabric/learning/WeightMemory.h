// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows x columns of digital weights that a rule (Rules.h) writes, and the same rule on an array of
// devices.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_WEIGHTMEMORY_H
#define SPINDLE_SIM_FABRIC_LEARNING_WEIGHTMEMORY_H

#include "sim/device/PairArray.h"
#include "sim/fabric/learning/Rules.h"

#include <span>
#include <stdexcept>
#include <vector>

namespace spindle::learning {

/// What an update can drive a rule with; spans may be empty. The random bits are keyed by seed,
/// layer and number.
struct RuleInput {
  std::span<const int32_t> x;        ///< by row, 255 = 1.0
  std::span<const int32_t> delta;    ///< by column, 65536 = 1.0
  std::span<const int64_t> gradient; ///< rows x columns, as weights
  uint64_t seed = 0, number = 0;
  uint32_t layer = 0;
};

class WeightMemory {
public:
  WeightMemory(size_t rows, size_t columns)
      : rows_(rows), columns_(columns), weights_(rows * columns), initial_(rows * columns),
        accumulator_(rows * columns), trace_(rows * columns) {}

  size_t rows() const { return rows_; }
  size_t columns() const { return columns_; }
  int32_t &at(size_t row, size_t column) { return weights_[row * columns_ + column]; }
  int32_t at(size_t row, size_t column) const { return weights_[row * columns_ + column]; }
  std::span<const int32_t> row(size_t r) const {
    return std::span(weights_).subspan(r * columns_, columns_);
  }
  /// From here on, the present weights are the initial ones.
  void keepInitial() { initial_ = weights_; }

  /// Applies a rule to every synapse and returns how many changed: the writes of the step.
  template <typename Rule> uint64_t apply(const Rule &rule, const RuleInput &in) {
    uint64_t key = device::operationKey(in.seed, in.layer, device::Chance::Rule, in.number);
    uint64_t writes = 0;
    for (size_t r = 0; r < rows_; ++r)
      for (size_t c = 0; c < columns_; ++c) {
        size_t i = r * columns_ + c;
        int64_t change = rule(*termsOf(in, key, r, c));
        int64_t w = std::clamp<int64_t>(weights_[i] + change, INT32_MIN, INT32_MAX);
        writes += w != weights_[i];
        weights_[i] = int32_t(w);
      }
    return writes;
  }

  /// The same rule on devices: its change, in weights, is rounded to pulses of `pulse` (1.0 =
  /// kWeightOne) by the random bits, and sent. The array's weight codes are the rule's w with
  /// `pulse` per pulse of `codesPerPulse` codes.
  template <typename Rule>
  uint64_t applyTo(device::PairArray &array, int64_t pulse, double codesPerPulse, const Rule &rule,
                   const RuleInput &in) {
    if (array.rows() != rows_ || array.columns() != columns_)
      throw std::invalid_argument("rule: the array has another size than its memory");
    uint64_t key = device::operationKey(in.seed, in.layer, device::Chance::Rule, in.number);
    uint64_t writes = 0;
    DrawnSteps draw{pulse};
    for (size_t r = 0; r < rows_; ++r)
      for (size_t c = 0; c < columns_; ++c) {
        at(r, c) = int32_t(nearest(array.weight(r, c) / codesPerPulse * double(pulse)));
        auto terms = termsOf(in, key, r, c);
        int64_t change = rule(*terms);
        terms->random = device::mix64(terms->random + device::kGolden);
        int64_t pulses = terms->skip ? 0 : draw(change, *terms) / pulse;
        array.pulse(r, c, int32_t(std::clamp<int64_t>(pulses, -127, 127)), in.number);
        writes += pulses != 0;
      }
    return writes;
  }

private:
  /// Terms hold references, and are made anew for each synapse.
  struct Holder {
    Terms terms;
    Terms &operator*() { return terms; }
    Terms *operator->() { return &terms; }
  };
  Holder termsOf(const RuleInput &in, uint64_t key, size_t r, size_t c) {
    size_t i = r * columns_ + c;
    return {{in.x.empty() ? 0 : in.x[r], in.delta.empty() ? 0 : in.delta[c],
             in.gradient.empty() ? 0 : in.gradient[i], weights_[i], initial_[i], accumulator_[i],
             trace_[i], device::synapseBits(key, r, c), false}};
  }

  size_t rows_, columns_;
  std::vector<int32_t> weights_, initial_;
  std::vector<int64_t> accumulator_, trace_;
};

/// Rules of columns.

/// Winner takes all: every column but the one with the largest term (the first of equals) gets 0.
void winnerTakesAll(std::span<int32_t> delta);
/// Scales each column so that the sum of its magnitudes is `sum` (as weights); columns of zeros
/// stay. Returns the weights that changed.
uint64_t normaliseColumns(WeightMemory &memory, int64_t sum);

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_WEIGHTMEMORY_H
