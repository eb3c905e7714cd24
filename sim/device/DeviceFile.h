// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device descriptions as TOML (docs/devices.md has the reference). A quantity is a number in SI
// units or text with a unit: 5e-6 and "5 uS" are the same. Every error names file, line and column,
// the key, and what would be right.
#ifndef SPINDLE_SIM_DEVICE_DEVICEFILE_H
#define SPINDLE_SIM_DEVICE_DEVICEFILE_H

#include "sim/device/Device.h"
#include "sim/device/DeviceText.h"

#include <functional>

namespace spindle::device {

inline constexpr size_t kMostDeviceBytes = size_t(1) << 20;

/// Text of a measurement that a device file names (`measured = "curve.csv"`). Throws
/// DeviceFileError.
using MeasurementLoader = std::function<std::string(const std::string &path)>;

/// `name` is the file's, for messages. Throws DeviceFileError.
Device parseDevice(std::string_view text, const std::string &name, const MeasurementLoader &load);

/// The measurements of a file lie beside it.
Device readDevice(const std::string &path);

/// As a device file that reads as the same device, bit by bit.
std::string toToml(const Device &device);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DEVICEFILE_H
