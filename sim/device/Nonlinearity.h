// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The nonlinearity label of a conductance curve in closed form. NeuroSim names a device by a label,
// 0 (straight) to 9, and ships a table of 900 entries that turns it into the curvature A of
//   w(x) = (1 - e^(-x/A)) / (1 - e^(-1/A)),  x = pulses / pulses of the whole range.
// The table follows from one formula: the label is proportional to the largest distance between the
// curve and the straight line,
//   label = (10 / 0.98995) D(A),  D(A) = 1/k - A + A ln(A k),  k = 1 - e^(-1/A),
// which is reached at x = A ln(1 / (A k)). The signs of label and curvature are the same.
#ifndef SPINDLE_SIM_DEVICE_NONLINEARITY_H
#define SPINDLE_SIM_DEVICE_NONLINEARITY_H

namespace spindle::device {

inline constexpr double kLabelPerDistance = 10 / 0.98995;
inline constexpr double kLargestLabel = 10;

/// D(A) for A > 0: the largest distance between the curve and the straight line.
double curveDistance(double curvature);

/// The label of a curvature; 0 for an infinite one. Throws std::invalid_argument at 0 and NaN.
double labelOf(double curvature);

/// The curvature of a label, by bisection on its logarithm to the last bits. Labels below 1.3e-4
/// are straight: the curvature is infinite. Throws std::invalid_argument outside -10..10.
double curvatureOf(double label);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_NONLINEARITY_H
