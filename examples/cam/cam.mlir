// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory with 5 cues and 10 contents, written by make_cam.py.
snn.network @cam attributes {dt = 1.0e-3 : f64} {
  %in = snn.source "in" : !snn.pop<15>
  %cue_cue = snn.population "cue_cue" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<5>
  %cue_cont = snn.population "cue_cont" of @IF_curr_exp {cm = 0.14 : f64, tau_m = 0.5 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<5>
  %cont_cue = snn.population "cont_cue" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<10>
  %cont_cont = snn.population "cont_cont" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<10>
  %cond = snn.population "cond" of @IF_curr_exp {cm = 0.14 : f64, tau_m = 0.5 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<10>
  %cond_int = snn.population "cond_int" of @IF_curr_exp {cm = 0.14 : f64, tau_m = 0.5 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<1>
  %merge_cue = snn.population "merge_cue" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<5>
  %merge_cont = snn.population "merge_cont" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.0 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<10>
  %out = snn.population "out" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64, v_reset = -60.0 : f64, v_thresh = -57.5 : f64, tau_syn_E = 0.3 : f64, tau_syn_I = 0.3 : f64, tau_refrac = 1.0 : f64, i_offset = 0.0 : f64}
      initial {v = -60.0 : f64} : !snn.pop<15>
  snn.project %in[0 to 5] to %cue_cue port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<15> to !snn.pop<5>
  snn.project %in[5 to 15] to %cont_cue port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<15> to !snn.pop<10>
  snn.project %cue_cue to %cue_cont port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 2 : !snn.pop<5> to !snn.pop<5>
  snn.project %cue_cue to %cue_cont port "inhibitory" as #snn.generated<all_but_self, weight = 60.0>
      forward delay 3 : !snn.pop<5> to !snn.pop<5>
  snn.project %cue_cue to %cond port "inhibitory" as #snn.generated<all_to_all, weight = 6.0>
      forward delay 2 : !snn.pop<5> to !snn.pop<10>
  snn.project %cont_cue to %cond port "excitatory" as #snn.generated<one_to_one, weight = 9.0>
      forward delay 1 : !snn.pop<10> to !snn.pop<10>
  snn.project %cond to %cont_cont port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<10> to !snn.pop<10>
  snn.project %cont_cue to %cond_int port "excitatory" as #snn.generated<all_to_all, weight = 6.0>
      forward delay 1 : !snn.pop<10> to !snn.pop<1>
  snn.project %cond_int to %cond port "excitatory" as #snn.generated<all_to_all, weight = 2.0>
      forward delay 1 : !snn.pop<1> to !snn.pop<10>
  snn.project %cue_cont to %cue_cont port "inhibitory" as #snn.generated<all_but_self, weight = 60.0>
      forward delay 2 : !snn.pop<5> to !snn.pop<5>
  snn.project %cue_cue to %merge_cue port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 3 : !snn.pop<5> to !snn.pop<5>
  snn.project %cue_cont to %merge_cue port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<5> to !snn.pop<5>
  snn.project %cont_cue to %merge_cont port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 3 : !snn.pop<10> to !snn.pop<10>
  snn.project %cont_cont to %merge_cont port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<10> to !snn.pop<10>
  snn.project %merge_cue to %out[0 to 5] port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<5> to !snn.pop<15>
  snn.project %merge_cont to %out[5 to 15] port "excitatory" as #snn.generated<one_to_one, weight = 6.0>
      forward delay 1 : !snn.pop<10> to !snn.pop<15>
  snn.project %cue_cue to %cont_cue port "excitatory" as #snn.generated<all_to_all, weight = 0.0>
      forward delay 1 learn @SpikePairRule_AdditiveWeightDependence with {tau_plus = 3.0 : f64, tau_minus = 3.0 : f64, A_plus = 6.0 : f64, A_minus = 6.0 : f64, w_min = 0.0 : f64, w_max = 6.0 : f64} : !snn.pop<5> to !snn.pop<10>
  snn.project %cont_cont to %cue_cont port "excitatory" as #snn.generated<all_to_all, weight = 0.0>
      forward delay 1 learn @SpikePairRule_AdditiveWeightDependence with {tau_plus = 3.0 : f64, tau_minus = 3.0 : f64, A_plus = 6.0 : f64, A_minus = 6.0 : f64, w_min = 0.0 : f64, w_max = 6.0 : f64} : !snn.pop<10> to !snn.pop<5>
  snn.output %cue_cue as "cue_cue.out" : !snn.pop<5>
  snn.output %cue_cont as "cue_cont.out" : !snn.pop<5>
  snn.output %cont_cue as "cont_cue.out" : !snn.pop<10>
  snn.output %cont_cont as "cont_cont.out" : !snn.pop<10>
  snn.output %cond as "cond.out" : !snn.pop<10>
  snn.output %cond_int as "cond_int.out" : !snn.pop<1>
  snn.output %merge_cue as "merge_cue.out" : !snn.pop<5>
  snn.output %merge_cont as "merge_cont.out" : !snn.pop<10>
  snn.output %out as "out.out" : !snn.pop<15>
}
