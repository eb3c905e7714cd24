// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a device description may hold.
#include "sim/device/Device.h"

#include <algorithm>
#include <cmath>

namespace spindle::device {

namespace {

bool within(double x, double low, double high) { return x >= low && x <= high; }

std::string problemOfRange(const Device &d) {
  if (!(d.minimum >= 0 && d.minimum < d.maximum && d.maximum <= 1e3))
    return "the range needs 0 <= min < max <= 1000 S";
  if (!within(d.initial, 0, 1))
    return "the initial state lies between 0 and 1";
  if (d.levels == 1 || d.levels > 65536)
    return "levels lie between 2 and 65536";
  return {};
}

std::string problemOfNoise(const Device &d) {
  if (!within(d.cycle.sigma, 0, 100) || !within(d.readNoise, 0, 100))
    return "the sigma of a noise lies between 0 and 100";
  if (!within(d.erase.level, 0, 1) || !within(d.erase.spread, 0, 100) ||
      !within(d.erase.floor, 0, 1))
    return "an erase goes to a level between 0 and 1, with a spread of 0 to 100 and a floor of 0 "
           "to 1";
  const StuckAt &s = d.stuck;
  if (!within(s.off, 0, 1) || !within(s.on, 0, 1) || !within(s.random, 0, 1) ||
      s.off + s.on + s.random > 1)
    return "the fractions of stuck devices lie between 0 and 1, and so does their sum";
  for (const Variation &v : d.variations)
    if (std::string_view problem = v.problem(); !problem.empty())
      return "the variation of '" + std::string(nameOf(v.parameter)) + "': " + std::string(problem);
  return {};
}

std::string problemOfLoss(const Device &d) {
  const Retention &r = d.retention;
  if (!within(r.exponent, 0, 10) || !within(r.exponentSpread, 0, 10) || !(r.start > 0) ||
      !within(r.start, 1e-12, 1e12))
    return "retention: the exponent and its spread lie between 0 and 10, the start is a time";
  if (!within(r.rate, 0, 1e12) || !within(r.target, 0, 1))
    return "retention: the rate is not negative, the target lies between 0 and 1";
  const Endurance &e = d.endurance;
  if (!within(e.threshold, 0, 1e18) || !within(e.exponent, 0, 10) || !within(e.lifetime, 0, 1e18))
    return "endurance: pulses lie between 0 and 1e18, the exponent between 0 and 10";
  if (d.writeVerify.iterations < 1 || d.writeVerify.iterations > 10000 ||
      !within(d.writeVerify.tolerance, 0, 1))
    return "write-verify: 1 to 10000 iterations, a tolerance between 0 and 1";
  return {};
}

std::string problemOfPulses(const Device &d) {
  for (double volts : {d.upPulse.voltage, d.downPulse.voltage, d.readVoltage})
    if (!within(volts, -1000, 1000))
      return "a voltage lies between -1000 V and 1000 V";
  for (double width : {d.upPulse.width, d.downPulse.width})
    if (!within(width, 0, 1000))
      return "a pulse width lies between 0 s and 1000 s";
  return {};
}

} // namespace

double Device::pulsesUp() const {
  Response response(up);
  return response.pulsesBetween(0, response.step(1) > 1e-9 ? 1 - 1e-9 : 0.99);
}

uint32_t Device::levelCount() const {
  if (levels)
    return levels;
  // The closed forms are exact to some 1e-9 pulses.
  double pulses = std::ceil(pulsesUp() - 1e-3);
  return pulses < 65535 ? std::max(2u, uint32_t(pulses) + 1) : 65536;
}

std::string Device::problem() const {
  if (std::string_view p = up.problem(); !p.empty())
    return "up: " + std::string(p);
  if (down)
    if (std::string_view p = down->problem(); !p.empty())
      return "down: " + std::string(p);
  for (auto *check : {problemOfRange, problemOfNoise, problemOfLoss, problemOfPulses})
    if (std::string problem = check(*this); !problem.empty())
      return problem;
  return {};
}

} // namespace spindle::device
