// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device description as text and as JSON, and the curves to draw.
#ifndef SPINDLE_TOOLS_SPINDLE_DEVICEREPORT_H
#define SPINDLE_TOOLS_SPINDLE_DEVICEREPORT_H

#include "sim/device/Fit.h"
#include "tools/spindle/DevicePlot.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace spindle::tool {

/// All parameters that are set, one to a line.
std::string describe(const device::Device &device);
nlohmann::ordered_json toJson(const device::Device &device);
nlohmann::ordered_json toJson(const device::FitQuality &quality, double range);

/// Up and down curve from their beginnings.
Plot curvesOf(const device::Device &device);
/// Adds the curves of `count` drawn devices (tile 0, row 0), without their noise.
void addDrawn(Plot &plot, const device::Device &device, uint32_t count, uint64_t seed);
void addMeasured(Plot &plot, const device::MeasuredCurves &curves);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_DEVICEREPORT_H
