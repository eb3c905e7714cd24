// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// 4,000 neurons with current-based synapses (Vogels and Abbott): rest lies above the threshold, so that
// the network fires by itself. README.md has the numbers and what to expect.
snn.network @cuba attributes {dt = 1.0e-4 : f64} {
  %e = snn.population "e" of @IF_curr_exp {tau_m = 20.0 : f64, cm = 0.2 : f64, v_rest = -49.0 : f64,
      v_thresh = -50.0 : f64, v_reset = -60.0 : f64, tau_refrac = 5.0 : f64,
      tau_syn_E = 5.0 : f64, tau_syn_I = 10.0 : f64}
      initial {v = #snn.distribution<uniform(-60.0, -50.0)>} : !snn.pop<3200>
  %i = snn.population "i" of @IF_curr_exp {tau_m = 20.0 : f64, cm = 0.2 : f64, v_rest = -49.0 : f64,
      v_thresh = -50.0 : f64, v_reset = -60.0 : f64, tau_refrac = 5.0 : f64,
      tau_syn_E = 5.0 : f64, tau_syn_I = 10.0 : f64}
      initial {v = #snn.distribution<uniform(-60.0, -50.0)>} : !snn.pop<800>
  %all = snn.assembly "all" (%e, %i) : (!snn.pop<3200>, !snn.pop<800>) to !snn.pop<4000>
  snn.project %e to %all port "excitatory" as #snn.generated<fixed_probability(0.02), seed = 1,
      weight = 16.2 unit "pA", delay = 0.1 unit "ms", no_self> forward delay 0 : !snn.pop<3200> to !snn.pop<4000>
  snn.project %i to %all port "inhibitory" as #snn.generated<fixed_probability(0.02), seed = 1,
      weight = 90.0 unit "pA", delay = 0.1 unit "ms", no_self> forward delay 0 : !snn.pop<800> to !snn.pop<4000>
  snn.output %e as "e.out" : !snn.pop<3200>
  snn.output %i as "i.out" : !snn.pop<800>
}
