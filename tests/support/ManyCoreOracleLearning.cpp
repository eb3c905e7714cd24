// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/ManyCoreOracleLearning.h"

#include <algorithm>
#include <cmath>

namespace spindle::oracle {
namespace {

constexpr int32_t kOneTrace = 2048; // s4.11

int32_t mulTrace(int32_t a, int32_t b) { return (a * b) >> 11; }

uint32_t clampedSub(uint32_t a, uint32_t b) { return a >= b ? a - b : 0; }

} // namespace

std::vector<int16_t> decayTable(double tau, double dt) {
  auto size = static_cast<size_t>(std::ceil(std::log(2048.0) * tau / dt));
  size += size % 2;
  std::vector<int16_t> table;
  for (size_t i = 0; i < size; ++i)
    table.push_back(static_cast<int16_t>(2048.0 * std::exp(-static_cast<double>(i) * dt / tau)));
  return table;
}

Learning::Learning(const Rule &rule, double dt, double scale)
    : rule_(rule), plus_(decayTable(rule.tauPlus, dt)),
      minus_(rule.timing == Timing::Vogels ? plus_ : decayTable(rule.tauMinus, dt)),
      // With the multiplicative dependence A+ and A- are fractions, else weights.
      aPlus_(toAccum(rule.aPlus * (rule.dependence == Dependence::Additive ? scale : 1))),
      aMinus_(toAccum(rule.aMinus * (rule.dependence == Dependence::Additive ? scale : 1))),
      min_(toAccum(rule.wMin * scale)), max_(toAccum(rule.wMax * scale)),
      alpha_(static_cast<int32_t>(nearestEven(rule.alpha * kOneTrace))) {}

int32_t Learning::look(const std::vector<int16_t> &table, uint32_t dt) const {
  return dt < table.size() ? table[dt] : 0;
}

void Learning::postSpike(History &history, uint32_t t) const {
  Traced spike{t, 0};
  if (rule_.timing != Timing::NearestPair) {
    const Traced &last = history.back();
    spike.trace =
        static_cast<int16_t>(mulTrace(last.trace, look(minus_, t - last.time)) + kOneTrace);
  }
  if (history.size() == kHistory)
    history.erase(history.begin() + 1);
  history.push_back(spike);
}

Traced Learning::preSpike(const Traced &last, uint32_t t) const {
  Traced spike{t, 0};
  if (rule_.timing != Timing::NearestPair)
    spike.trace =
        static_cast<int16_t>(mulTrace(last.trace, look(plus_, t - last.time)) + kOneTrace);
  return spike;
}

uint16_t Learning::update(uint16_t weight, unsigned shift, uint32_t t, const Traced &last,
                          uint32_t delay, const History &history) const {
  uint32_t back = rule_.backprop ? delay : 0;
  uint32_t begin = clampedSub(last.time, back), end = clampedSub(t, back);
  // The newest spike that is not after the beginning, or entry 0, which is none.
  size_t before = history.size() - 1;
  while (before > 0 && history[before].time > begin)
    --before;
  auto w = static_cast<Accum>(uint32_t{weight} << shift);
  for (; before + 1 < history.size() && history[before + 1].time <= end; ++before)
    w = post(w, history[before + 1].time + back, last, history[before].time);
  if (before > 0)
    w = pre(w, t, {history[before].time + back, history[before].trace});
  return static_cast<uint16_t>(w >> shift);
}

/// A spike of the target at `time`, as the synapse sees it; the one before it was at `before`. The
/// nearest pair is told by the latter as the neuron saw it, without the delay of the synapse.
Accum Learning::post(Accum w, uint32_t time, const Traced &pre, uint32_t before) const {
  uint32_t dt = time - pre.time;
  if (static_cast<int32_t>(dt) <= 0)
    return w;
  if (rule_.timing == Timing::NearestPair)
    return before <= pre.time ? potentiate(w, look(plus_, dt)) : w;
  return potentiate(w, mulTrace(pre.trace, look(plus_, dt)));
}

/// A spike of the source at `time`, after the target's last one.
Accum Learning::pre(Accum w, uint32_t time, const Traced &lastPost) const {
  int32_t decayed = look(minus_, time - lastPost.time);
  if (rule_.timing == Timing::NearestPair)
    return depress(w, decayed);
  decayed = mulTrace(lastPost.trace, decayed);
  return rule_.timing == Timing::Vogels ? potentiate(w, decayed - alpha_) : depress(w, decayed);
}

Accum Learning::potentiate(Accum w, int32_t by) const {
  Accum step = by * 16; // s4.11 to s16.15
  if (rule_.dependence == Dependence::Multiplicative)
    return add(w, mul(mul(sub(max_, w), aPlus_), step));
  return std::min(add(w, mul(aPlus_, step)), max_);
}

Accum Learning::depress(Accum w, int32_t by) const {
  Accum step = by * 16;
  if (rule_.dependence == Dependence::Multiplicative)
    return sub(w, mul(mul(sub(w, min_), aMinus_), step));
  return std::max(sub(w, mul(aMinus_, step)), min_);
}

} // namespace spindle::oracle
