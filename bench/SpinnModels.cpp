// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "bench/SpinnModels.h"

#include "sim/number/Fixed.h"
#include "sim/number/Wide.h"

#include <cmath>

namespace spindle::bench {
namespace {

inline int32_t multiply(int32_t a, int32_t b) {
  return static_cast<int32_t>((int64_t(a) * b) >> 15);
}
inline int32_t decay(int32_t x, uint32_t by) {
  return static_cast<int32_t>((int64_t(x) * int64_t(by)) >> 32);
}

enum Param {
  Resistance,
  Rest,
  ExpTau,
  Reset,
  Threshold,
  Ticks,
  DecayE,
  InitE,
  DecayI,
  InitI,
  Offset,
  RevE,
  RevI
};

struct Columns {
  int32_t *__restrict v, *__restrict ge, *__restrict gi, *__restrict rest;
};

template <bool kConductance>
inline void step(int64_t begin, int64_t end, void *const *state, const void *const *param,
                 const void *const *input, void *emit) {
  auto p = [&](int i) { return *static_cast<const int32_t *>(param[i]); };
  const int32_t resistance = p(Resistance), rest = p(Rest), e = p(ExpTau), reset = p(Reset),
                threshold = p(Threshold), ticks = p(Ticks), offset = p(Offset), revE = p(RevE),
                revI = p(RevI);
  const auto dE = static_cast<uint32_t>(p(DecayE)), iE = static_cast<uint32_t>(p(InitE)),
             dI = static_cast<uint32_t>(p(DecayI)), iI = static_cast<uint32_t>(p(InitI));
  auto *__restrict v = static_cast<int32_t *>(state[0]);
  auto *__restrict ge = static_cast<int32_t *>(state[1]);
  auto *__restrict gi = static_cast<int32_t *>(state[2]);
  auto *__restrict hold = static_cast<int32_t *>(state[3]);
  auto *__restrict exc = static_cast<const int32_t *>(input[0]);
  auto *__restrict inh = static_cast<const int32_t *>(input[1]);
  auto *__restrict out = static_cast<int32_t *>(emit);
  for (int64_t i = begin; i < end; ++i) {
    int32_t x = ge[i] + decay(exc[i], iE), y = gi[i] + decay(inh[i], iI), u = v[i];
    int32_t current;
    if constexpr (kConductance)
      current = multiply(x >> 10, revE - u) + multiply(y >> 10, revI - u) + offset;
    else
      current = x - y + offset;
    int32_t a = multiply(current, resistance) + rest;
    int32_t moved = a - multiply(e, a - u);
    bool held = hold[i] > 0;
    u = held ? u : moved;
    int32_t left = held ? hold[i] - 1 : hold[i];
    bool fires = u >= threshold;
    v[i] = fires ? reset : u;
    hold[i] = fires ? ticks : left;
    out[i] = fires;
    ge[i] = decay(x, dE);
    gi[i] = decay(y, dI);
  }
}

SPINDLE_WIDEST void currentStep(int64_t begin, int64_t end, void *const *state,
                                const void *const *param, const void *const *input, void *emit) {
  step<false>(begin, end, state, param, input, emit);
}
SPINDLE_WIDEST void conductanceStep(int64_t begin, int64_t end, void *const *state,
                                    const void *const *param, const void *const *input,
                                    void *emit) {
  step<true>(begin, end, state, param, input, emit);
}

SPINDLE_WIDEST void deltaStep(int64_t begin, int64_t end, void *const *state,
                              const void *const *param, const void *const *input, void *emit) {
  auto p = [&](int i) { return *static_cast<const int32_t *>(param[i]); };
  const int32_t rest = p(Rest), e = p(ExpTau), reset = p(Reset), threshold = p(Threshold),
                ticks = p(Ticks);
  auto *__restrict v = static_cast<int32_t *>(state[0]);
  auto *__restrict hold = static_cast<int32_t *>(state[1]);
  auto *__restrict exc = static_cast<const int32_t *>(input[0]);
  auto *__restrict inh = static_cast<const int32_t *>(input[1]);
  auto *__restrict out = static_cast<int32_t *>(emit);
  for (int64_t i = begin; i < end; ++i) {
    int32_t u = v[i];
    int32_t moved = rest - multiply(e, rest - u) + exc[i] - inh[i];
    bool held = hold[i] > 0;
    u = held ? u : moved;
    int32_t left = held ? hold[i] - 1 : hold[i];
    bool fires = u >= threshold;
    v[i] = fires ? reset : u;
    hold[i] = fires ? ticks : left;
    out[i] = fires;
  }
}

int32_t raw(double value) { return static_cast<int32_t>(std::lrint(value * 32768)); }
int32_t fraction(double value) {
  return static_cast<int32_t>(static_cast<uint32_t>(std::min(value * 0x1p32, 0x1p32 - 1)));
}

std::vector<std::vector<int32_t>> paramsOf(const LifNumbers &n) {
  auto init = [&](double tau) { return fraction(tau / n.dt * (1 - std::exp(-n.dt / tau))); };
  return {{raw(n.resistance)},
          {raw(n.rest)},
          {raw(std::exp(-n.dt / n.tauMem))},
          {raw(n.reset)},
          {raw(n.threshold)},
          {static_cast<int32_t>(std::ceil(n.refractory / n.dt - 1e-9))},
          {fraction(std::exp(-n.dt / n.tauExc))},
          {init(n.tauExc)},
          {fraction(std::exp(-n.dt / n.tauInh))},
          {init(n.tauInh)},
          {raw(n.offset)},
          {raw(n.revExc)},
          {raw(n.revInh)}};
}

} // namespace

BenchModel expLif(const LifNumbers &numbers, bool conductance) {
  return {conductance ? conductanceStep : currentStep, paramsOf(numbers), 4};
}

BenchModel deltaLif(const LifNumbers &numbers) { return {deltaStep, paramsOf(numbers), 2}; }

} // namespace spindle::bench
