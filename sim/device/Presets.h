// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Devices with published parameters, by name.
#ifndef SPINDLE_SIM_DEVICE_PRESETS_H
#define SPINDLE_SIM_DEVICE_PRESETS_H

#include "sim/device/Device.h"

#include <span>

namespace spindle::device {

/// All presets, in the order in which they are listed. NeuroSim's come with their ranges, pulses
/// and noises; aihwkit's are weights without a unit in their source, so their ranges are nominal
/// and `note` says so.
std::span<const Device> presets();

/// The preset of that name, or null.
const Device *presetNamed(std::string_view name);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_PRESETS_H
