// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parameters of one device of an array, drawn from a description.
#ifndef SPINDLE_SIM_DEVICE_DRAWN_H
#define SPINDLE_SIM_DEVICE_DRAWN_H

#include "sim/device/Device.h"

namespace spindle::device {

/// A device's parameters after the draw.
struct Drawn {
  double minimum, maximum; ///< S
  Response up, down;
  bool bidirectional;
  double initial;
  double cycleSigma, readNoise;
  double retentionScale = 1, lifetimeScale = 1;
  bool stuck = false;
  double stuckState = 0;
};

/// Draws the devices of a tile. What they have in common (curves without a spread of their shape,
/// the waves of correlated fields) is made once.
class DeviceDrawer {
public:
  /// `device` must outlive the drawer. Throws std::invalid_argument with the description's problem.
  DeviceDrawer(const Device &device, uint64_t seed, uint32_t tile, Extent extent);

  Drawn draw(uint32_t row, uint32_t column) const;

private:
  const Device *device_;
  uint64_t seed_;
  uint32_t tile_;
  Extent extent_;
  Response up_, down_;
  bool shapesVary_ = false;
  std::vector<std::optional<CorrelatedField>> fields_; ///< by variation
};

/// A single device; the same numbers as from a drawer of its tile.
Drawn draw(const Device &device, const Place &place, Extent extent);

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DRAWN_H
