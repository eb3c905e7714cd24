// RUN: %spindle-opt %s --pass-pipeline="builtin.module(snn.network(snn-check-target{target=spinn}))" --split-input-file --verify-diagnostics

snn.network @relay {
  // expected-error @below {{node 'r': --target=spinn computes sums only for neurons}}
  %r = snn.relay "r" : !snn.pop<1>
  snn.output %r as "out" : !snn.pop<1>
}

// -----

snn.network @linear_loop {
  %r = snn.relay "r" : !snn.pop<1>
  // expected-error @below {{node 'r': a loop of linear maps without a neuron}}
  snn.project %r to %r as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @graded {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  %a = snn.population "a" of @pass {} : !snn.pop<1>
  %b = snn.population "b" of @pass {} : !snn.pop<1>
  // expected-error @below {{'a' to 'b': --target=spinn sends spikes and counts, not graded values}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @learning {
  snn.rule @r order ["post", "pre"] tie depress
  %a = snn.source "a" : !snn.pop<1>
  %b = snn.relay "b" : !snn.pop<1>
  // expected-error @below {{'a' to 'b': rule 'r': what learns leads to a population, 'b' is none}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @at_once {
  snn.model @m inputs(x) update {
  } emit {
    %x = snn.get "x"
    %zero = arith.constant 0.0 : f64
    %z = arith.cmpf ogt, %x, %zero : f64
    snn.emit spike %z : i1
  }
  snn.rule @r order ["post", "pre"] tie depress
  %a = snn.source "a" : !snn.pop<1>
  %b = snn.population "b" of @m {} : !snn.pop<1>
  // expected-error @below {{'a' to 'b': rule 'r': a projection that learns takes at least one step of delay}}
  snn.project %a to %b as #snn.one_to_one forward delay 0 learn @r : !snn.pop<1> to !snn.pop<1>
}

// -----

snn.network @third_factor {
  snn.model @m inputs(x) update {
  } emit {
    %x = snn.get "x"
    %zero = arith.constant 0.0 : f64
    %z = arith.cmpf ogt, %x, %zero : f64
    snn.emit spike %z : i1
  }
  snn.rule @r order ["post", "pre"] tie depress on_pre {
    // expected-error @below {{rule 'r' reads 'modulator', which no engine delivers yet}}
    %m = snn.get "modulator"
    snn.set "weight", %m
  }
  %a = snn.source "a" : !snn.pop<1>
  %b = snn.population "b" of @m {} : !snn.pop<1>
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r : !snn.pop<1> to !snn.pop<1>
}
