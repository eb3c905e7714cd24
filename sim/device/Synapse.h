// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One physical device of an array, with its own parameters, state and history, in float64. It draws
// its random numbers from its place and its own counts alone, so that it behaves the same inside an
// array and by itself.
#ifndef SPINDLE_SIM_DEVICE_SYNAPSE_H
#define SPINDLE_SIM_DEVICE_SYNAPSE_H

#include "sim/device/Drawn.h"

namespace spindle::device {

/// What a write with verify did.
struct Written {
  uint32_t pulses = 0, erases = 0, reads = 0;
  bool reached = false;
  double residual = 0; ///< state minus target, exact
};

class Synapse {
public:
  /// `device` must outlive the synapse. Throws std::invalid_argument with the description's
  /// problem.
  Synapse(const Device &device, const Place &place, Extent extent = {});
  /// The same with its draw at hand.
  static Synapse of(const Device &device, const Place &place, const Drawn &drawn) {
    return Synapse(drawn, device, place);
  }

  const Drawn &drawn() const { return drawn_; }
  double state() const { return state_; }
  double conductance() const { return conductanceAt(state_); }
  double conductanceAt(double state) const {
    return drawn_.minimum + state * (drawn_.maximum - drawn_.minimum);
  }
  /// Pulses and erases so far.
  double wear() const { return wear_; }
  bool dead() const;

  /// n > 0: pulses up, n < 0: pulses down in one write, with one draw of noise. Throws
  /// std::logic_error for pulses down where there are none.
  void pulse(int32_t n);
  void erase();
  /// Sets the state as if it had been programmed exactly; wear and faults hold, and Pcm's
  /// programming error is added where the description asks for it.
  void program(double state);
  Written writeVerify(double target);

  /// Conductance as a read sees it, read noise included.
  double read();
  /// Conductance at `seconds` after the last write, without read noise. Does not change the state.
  double conductanceAfter(double seconds) const;
  /// Lets the time pass: the state becomes what it has lost to, as if it had just been written so.
  void age(double seconds);

private:
  Synapse(const Drawn &drawn, const Device &device, const Place &place);
  void settle(double state);
  double lossExponent() const;
  double bound() const;

  const Device *device_;
  Place place_;
  Drawn drawn_;
  double state_ = 0, wear_ = 0;
  uint32_t writes_ = 0, reads_ = 0, erases_ = 0;
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_SYNAPSE_H
