// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %spindle-opt %s --split-input-file --verify-diagnostics

snn.network @trace_of_synapse {
  snn.rule @r pre(a) order ["post", "pre"] tie depress
    on_pre {
      // expected-error @below {{a trace that 'on_pre' writes depends on 'weight': a trace belongs to the neuron}}
      %w = snn.get "weight"
      snn.set "a", %w
    }
}

// -----

snn.network @trace_of_other {
  snn.rule @r pre(a) post(b) order ["post", "pre"] tie depress
    on_post {
      // expected-error @below {{a trace that 'on_post' writes depends on 'a'}}
      %a = snn.get "a"
      snn.set "b", %a
    }
}

// -----

snn.network @wrong_side {
  snn.rule @r pre(a) post(b) order ["post", "pre"] tie depress
    on_post {
      %one = arith.constant 1.0 : f64
      // expected-error @below {{region 'on_post' cannot write term 'a'}}
      snn.set "a", %one
    }
}

// -----

snn.network @decay {
  // expected-error @below {{trace 'a' decays with 'tau', which is no parameter or derived term}}
  snn.rule @r pre(a decay tau) order ["post", "pre"] tie depress
}

// -----

snn.network @decay_of_parameter {
  // expected-error @below {{term 'p': only the traces of pre and post decay}}
  snn.rule @r params(tau, p decay tau) order ["post", "pre"] tie depress
}

// -----

snn.network @reserved {
  // expected-error @below {{term 'weight' has a reserved name}}
  snn.rule @r params(weight) order ["post", "pre"] tie depress
}

// -----

snn.network @unwritten {
  // expected-error @below {{derived term 'd' is never written by 'derive'}}
  snn.rule @r derived(d) order ["post", "pre"] tie depress
}

// -----

snn.network @missing {
  snn.rule @r params(A) order ["post", "pre"] tie depress
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // expected-error @below {{'a' to 'b': parameter 'A' of rule 'r' is missing}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @unknown {
  snn.rule @r order ["post", "pre"] tie depress
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // expected-error @below {{'a' to 'b': rule 'r' has no parameter 'B'}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r with {B = 1.0 : f64} : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @per_neuron {
  snn.rule @r params(A) order ["post", "pre"] tie depress
  %a = snn.source "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // expected-error @below {{parameter 'A' of rule 'r' is one f64 for the whole projection}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r with {A = 1 : i64} : !snn.pop<2> to !snn.pop<2>
}

// -----

snn.network @phase {
  // expected-error @below {{'learn': there is no rule @r}}
  snn.phase "learn" steps 10 rules [@r]
}
