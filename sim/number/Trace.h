// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Traces of learning rules as the many-core machine holds them: s4.11, falling by a look-up table.
#ifndef SPINDLE_SIM_NUMBER_TRACE_H
#define SPINDLE_SIM_NUMBER_TRACE_H

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace spindle::number {

inline constexpr int kTraceOne = 2048; ///< 1 in s4.11

/// The number of entries of a table: up to where exp(-i step / tau) falls below 1 / 2048, rounded
/// up to an even number.
inline double traceTableSize(double tau, double step) {
  double size = std::ceil(std::log(double(kTraceOne)) * tau / step);
  return size + std::fmod(size, 2.0);
}

/// table[i] = floor(2048 exp(-i step / tau)), `tau` and `step` in the same unit; nothing where the
/// number of entries does not fit 16 bits.
inline std::optional<std::vector<uint16_t>> traceTable(double tau, double step) {
  double size = traceTableSize(tau, step);
  if (!(size >= 0.0 && size <= 65535.0))
    return std::nullopt;
  std::vector<uint16_t> table(static_cast<size_t>(size));
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = static_cast<uint16_t>(
        std::floor(kTraceOne * std::exp(-(static_cast<double>(i) * step) / tau)));
  return table;
}

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_TRACE_H
