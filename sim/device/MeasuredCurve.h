// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Measured conductance curves from CSV. Three forms, told apart by the header:
//   pulse,conductance    one direction: up where the last value is above the first, else down
//   up,down              row n: conductance after n pulses up from the lowest, and after n pulses
//                        down from the highest state; n begins at 0
//   pulse,up,down        the same with numbers of pulses
// A name may carry a unit: conductance_uS, up_nS; without one it is siemens. Without a header two
// columns are pulse and conductance, three are pulse, up, down. The columns up and down may end at
// different rows: the cells of the shorter one are empty from there on. Separators are commas,
// semicolons or tabs; lines that begin with '#' and empty lines count as rows but hold nothing.
#ifndef SPINDLE_SIM_DEVICE_MEASUREDCURVE_H
#define SPINDLE_SIM_DEVICE_MEASUREDCURVE_H

#include "sim/device/DeviceText.h"

#include <string>
#include <string_view>
#include <vector>

namespace spindle::device {

/// Conductances in S after numbers of pulses that rise strictly.
struct CurvePoints {
  std::vector<double> pulses, siemens;

  bool empty() const { return pulses.empty(); }
  size_t size() const { return pulses.size(); }
};

struct MeasuredCurves {
  CurvePoints up, down;
};

inline constexpr size_t kMostCurveBytes = size_t(1) << 24;
inline constexpr size_t kMostCurveRows = 1'000'000;
inline constexpr double kMostMeasuredPulses = 1e7;

/// Throws DeviceFileError that names the row (a line of the file, from 1).
MeasuredCurves parseMeasured(std::string_view text, const std::string &name);
MeasuredCurves readMeasured(const std::string &path);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_MEASUREDCURVE_H
