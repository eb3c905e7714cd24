// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A device description on an array that learns in integers (PairArray.h).
#ifndef SPINDLE_SIM_DEVICE_ARRAYDEVICES_H
#define SPINDLE_SIM_DEVICE_ARRAYDEVICES_H

#include "sim/device/PairArray.h"
#include "sim/device/PulseConversion.h"

namespace spindle::device {

/// The nominal device as `settings.device`, and its noise of a write: of the range as it is; of the
/// step, which the array does not know, as that fraction of the mean step over the range. Throws
/// std::invalid_argument with the description's problem.
void setDevice(PairArraySettings &settings, const Device &device);

/// Every device of an array with its own draw, for PairArray::setCurves. The devices of synapse
/// (row, column) stand at columns 2 column and 2 column + 1 of `tile`; a stuck one has steps of 0.
/// Throws std::invalid_argument for a description that needs tables, which the array does not take
/// device by device.
PairArray::CurveOf drawnCurves(const Device &device, uint64_t seed, uint32_t tile, size_t rows,
                               size_t columns);

/// The codes that the devices of an array begin with, in the order of PairArray::programDevices:
/// their drawn initial states, and those of stuck ones.
struct InitialCodes {
  std::vector<uint16_t> first, second;
};
InitialCodes initialCodes(const Device &device, uint64_t seed, uint32_t tile, size_t rows,
                          size_t columns);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_ARRAYDEVICES_H
