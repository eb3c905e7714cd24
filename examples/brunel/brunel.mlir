// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brunel's balanced random network: 12,500 neurons with delta synapses, 15.6 million synapses, each neuron
// driven by 20,000 Poisson spikes a second. README.md has the numbers and what to expect.
snn.network @brunel attributes {dt = 1.0e-4 : f64} {
  %e = snn.population "e" of @IF_curr_delta {tau_m = 20.0 : f64, cm = 1.0 : f64, v_rest = 0.0 : f64,
      v_thresh = 20.0 : f64, v_reset = 10.0 : f64, tau_refrac = 2.0 : f64} initial {v = 0.0 : f64} : !snn.pop<10000>
  %i = snn.population "i" of @IF_curr_delta {tau_m = 20.0 : f64, cm = 1.0 : f64, v_rest = 0.0 : f64,
      v_thresh = 20.0 : f64, v_reset = 10.0 : f64, tau_refrac = 2.0 : f64} initial {v = 0.0 : f64} : !snn.pop<2500>
  %ext = snn.source "ext" kind poisson rate 20000.0 : !snn.pop<12500>
  %all = snn.assembly "all" (%e, %i) : (!snn.pop<10000>, !snn.pop<2500>) to !snn.pop<12500>
  snn.project %ext to %all port "excitatory" as #snn.generated<one_to_one, weight = 0.1>
      forward delay 1 : !snn.pop<12500> to !snn.pop<12500>
  snn.project %e to %all port "excitatory" as #snn.generated<fixed_in_degree(1000), seed = 1,
      weight = 0.1, delay = 1.5 unit "ms"> forward delay 0 : !snn.pop<10000> to !snn.pop<12500>
  snn.project %i to %all port "inhibitory" as #snn.generated<fixed_in_degree(250), seed = 1,
      weight = 0.5, delay = 1.5 unit "ms"> forward delay 0 : !snn.pop<2500> to !snn.pop<12500>
  snn.output %e as "e.out" : !snn.pop<10000>
  snn.output %i as "i.out" : !snn.pop<2500>
}
