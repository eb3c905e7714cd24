// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/CycleModel.h"

#include <algorithm>
#include <cmath>

namespace spindle::spinn {

/// Spikes leave the buffer when their turn comes before `time`.
void CoreClock::serveUntil(uint64_t time) {
  while (!waiting_.empty()) {
    uint64_t start = std::max(spikesUntil_, waiting_.front().at);
    if (start >= time)
      return;
    spikesUntil_ = start + waiting_.front().cost;
    spikeWork_ += waiting_.front().cost;
    waiting_.pop_front();
  }
}

void CoreClock::account(uint64_t t, uint64_t demand, uint64_t packets) {
  total_ += demand;
  peakPackets_ = std::max(peakPackets_, packets);
  if (demand > peak_) {
    peak_ = demand;
    peakTick_ = t;
  }
}

void CoreClock::tick(uint64_t t, std::span<const Arrival> arrivals, uint64_t sent) {
  uint64_t update = update_ + sent * budgets_.send, demand = update;
  spikeWork_ = spikesUntil_; // the rest of a row that the tick before began
  for (const Arrival &arrival : arrivals) {
    uint64_t each = arrival.rows * budgets_.row + arrival.synapses * budgets_.synapse;
    demand += budgets_.packet + arrival.count * each;
    for (uint32_t i = 0; i < arrival.count; ++i) {
      uint64_t cost = each + (i == 0 ? budgets_.packet : 0);
      serveUntil(arrival.at + 1);
      if (waiting_.size() >= budgets_.inputBuffer)
        ++losses_;
      else
        waiting_.push_back({arrival.at, cost});
    }
  }
  serveUntil(limit_);
  account(t, demand, arrivals.size());

  late_ += waiting_.size();
  for (Waiting &waiting : waiting_)
    waiting.at = 0; // there when the next tick begins
  uint64_t over = spikesUntil_ > limit_ ? spikesUntil_ - limit_ : 0;
  uint64_t left = limit_ - std::min(limit_, spikeWork_ - over);
  behind_ += update;
  overruns_ += behind_ > left;
  behind_ -= std::min(behind_, left);
  spikesUntil_ = over;
}

void CoreClock::quietTicks(uint64_t from, uint64_t count) {
  for (; count > 0 && !(idle() && update_ <= limit_); --count)
    tick(from++, {}, 0);
  if (count == 0)
    return;
  account(from, update_, 0);
  total_ += (count - 1) * update_;
}

void CoreClock::addTo(CoreProvenance &core) const {
  core.cycles += total_;
  core.peakCycles = peak_;
  core.peakTick = peakTick_;
  core.peakPackets = peakPackets_;
  core.overruns += overruns_;
  core.lateSpikes += late_;
  core.bufferLosses += losses_;
}

double timeScaleInForce(double timeScale, double dt) {
  if (timeScale > 0)
    return timeScale;
  return dt > 0 && dt < 0.9999e-3 ? std::ceil(1e-3 / dt - 1e-6) : 1.0;
}

uint64_t cyclesPerTick(const CycleBudgets &budgets, double timeScale, double dt) {
  return static_cast<uint64_t>(std::llround(dt * 1e6 * timeScale * double(budgets.perMicrosecond)));
}

} // namespace spindle::spinn
