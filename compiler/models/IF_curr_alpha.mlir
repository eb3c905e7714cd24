// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Leaky integrate-and-fire, synapses that are currents with the shape of an alpha function: a linear
// part, which grows, times an exponential one, which decays. A new pulse is merged into both.
snn.network @library {
  snn.model @IF_curr_alpha
      params(tau_m = 20.0 : "ms", cm = 1.0 : "nF", v_rest = -65.0 : "mV", v_reset = -65.0 : "mV",
             v_thresh = -50.0 : "mV", tau_refrac = 0.1 : "ms", i_offset = 0.0 : "nA",
             tau_syn_E = 0.5 : "ms", tau_syn_I = 0.5 : "ms")
      state(v = -65.0 : "mV", refract integer, lin_exc, exp_exc, q_exc, lin_inh, exp_inh, q_inh)
      inputs(excitatory magnitude : "nA", inhibitory magnitude : "nA",
             i_source current : "nA")
      derived(r, keep, t_ref integer, decay_E, k_E, decay_I, k_I)
      observe(v_rec : "mV", gsyn_exc_rec, gsyn_inh_rec)
  derive on_core {
    %dt = snn.get "dt_ms"
    %tau_m = snn.get "tau_m"
    %cm = snn.get "cm"
    %r = arith.divf %tau_m, %cm : f64
    snn.set "r", %r
    %steps = arith.divf %dt, %tau_m : f64
    %minus = arith.negf %steps : f64
    %keep = math.exp %minus : f64
    snn.set "keep", %keep
    %tau_refrac = snn.get "tau_refrac"
    %refractory = arith.divf %tau_refrac, %dt : f64
    %t_ref = math.ceil %refractory : f64
    snn.set "t_ref", %t_ref
    %tau_E = snn.get "tau_syn_E"
    %steps_E = arith.divf %dt, %tau_E : f64
    %minus_E = arith.negf %steps_E : f64
    %decay_E = math.exp %minus_E : f64
    snn.set "decay_E", %decay_E
    %square_E = arith.mulf %tau_E, %tau_E : f64
    %slope_E = arith.divf %dt, %square_E : f64
    %k_E = snn.as_fraction %slope_E
    snn.set "k_E", %k_E
    %tau_I = snn.get "tau_syn_I"
    %steps_I = arith.divf %dt, %tau_I : f64
    %minus_I = arith.negf %steps_I : f64
    %decay_I = math.exp %minus_I : f64
    snn.set "decay_I", %decay_I
    %square_I = arith.mulf %tau_I, %tau_I : f64
    %slope_I = arith.divf %dt, %square_I : f64
    %k_I = snn.as_fraction %slope_I
    snn.set "k_I", %k_I
  } receive {
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %w_E = snn.get "excitatory"
    %some_E = arith.cmpf ogt, %w_E, %zero : f64
    %q_E = snn.get "q_exc"
    %q1_E = arith.select %some_E, %w_E, %q_E : f64
    snn.set "q_exc", %q1_E
    %e_E = snn.get "exp_exc"
    %decay_E = snn.get "decay_E"
    %left_E = snn.decay %e_E by %decay_E
    %raised_E = arith.addf %left_E, %one : f64
    %e1_E = arith.select %some_E, %raised_E, %e_E : f64
    snn.set "exp_exc", %e1_E
    %l_E = snn.get "lin_exc"
    %k_E = snn.get "k_E"
    %rise_E = arith.mulf %w_E, %k_E : f64
    %grown_E = arith.addf %l_E, %rise_E : f64
    %share_E = snn.quotient %one by %raised_E
    %old_E = arith.subf %one, %share_E : f64
    %merged_E = arith.mulf %grown_E, %old_E : f64
    %l1_E = arith.select %some_E, %merged_E, %l_E : f64
    snn.set "lin_exc", %l1_E
    %w_I = snn.get "inhibitory"
    %some_I = arith.cmpf ogt, %w_I, %zero : f64
    %q_I = snn.get "q_inh"
    %q1_I = arith.select %some_I, %w_I, %q_I : f64
    snn.set "q_inh", %q1_I
    %e_I = snn.get "exp_inh"
    %decay_I = snn.get "decay_I"
    %left_I = snn.decay %e_I by %decay_I
    %raised_I = arith.addf %left_I, %one : f64
    %e1_I = arith.select %some_I, %raised_I, %e_I : f64
    snn.set "exp_inh", %e1_I
    %l_I = snn.get "lin_inh"
    %k_I = snn.get "k_I"
    %rise_I = arith.mulf %w_I, %k_I : f64
    %grown_I = arith.addf %l_I, %rise_I : f64
    %share_I = snn.quotient %one by %raised_I
    %old_I = arith.subf %one, %share_I : f64
    %merged_I = arith.mulf %grown_I, %old_I : f64
    %l1_I = arith.select %some_I, %merged_I, %l_I : f64
    snn.set "lin_inh", %l1_I
  } update {
    %v = snn.get "v"
    snn.set "v_rec", %v
    %l_E = snn.get "lin_exc"
    %e_E = snn.get "exp_exc"
    %exc = arith.mulf %l_E, %e_E : f64
    snn.set "gsyn_exc_rec", %exc
    %l_I = snn.get "lin_inh"
    %e_I = snn.get "exp_inh"
    %inh = arith.mulf %l_I, %e_I : f64
    snn.set "gsyn_inh_rec", %inh
    %net = arith.subf %exc, %inh : f64
    %i_offset = snn.get "i_offset"
    %biased = arith.addf %net, %i_offset : f64
    %i_source = snn.get "i_source"
    %i = arith.addf %biased, %i_source : f64
    %r = snn.get "r"
    %v_rest = snn.get "v_rest"
    %lift = arith.mulf %i, %r : f64
    %alpha = arith.addf %lift, %v_rest : f64
    %gap = arith.subf %alpha, %v : f64
    %keep = snn.get "keep"
    %left = arith.mulf %keep, %gap : f64
    %v1 = arith.subf %alpha, %left : f64
    // Held while it is refractory; the threshold is tested all the same.
    %timer = snn.get "refract"
    %zero = arith.constant 0.0 : f64
    %one = arith.constant 1.0 : f64
    %free = arith.cmpf ole, %timer, %zero : f64
    %v2 = arith.select %free, %v1, %v : f64
    snn.set "v", %v2
    %less = arith.subf %timer, %one : f64
    %timer1 = arith.select %free, %timer, %less : f64
    snn.set "refract", %timer1
  } emit {
    %v = snn.get "v"
    %v_thresh = snn.get "v_thresh"
    %spikes = arith.cmpf oge, %v, %v_thresh : f64
    snn.emit spike %spikes : i1
  } reset {
    %v_reset = snn.get "v_reset"
    snn.set "v", %v_reset
    %t_ref = snn.get "t_ref"
    snn.set "refract", %t_ref
  } after {
    %l_E = snn.get "lin_exc"
    %q_E = snn.get "q_exc"
    %k_E = snn.get "k_E"
    %rise_E = arith.mulf %q_E, %k_E : f64
    %l1_E = arith.addf %l_E, %rise_E : f64
    snn.set "lin_exc", %l1_E
    %e_E = snn.get "exp_exc"
    %decay_E = snn.get "decay_E"
    %e1_E = snn.decay %e_E by %decay_E
    snn.set "exp_exc", %e1_E
    %l_I = snn.get "lin_inh"
    %q_I = snn.get "q_inh"
    %k_I = snn.get "k_I"
    %rise_I = arith.mulf %q_I, %k_I : f64
    %l1_I = arith.addf %l_I, %rise_I : f64
    snn.set "lin_inh", %l1_I
    %e_I = snn.get "exp_inh"
    %decay_I = snn.get "decay_I"
    %e1_I = snn.decay %e_I by %decay_I
    snn.set "exp_inh", %e1_I
  }
}
