// Every projection gets a delay of at least one step; reconvergent paths are balanced.
// RUN: %spindle-opt %s --snn-retime --split-input-file | FileCheck %s

// CHECK-LABEL: snn.network @skip
snn.network @skip {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  snn.weights @b = dense<1.0> : tensor<1xf64>
  %in = snn.source "in" : !snn.pop<2>
  // CHECK: snn.population "a" of @pass {} onset 1
  %a = snn.population "a" of @pass {} : !snn.pop<2>
  // CHECK: snn.relay "r" {snn.latency = 2 : i64}
  %r = snn.relay "r" : !snn.pop<2>
  // CHECK: snn.population "c" of @pass {} onset 3
  %c = snn.population "c" of @pass {} : !snn.pop<2>
  // CHECK: snn.project %in to %a as #snn.one_to_one forward delay 1
  snn.project %in to %a as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %a to %r as #snn.one_to_one forward delay 1
  snn.project %a to %r as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %r to %c as #snn.one_to_one forward delay 1
  snn.project %r to %c as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // The skip waits for the long way; its own delay of 2 is added to.
  // CHECK: snn.project %in to %c as #snn.one_to_one forward delay 5
  snn.project %in to %c as #snn.one_to_one forward delay 2 : !snn.pop<2> to !snn.pop<2>
  // A loop within one node keeps its length.
  // CHECK: snn.project %c to %c as #snn.one_to_one forward delay 1
  snn.project %c to %c as #snn.one_to_one forward delay 1 : !snn.pop<2> to !snn.pop<2>
  // Counted from the onset for a population, from step 0 for a relay.
  // CHECK: snn.drive %c by @b from 4
  snn.drive %c by @b from 4 : !snn.pop<2>
  // CHECK: snn.drive %r by @b from 6
  snn.drive %r by @b from 4 : !snn.pop<2>
  // CHECK: snn.output %c as "out" latency 3
  snn.output %c as "out" : !snn.pop<2>
}

// -----

// The shortest of the per-neuron delays counts.
// CHECK-LABEL: snn.network @per_neuron
snn.network @per_neuron {
  %in = snn.source "in" : !snn.pop<2>
  %a = snn.relay "a" : !snn.pop<2>
  %b = snn.relay "b" : !snn.pop<2>
  // CHECK: snn.project %in to %a as #snn.one_to_one forward delay 0 plus [1, 7]
  snn.project %in to %a as #snn.one_to_one forward delay 0 plus [1, 7] : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %in to %b as #snn.one_to_one forward delay 1 plus [0, 7]
  snn.project %in to %b as #snn.one_to_one forward delay 0 plus [0, 7] : !snn.pop<2> to !snn.pop<2>
  snn.output %a as "a" : !snn.pop<2>
  snn.output %b as "b" : !snn.pop<2>
}
