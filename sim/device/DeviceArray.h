// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An array of drawn devices in float64 physics, with a fast read: what a study of devices runs on.
#ifndef SPINDLE_SIM_DEVICE_DEVICEARRAY_H
#define SPINDLE_SIM_DEVICE_DEVICEARRAY_H

#include "sim/device/Synapse.h"

#include <cstddef>
#include <span>
#include <vector>

namespace spindle::device {

class DeviceArray {
public:
  /// Draws all devices. Throws std::invalid_argument with the description's problem, on a size of 0
  /// or above 65,536, or a tile of 2^24 or more. Keeps its own copy of the description.
  DeviceArray(const Device &device, uint32_t rows, uint32_t columns, uint64_t seed, uint32_t tile);
  DeviceArray(const DeviceArray &) = delete;
  DeviceArray &operator=(const DeviceArray &) = delete;

  uint32_t rows() const { return extent_.rows; }
  uint32_t columns() const { return extent_.columns; }
  const Synapse &at(uint32_t row, uint32_t column) const { return cells_[index(row, column)]; }

  /// The operations of Synapse.h on one device. std::out_of_range for a place outside.
  void pulse(uint32_t row, uint32_t column, int32_t n);
  void erase(uint32_t row, uint32_t column);
  void program(uint32_t row, uint32_t column, double state);
  Written writeVerify(uint32_t row, uint32_t column, double target);
  /// Lets the time pass for all devices.
  void age(double seconds);

  /// Conductances as floats, row-major, without read noise.
  std::span<const float> conductances() const { return siemens_; }

  /// Column currents: amperes[c] = sum over rows of volts[r] * G[r][c], each G with its own read
  /// noise. The noises of a column add up to one normal deviate with the variance
  /// sum of (volts G sigma)^2, so one number a column is drawn, from (seed, tile, column, number of
  /// the read). Throws std::invalid_argument on wrong sizes.
  void read(std::span<const float> volts, std::span<float> amperes);

private:
  size_t index(uint32_t row, uint32_t column) const;
  void note(size_t cell);

  Device device_;
  Extent extent_;
  uint64_t seed_;
  uint32_t tile_, reads_ = 0;
  bool noisy_ = false, sameNoise_ = true; ///< whether all devices have the description's read noise
  std::vector<Synapse> cells_;
  std::vector<float> siemens_, noise_; ///< noise_: G sigma, empty where sameNoise_
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DEVICEARRAY_H
