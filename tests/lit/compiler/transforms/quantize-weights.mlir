// RUN: %spindle-opt %s --pass-pipeline="builtin.module(snn.network(snn-quantize-weights{target=xbar levels=3}))" | FileCheck %s --check-prefix=XBAR
// RUN: %spindle-opt %s --pass-pipeline="builtin.module(snn.network(snn-quantize-weights{target=spinn}))" | FileCheck %s --check-prefix=SPINN

snn.network @net {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  // Two steps of 0.5 for the first neuron: nothing is lost. The second one's step is 0.45.
  // XBAR: {{\[\[}}1.000000e+00, -5.000000e-01], [9.000000e-01, 4.500000e-01]]
  // The largest sum is 1.2: a unit of 2^-14.
  // SPINN: {{\[\[}}1.000000e+00, -5.000000e-01], [0.9000244140625{{0*}}{{.*}}, 0.29998779296875
  snn.weights @w = dense<[[1.0, -0.5], [0.9, 0.3]]> : tensor<2x2xf64>
  %in = snn.source "in" : !snn.pop<2>
  %out = snn.population "out" of @pass {} : !snn.pop<2>
  snn.project %in to %out via @w as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<2>
}

// Equal source, delay and target: one cell of the array, whose sum of 1.0 and 0.5 is what is rounded.
snn.network @cells {
  snn.model @pass inputs(x) update {
  } emit {
    %x = snn.get "x"
    snn.emit graded %x : f64
  }
  // XBAR-LABEL: snn.network @cells
  // XBAR-DAG: dense<1.500000e+00> : tensor<1x1xf64>
  // XBAR-DAG: sparse<
  snn.weights @a = dense<1.0> : tensor<1x1xf64>
  snn.weights @b = dense<0.5> : tensor<1x1xf64>
  %in = snn.source "in" : !snn.pop<1>
  %out = snn.population "out" of @pass {} : !snn.pop<1>
  snn.project %in to %out via @a as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
  snn.project %in to %out port "x" via @b as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<1>
}
