// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The draw of a device: what each variation touches, faults, and what all devices have in common.
#include "sim/device/Drawn.h"

#include "sim/device/Nonlinearity.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::device {

namespace {

struct Scales {
  double up = 1, down = 1;
};

/// Curves and everything else that a variation can touch.
struct Draft {
  Curve up;
  std::optional<Curve> down;
  Scales scales;
};

void addLabel(Curve &curve, double d) {
  curve.label = std::clamp(curve.label + d, -kLargestLabel, kLargestLabel);
}

void varyCurves(Draft &draft, const Variation &v, double d) {
  double factor = v.law == Spread::LogNormal ? std::exp(d) : std::max(0.0, 1 + d);
  Curve none;
  Curve &down = draft.down ? *draft.down : none;
  switch (v.parameter) {
  case Parameter::Step:
    draft.scales.up *= factor;
    draft.scales.down *= factor;
    return;
  case Parameter::StepUp:
    draft.scales.up *= factor;
    return;
  case Parameter::StepDown:
    draft.scales.down *= factor;
    return;
  case Parameter::Asymmetry:
    draft.scales.up *= std::max(0.0, 1 + d);
    draft.scales.down *= std::max(0.0, 1 - d);
    return;
  case Parameter::LabelUp:
    return addLabel(draft.up, d);
  case Parameter::LabelDown:
    return addLabel(down, downLabel(d));
  case Parameter::Label:
    addLabel(draft.up, d);
    return addLabel(down, downLabel(d));
  case Parameter::Slope:
    draft.up.slope = std::min(1.0, draft.up.slope + d);
    down.slope = std::min(1.0, down.slope + d);
    return;
  case Parameter::Exponent:
    draft.up.exponent = std::min(100.0, draft.up.exponent * factor);
    down.exponent = std::min(100.0, down.exponent * factor);
    return;
  default:
    return;
  }
}

void varyRest(Drawn &drawn, const Variation &v, double d) {
  auto vary = [&](double &value) { value = varied(value, v, d); };
  switch (v.parameter) {
  case Parameter::Minimum:
    return vary(drawn.minimum);
  case Parameter::Maximum:
    return vary(drawn.maximum);
  case Parameter::Initial:
    vary(drawn.initial);
    drawn.initial = std::clamp(drawn.initial, 0.0, 1.0);
    return;
  case Parameter::Cycle:
    return vary(drawn.cycleSigma);
  case Parameter::Read:
    return vary(drawn.readNoise);
  case Parameter::Retention:
    return vary(drawn.retentionScale);
  case Parameter::Lifetime:
    return vary(drawn.lifetimeScale);
  default:
    return;
  }
}

/// Whether the parameter changes more than the size of the steps.
bool isShape(Parameter parameter) {
  switch (parameter) {
  case Parameter::Label:
  case Parameter::LabelUp:
  case Parameter::LabelDown:
  case Parameter::Slope:
  case Parameter::Exponent:
    return true;
  default:
    return false;
  }
}

void drawFault(Drawn &drawn, const StuckAt &stuck, const Place &place) {
  TwoUniform u = uniforms(place, uint32_t(Draw::Stuck), 0);
  if (u.first >= stuck.off + stuck.on + stuck.random)
    return;
  drawn.stuck = true;
  drawn.stuckState = u.first < stuck.off ? 0 : u.first < stuck.off + stuck.on ? 1 : u.second;
}

} // namespace

DeviceDrawer::DeviceDrawer(const Device &device, uint64_t seed, uint32_t tile, Extent extent)
    : device_(&device), seed_(seed), tile_(tile), extent_(extent) {
  if (std::string problem = device.problem(); !problem.empty())
    throw std::invalid_argument(problem);
  for (const Variation &v : device.variations) {
    shapesVary_ |= isShape(v.parameter);
    fields_.emplace_back();
    if (v.correlationLength > 0 && v.sigma > 0)
      fields_.back().emplace(seed, tile, v.parameter, v.correlationLength);
  }
  up_ = Response(device.up);
  if (device.down)
    down_ = Response(*device.down);
}

Drawn DeviceDrawer::draw(uint32_t row, uint32_t column) const {
  const Device &device = *device_;
  Place place{seed_, tile_, row, column};
  Drawn drawn{.minimum = device.minimum,
              .maximum = device.maximum,
              .up = up_,
              .down = down_,
              .bidirectional = device.down.has_value(),
              .initial = device.initial,
              .cycleSigma = device.cycle.sigma,
              .readNoise = device.readNoise};
  Draft draft;
  if (shapesVary_)
    draft = {device.up, device.down, {}};
  for (size_t i = 0; i < device.variations.size(); ++i) {
    const Variation &v = device.variations[i];
    double d = deviation(v, place, extent_, fields_[i] ? &*fields_[i] : nullptr);
    varyCurves(draft, v, d);
    varyRest(drawn, v, d);
  }
  // A device whose bounds have crossed keeps one value: it is as good as stuck.
  drawn.maximum = std::max(drawn.maximum, drawn.minimum);
  if (shapesVary_) {
    drawn.up = Response(draft.up);
    if (draft.down)
      drawn.down = Response(*draft.down);
  }
  drawn.up.scale(draft.scales.up);
  drawn.down.scale(draft.scales.down);
  drawFault(drawn, device.stuck, place);
  return drawn;
}

Drawn draw(const Device &device, const Place &place, Extent extent) {
  return DeviceDrawer(device, place.seed, place.tile, extent).draw(place.row, place.column);
}

} // namespace spindle::device
