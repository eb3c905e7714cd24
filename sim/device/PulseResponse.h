// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the conductance of one synapse device answers a programming pulse, in integers.
//
// A conductance is a code g in 0..65535 (0 = lowest, 65535 = highest conductance of the device). A
// pulse moves it in one direction, by a step that depends on how far it has travelled in that
// direction: d = g for pulses up (potentiation), d = 65535 - g for pulses down (depression). Both
// directions use the same formula, so that a device with equal curves is exactly symmetric about
// the middle: codes g and 65535 - g mirror each other for ever.
//
// The exponential family covers NeuroSim's curves, soft bounds and linear steps. With the curvature
// A and P pulses over the range (Chen et al., IEEE TCAD 37, 2018, gives the curve
// G(n) = B (1 - e^(-n / (A P))); the step below is its exact increment):
//   k = 1 - e^(-1/(A P)),  B = 65535 / (1 - e^(-1/A)),
//   step = (K (B - d) + 2^15) >> 16  with  K = round(2^16 k).
// K B is stored as one number, which keeps the first step right where K has few bits, and has the
// linear device (A infinite, K = 0) as its limit; Nonlinearity.h has A from a device's label. A < 0
// gives steps that grow with the travel: a pulse down that retraces the curve of the pulses up has
// the negative of their curvature.
#ifndef SPINDLE_SIM_DEVICE_PULSERESPONSE_H
#define SPINDLE_SIM_DEVICE_PULSERESPONSE_H

#include <array>
#include <cstdint>
#include <memory>
#include <span>

namespace spindle::device {

inline constexpr int32_t kFullScale = 65535; ///< highest conductance code

enum class Pulse : uint8_t { Up, Down };

/// Steps of one direction, exponential family. Fractions of codes have 16 bits.
struct PulseCurve {
  uint32_t first = 0; ///< step at the start of the travel (K B), in 2^-16 codes
  int32_t slope = 0;  ///< how much the step shrinks per code of travel (K), in 2^-16

  /// The step of a device that has travelled `d` codes, 0 or more.
  constexpr int32_t step(int32_t d) const {
    int64_t fixed = int64_t{first} - int64_t{slope} * d + 0x8000;
    return fixed > 0 ? int32_t(fixed >> 16) : 0;
  }

  /// `pulses` over the range (any real number from 1 to 2^20), curvature A: not 0, infinite for
  /// linear steps, negative for steps that grow. Throws std::invalid_argument outside.
  static PulseCurve exponential(double curvature, double pulses);
  static PulseCurve linear(double pulses);
  /// The curve of a device whose every step is `factor` times as large (0 to 16; saturates).
  PulseCurve scaled(double factor) const;

  friend bool operator==(const PulseCurve &, const PulseCurve &) = default;
};

/// Steps of one direction, any family: sampled at 257 equally spaced points of the travel
/// (d = 0, 256, .., 65536), in 2^-16 codes, with linear interpolation between them.
struct PulseTable {
  static constexpr size_t kPoints = 257;
  std::array<uint32_t, kPoints> steps{};

  constexpr int32_t step(int32_t d) const {
    int64_t low = steps[size_t(d >> 8)], high = steps[size_t(d >> 8) + 1];
    return int32_t((low + (((high - low) * (d & 255)) >> 8) + 0x8000) >> 16);
  }

  /// From steps in codes (real numbers, 0 to 65535; else std::invalid_argument).
  static PulseTable of(std::span<const double, kPoints> codes);
};

/// Both directions of a device. A table, where there is one, stands in place of the curve.
struct PulseResponse {
  PulseCurve up, down;
  std::shared_ptr<const PulseTable> upTable, downTable;

  int32_t step(Pulse pulse, int32_t d) const {
    const PulseTable *table = pulse == Pulse::Up ? upTable.get() : downTable.get();
    return table ? table->step(d) : (pulse == Pulse::Up ? up : down).step(d);
  }
};

/// How far a device has travelled in the direction of `pulse`.
constexpr int32_t travel(Pulse pulse, int32_t g) { return pulse == Pulse::Up ? g : kFullScale - g; }

/// Device code `g` after `count` identical pulses; `step(d)` gives the step after travel d. A
/// device stays in 0..65535. By construction `count` pulses at once are `count` pulses one by one.
template <typename Step>
constexpr uint16_t afterPulses(uint16_t g, Pulse pulse, uint32_t count, Step step) {
  int32_t d = travel(pulse, g);
  for (; count != 0 && d < kFullScale; --count) {
    int32_t s = step(d);
    if (s == 0)
      break; // steps depend on d alone: none of the others would move it either
    d = d + s < kFullScale ? d + s : kFullScale;
  }
  return uint16_t(travel(pulse, d));
}

constexpr uint16_t afterPulses(uint16_t g, Pulse pulse, uint32_t count, const PulseCurve &curve) {
  return afterPulses(g, pulse, count, [&](int32_t d) { return curve.step(d); });
}

inline uint16_t afterPulses(uint16_t g, Pulse pulse, uint32_t count, const PulseResponse &device) {
  return afterPulses(g, pulse, count, [&](int32_t d) { return device.step(pulse, d); });
}

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_PULSERESPONSE_H
