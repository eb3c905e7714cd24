// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A ring of 20 neurons, each of which fires the next one 1 ms later (README.md).
snn.network @synfire attributes {dt = 1.0e-3 : f64} {
  %start = snn.source "start" : !snn.pop<1>
  %ring = snn.population "ring" of @IF_curr_exp {cm = 0.25 : f64, tau_m = 20.0 : f64, tau_refrac = 2.0 : f64,
      tau_syn_E = 5.0 : f64, tau_syn_I = 5.0 : f64, v_reset = -70.0 : f64, v_rest = -65.0 : f64,
      v_thresh = -50.0 : f64} : !snn.pop<20>
  snn.project %start to %ring[0 to 1] port "excitatory" as #snn.generated<one_to_one, weight = 2.0 unit "nA">
      forward delay 1 : !snn.pop<1> to !snn.pop<20>
  snn.project %ring to %ring[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0]
      port "excitatory" as #snn.generated<one_to_one, weight = 2.0 unit "nA", delay = 1.0 unit "ms">
      forward delay 0 : !snn.pop<20> to !snn.pop<20>
  snn.probe %ring ["spikes", "v_rec", "gsyn_exc_rec"] : !snn.pop<20>
  snn.output %ring as "ring.out" : !snn.pop<20>
}
