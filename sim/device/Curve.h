// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How far one pulse moves a device, in one direction. Everything is a fraction of the device's own
// range: x = 0 is where the direction begins (Gmin for up, Gmax for down), x = 1 where it ends.
#ifndef SPINDLE_SIM_DEVICE_CURVE_H
#define SPINDLE_SIM_DEVICE_CURVE_H

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace spindle::device {

/// The step of a pulse at x, for the parameters below:
///   Constant     step
///   Linear       step (1 - slope x)                         (aihwkit's LinearStep)
///   SoftBounds   step (1 - x)
///   Exponential  k (B - x), k = 1 - e^(-1/(A pulses)), B = 1 / (1 - e^(-1/A)), A =
///   curvatureOf(label) ExpStep      step max(0, 1 - amplitude e^(rate x))      (aihwkit's ExpStep,
///   its a and b folded in) PowStep      step (1 - x)^exponent                      (aihwkit's
///   PowStep) Piecewise    table, at equal distances of x, with straight lines between
/// The first four are one family: the step is a straight line of x, and n pulses have a closed
/// form.
enum class Family : uint8_t {
  Constant,
  Linear,
  SoftBounds,
  Exponential,
  ExpStep,
  PowStep,
  Piecewise
};

/// "constant", "linear", "soft-bounds", "exponential", "exp-step", "pow-step", "piecewise".
std::string_view nameOf(Family family);

/// A label above 0 begins with the largest step. For a direction's own x this is the usual form of
/// both directions; a device file and the tables of NeuroSim write the usual down curve with a
/// *negative* label (Device.h, downLabel).
struct Curve {
  Family family = Family::Constant;
  double step = 1.0 / 64; ///< 0 (excluded) to 1
  double slope = 0;       ///< at most 1; below 0 the steps grow
  double pulses = 64;     ///< for the whole range, 1 to 1e9
  double label = 0;       ///< -10 to 10
  double amplitude = 0, rate = 0;
  double exponent = 1;                                        ///< 0 to 100
  std::shared_ptr<const std::vector<double>> table = nullptr; ///< two steps or more, each 0 to 1

  /// What is wrong with the numbers; empty where nothing is.
  std::string_view problem() const;
};

/// A curve made ready for use.
class Response {
public:
  Response() : Response(Curve{}) {}
  /// Every step is multiplied with `scale` (0 or more). Throws std::invalid_argument with the
  /// curve's problem.
  explicit Response(const Curve &curve, double scale = 1);
  /// Multiplies every step once more.
  void scale(double factor);

  /// What the next pulse adds at x, before it is bounded; never below 0.
  double step(double x) const;
  /// x after n pulses, at most 1. Closed form for the straight families:
  ///   x + (a - k x) (1 - (1 - k)^n) / k.
  double after(double x, uint32_t n) const;
  /// Pulses from x to `target`, as a real number; infinity where it is never reached
  /// (without a closed form: not within a million).
  double pulsesBetween(double x, double target) const;

  /// Whether the step is a - k x.
  bool straight() const { return straight_; }
  double a() const { return a_; }
  double k() const { return k_; }

private:
  void straighten();
  double bent(double x) const;

  Curve curve_;
  double scale_;
  bool straight_;
  double a_ = 0, k_ = 0;
};

} // namespace spindle::device

#endif // SPINDLE_SIM_DEVICE_CURVE_H
