// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Means of a few seeds with their intervals.
#ifndef SPINDLE_EXAMPLES_HWDNN_STATISTICS_H
#define SPINDLE_EXAMPLES_HWDNN_STATISTICS_H

#include <span>
#include <string>
#include <vector>

namespace spindle::hwdnn {

/// Half width: 95 % of Student's t for n - 1 degrees of freedom, times s / sqrt(n); 0 for n < 2.
struct Interval {
  double mean = 0, half = 0;
  size_t n = 0;
};
Interval intervalOf(std::span<const double> values);
/// Of the differences a_i - b_i of runs with the same seeds.
Interval pairedDifference(std::span<const double> a, std::span<const double> b);

/// "95.57 ± 0.14"; the mean alone for one value. With a sign where `sign`.
std::string textOf(const Interval &interval, int digits = 2, bool sign = false);

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_STATISTICS_H
