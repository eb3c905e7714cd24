// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Leaky integrate-and-fire, synapses that are pulses of current of one step.
snn.network @library {
  snn.model @IF_curr_delta
      params(tau_m = 20.0 : "ms", cm = 1.0 : "nF", v_rest = -65.0 : "mV", v_reset = -65.0 : "mV",
             v_thresh = -50.0 : "mV", tau_refrac = 0.1 : "ms", i_offset = 0.0 : "nA")
      state(v = -65.0 : "mV", refract integer, syn_exc, syn_inh)
      inputs(excitatory magnitude : "nA", inhibitory magnitude : "nA",
             i_source current : "nA")
      derived(r, keep, t_ref integer, scale)
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
    %one = arith.constant 1.0 : f64
    %scale = arith.divf %one, %dt : f64
    snn.set "scale", %scale
  } receive {
    %syn_exc = snn.get "syn_exc"
    %excitatory = snn.get "excitatory"
    %sum_E = arith.addf %syn_exc, %excitatory : f64
    snn.set "syn_exc", %sum_E
    %syn_inh = snn.get "syn_inh"
    %inhibitory = snn.get "inhibitory"
    %sum_I = arith.addf %syn_inh, %inhibitory : f64
    snn.set "syn_inh", %sum_I
  } update {
    %v = snn.get "v"
    snn.set "v_rec", %v
    %pulse_exc = snn.get "syn_exc"
    %pulse_inh = snn.get "syn_inh"
    snn.set "gsyn_exc_rec", %pulse_exc
    snn.set "gsyn_inh_rec", %pulse_inh
    %scale = snn.get "scale"
    %exc = arith.mulf %pulse_exc, %scale : f64
    %inh = arith.mulf %pulse_inh, %scale : f64
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
    %none = arith.constant 0.0 : f64
    snn.set "syn_exc", %none
    snn.set "syn_inh", %none
  }
}
