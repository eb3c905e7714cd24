// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The life of one device: pulses, erase, verify, loss, wear.
#include "sim/device/Synapse.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::device {

Synapse::Synapse(const Device &device, const Place &place, Extent extent)
    : Synapse(draw(device, place, extent), device, place) {}

Synapse::Synapse(const Drawn &drawn, const Device &device, const Place &place)
    : device_(&device), place_(place), drawn_(drawn) {
  settle(drawn_.initial);
}

double Synapse::bound() const {
  const Endurance &e = device_->endurance;
  double threshold = e.threshold * drawn_.lifetimeScale;
  return e.threshold > 0 && wear_ > threshold
             ? std::pow(wear_ / std::max(threshold, 1.0), -e.exponent)
             : 1;
}

bool Synapse::dead() const {
  const Endurance &e = device_->endurance;
  return e.lifetime > 0 && wear_ >= e.lifetime * drawn_.lifetimeScale;
}

void Synapse::settle(double state) {
  if (drawn_.stuck)
    state = drawn_.stuckState;
  else if (dead() && device_->endurance.end != EndOfLife::Last)
    state = device_->endurance.end == EndOfLife::On ? 1 : 0;
  else
    state = std::clamp(state, 0.0, std::min(1.0, bound()));
  state_ = state;
}

void Synapse::pulse(int32_t n) {
  if (n < 0 && !drawn_.bidirectional)
    throw std::logic_error("a pulse down on a device that has none");
  if (n == 0)
    return;
  uint32_t count = n < 0 ? uint32_t(-int64_t(n)) : uint32_t(n);
  bool moves = !dead() && !drawn_.stuck;
  wear_ += count;
  uint32_t operation = writes_++;
  if (!moves)
    return settle(state_);
  double from = n < 0 ? 1 - state_ : state_;
  const Response &response = n < 0 ? drawn_.down : drawn_.up;
  double to = response.after(from, count);
  if (drawn_.cycleSigma > 0) {
    // For one pulse OfStep is exact; for several the steps are taken as equal.
    double width = device_->cycle.meaning == CycleMeaning::OfRange ? 1
                   : count == 1                                    ? response.step(from)
                                                                   : (to - from) / count;
    to += drawn_.cycleSigma * width * std::sqrt(double(count)) *
          normal(place_, Draw::Cycle, operation);
  }
  settle(n < 0 ? 1 - to : to);
}

void Synapse::erase() {
  bool moves = !dead() && !drawn_.stuck;
  wear_ += 1;
  TwoUniform u = uniforms(place_, uint32_t(Draw::Erase), erases_++);
  const Erase &e = device_->erase;
  double level = e.level * (1 + e.spread * normalOf(u.first));
  settle(moves ? level + e.floor * std::fabs(normalOf(u.second)) : state_);
}

void Synapse::program(double state) {
  if (dead())
    return;
  double error = 0;
  if (device_->retention.law == LossLaw::Pcm && device_->retention.programmingError) {
    // Standard deviation in units of the largest conductance (25 uS where it was fitted).
    double r = conductanceAt(std::clamp(state, 0.0, 1.0)) / device_->maximum;
    double sigma = std::max(0.0, 0.26348 + (1.9650 - 1.1731 * r) * r) / 25;
    error = sigma * device_->maximum * normal(place_, Draw::Programming, writes_) /
            std::max(drawn_.maximum - drawn_.minimum, 1e-300);
  }
  ++writes_;
  settle(state + error);
}

double Synapse::read() {
  double g = conductance();
  if (drawn_.readNoise > 0)
    g *= 1 + drawn_.readNoise * normal(place_, Draw::Read, reads_);
  ++reads_;
  return g;
}

Written Synapse::writeVerify(double target) {
  Written written;
  const WriteVerify &rule = device_->writeVerify;
  double range = std::max(drawn_.maximum - drawn_.minimum, 1e-300);
  while (written.reads < rule.iterations) {
    double seen = (read() - drawn_.minimum) / range;
    ++written.reads;
    double missing = target - seen;
    written.reached = std::fabs(missing) <= rule.tolerance;
    if (written.reached || written.reads == rule.iterations)
      break;
    if (missing < 0 && !drawn_.bidirectional) {
      erase();
      ++written.erases;
      continue;
    }
    const Response &response = missing > 0 ? drawn_.up : drawn_.down;
    double from = std::clamp(missing > 0 ? seen : 1 - seen, 0.0, 1.0);
    double need = response.pulsesBetween(from, from + std::fabs(missing));
    int32_t n = int32_t(std::clamp(std::round(std::min(need, 1e6)), 1.0, 1e6));
    pulse(missing > 0 ? n : -n);
    written.pulses += uint32_t(n);
  }
  written.residual = state_ - target;
  return written;
}

double Synapse::lossExponent() const {
  const Retention &r = device_->retention;
  double mean = r.exponent, sigma = r.exponentSpread;
  if (r.law == LossLaw::Pcm) {
    double logRatio = std::log(std::max(conductance() / device_->maximum, 1e-300));
    mean = std::clamp(-0.0155 * logRatio + 0.0244, 0.049, 0.1);
    sigma = std::clamp(-0.0125 * logRatio - 0.0059, 0.008, 0.045);
  }
  double nu = mean + (sigma > 0 ? sigma * normal(place_, Draw::Drift, writes_) : 0);
  nu = r.law == LossLaw::Pcm ? std::fabs(nu) : std::max(0.0, nu);
  return nu * drawn_.retentionScale;
}

double Synapse::conductanceAfter(double seconds) const {
  const Retention &r = device_->retention;
  if (drawn_.stuck || r.law == LossLaw::None || !(seconds > 0))
    return conductance();
  if (r.law == LossLaw::Linear) {
    double way = std::min(r.rate * drawn_.retentionScale * seconds, std::fabs(r.target - state_));
    return conductanceAt(state_ + std::copysign(way, r.target - state_));
  }
  return seconds <= r.start ? conductance()
                            : conductance() * std::pow(seconds / r.start, -lossExponent());
}

void Synapse::age(double seconds) {
  double range = drawn_.maximum - drawn_.minimum;
  if (range > 0)
    settle((conductanceAfter(seconds) - drawn_.minimum) / range);
}

} // namespace spindle::device
