// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/device/ArrayDevices.h"

#include <cmath>
#include <memory>
#include <optional>
#include <stdexcept>

namespace spindle::device {

namespace {

/// A drawer with the description that it needs.
struct Source {
  Device device;
  DeviceDrawer drawer;

  Source(const Device &d, uint64_t seed, uint32_t tile, Extent extent)
      : device(d), drawer(device, seed, tile, extent) {}
  Drawn draw(size_t row, size_t column, bool second) const {
    return drawer.draw(uint32_t(row), uint32_t(2 * column + second));
  }
};

Extent extentOf(size_t rows, size_t columns) { return {uint32_t(rows), uint32_t(2 * columns)}; }

bool isStraight(const Curve &curve) { return curve.family <= Family::Exponential; }

} // namespace

void setDevice(PairArraySettings &settings, const Device &device) {
  Device nominal = device;
  nominal.variations.clear();
  nominal.stuck = {};
  settings.device = pulseResponse(draw(nominal, {}, {}));
  settings.cycleNoise = device.cycle.sigma;
  if (device.cycle.meaning == CycleMeaning::OfStep) {
    double pulses = device.pulsesUp();
    settings.cycleNoise /= std::isfinite(pulses) && pulses > 1 ? pulses : device.levelCount();
  }
}

PairArray::CurveOf drawnCurves(const Device &device, uint64_t seed, uint32_t tile, size_t rows,
                               size_t columns) {
  if (!isStraight(device.up) || (device.down && !isStraight(*device.down)))
    throw std::invalid_argument(
        "devices of model '" +
        std::string(nameOf(isStraight(device.up) ? device.down->family : device.up.family)) +
        "' cannot differ from one another in an array");
  auto source = std::make_shared<const Source>(device, seed, tile, extentOf(rows, columns));
  // The array asks for both directions of a device one after the other: one draw serves both.
  struct Last {
    size_t row, column;
    bool second;
    PulseResponse response;
  };
  return [=, last = std::optional<Last>()](size_t row, size_t column, bool second,
                                           Pulse pulse) mutable {
    if (!last || last->row != row || last->column != column || last->second != second)
      last = Last{row, column, second, pulseResponse(source->draw(row, column, second))};
    return pulse == Pulse::Up ? last->response.up : last->response.down;
  };
}

InitialCodes initialCodes(const Device &device, uint64_t seed, uint32_t tile, size_t rows,
                          size_t columns) {
  InitialCodes codes;
  Source source(device, seed, tile, extentOf(rows, columns));
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < columns; ++c)
      for (bool second : {false, true}) {
        Drawn drawn = source.draw(r, c, second);
        (second ? codes.second : codes.first)
            .push_back(codeOf(drawn.stuck ? drawn.stuckState : drawn.initial));
      }
  return codes;
}

} // namespace spindle::device
