// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/ManyCoreOracleNeuron.h"

#include <cmath>
#include <stdexcept>

namespace spindle::oracle {
namespace {

Accum half(Accum x) { return x >> 1; }

// Reals cut towards 0: what an older host made of its constants.
Fract cutToFract(double x) { return static_cast<Fract>(static_cast<uint64_t>(x * 4294967296.0)); }
Accum cutToAccum(double x) { return static_cast<Accum>(x * 32768); }

} // namespace

Model modelOf(const std::string &name) {
  if (name == "IF_curr_exp")
    return {Membrane::Leaky, Shape::Exponential, Input::Current};
  if (name == "IF_cond_exp")
    return {Membrane::Leaky, Shape::Exponential, Input::Conductance};
  if (name == "IF_curr_alpha")
    return {Membrane::Leaky, Shape::Alpha, Input::Current};
  if (name == "IF_curr_delta")
    return {Membrane::Leaky, Shape::Delta, Input::Current};
  if (name == "Izhikevich")
    return {Membrane::Izhikevich, Shape::Exponential, Input::Current};
  if (name == "Izhikevich_cond")
    return {Membrane::Izhikevich, Shape::Exponential, Input::Conductance};
  throw std::out_of_range("no model '" + name + "'");
}

std::map<std::string, double> defaultsOf(const Model &model) {
  std::map<std::string, double> values;
  if (model.membrane == Membrane::Leaky)
    values = {{"tau_m", 20},     {"cm", 1},       {"v_rest", -65},     {"v_reset", -65},
              {"v_thresh", -50}, {"i_offset", 0}, {"tau_refrac", 0.1}, {"v", -65}};
  else
    values = {{"a", 0.02}, {"b", 0.2}, {"c", -65},      {"d", 2},
              {"v", -70},  {"u", -14}, {"i_offset", 0}, {"v_thresh", 30}};
  if (model.shape != Shape::Delta)
    values["tau_syn_E"] = values["tau_syn_I"] = model.shape == Shape::Alpha ? 0.5 : 5;
  if (model.input == Input::Conductance)
    values["e_rev_E"] = 0, values["e_rev_I"] = -70;
  return values;
}

Neuron::Neuron(const Model &model, const std::map<std::string, double> &values, double dt,
               int subSteps, Constants constants)
    : model_(model), subSteps_(subSteps), realStep_(dt / subSteps), dt_(toAccum(dt) / subSteps) {
  v_ = toAccum(values.at("v"));
  offset_ = toAccum(values.at("i_offset"));
  threshold_ = toAccum(values.at("v_thresh"));
  if (model.membrane == Membrane::Leaky) {
    initialiseMembrane(values, constants);
  } else {
    a_ = toAccum(values.at("a")), b_ = toAccum(values.at("b"));
    c_ = toAccum(values.at("c")), d_ = toAccum(values.at("d"));
    u_ = toAccum(values.at("u"));
    step_ = constants == Constants::OnCore ? dt_ : cutToAccum(realStep_);
    late_ =
        constants == Constants::OnCore ? mul(dt_, 60620) : cutToAccum(realStep_ * 60620 / 32768);
    h_ = step_;
  }
  if (model.shape == Shape::Delta) {
    deltaScale_ = constants == Constants::OnCore ? divide(kOne, dt_) : cutToAccum(1 / realStep_);
  } else {
    initialiseSynapse(syn_[0], values.at("tau_syn_E"), constants);
    initialiseSynapse(syn_[1], values.at("tau_syn_I"), constants);
  }
  if (model.input == Input::Conductance) {
    reversal_[0] = toAccum(values.at("e_rev_E"));
    reversal_[1] = toAccum(values.at("e_rev_I"));
  }
}

void Neuron::initialiseMembrane(const std::map<std::string, double> &values, Constants constants) {
  Accum tau = toAccum(values.at("tau_m"));
  rest_ = toAccum(values.at("v_rest"));
  reset_ = toAccum(values.at("v_reset"));
  r_ = divide(tau, toAccum(values.at("cm")));
  expTc_ = expk(-divide(dt_, tau));
  Accum ticks = divide(toAccum(values.at("tau_refrac")), dt_);
  refractoryTicks_ = ticks / kOne + (ticks % kOne != 0 ? 1 : 0);
  if (constants == Constants::OnCore)
    return;
  r_ = cutToAccum(values.at("tau_m") / values.at("cm"));
  expTc_ = cutToAccum(std::exp(-(realStep_ / values.at("tau_m"))));
  refractoryTicks_ = static_cast<int32_t>(std::ceil(values.at("tau_refrac") / realStep_));
}

void Neuron::initialiseSynapse(Synapse &s, double tau, Constants constants) {
  Accum t = toAccum(tau);
  s.decay = expulr(-divide(dt_, t));
  s.init = decayToFract(divide(t, dt_), 0xffffffffu - s.decay);
  if (model_.shape == Shape::Alpha) // as a fraction and back: whole parts are lost
    s.k = divide(dt_, mul(t, t)) & 0x7fff;
  if (constants == Constants::OnCore)
    return;
  double decay = std::exp(-(realStep_ / tau));
  s.decay = cutToFract(decay);
  s.init = cutToFract(tau / realStep_ * (1 - decay));
  if (model_.shape == Shape::Alpha)
    s.k = cutToAccum(realStep_ / (tau * tau));
}

void Neuron::receive(Synapse &s, Accum w) const {
  switch (model_.shape) {
  case Shape::Exponential:
    s.x = add(s.x, decay(w, s.init));
    break;
  case Shape::Delta:
    s.x = add(s.x, w);
    break;
  case Shape::Alpha:
    s.q = w;
    s.exp = add(decay(s.exp, s.decay), kOne);
    s.lin = mul(add(s.lin, mul(w, s.k)), sub(kOne, divide(kOne, s.exp)));
    break;
  }
}

Accum Neuron::output(const Synapse &s) const {
  return model_.shape == Shape::Alpha ? mul(s.lin, s.exp) : s.x;
}

Accum Neuron::synapse(int type) const { return output(syn_[type]); }

void Neuron::fade(Synapse &s) const {
  switch (model_.shape) {
  case Shape::Exponential:
    s.x = decay(s.x, s.decay);
    break;
  case Shape::Delta:
    s.x = 0;
    break;
  case Shape::Alpha:
    s.lin = add(s.lin, mul(s.q, s.k));
    s.exp = decay(s.exp, s.decay);
    break;
  }
}

bool Neuron::tick(Accum exc, Accum inh, Accum current) {
  if (exc != 0)
    receive(syn_[0], exc);
  if (inh != 0)
    receive(syn_[1], inh);
  bool spiked = false;
  for (int i = 0; i < subSteps_; ++i)
    spiked |= subStep(current, i == 0);
  return spiked;
}

bool Neuron::subStep(Accum current, bool record) {
  Accum exc = output(syn_[0]), inh = output(syn_[1]);
  if (model_.input == Input::Conductance)
    exc >>= 10, inh >>= 10;
  if (record)
    recorded_ = {v_, exc, inh};
  Accum input = total(exc, inh, current);
  if (model_.membrane == Membrane::Leaky)
    leak(input);
  else
    izhikevich(input);
  bool spike = v_ >= threshold_;
  if (spike)
    reset();
  fade(syn_[0]), fade(syn_[1]);
  return spike;
}

Accum Neuron::total(Accum exc, Accum inh, Accum current) const {
  if (model_.input == Input::Conductance) {
    exc = mul(exc, sub(reversal_[0], v_));
    inh = mul(sub(0, inh), sub(reversal_[1], v_));
  } else if (model_.shape == Shape::Delta) {
    exc = mul(exc, deltaScale_);
    inh = mul(inh, deltaScale_);
  }
  return add(add(sub(exc, inh), offset_), current);
}

void Neuron::leak(Accum input) {
  if (refractory_ > 0) {
    --refractory_;
    return;
  }
  Accum alpha = add(mul(input, r_), rest_);
  v_ = sub(alpha, mul(expTc_, sub(alpha, v_)));
}

void Neuron::izhikevich(Accum input) {
  constexpr Accum five = 5 * kOne, m = 1311;
  Accum pre = sub(add(140 * kOne, input), u_);
  Accum alpha = add(pre, mul(add(five, mul(m, v_)), v_));
  Accum eta = add(v_, half(mul(h_, alpha)));
  Accum ah = mul(a_, h_); // shared, as the optimised build of the machine's code has it
  Accum beta = half(mul(ah, sub(mul(b_, v_), u_)));
  Accum slope = add(sub(pre, beta), mul(add(five, mul(m, eta)), eta));
  v_ = add(v_, mul(h_, slope));
  u_ = add(u_, mul(ah, add(sub(sub(0, u_), beta), mul(b_, eta))));
  h_ = step_;
}

void Neuron::reset() {
  if (model_.membrane == Membrane::Leaky) {
    v_ = reset_;
    refractory_ = refractoryTicks_;
    return;
  }
  v_ = c_;
  u_ = add(u_, d_);
  h_ = late_; // 1.85 steps
}

} // namespace spindle::oracle
