// RUN: %spindle-opt %s --snn-fold-relays --split-input-file | FileCheck %s

// A chain of dense maps is their product; a bias between them is pushed through the second one.
// CHECK-LABEL: snn.network @chain
snn.network @chain {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  // CHECK-DAG: snn.weights @[[B:.*]] = dense<[2.000000e+01, 2.400000e+01]> : tensor<2xf64>
  // CHECK-DAG: snn.weights @[[W:.*]] = dense<{{\[\[}}4.000000e+00, 2.000000e+00], [4.000000e+00, 3.000000e+00]]> : tensor<2x2xf64>
  snn.weights @w1 = dense<[[1.0, 1.0], [2.0, 0.0]]> : tensor<2x2xf32>
  snn.weights @w2 = dense<[[2.0, 1.0], [3.0, 0.5]]> : tensor<2x2xf32>
  snn.weights @b = dense<[7.0, 6.0]> : tensor<2xf32>
  // CHECK-NOT: snn.weights @w1
  %in = snn.source "in" : !snn.pop<2>
  // CHECK-NOT: snn.relay
  %r = snn.relay "r" : !snn.pop<2>
  %out = snn.population "out" of @pass {} : !snn.pop<2>
  snn.project %in to %r via @w1 as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<2>
  snn.drive %r by @b from 2 : !snn.pop<2>
  // CHECK: snn.project %in to %out via @[[W]] as #snn.dense forward delay 3
  // CHECK: snn.drive %out by @[[B]] from 4
  snn.project %r to %out via @w2 as #snn.dense forward delay 2 : !snn.pop<2> to !snn.pop<2>
  snn.output %out as "out" : !snn.pop<2>
}

// -----

// A flatten goes without new weights, on either side; scales multiply and per-neuron delays add.
// CHECK-LABEL: snn.network @scales
snn.network @scales {
  // CHECK: snn.weights @[[S:.*]] = dense<[6.000000e+00, 1.000000e+01]> : tensor<2xf64>
  snn.weights @two = dense<2.0> : tensor<f32>
  snn.weights @s = dense<[3.0, 5.0]> : tensor<2xf32>
  %in = snn.source "in" : !snn.pop<2x1>
  %flat = snn.relay "flat" : !snn.pop<2>
  %mid = snn.relay "mid" : !snn.pop<2>
  // CHECK: snn.relay "out"
  %out = snn.relay "out" : !snn.pop<2>
  snn.project %in to %flat as #snn.one_to_one forward delay 0 : !snn.pop<2x1> to !snn.pop<2>
  snn.project %flat to %mid via @two as #snn.one_to_one forward delay 1 plus [1, 2] : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %in to %out via @[[S]] as #snn.one_to_one forward delay 1 plus [11, 22] : !snn.pop<2x1> to !snn.pop<2>
  snn.project %mid to %out via @s as #snn.one_to_one forward delay 0 plus [10, 20] : !snn.pop<2> to !snn.pop<2>
  snn.output %out as "out" : !snn.pop<2>
}

// -----

// Delays that belong to the relay's neurons split the product, one projection per delay. Fewer than a quarter
// of the entries is not zero: stored as sparse elements.
// CHECK-LABEL: snn.network @split
snn.network @split {
  // CHECK-DAG: snn.weights @[[A:.*]] = dense<{{.*}}2.000000e+00, 3.000000e+00
  // CHECK-DAG: snn.weights @[[B:.*]] = sparse<{{.*}}, 1.000000e+00> : tensor<8x2xf64>
  snn.weights @w = dense<[[2.0, 3.0], [0.0, 1.0]]> : tensor<2x2xf32>
  snn.weights @one = sparse<[[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [6, 1]], 1.0> : tensor<8x2xf32>
  %in = snn.source "in" : !snn.pop<2>
  %r = snn.relay "r" : !snn.pop<2>
  %out = snn.relay "out" : !snn.pop<8>
  snn.project %in to %r via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK-DAG: snn.project %in to %out via @[[A]] as #snn.dense forward delay 5
  // CHECK-DAG: snn.project %in to %out via @[[B]] as #snn.dense forward delay 4
  snn.project %r to %out via @one as #snn.dense forward delay 1 plus [4, 3] : !snn.pop<2> to !snn.pop<8>
  snn.output %out as "out" : !snn.pop<8>
}

// -----

// A flatten behind a neuron that is an output: the output moves to the neuron. A loop of relays stays.
// CHECK-LABEL: snn.network @ends
snn.network @ends {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  %a = snn.population "a" of @pass {} : !snn.pop<2x1>
  // CHECK-NOT: snn.relay "flat"
  %flat = snn.relay "flat" : !snn.pop<2>
  // CHECK: snn.relay "loop"
  %loop = snn.relay "loop" : !snn.pop<2>
  snn.project %a to %flat as #snn.one_to_one forward delay 0 : !snn.pop<2x1> to !snn.pop<2>
  snn.project %a to %loop as #snn.one_to_one forward delay 0 : !snn.pop<2x1> to !snn.pop<2>
  snn.project %loop to %loop as #snn.one_to_one forward delay 1 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.output %a as "out" : !snn.pop<2x1>
  snn.output %flat as "out" : !snn.pop<2>
}
