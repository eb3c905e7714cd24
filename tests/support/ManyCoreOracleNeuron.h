// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One neuron of the many-core machine, step by step as its rules say: synapses, input, membrane,
// threshold. Slow and obvious on purpose.
#ifndef SPINDLE_TESTS_SUPPORT_MANYCOREORACLENEURON_H
#define SPINDLE_TESTS_SUPPORT_MANYCOREORACLENEURON_H

#include "tests/support/ManyCoreOracleNumbers.h"

#include <map>
#include <string>

namespace spindle::oracle {

enum class Membrane { Leaky, Izhikevich };
enum class Shape { Exponential, Alpha, Delta };
enum class Input { Current, Conductance };
/// Who computes decays and gains: the core by its tables, or an older host in float64, truncating.
enum class Constants { OnCore, HostTruncated };

struct Model {
  Membrane membrane = Membrane::Leaky;
  Shape shape = Shape::Exponential;
  Input input = Input::Current;
};

/// By its PyNN name: IF_curr_exp, IF_cond_exp, IF_curr_alpha, IF_curr_delta, Izhikevich,
/// Izhikevich_cond. Throws std::out_of_range for others.
Model modelOf(const std::string &name);

/// The parameters of a model and what a neuron has that says nothing else; initial v (and u) too.
std::map<std::string, double> defaultsOf(const Model &model);

/// What is recorded of a tick: v before the update; the synapses after the input, before shaping.
struct Recorded {
  Accum v = 0, exc = 0, inh = 0;
};

class Neuron {
public:
  /// `values`: parameters by name (all of them), `dt` in ms.
  Neuron(const Model &model, const std::map<std::string, double> &values, double dt, int subSteps,
         Constants constants);

  /// One tick: what arrived (s16.15), and the injected current. True if it spiked.
  bool tick(Accum exc, Accum inh, Accum current);

  const Recorded &recorded() const { return recorded_; }
  Accum v() const { return v_; }
  Accum u() const { return u_; }
  /// Length of the next step of an Izhikevich neuron.
  Accum nextStep() const { return h_; }
  int32_t refractory() const { return refractory_; }
  /// Output of a synapse type (0 excitatory, 1 inhibitory) as it is now, conductances not yet
  /// scaled down.
  Accum synapse(int type) const;

private:
  struct Synapse {
    Fract decay = 0, init = 0;
    Accum x = 0;                          // exponential, delta
    Accum lin = 0, exp = 0, q = 0, k = 0; // alpha
  };

  void initialiseMembrane(const std::map<std::string, double> &values, Constants constants);
  void initialiseSynapse(Synapse &s, double tau, Constants constants);
  void receive(Synapse &s, Accum w) const;
  Accum output(const Synapse &s) const;
  void fade(Synapse &s) const;
  Accum total(Accum exc, Accum inh, Accum current) const;
  void leak(Accum input);
  void izhikevich(Accum input);
  void reset();
  bool subStep(Accum current, bool record);

  Model model_;
  int subSteps_;
  double realStep_; ///< ms
  Accum dt_;        ///< of a sub-step
  Synapse syn_[2];
  Accum v_ = 0, u_ = 0, h_ = 0, offset_ = 0, threshold_ = 0, reset_ = 0;
  Accum rest_ = 0, r_ = 0, expTc_ = 0, deltaScale_ = 0, reversal_[2] = {0, 0};
  Accum a_ = 0, b_ = 0, c_ = 0, d_ = 0, step_ = 0, late_ = 0;
  int32_t refractory_ = 0, refractoryTicks_ = 0;
  Recorded recorded_;
};

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_SUPPORT_MANYCOREORACLENEURON_H
