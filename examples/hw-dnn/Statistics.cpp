// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/hw-dnn/Statistics.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace spindle::hwdnn {

namespace {

/// The 0.975 quantile of Student's t by degrees of freedom, from 1.
constexpr double kStudent[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                               2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                               2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                               2.060,  2.056, 2.052, 2.048, 2.045, 2.042};

} // namespace

Interval intervalOf(std::span<const double> values) {
  Interval r;
  r.n = values.size();
  for (double v : values)
    r.mean += v / double(r.n);
  if (r.n < 2)
    return r;
  double square = 0;
  for (double v : values)
    square += (v - r.mean) * (v - r.mean);
  size_t freedom = r.n - 1;
  double t = freedom <= std::size(kStudent) ? kStudent[freedom - 1] : 1.96;
  r.half = t * std::sqrt(square / double(freedom) / double(r.n));
  return r;
}

Interval pairedDifference(std::span<const double> a, std::span<const double> b) {
  std::vector<double> differences;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    differences.push_back(a[i] - b[i]);
  return intervalOf(differences);
}

std::string textOf(const Interval &i, int digits, bool sign) {
  std::string mean =
      sign ? fmt::format("{:+.{}f}", i.mean, digits) : fmt::format("{:.{}f}", i.mean, digits);
  return i.n < 2 ? mean : mean + fmt::format(" ± {:.{}f}", i.half, digits);
}

} // namespace spindle::hwdnn
