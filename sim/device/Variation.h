// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How devices differ from one another: any parameter may be spread, independently or with its
// neighbours.
#ifndef SPINDLE_SIM_DEVICE_VARIATION_H
#define SPINDLE_SIM_DEVICE_VARIATION_H

#include "sim/device/DeviceRandom.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

namespace spindle::device {

/// What may differ between devices; never reorder, the draws are numbered by it.
enum class Parameter : uint8_t {
  Step,      ///< steps of both directions, relative
  StepUp,    ///< relative
  StepDown,  ///< relative
  Asymmetry, ///< d: steps up (1 + d), steps down (1 - d); absolute
  LabelUp,   ///< absolute: NeuroSim's spread of the label
  LabelDown, ///< absolute
  Label,     ///< both labels by the same amount, absolute
  Slope,     ///< of linear steps in both directions, absolute
  Exponent,  ///< of power-law steps in both directions, relative
  Minimum,   ///< Gmin, relative
  Maximum,   ///< Gmax, relative
  Initial,   ///< state at the beginning, absolute fraction of the range
  Cycle,     ///< noise of a write, relative
  Read,      ///< noise of a read, relative
  Retention, ///< exponent or rate of the loss, relative
  Lifetime   ///< pulses until the end of life and until wear begins, relative
};
inline constexpr size_t kParameters = 16;

/// "step", "step-up", … "lifetime".
std::string_view nameOf(Parameter parameter);
std::optional<Parameter> parameterNamed(std::string_view name);
/// Added to the value, where false: the value is multiplied.
bool isAbsolute(Parameter parameter);

enum class Spread : uint8_t { Normal, LogNormal };

/// The parameter becomes, with a standard normal deviate z of the device:
///   absolute            value + (sigma z + trend)
///   relative, Normal    value (1 + sigma z + trend), at least 0
///   relative, LogNormal value e^(sigma z + trend): the nominal value is the median
/// z is cut to [low, high] without moving mass to the ends: z = Q(F(low) + F(z) (F(high) -
/// F(low))). `trend` is a plane over the array: gradientRows (r/(R-1) - 1/2) + gradientColumns
/// (c/(C-1) - 1/2). With a correlation length L (in cells) a share s of z's variance is a field
/// with covariance e^(-distance/L) over the tile, the rest is the device's own.
struct Variation {
  Parameter parameter = Parameter::Step;
  Spread law = Spread::Normal;
  double sigma = 0;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  double gradientRows = 0, gradientColumns = 0;
  double correlationLength = 0; ///< 0: none
  double correlatedShare = 1;   ///< 0 to 1

  /// What is wrong with the numbers; empty where nothing is.
  std::string_view problem() const;
};

/// Size of the array that a device belongs to; gradients need it.
struct Extent {
  uint32_t rows = 1, columns = 1;
};

/// The correlated field of one parameter in a tile: standard normal, covariance
/// e^(-distance/length) over all fields that a (seed, tile) can give. It is a sum of 64 plane waves
/// whose wave vectors are drawn from the spectrum of that covariance (a bivariate Cauchy
/// distribution), so that any single place costs the same and needs no neighbour.
class CorrelatedField {
public:
  CorrelatedField(uint64_t seed, uint32_t tile, Parameter parameter, double length);
  double at(uint32_t row, uint32_t column) const;

private:
  struct Wave {
    double row, column, cosine, sine; ///< radians a cell, weights
  };
  std::vector<Wave> waves_;
};

/// The deviate z of a device, correlation and cut included. `field` is that of the place's tile,
/// where it is at hand already.
double deviate(const Variation &variation, const Place &place,
               const CorrelatedField *field = nullptr);

/// sigma z + trend.
double deviation(const Variation &variation, const Place &place, Extent extent,
                 const CorrelatedField *field = nullptr);

/// `value` with that deviation.
double varied(double value, const Variation &variation, double deviation);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_VARIATION_H
