// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learning rules as chains of small stages over named terms of a synapse, for memories of weights
// (WeightMemory.h) and for arrays of devices. A stage takes the change that the stages before it
// wish for and returns its own; the chain's last word is written. Stages may keep two numbers per
// synapse, `accumulator` and `trace`. What a published rule needs is then a line:
//
//   plain SGD              chain(Gradient{rate})
//   drop small gradients   chain(SkipSmallGradient{theta}, Gradient{rate})
//   AdaGrad, CLASSP        chain(SkipSmallGradient{theta}, ScaledGradient{rate, p})
//   error feedback         chain(Gradient{rate}, WholeSteps{delta})
//   stochastic rounding    chain(Outer{rate}, DrawnSteps{step})
//   Hebb, anti-Hebb        chain(Outer{rate}), chain(Outer{-rate})
//   decay                  chain(Outer{rate}, Decay{rate})
//   weight noise (NVRM)    chain(Gradient{rate}, WeightNoise{b})
//   stochastic restore     chain(Gradient{rate}, Restore{probability})
//
// Rules of columns (winner takes all, normalisation) act before and after: see WeightMemory.h.
//
// Numbers: weights and changes have 24 bits of fraction (kWeightOne = 1.0) in 32 and 64 bits, x has
// 8 bits with 255 = 1.0, delta 16 bits with 65536 = 1.0. Stages that divide or take roots use IEEE
// operations in a fixed order and round once, so that the results are the same on every host.
#ifndef SPINDLE_SIM_FABRIC_LEARNING_RULES_H
#define SPINDLE_SIM_FABRIC_LEARNING_RULES_H

#include "sim/device/SynapseHash.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace spindle::learning {

inline constexpr double kWeightOne = 1 << 24;

/// To nearest, halves away from zero.
constexpr int64_t nearest(double value) { return int64_t(value + (value < 0 ? -0.5 : 0.5)); }
constexpr int64_t weightOf(double value) { return nearest(value * kWeightOne); }

/// What a stage can see of a synapse.
struct Terms {
  int32_t x = 0;        ///< input of the row
  int32_t delta = 0;    ///< error or activity of the column
  int64_t gradient = 0; ///< falling direction times -1, where a batch was summed; as weights
  int32_t w = 0;
  int32_t initial = 0; ///< w before any learning, where it was kept
  int64_t &accumulator;
  int64_t &trace;
  uint64_t random = 0; ///< 64 bits of this synapse and update
  bool skip = false;   ///< a stage sets this: nothing is written, no later stage runs
};

/// Change down the gradient of a batch.
struct Gradient {
  double rate;
  int64_t operator()(int64_t change, Terms &t) const {
    return change - nearest(rate * double(t.gradient));
  }
};

/// Outer product of input and column term: Hebbian with a positive rate, anti-Hebbian with a
/// negative one, a step down the gradient where delta is target minus output.
struct Outer {
  double rate;
  int64_t operator()(int64_t change, Terms &t) const {
    double product = double(t.x) * double(t.delta); // exact
    return change + nearest(rate * product * (kWeightOne / (255.0 * 65536.0)));
  }
};

struct Decay {
  double rate; ///< fraction of w per update
  int64_t operator()(int64_t change, Terms &t) const {
    return change - nearest(rate * double(t.w));
  }
};

/// Synapses whose gradient is at most theta in magnitude are left alone.
struct SkipSmallGradient {
  double theta;
  int64_t operator()(int64_t change, Terms &t) const {
    t.skip = double(std::abs(t.gradient)) <= theta * kWeightOne;
    return change;
  }
};

/// The trace sums |gradient|^p (p 1 or 2); the change is rate * gradient / (epsilon + trace)^(1/p).
/// p = 2 without a threshold is AdaGrad, with SkipSmallGradient before it CLASSP (Ludwig 2024,
/// whose printed rule this is).
struct ScaledGradient {
  double rate;
  int power;
  double epsilon = 1e-8;
  int64_t operator()(int64_t change, Terms &t) const {
    double g = double(t.gradient) / kWeightOne;
    // 40 bits of fraction: sums up to 2^23, gradients down to 1e-6 squared.
    t.trace += nearest((power == 2 ? g * g : std::abs(g)) * 0x1p40);
    double sum = epsilon + double(t.trace) * 0x1p-40;
    double scale = power == 2 ? std::sqrt(sum) : sum;
    return change - nearest(rate * double(t.gradient) / scale);
  }
};

/// Wishes add up in the accumulator; whole multiples of `step` are written and taken from it: error
/// feedback, or mixed precision where the step is a device's.
struct WholeSteps {
  int64_t step;
  int64_t operator()(int64_t change, Terms &t) const {
    t.accumulator += change;
    int64_t whole = t.accumulator / step * step; // toward zero
    t.accumulator -= whole;
    return whole;
  }
};

/// A multiple of `step` with the wish as its mean.
struct DrawnSteps {
  int64_t step;
  int64_t operator()(int64_t change, Terms &t) const {
    uint64_t size = uint64_t(std::abs(change)), unit = uint64_t(step);
    uint64_t part = (t.random >> 32) * unit >> 32; // uniform below a step
    int64_t whole = int64_t((size + part) / unit * unit);
    return change < 0 ? -whole : whole;
  }
};

/// Noise on the weight that is exchanged at every update and never adds up: w + n_new - n_old, n
/// normal with that deviation; the noise in force is kept in the trace (NVRM: Wang et al. 2022).
struct WeightNoise {
  double deviation;
  int64_t operator()(int64_t change, Terms &t) const {
    double z = device::normalSum(t.random, device::mix64(t.random)) / device::kNormalDeviation;
    int64_t noise = nearest(deviation * kWeightOne * z), old = t.trace;
    t.trace = noise;
    return change + noise - old;
  }
};

/// With a small probability a synapse returns to where it began (needs initial weights kept).
struct Restore {
  double probability;
  int64_t operator()(int64_t change, Terms &t) const {
    bool now = double(device::mix64(t.random ^ device::kGolden) >> 11) * 0x1p-53 < probability;
    return now ? int64_t{t.initial} - t.w : change;
  }
};

/// Stages one after another.
template <typename... Stages> struct Chain {
  std::tuple<Stages...> stages;
  int64_t operator()(Terms &t) const {
    int64_t change = 0;
    auto one = [&](const auto &stage) {
      if (!t.skip)
        change = stage(change, t);
    };
    std::apply([&](const auto &...stage) { (one(stage), ...); }, stages);
    return t.skip ? 0 : change;
  }
};

template <typename... Stages> Chain<Stages...> chain(Stages... stages) {
  return {std::tuple<Stages...>(stages...)};
}

} // namespace spindle::learning

#endif // SPINDLE_SIM_FABRIC_LEARNING_RULES_H
