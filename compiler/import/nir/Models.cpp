// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model is put together from pieces of text: how a leak is discretised (Euler or exponential),
// what drives the potential, and how a profile compares and resets. docs/nir.md has the equations.
#include "compiler/import/nir/Models.h"

#include <algorithm>

namespace spindle::nir {
namespace {

bool exponential(std::string_view profile) {
  return profile.starts_with("exp-") || profile == "if-multi-clip";
}
bool counts(std::string_view profile) {
  return profile == "exp-subtract-multi" || profile == "if-multi-clip";
}

/// Writes `<decay>` and `<gain>` of a leak with time constant `<tau>`.
std::string deriveLeak(std::string_view profile, const std::string &tau, const std::string &decay,
                       const std::string &gain) {
  std::string t = "    %" + tau + " = snn.get \"" + tau + "\"\n";
  t += "    %ratio_" + tau + " = arith.divf %dt, %" + tau + " : f64\n";
  std::string gained = "%ratio_" + tau;
  if (exponential(profile)) {
    gained = "%" + gain;
    t += "    %minus_" + tau + " = arith.negf %ratio_" + tau + " : f64\n";
    t += "    %" + decay + " = math.exp %minus_" + tau + " : f64\n";
    t += "    " + gained + " = arith.subf %one, %" + decay + " : f64\n";
  } else {
    t += "    %" + decay + " = arith.subf %one, %ratio_" + tau + " : f64\n";
  }
  return t + "    snn.set \"" + decay + "\", %" + decay + "\n    snn.set \"" + gain + "\", " +
         gained + "\n";
}

std::string deriveRegion(std::string_view profile, bool current) {
  std::string t = "  derive {\n    %dt = snn.get \"dt\"\n    %one = arith.constant 1.0 : f64\n";
  if (current)
    t += deriveLeak(profile, "tau_syn", "alpha", "gain_syn");
  return t + deriveLeak(profile, current ? "tau_mem" : "tau", "beta", "gain") + "  }\n";
}

/// I = alpha I + gain_syn (w_in x): the input of the membrane is the new current.
const char *const kCurrent = R"(
    %i = snn.get "i"
    %x = snn.get "x"
    %w_in = snn.get "w_in"
    %alpha = snn.get "alpha"
    %gain_syn = snn.get "gain_syn"
    %kept_i = snn.decay %i by %alpha
    %weighted = arith.mulf %w_in, %x : f64
    %new_i = snn.decay %weighted by %gain_syn
    %drive = arith.addf %kept_i, %new_i : f64
    snn.set "i", %drive
)";

/// v = beta v + gain (v_leak + r I).
const char *const kLeak = R"(
    %v = snn.get "v"
    %r = snn.get "r"
    %v_leak = snn.get "v_leak"
    %beta = snn.get "beta"
    %gain = snn.get "gain"
    %kept_v = snn.decay %v by %beta
    %scaled = arith.mulf %r, %drive : f64
    %toward = arith.addf %v_leak, %scaled : f64
    %new_v = snn.decay %toward by %gain
    %v1 = arith.addf %kept_v, %new_v : f64
)";

/// v = v + r x: no dt, as every framework has it.
const char *const kIntegrate = R"(
    %v = snn.get "v"
    %r = snn.get "r"
    %scaled = arith.mulf %r, %drive : f64
    %v1 = arith.addf %v, %scaled : f64
)";

/// Takes one threshold off where the potential stood above it at the end of the last step.
const char *const kTorchSubtract = R"(
    %th = snn.get "v_threshold"
    %hot = arith.cmpf ogt, %v, %th : f64
    %one = arith.constant 1.0 : f64
    %zero = arith.constant 0.0 : f64
    %m = arith.select %hot, %one, %zero : f64
    snn.set "m", %m
    %off = arith.select %hot, %th, %zero : f64
    %v2 = arith.subf %v1, %off : f64
    snn.set "v", %v2
)";

const char *const kEmitGraded = R"( emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
)";

const char *const kEmitSpike = R"( emit {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %z = arith.cmpf ogt, %v, %th : f64
    snn.emit spike %z : i1
  })";

