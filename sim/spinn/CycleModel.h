// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether a core would have kept up with its ticks: its work of each tick in cycles, spike by
// spike. It changes no result.
#ifndef SPINDLE_SIM_SPINN_CYCLEMODEL_H
#define SPINDLE_SIM_SPINN_CYCLEMODEL_H

#include "runtime/machine/Provenance.h"

#include <cstdint>
#include <deque>
#include <span>

namespace spindle::spinn {

/// Spikes that come in with one packet, `at` cycles after the tick began.
struct Arrival {
  uint64_t at;
  uint32_t count; ///< each is an entry of the input buffer
  uint32_t rows, synapses;
};

/// One core. Spikes are taken from the input buffer in the order of arrival and come before the
/// update of the neurons, which gets the time that they leave. What is not done when the tick ends
/// is left to the next one.
class CoreClock {
public:
  /// `update`: cycles that every tick takes, whatever happens.
  CoreClock(const CycleBudgets &budgets, uint64_t update, uint64_t cyclesPerTick)
      : budgets_(budgets), update_(update), limit_(cyclesPerTick) {}

  /// A tick, with what arrives in it by time, and the packets that the core sends.
  void tick(uint64_t t, std::span<const Arrival> arrivals, uint64_t sent);

  /// A tick without arrivals and packets; cheap where nothing is left over.
  bool idle() const { return waiting_.empty() && spikesUntil_ == 0 && behind_ == 0; }
  void quietTicks(uint64_t from, uint64_t count);

  void addTo(CoreProvenance &core) const;
  uint64_t peak() const { return peak_; }

private:
  struct Waiting {
    uint64_t at, cost;
  };
  void serveUntil(uint64_t time);
  void account(uint64_t t, uint64_t demand, uint64_t packets);

  CycleBudgets budgets_;
  uint64_t update_, limit_;
  std::deque<Waiting> waiting_; ///< the input buffer
  uint64_t spikesUntil_ = 0;    ///< busy with spikes until then, from the beginning of the tick
  uint64_t spikeWork_ = 0;      ///< in this tick
  uint64_t behind_ = 0;         ///< cycles of updates left over
  uint64_t total_ = 0, peak_ = 0, peakTick_ = 0, peakPackets_ = 0;
  uint64_t overruns_ = 0, late_ = 0, losses_ = 0;
};

/// Cycles of a tick of `dt` seconds. `timeScale` 0: 1, or what makes a tick last a millisecond.
double timeScaleInForce(double timeScale, double dt);
uint64_t cyclesPerTick(const CycleBudgets &budgets, double timeScale, double dt);

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_CYCLEMODEL_H
