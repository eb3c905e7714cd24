// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a drawn device to the integers of PulseResponse.h, which the arrays compute with.
#ifndef SPINDLE_SIM_DEVICE_PULSECONVERSION_H
#define SPINDLE_SIM_DEVICE_PULSECONVERSION_H

#include "sim/device/PulseResponse.h"
#include "sim/device/Synapse.h"

namespace spindle::device {

/// The steps of this device. Straight families (Curve.h) become a curve, the others a table of 257
/// points. A step beyond the whole range saturates at it.
///
/// From the same code, one integer pulse differs from the float64 one by at most one code for a
/// curve (half a code of rounding, half of the slope's 16 bits); for a table by half a code and
/// what straight lines between its points leave out, at most max|step''| / (8 * 256^2) of the
/// range. So n pulses up differ by at most n codes wherever steps do not grow with the travel, and
/// by n (1 + |k|)^n where they grow by |k| a pulse.
PulseResponse pulseResponse(const Drawn &device);

/// The code of a state 0..1, to nearest.
uint16_t codeOf(double state);
inline double stateOf(uint16_t code) { return double(code) / kFullScale; }

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_PULSECONVERSION_H
