// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Deferred spike-timing-dependent plasticity of the many-core machine as its rules say: a neuron's
// history of spikes, and what a spike of a row's source does to one weight.
#ifndef SPINDLE_TESTS_SUPPORT_MANYCOREORACLELEARNING_H
#define SPINDLE_TESTS_SUPPORT_MANYCOREORACLELEARNING_H

#include "tests/support/ManyCoreOracleNumbers.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace spindle::oracle {

enum class Timing { Pair, NearestPair, Vogels };
enum class Dependence { Additive, Multiplicative };

/// As a user gives it: times in ms, weights in the units of the projection.
struct Rule {
  Timing timing = Timing::Pair;
  Dependence dependence = Dependence::Additive;
  double tauPlus = 20, tauMinus = 20; ///< Vogels: tauPlus is its only tau
  double aPlus = 0.01, aMinus = 0.01;
  double wMin = 0, wMax = 1;
  double alpha = 0;     ///< Vogels
  bool backprop = true; ///< delays are dendritic
};

/// One spike in a history; times in ticks, traces in s4.11.
struct Traced {
  uint32_t time = 0;
  int16_t trace = 0;
};

/// The exponential of a rule as the machine holds it: s4.11, 0 beyond its end.
std::vector<int16_t> decayTable(double tau, double dt);

/// What the core has of a rule.
class Learning {
public:
  /// `scale`: what a weight is multiplied by in the ring buffer (1, or 1024 for conductances).
  Learning(const Rule &rule, double dt, double scale);

  /// The spikes of a neuron; entry 0 is none.
  static constexpr std::size_t kHistory = 16;
  using History = std::vector<Traced>;
  static History emptyHistory() { return {Traced{}}; }
  void postSpike(History &history, uint32_t t) const;

  /// The trace of a source after a spike at `t`.
  Traced preSpike(const Traced &last, uint32_t t) const;

  /// A weight (16 bits, shifted left by `shift` it is s16.15) after a spike of its source at `t`;
  /// `last` is what the row held before.
  uint16_t update(uint16_t weight, unsigned shift, uint32_t t, const Traced &last, uint32_t delay,
                  const History &history) const;

private:
  int32_t look(const std::vector<int16_t> &table, uint32_t dt) const;
  Accum post(Accum w, uint32_t time, const Traced &pre, uint32_t before) const;
  Accum pre(Accum w, uint32_t time, const Traced &lastPost) const;
  Accum potentiate(Accum w, int32_t by) const;
  Accum depress(Accum w, int32_t by) const;

  Rule rule_;
  std::vector<int16_t> plus_, minus_;
  Accum aPlus_, aMinus_, min_, max_;
  int32_t alpha_;
};

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_SUPPORT_MANYCOREORACLELEARNING_H