const char *const kEmitCount = R"( emit {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %n = snn.count %v per %th
    snn.emit count %n : f64
  })";

const char *const kResetToValue = R"( reset {
    %v_reset = snn.get "v_reset"
    snn.set "v", %v_reset
  }
)";

const char *const kResetSubtract = R"( reset {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %v1 = arith.subf %v, %th : f64
    snn.set "v", %v1
  }
)";

const char *const kResetSubtractAll = R"( reset {
    %v = snn.get "v"
    %n = snn.get "emitted"
    %th = snn.get "v_threshold"
    %off = arith.mulf %n, %th : f64
    %v1 = arith.subf %v, %off : f64
    snn.set "v", %v1
  })";

/// v -= (z - m) threshold, in every step.
const char *const kAfterTorch = R"( after {
    %v = snn.get "v"
    %z = snn.get "emitted"
    %m = snn.get "m"
    %th = snn.get "v_threshold"
    %due = arith.subf %z, %m : f64
    %off = arith.mulf %due, %th : f64
    %v1 = arith.subf %v, %off : f64
    snn.set "v", %v1
  }
)";

/// v = max(v, -threshold).
const char *const kAfterClip = R"( after {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %low = arith.negf %th : f64
    %v1 = arith.maximumf %v, %low : f64
    snn.set "v", %v1
  }
)";

std::string emitAndReset(std::string_view type, std::string_view profile) {
  if (profile == "euler-torchsub")
    return std::string(kEmitSpike) + kAfterTorch;
  if (profile == "euler-subtract")
    return std::string(kEmitSpike) + kResetSubtract;
  if (!counts(profile))
    return std::string(kEmitSpike) + kResetToValue;
  bool clip = profile == "if-multi-clip" && type == "IF";
  return std::string(kEmitCount) + kResetSubtractAll + (clip ? kAfterClip : "\n");
}

const char *const kThreshold = R"(snn.model @Threshold params(threshold) inputs(x)
  update {
  } emit {
    %x = snn.get "x"
    %th = snn.get "threshold"
    %z = arith.cmpf ogt, %x, %th : f64
    snn.emit spike %z : i1
  }
)";

} // namespace

const std::vector<std::string> &profileNames() {
  static const std::vector<std::string> names = {
      "euler-value", "euler-value-norec0", "euler-subtract", "euler-torchsub",
      "exp-value",   "exp-subtract-multi", "if-multi-clip"};
  return names;
}

const std::vector<std::string> &neuronTypes() {
  static const std::vector<std::string> types = {"I",      "IF",      "LI",       "LIF",
                                                 "CubaLI", "CubaLIF", "Threshold"};
  return types;
}

bool needsDt(std::string_view type) {
  return type == "LI" || type == "LIF" || type == "CubaLI" || type == "CubaLIF";
}

std::string modelText(std::string_view type, std::string_view profile) {
  if (type == "Threshold")
    return kThreshold;
  bool current = type.starts_with("Cuba"), leaks = needsDt(type), spikes = type.ends_with("F");
  bool torch = spikes && profile == "euler-torchsub";

  std::string t = "snn.model @" + std::string(type) + " params(";
  t += current ? "tau_syn : \"s\", tau_mem : \"s\", " : leaks ? "tau : \"s\", " : "";
  t += leaks ? "r, v_leak" : "r";
  t += current ? ", w_in = 1.0" : "";
  t += spikes ? ", v_threshold, v_reset = 0.0)" : ")";
  t += std::string(" state(") + (current ? "i = 0.0, " : "") + (torch ? "m = 0.0, " : "") +
       "v = 0.0)";
  t += " inputs(x)";
  if (leaks)
    t += current ? " derived(alpha, gain_syn, beta, gain)\n" : " derived(beta, gain)\n";
  if (leaks)
    t += deriveRegion(profile, current);
  t += "  update {";
  t += current ? kCurrent : "\n    %drive = snn.get \"x\"\n";
  t += leaks ? kLeak : kIntegrate;
  t += torch ? kTorchSubtract : "    snn.set \"v\", %v1\n";
  t += "  }";
  return t + (spikes ? emitAndReset(type, profile) : kEmitGraded);
}

} // namespace spindle::nir
