// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The description of a synapse device: range, conductance curves, spread and noise, faults, loss
// and wear. One description serves all devices of an array; Synapse.h makes a single device of it.
//
// Units: siemens, volts, seconds. States, noises of a write and tolerances are fractions of the
// range Gmax - Gmin: state 0 is Gmin, 1 is Gmax.
#ifndef SPINDLE_SIM_DEVICE_DEVICE_H
#define SPINDLE_SIM_DEVICE_DEVICE_H

#include "sim/device/Curve.h"
#include "sim/device/Variation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle::device {

/// One write pulse: for energy and time only. 0: not known.
struct WritePulse {
  double voltage = 0; ///< V, may be negative
  double width = 0;   ///< s
};

/// Noise of a write of n pulses that moves a device by dx:
///   OfRange  + sigma sqrt(n) xi              (NeuroSim: sigma is a fraction of the whole range)
///   OfStep   each step times (1 + sigma xi)  (aihwkit)
/// One number is drawn for the n pulses. OfStep takes their steps as equal, each dx / n: exact for
/// one pulse and for constant steps.
enum class CycleMeaning : uint8_t { OfRange, OfStep };
struct CycleNoise {
  CycleMeaning meaning = CycleMeaning::OfRange;
  double sigma = 0; ///< 0 to 100
};

/// Erase (reset): the state becomes level (1 + spread xi) + floor |xi'|, within 0..1.
struct Erase {
  double level = 0;
  double spread = 0; ///< relative to the level
  double floor = 0;  ///< fraction of the range
};

/// Fractions of devices that never move; together at most 1.
struct StuckAt {
  double off = 0;    ///< at Gmin
  double on = 0;     ///< at Gmax
  double random = 0; ///< anywhere between, uniformly
};

/// Loss with time t after a write.
///   Power   G (t / t0)^-nu, nu normal(exponent, exponentSpread), at least 0; unchanged before t0
///   Pcm     the same with nu from the state r = G / Gmax, as fitted by aihwkit:
///           mean clip(-0.0155 ln r + 0.0244, 0.049, 0.1), sigma clip(-0.0125 ln r - 0.0059, 0.008,
///           0.045), nu = |N(mean, sigma)|
///   Linear  the state moves toward `target` by `rate` a second and stays there
enum class LossLaw : uint8_t { None, Power, Pcm, Linear };
struct Retention {
  LossLaw law = LossLaw::None;
  double exponent = 0.05, exponentSpread = 0;
  double start = 20;             ///< t0 in s
  double rate = 0, target = 0;   ///< 1/s, state
  bool programmingError = false; ///< Pcm: writes of a target state carry its programming error
};

/// Wear, counted in pulses. Beyond `threshold` the window closes from above:
///   largest state = (pulses / threshold)^-exponent  (MemTorch's straight line in log R, log
///   pulses).
/// After `lifetime` pulses the device does not move any more.
enum class EndOfLife : uint8_t { Off, On, Last };
struct Endurance {
  double threshold = 0; ///< 0: no wear
  double exponent = 0;
  double lifetime = 0; ///< 0: no end
  EndOfLife end = EndOfLife::Last;
};

/// A write with verify: read, stop within the tolerance, else pulse again.
struct WriteVerify {
  uint32_t iterations = 20; ///< reads at most, 1 to 10,000
  double tolerance = 0.01;  ///< fraction of the range
};

struct Device {
  std::string name;
  std::string source; ///< where the numbers come from
  std::string note;   ///< what a reader has to know about them

  double minimum = 1e-7, maximum = 5e-6; ///< S, 0 <= minimum < maximum
  double initial = 0;                    ///< state, 0 to 1
  uint32_t levels = 0; ///< distinguishable states; 0: as many as the up curve has pulses, plus one

  Curve up;
  /// In the down direction's own x = 1 - state; its `label` has the sign of that direction.
  std::optional<Curve> down; ///< absent: one direction only, and erase
  WritePulse upPulse, downPulse;
  Erase erase;

  CycleNoise cycle;
  double readNoise = 0;   ///< relative: G (1 + sigma xi), drawn at each read
  double readVoltage = 0; ///< V, 0: not known
  std::vector<Variation> variations;
  StuckAt stuck;
  Retention retention;
  Endurance endurance;
  WriteVerify writeVerify;

  /// levels, or what it stands for.
  uint32_t levelCount() const;
  /// Pulses from Gmin to Gmax, or to 99 % of the range where the steps shrink to nothing before.
  double pulsesUp() const;

  /// What is wrong with the numbers; empty where nothing is.
  std::string problem() const;
};

/// The label of a down curve as device tables write it: the usual curve, whose steps are largest at
/// Gmax ("mirrored"), has a negative label; a positive one means that the curve goes back along the
/// up curve ("retracing"), steps smallest at Gmax. The two differ by tens of points of accuracy in
/// training. In the direction's own x the sign is the other one.
inline double downLabel(double tableLabel) { return 0 - tableLabel; } // never -0

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_DEVICE_H
