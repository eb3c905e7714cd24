// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/number/Current.h"

#include "sim/number/Philox.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace spindle::number {

namespace {

/// One value of a normal distribution (mean 0, deviation 1), by the method of Box and Muller.
double normal(uint64_t seed, uint32_t object, uint32_t neuron, uint32_t index) {
  auto words = philox(seed, Purpose::Current, object, neuron, index);
  double u = 1.0 - uniform(words[0], words[1]), v = uniform(words[2], words[3]);
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

} // namespace

double Current::at(uint64_t step, uint32_t neuron) const {
  if (step < start || step >= stop)
    return 0.0;
  uint64_t since = step - start;
  switch (kind) {
  case CurrentKind::Dc:
    return amplitude;
  case CurrentKind::Step: {
    auto next = std::upper_bound(times.begin(), times.end(), step);
    return next == times.begin() ? 0.0 : amplitudes[size_t(next - times.begin()) - 1];
  }
  case CurrentKind::Ac: {
    double turns = phase + frequency * static_cast<double>(since);
    return offset + amplitude * std::sin(2.0 * std::numbers::pi * (turns - std::floor(turns)));
  }
  case CurrentKind::Noise:
    return offset + amplitude * normal(seed, object, neuron, static_cast<uint32_t>(since / hold));
  }
  return 0.0;
}

void Current::raise(int places) {
  amplitude = std::ldexp(amplitude, places);
  offset = std::ldexp(offset, places);
  for (double &value : amplitudes)
    value = std::ldexp(value, places);
}

} // namespace spindle::number
