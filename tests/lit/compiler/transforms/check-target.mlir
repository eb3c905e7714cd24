// RUN: %spindle-opt %s --pass-pipeline="builtin.module(snn.network(snn-check-target{target=spinn}))" --split-input-file --verify-diagnostics

snn.network @noise {
  // expected-error @below {{source 'n': poisson sources are not yet runnable}}
  %n = snn.source "n" kind poisson rate 8.0 : !snn.pop<1>
}

// -----

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
  // expected-error @below {{'a' to 'b': rule 'r': learning is not yet runnable}}
  snn.project %a to %b as #snn.one_to_one forward delay 1 learn @r : !snn.pop<1> to !snn.pop<1>
}
