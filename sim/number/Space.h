// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neurons on lines and grids, and the probability of a synapse by distance.
#ifndef SPINDLE_SIM_NUMBER_SPACE_H
#define SPINDLE_SIM_NUMBER_SPACE_H

#include <array>
#include <cstdint>
#include <string>

namespace spindle::number {

/// Positions by index: x runs fastest, then y, then z. A line has y and z of extent 1.
struct Grid {
  std::array<uint32_t, 3> extent = {1, 1, 1};
  std::array<double, 3> spacing = {1, 1, 1}, origin = {0, 0, 0};

  bool operator==(const Grid &) const = default;
  uint64_t size() const { return uint64_t{extent[0]} * extent[1] * extent[2]; }
  std::array<uint32_t, 3> cell(uint32_t index) const {
    return {index % extent[0], index / extent[0] % extent[1], index / extent[0] / extent[1]};
  }
  double at(int axis, uint32_t cell) const { return origin[axis] + spacing[axis] * cell; }
};

enum class Kernel : uint8_t { Gaussian, Exponential, Step };

/// The probability of a synapse at distance d: amplitude * exp(-d^2 / (2 scale^2)), amplitude *
/// exp(-d / scale), or amplitude up to d = scale; 0 beyond the cut-off (0: none). `period` wraps an
/// axis round (0: it has ends), so that distances are taken the short way.
struct Space {
  Kernel kernel = Kernel::Step;
  double amplitude = 1, scale = 1, cutoff = 0;
  std::array<double, 3> period = {0, 0, 0};
  Grid source, target;

  bool operator==(const Space &) const = default;
  std::string problem() const;
  double probability(double distanceSquared) const;
  /// The largest distance with a synapse; infinity where there is none.
  double reach() const;
};

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_SPACE_H
