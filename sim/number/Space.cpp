// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/number/Space.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace spindle::number {

namespace {

std::string problemOf(const Grid &grid) {
  for (int axis = 0; axis < 3; ++axis) {
    if (grid.extent[axis] == 0)
      return "a grid has an extent of 0";
    if (!std::isfinite(grid.spacing[axis]) || !std::isfinite(grid.origin[axis]) ||
        grid.spacing[axis] < 0)
      return "the spacing and origin of a grid are finite numbers, the spacing not negative";
  }
  return {};
}

} // namespace

std::string Space::problem() const {
  if (!(amplitude >= 0 && amplitude <= 1))
    return "the amplitude is a probability, 0 to 1";
  if (!(scale > 0) || !std::isfinite(scale))
    return "the scale of a kernel is positive";
  if (!(cutoff >= 0) || !std::isfinite(cutoff))
    return "a cut-off is not negative";
  for (double p : period)
    if (!(p >= 0) || !std::isfinite(p))
      return "a period is not negative";
  std::string wrong = problemOf(source);
  return wrong.empty() ? problemOf(target) : wrong;
}

double Space::probability(double distanceSquared) const {
  if (cutoff > 0 && distanceSquared > cutoff * cutoff)
    return 0;
  switch (kernel) {
  case Kernel::Gaussian:
    return amplitude * std::exp(-distanceSquared / (2 * scale * scale));
  case Kernel::Exponential:
    return amplitude * std::exp(-std::sqrt(distanceSquared) / scale);
  case Kernel::Step:
    return distanceSquared <= scale * scale ? amplitude : 0;
  }
  return 0;
}

double Space::reach() const {
  double far = cutoff > 0 ? cutoff : std::numeric_limits<double>::infinity();
  return kernel == Kernel::Step ? std::min(far, scale) : far;
}

} // namespace spindle::number
