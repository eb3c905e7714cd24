// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models of measured curves, and how well they fit. A measurement is taken to run through the whole
// range: the up curve from Gmin to Gmax, the down curve back.
#ifndef SPINDLE_SIM_DEVICE_FIT_H
#define SPINDLE_SIM_DEVICE_FIT_H

#include "sim/device/Device.h"
#include "sim/device/MeasuredCurve.h"

#include <optional>

namespace spindle::device {

/// Of measured minus modelled conductance at all points of a direction.
struct FitQuality {
  size_t points = 0;
  double rms = 0;      ///< S
  double largest = 0;  ///< S
  double rSquared = 0; ///< 1 - squared residuals / squared distances from the mean
};

struct Fit {
  Device device;
  std::optional<FitQuality> up, down;
};

/// Least squares for the range and the labels of both directions together: the range has a closed
/// form for given labels, the labels are searched one after the other. Throws DeviceFileError
/// (`name` in front) where a curve runs the wrong way.
///
/// A measurement of one direction only gives a device of that direction: up, with erase. Down
/// curves alone are refused.
Fit fitExponential(const MeasuredCurves &curves, const std::string &name);

/// Steps at `nodes` equally spaced states. The measurement is first made to run one way (isotonic
/// regression), blocks of equal values shrink to their middles, straight lines join them, and the
/// step at a state is the rise of that line over the next pulse. `nodes` is 2 to 4097.
Fit fitPiecewise(const MeasuredCurves &curves, const std::string &name, size_t nodes = 33);

/// The conductances that a device goes through at the given numbers of pulses: up from Gmin, or
/// down from Gmax. The first number is the beginning.
std::vector<double> modelled(const Device &device, bool up, const std::vector<double> &pulses);

/// The steps of a piecewise curve for one direction of a measurement, in the direction's own x, and
/// the range that they are fractions of.
struct PiecewiseSteps {
  std::vector<double> steps = {};
  double from = 0, to = 0; ///< S, first and last value of the smoothed measurement
};
PiecewiseSteps piecewiseSteps(const CurvePoints &points, bool up, const std::string &name,
                              size_t nodes = 33);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_FIT_H
