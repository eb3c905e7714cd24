// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/hw-dnn/Options.h"

#include "runtime/image/Errors.h"
#include "sim/device/ArrayDevices.h"
#include "sim/device/Nonlinearity.h"
#include "sim/device/Presets.h"

#include <cmath>
#include <fmt/format.h>
#include <map>

namespace spindle::hwdnn {

using device::PulseCurve;
using device::Rounding;
using device::UpdateMethod;
using learning::RefreshSettings;

namespace {

const std::map<std::string, std::pair<UpdateMethod, std::string>> &methods() {
  static const std::map<std::string, std::pair<UpdateMethod, std::string>> all = {
      {"U1", {UpdateMethod::Single, "single device"}},
      {"U2", {UpdateMethod::Both, "pair, both move"}},
      {"U2A", {UpdateMethod::OneOfPair, "pair, one moves (step-matched control)"}},
      {"U3", {UpdateMethod::UpOnly, "one-way pair, open loop"}},
      {"U3c", {UpdateMethod::UpOnly, "one-way pair, verified"}},
      {"U4", {UpdateMethod::DownOnly, "one-way pair down, open loop"}},
      {"U4c", {UpdateMethod::DownOnly, "one-way pair down, verified"}}};
  return all;
}

PulseCurve curveOf(double label, double pulses) {
  return PulseCurve::exponential(device::curvatureOf(label), pulses);
}

void setRounding(const Options &o, learning::TrainingSettings &s) {
  s.network.maxPulses = 7;
  if (o.rounding == "SR1") {
    s.network.maxPulses = 1;
  } else if (o.rounding == "NEAR") {
    s.network.rounding = Rounding::Nearest;
  } else if (o.rounding == "DET1") {
    s.controls.signBand = o.signBand;
  } else if (o.rounding == "PT31") {
    s.network.rounding = Rounding::PulseTrain;
    s.network.maxPulses = device::kTrainSlots;
  } else if (o.rounding == "MP") {
    s.network.rounding = Rounding::Accumulate;
  } else if (o.rounding != "SR7") {
    throw UserError("--rounding=" + o.rounding + ": SR1, SR7, NEAR, DET1, PT31 or MP");
  }
}

uint16_t codeOf(const char *option, double share) {
  if (!(share >= 0 && share <= 1))
    throw UserError(std::string(option) + ": a share of the range, 0 to 1");
  return uint16_t(std::lround(share * device::kFullScale));
}

RefreshSettings refreshOf(const Options &o) {
  RefreshSettings r;
  r.period = o.refreshPeriod;
  r.high = codeOf("--refresh-high", o.refreshHigh);
  r.low = codeOf("--refresh-low", o.refreshLow);
  r.verify = o.method.ends_with("c");
  using Order = RefreshSettings::Order;
  const std::map<std::string, Order> orders = {
      {"at-once", Order::AtOnce}, {"spread", Order::Spread}, {"backwards", Order::Backwards}};
  auto order = orders.find(o.refreshOrder);
  if (order == orders.end())
    throw UserError("--refresh-order=" + o.refreshOrder + ": at-once, spread or backwards");
  r.order = order->second;
  return r;
}

/// A preset: nominal curves for the verified refresh, drawn ones for the devices.
void setDevice(const Options &o, learning::TrainingSettings &s) {
  const device::Device *preset = device::presetNamed(o.device);
  if (!preset)
    throw UserError("--device=" + o.device + ": no such preset");
  if (!preset->down && s.network.method != UpdateMethod::UpOnly)
    throw UserError("--device=" + o.device + ": has no pulses down; use --method=U3 or U3c");
  device::PairArraySettings array;
  device::setDevice(array, *preset);
  s.network.device = array.device;
  double pulses = preset->pulsesUp();
  s.network.pulses = std::isfinite(pulses) ? pulses : preset->levelCount();
  if (o.cycleNoise == 0)
    s.network.cycleNoise = std::min(array.cycleNoise, 1.0);
  if (preset->variations.empty())
    return;
  if (array.device.upTable || array.device.downTable)
    throw UserError("--device=" + o.device + ": devices of this family cannot differ in an array");
  s.network.curves = [preset](uint64_t seed, uint32_t layer, size_t rows, size_t columns) {
    return device::drawnCurves(*preset, seed, layer, rows, columns);
  };
}

} // namespace

std::string nameOfMethod(const std::string &method) {
  auto found = methods().find(method);
  return found == methods().end() ? method : method + " " + found->second.second;
}

std::string Options::key() const {
  const Options plain;
  std::string what = device.empty()
                         ? fmt::format("{}/{}{} P={}", up, down, retrace ? "r" : "", pulses)
                         : "device=" + device;
  std::string text = fmt::format("{} {} {} w={} eta={}", method, rounding, what, weightRange, rate);
  auto add = [&](const char *name, const auto &value, const auto &usual) {
    if (value != usual)
      text += fmt::format(" {}={}", name, value);
  };
  add("epochs", epochs, plain.epochs);
  add("hidden", hidden, plain.hidden);
  add("d2d", deviceSpread, plain.deviceSpread);
  add("c2c", cycleNoise, plain.cycleNoise);
  add("common", int(commonSpread), 0);
  add("period", refreshPeriod, plain.refreshPeriod);
  add("high", refreshHigh, plain.refreshHigh);
  add("low", refreshLow, plain.refreshLow);
  add("order", refreshOrder, plain.refreshOrder);
  add("dead-band", deadBand, plain.deadBand);
  add("ternary", int(ternary), 0);
  if (rounding == "DET1")
    add("sign-band", signBand, 0.0);
  add("adc-bits", converterBits, plain.converterBits);
  add("adc-shift", converterShift, plain.converterShift);
  add("tile-rows", tileRows, plain.tileRows);
  return text;
}

learning::TrainingSettings Options::settings() const {
  auto found = methods().find(method);
  if (found == methods().end())
    throw UserError("--method=" + method + ": U1, U2, U2A, U3, U3c, U4 or U4c");
  if (!(up >= 0 && up <= 9 && down >= 0 && down <= 9))
    throw UserError("--labels: 0 to 9 each (--retrace has the other kind of down curve)");
  if (!(pulses >= 1 && pulses <= 65536))
    throw UserError("--pulses: 1 to 65536");
  if (!(weightRange > 0 && weightRange <= 64))
    throw UserError("--w-max: above 0, up to 64");
  if (!(rate >= 0 && rate <= 100))
    throw UserError("--eta: 0 to 100");
  if (hidden < 1 || hidden > 2000)
    throw UserError("--hidden: 1 to 2000");
  if (!(deviceSpread >= 0 && deviceSpread <= 2 && cycleNoise >= 0 && cycleNoise <= 1))
    throw UserError("--d2d: 0 to 2; --c2c: 0 to 1");
  learning::TrainingSettings s;
  s.network.method = found->second.first;
  s.network.device = {curveOf(up, pulses), curveOf(retrace ? -down : down, pulses), {}, {}};
  s.network.pulses = pulses;
  s.network.weightRange = weightRange;
  s.network.hidden = hidden;
  s.network.deviceSpread = deviceSpread;
  s.network.cycleNoise = cycleNoise;
  s.network.commonSpread = commonSpread;
  s.network.tileRows = tileRows;
  s.network.converter = {converterBits, converterShift};
  s.controls.rate = rate;
  s.controls.refresh = refreshOf(*this);
  s.controls.deadBand = uint32_t(std::lround(deadBand * 255));
  s.controls.ternary = ternary;
  s.epochs = epochs;
  if (!device.empty())
    setDevice(*this, s);
  setRounding(*this, s);
  return s;
}

} // namespace spindle::hwdnn
