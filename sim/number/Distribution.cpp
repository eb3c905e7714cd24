// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Quantiles of the distributions. The normal's inverse is Wichura's AS 241 (PPND16).
#include "sim/number/Distribution.h"

#include <algorithm>
#include <cmath>

namespace spindle::number {

namespace {

double polynomial(const double (&c)[8], double x) {
  double y = c[7];
  for (int i = 6; i >= 0; --i)
    y = y * x + c[i];
  return y;
}

/// The standard normal's quantile.
double normalQuantile(double p) {
  static const double a[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                              1.9715909503065514427e+3, 1.3731693765509461125e+4,
                              4.5921953931549871457e+4, 6.7265770927008700853e+4,
                              3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static const double b[8] = {1.0,
                              4.2313330701600911252e+1,
                              6.8718700749205790830e+2,
                              5.3941960214247511077e+3,
                              2.1213794301586595867e+4,
                              3.9307895800092710610e+4,
                              2.8729085735721942674e+4,
                              5.2264952788528545610e+3};
  static const double c[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                              5.76949722146069140550e0,  3.64784832476320460504e0,
                              1.27045825245236838258e0,  2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[8] = {1.0,
                              2.05319162663775882187e0,
                              1.67638483018380384940e0,
                              6.89767334985100004550e-1,
                              1.48103976427480074590e-1,
                              1.51986665636164571966e-2,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9};
  static const double e[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                              1.78482653991729133580e0,  2.96560571828504891230e-1,
                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[8] = {1.0,
                              5.99832206555887937690e-1,
                              1.36929880922735805310e-1,
                              1.48753612908506148525e-2,
                              7.86869131145613259100e-4,
                              1.84631831751005468180e-5,
                              1.42151175831644588870e-7,
                              2.04426310338993978564e-15};
  double q = p - 0.5;
  if (std::fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(a, r) / polynomial(b, r);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1.0 - p));
  double x = r <= 5.0 ? polynomial(c, r - 1.6) / polynomial(d, r - 1.6)
                      : polynomial(e, r - 5.0) / polynomial(f, r - 5.0);
  return q < 0 ? -x : x;
}

double normalBelow(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

/// The unbounded distribution's quantile.
double unbounded(const Distribution &d, double u) {
  switch (d.law) {
  case Law::Constant:
    return d.a;
  case Law::Normal:
    return d.a + d.b * normalQuantile(u);
  case Law::Uniform:
    return d.a + (d.b - d.a) * u;
  case Law::LogNormal:
    return std::exp(d.a + d.b * normalQuantile(u));
  case Law::Exponential:
    return d.a < 0 ? d.a * -std::log(u) : d.a * -std::log1p(-u);
  }
  return d.a;
}

/// Sums f over the quantiles of equal stretches.
template <typename F> double average(F f) {
  constexpr int n = 16384;
  double sum = 0;
  for (int i = 0; i < n; ++i)
    sum += f((i + 0.5) / n);
  return sum / n;
}

} // namespace

bool Distribution::constant() const {
  switch (law) {
  case Law::Constant:
    return true;
  case Law::Normal:
  case Law::LogNormal:
    return b == 0;
  case Law::Uniform:
    return a == b;
  case Law::Exponential:
    return a == 0;
  }
  return true;
}

double Distribution::fractionBelow(double x) const {
  if (constant())
    return unbounded(*this, 0.5) < x ? 1.0 : 0.0;
  switch (law) {
  case Law::Constant:
    break;
  case Law::Normal:
    return normalBelow((x - a) / b);
  case Law::Uniform:
    return std::clamp((x - a) / (b - a), 0.0, 1.0);
  case Law::LogNormal:
    return x <= 0 ? 0.0 : normalBelow((std::log(x) - a) / b);
  case Law::Exponential:
    if (a < 0)
      return x >= 0 ? 1.0 : std::exp(-x / a);
    return x <= 0 ? 0.0 : -std::expm1(-x / a);
  }
  return 0;
}

std::string Distribution::problem() const {
  if (!std::isfinite(a) || !std::isfinite(b) || std::isnan(low) || std::isnan(high))
    return "a parameter is not a finite number";
  if ((law == Law::Normal || law == Law::LogNormal) && b < 0)
    return "the deviation is negative";
  if (law == Law::Uniform && b < a)
    return "the upper bound lies below the lower one";
  if (low > high)
    return "the bounds exclude every value";
  if (!std::isfinite(unbounded(*this, 0.9999999)))
    return "the values grow beyond all numbers";
  if (redraw && !constant() && !(fractionBelow(high) - fractionBelow(low) > 1e-12))
    return "hardly any value lies within the bounds";
  return {};
}

double Distribution::quantile(double u) const {
  if (redraw && !constant()) {
    double from = fractionBelow(low), to = fractionBelow(high);
    u = std::clamp(from + u * (to - from), std::numeric_limits<double>::min(), 1.0 - 0x1p-53);
  }
  return std::clamp(unbounded(*this, u), low, high);
}

double Distribution::mean() const {
  double m = constant() ? quantile(0.5) : average([&](double u) { return quantile(u); });
  return negate ? -m : m;
}

double Distribution::deviation() const {
  if (constant())
    return 0;
  double m = negate ? -mean() : mean();
  return std::sqrt(average([&](double u) { return (quantile(u) - m) * (quantile(u) - m); }));
}

bool keepSign(Distribution &weights) {
  if (weights.law == Law::Normal && weights.b > 0) {
    if (weights.a > 0)
      weights.low = std::max(weights.low, 0.0);
    else if (weights.a < 0)
      weights.high = std::min(weights.high, 0.0);
    else
      return false;
    return weights.low <= weights.high;
  }
  double first = weights.quantile(0x1p-40), last = weights.quantile(1 - 0x1p-40);
  return !(first < 0 && last > 0);
}

std::vector<double> weightTable(const Distribution &weights) {
  double sign = weights.negate ? -1.0 : 1.0;
  if (weights.constant())
    return {sign * weights.quantile(0.5)};
  constexpr uint32_t size = 1u << kWeightBits, parts = 16;
  std::vector<double> table(size);
  for (uint32_t i = 0; i < size; ++i) {
    double sum = 0;
    for (uint32_t k = 0; k < parts; ++k)
      sum += weights.quantile((i * parts + k + 0.5) / (double{size} * parts));
    table[i] = sign * sum / parts;
  }
  return table;
}

namespace {

/// The value in the middle of entry `i` of a table of delays.
double delayAt(const Distribution &steps, uint32_t i) {
  double u = steps.constant() ? 0.5 : (i + 0.5) / double{1u << kDelayBits};
  return steps.negate ? -steps.quantile(u) : steps.quantile(u);
}

uint16_t toDelay(double value) {
  return static_cast<uint16_t>(std::clamp(std::nearbyint(value), 1.0, double{kMaxDelay}));
}

} // namespace

std::vector<uint16_t> delayTable(const Distribution &steps) {
  constexpr uint32_t size = 1u << kDelayBits;
  uint16_t first = toDelay(delayAt(steps, 0)), last = toDelay(delayAt(steps, size - 1));
  if (first == last) // quantiles rise, or fall where negated
    return {first};
  std::vector<uint16_t> table(size);
  for (uint32_t i = 0; i < size; ++i)
    table[i] = toDelay(delayAt(steps, i));
  return table;
}

uint16_t longestDelay(const Distribution &steps) {
  return std::max(toDelay(delayAt(steps, 0)), toDelay(delayAt(steps, (1u << kDelayBits) - 1)));
}

double fractionBelowHalf(const Distribution &steps) {
  constexpr uint32_t size = 1u << kDelayBits;
  auto shorter = [&](uint32_t i) { return std::nearbyint(delayAt(steps, i)) < 1.0; };
  uint32_t low = 0,
           high = size; // entries below `low` are on one side, those from `high` on the other
  bool first = shorter(0);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (shorter(middle) == first)
      low = middle + 1;
    else
      high = middle;
  }
  return (first ? low : size - low) / double{size};
}

} // namespace spindle::number
