// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The neuron of Izhikevich, synapses that are conductances and decay exponentially.
snn.network @library {
  snn.model @Izhikevich_cond
      params(a = 0.02, b = 0.2, c = -65.0 : "mV", d = 2.0, i_offset = 0.0 : "nA", v_thresh = 30.0 : "mV",
             tau_syn_E = 5.0 : "ms", tau_syn_I = 5.0 : "ms",
             e_rev_E = 0.0 : "mV", e_rev_I = -70.0 : "mV")
      state(v = -70.0 : "mV", u = -14.0, h : "ms", syn_exc, syn_inh)
      inputs(excitatory magnitude gain 10 : "uS", inhibitory magnitude gain 10 : "uS",
             i_source current : "nA")
      derived(step : "ms", late : "ms", decay_E, init_E, decay_I, init_I)
      observe(v_rec : "mV", gsyn_exc_rec, gsyn_inh_rec)
  derive on_core {
    %dt = snn.get "dt_ms"
    snn.set "step", %dt
    // The first step after a spike is longer: the spike came inside the one before.
    %longer = arith.constant 1.8499755859375 : f64
    %late = arith.mulf %dt, %longer : f64
    snn.set "late", %late
    snn.set "h", %dt
    // The mean over a step of a pulse that decays: no charge is lost.
    %one = arith.constant 1.0 : f64
    %tau_E = snn.get "tau_syn_E"
    %steps_E = arith.divf %dt, %tau_E : f64
    %minus_E = arith.negf %steps_E : f64
    %decay_E = math.exp %minus_E : f64
    snn.set "decay_E", %decay_E
    %gone_E = arith.subf %one, %decay_E : f64
    %length_E = arith.divf %tau_E, %dt : f64
    %init_E = snn.decay %length_E by %gone_E
    snn.set "init_E", %init_E
    %tau_I = snn.get "tau_syn_I"
    %steps_I = arith.divf %dt, %tau_I : f64
    %minus_I = arith.negf %steps_I : f64
    %decay_I = math.exp %minus_I : f64
    snn.set "decay_I", %decay_I
    %gone_I = arith.subf %one, %decay_I : f64
    %length_I = arith.divf %tau_I, %dt : f64
    %init_I = snn.decay %length_I by %gone_I
    snn.set "init_I", %init_I
  } receive {
    %syn_exc = snn.get "syn_exc"
    %excitatory = snn.get "excitatory"
    %init_E = snn.get "init_E"
    %in_E = snn.decay %excitatory by %init_E
    %sum_E = arith.addf %syn_exc, %in_E : f64
    snn.set "syn_exc", %sum_E
    %syn_inh = snn.get "syn_inh"
    %inhibitory = snn.get "inhibitory"
    %init_I = snn.get "init_I"
    %in_I = snn.decay %inhibitory by %init_I
    %sum_I = arith.addf %syn_inh, %in_I : f64
    snn.set "syn_inh", %sum_I
  } update {
    %v = snn.get "v"
    snn.set "v_rec", %v
    %sum_exc = snn.get "syn_exc"
    %g_exc = snn.ungain %sum_exc of "excitatory"
    snn.set "gsyn_exc_rec", %g_exc
    %sum_inh = snn.get "syn_inh"
    %g_inh = snn.ungain %sum_inh of "inhibitory"
    snn.set "gsyn_inh_rec", %g_inh
    %e_rev_E = snn.get "e_rev_E"
    %to_E = arith.subf %e_rev_E, %v : f64
    %exc = arith.mulf %g_exc, %to_E : f64
    %e_rev_I = snn.get "e_rev_I"
    %to_I = arith.subf %e_rev_I, %v : f64
    %out_inh = arith.negf %g_inh : f64
    %inh = arith.mulf %out_inh, %to_I : f64
    %net = arith.subf %exc, %inh : f64
    %i_offset = snn.get "i_offset"
    %biased = arith.addf %net, %i_offset : f64
    %i_source = snn.get "i_source"
    %i = arith.addf %biased, %i_source : f64
    // The midpoint rule; products in the order in which the machine's production code has them.
    %u = snn.get "u"
    %h = snn.get "h"
    %a = snn.get "a"
    %b = snn.get "b"
    %c140 = arith.constant 140.0 : f64
    %c5 = arith.constant 5.0 : f64
    %c004 = arith.constant 0.04 : f64
    %half = arith.constant 0.5 : f64
    %i140 = arith.addf %c140, %i : f64
    %pre = arith.subf %i140, %u : f64
    %v004 = arith.mulf %c004, %v : f64
    %slope0 = arith.addf %c5, %v004 : f64
    %curve0 = arith.mulf %slope0, %v : f64
    %alpha = arith.addf %pre, %curve0 : f64
    %way = arith.mulf %h, %alpha : f64
    %half_way = arith.mulf %way, %half : f64
    %eta = arith.addf %v, %half_way : f64
    %ah = arith.mulf %a, %h : f64
    %bv = arith.mulf %b, %v : f64
    %bvu = arith.subf %bv, %u : f64
    %du = arith.mulf %ah, %bvu : f64
    %beta = arith.mulf %du, %half : f64
    %eta004 = arith.mulf %c004, %eta : f64
    %slope1 = arith.addf %c5, %eta004 : f64
    %curve1 = arith.mulf %slope1, %eta : f64
    %pre_beta = arith.subf %pre, %beta : f64
    %dv = arith.addf %pre_beta, %curve1 : f64
    %hdv = arith.mulf %h, %dv : f64
    %v1 = arith.addf %v, %hdv : f64
    snn.set "v", %v1
    %mu = arith.negf %u : f64
    %mub = arith.subf %mu, %beta : f64
    %beta_v = arith.mulf %b, %eta : f64
    %du1 = arith.addf %mub, %beta_v : f64
    %ahdu = arith.mulf %ah, %du1 : f64
    %u1 = arith.addf %u, %ahdu : f64
    snn.set "u", %u1
    %step = snn.get "step"
    snn.set "h", %step
  } emit {
    %v = snn.get "v"
    %v_thresh = snn.get "v_thresh"
    %spikes = arith.cmpf oge, %v, %v_thresh : f64
    snn.emit spike %spikes : i1
  } reset {
    %c = snn.get "c"
    snn.set "v", %c
    %u = snn.get "u"
    %d = snn.get "d"
    %u1 = arith.addf %u, %d : f64
    snn.set "u", %u1
    %late = snn.get "late"
    snn.set "h", %late
  } after {
    %syn_exc = snn.get "syn_exc"
    %decay_E = snn.get "decay_E"
    %left_E = snn.decay %syn_exc by %decay_E
    snn.set "syn_exc", %left_E
    %syn_inh = snn.get "syn_inh"
    %decay_I = snn.get "decay_I"
    %left_I = snn.decay %syn_inh by %decay_I
    snn.set "syn_inh", %left_I
  }
}
