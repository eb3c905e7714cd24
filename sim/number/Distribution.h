// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Distributions of weights and delays, drawn through tables of their quantiles: one table look-up a
// synapse, and the same numbers on every host (docs/semantics.md C5, C6).
#ifndef SPINDLE_SIM_NUMBER_DISTRIBUTION_H
#define SPINDLE_SIM_NUMBER_DISTRIBUTION_H

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace spindle::number {

enum class Law : uint8_t { Constant, Normal, Uniform, LogNormal, Exponential };

/// a, b: the constant; mean and deviation; lower and upper bound; mean and deviation of the
/// logarithm; the mean. What lies outside [low, high] is moved to the bound, or with `redraw` drawn
/// again until it lies inside. `negate` changes the sign of the finished value.
struct Distribution {
  Law law = Law::Constant;
  double a = 0, b = 0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool redraw = false, negate = false;

  bool operator==(const Distribution &) const = default;

  /// What is wrong with the numbers; empty where nothing is.
  std::string problem() const;
  bool constant() const;
  /// The value below which the fraction `u` (0 < u < 1) of all draws lies, before `negate`.
  double quantile(double u) const;
  /// Of what is drawn, by numerical integration over the quantiles.
  double mean() const;
  double deviation() const;
  /// The fraction of draws below `x` before they are bounded (of a constant: 0 or 1).
  double fractionBelow(double x) const;
};

/// The weights of a projection keep the sign of their mean: bounds at 0 are added where a normal
/// distribution would cross it (docs/semantics.md C5). False where no sign can be kept: the mean is
/// 0 or the bounds of a uniform distribution differ in sign.
bool keepSign(Distribution &weights);

constexpr uint32_t kWeightBits = 12, kDelayBits = 16;
constexpr uint32_t kMaxDelay = 65535;

/// 4096 values with equal probability, or a single one: each is the mean of its stretch.
std::vector<double> weightTable(const Distribution &weights);
/// Whether the weights of a table are inhibitory: none is positive, and not all are 0.
inline bool isNegative(const std::vector<double> &weights) {
  return weights.front() < 0 || weights.back() < 0;
}
/// 65,536 delays in steps with equal probability, rounded half to even, at least 1 and at most
/// kMaxDelay; or a single one.
std::vector<uint16_t> delayTable(const Distribution &steps);
/// The last entry of that table.
uint16_t longestDelay(const Distribution &steps);
/// The fraction of the table's entries that only the least delay of one step lets be 1.
double fractionBelowHalf(const Distribution &steps);

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_DISTRIBUTION_H
