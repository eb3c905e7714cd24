// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps and jumps. All straight families become a - k x, so that one closed form serves them.
#include "sim/device/Curve.h"

#include "sim/device/Nonlinearity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace spindle::device {

namespace {

constexpr std::array<std::string_view, 7> kNames = {
    "constant", "linear", "soft-bounds", "exponential", "exp-step", "pow-step", "piecewise"};
constexpr double kMostPulses = 1e9;
constexpr double kMostSingleSteps = 1e6; ///< more count as never, where there is no closed form

bool within(double x, double low, double high) { return x >= low && x <= high; }

std::string_view problemOfTable(const Curve &curve) {
  if (!curve.table || curve.table->size() < 2)
    return "a piecewise curve needs two steps or more";
  for (double step : *curve.table)
    if (!within(step, 0, 1))
      return "the steps of a piecewise curve lie between 0 and 1";
  return {};
}

} // namespace

std::string_view nameOf(Family family) { return kNames[size_t(family)]; }

std::string_view Curve::problem() const {
  if (family == Family::Piecewise)
    return problemOfTable(*this);
  if (family == Family::Exponential) {
    if (!within(label, -kLargestLabel, kLargestLabel))
      return "a label lies between -10 and 10";
    return within(pulses, 1, kMostPulses) ? std::string_view() : "pulses lie between 1 and 1e9";
  }
  if (!(step > 0 && step <= 1))
    return "a step lies above 0 and is at most 1";
  if (family == Family::Linear && !within(slope, -1000, 1))
    return "a slope lies between -1000 and 1";
  if (family == Family::ExpStep && !(within(amplitude, -1e6, 1e6) && within(rate, -100, 100)))
    return "an amplitude lies between -1e6 and 1e6, a rate between -100 and 100";
  if (family == Family::PowStep && !within(exponent, 0, 100))
    return "an exponent lies between 0 and 100";
  return {};
}

Response::Response(const Curve &curve, double scale)
    : curve_(curve), scale_(1), straight_(curve.family <= Family::Exponential) {
  if (std::string_view problem = curve.problem(); !problem.empty())
    throw std::invalid_argument(std::string(problem));
  if (straight_)
    straighten();
  this->scale(scale);
}

/// The step as a - k x.
void Response::straighten() {
  const Curve &curve = curve_;
  a_ = curve.step;
  if (curve.family == Family::Linear)
    k_ = curve.step * curve.slope;
  if (curve.family == Family::SoftBounds)
    k_ = curve.step;
  if (curve.family == Family::Exponential) {
    double curvature = curvatureOf(curve.label);
    k_ = -std::expm1(-1 / (curvature * curve.pulses));
    a_ = std::isinf(curvature) ? 1 / curve.pulses : k_ / -std::expm1(-1 / curvature);
  }
}

void Response::scale(double factor) {
  if (!(factor >= 0))
    throw std::invalid_argument("the scale of a curve's steps is below 0");
  scale_ *= factor;
  // A step beyond the curve's own goal would turn round there.
  if (k_ * factor > 1)
    factor = 1 / k_;
  a_ *= factor;
  k_ *= factor;
}

double Response::bent(double x) const {
  switch (curve_.family) {
  case Family::ExpStep:
    return curve_.step * (1 - curve_.amplitude * std::exp(curve_.rate * x));
  case Family::PowStep:
    return curve_.step * std::pow(std::max(0.0, 1 - x), curve_.exponent);
  default:
    break;
  }
  const std::vector<double> &table = *curve_.table;
  double position = std::clamp(x, 0.0, 1.0) * double(table.size() - 1);
  size_t i = std::min(size_t(position), table.size() - 2);
  return table[i] + (table[i + 1] - table[i]) * (position - double(i));
}

double Response::step(double x) const {
  return std::max(0.0, straight_ ? a_ - k_ * x : scale_ * bent(x));
}

double Response::after(double x, uint32_t n) const {
  if (n == 0)
    return x;
  if (straight_) {
    double stretch = k_ == 0 ? n : -std::expm1(n * std::log1p(-k_)) / k_;
    return std::clamp(x + std::max(0.0, a_ - k_ * x) * stretch, x, std::max(x, 1.0));
  }
  while (n-- && x < 1) {
    double next = std::min(1.0, x + step(x));
    if (next == x)
      break;
    x = next;
  }
  return x;
}

double Response::pulsesBetween(double x, double target) const {
  if (target <= x)
    return 0;
  if (straight_) {
    double first = step(x), rise = target - x;
    if (k_ == 0)
      return first > 0 ? rise / first : std::numeric_limits<double>::infinity();
    double left = 1 - k_ * rise / first;
    return first > 0 && left > 0 ? std::log(left) / std::log1p(-k_)
                                 : std::numeric_limits<double>::infinity();
  }
  for (double n = 0; n < kMostSingleSteps; ++n) {
    double s = step(x);
    if (s <= 0 || x + s == x)
      break;
    if (x + s >= target)
      return n + (target - x) / s;
    x += s;
  }
  return std::numeric_limits<double>::infinity();
}

} // namespace spindle::device
