// Two populations with a loop: tiles, codes, scales and routes of a small fabric.
// RUN: spindle-opt %s --snn-to-xbar="rows=4 cols=8 banks=2 width=2 height=2" | FileCheck %s
// RUN: spindle-opt %s --snn-to-xbar="rows=4 cols=8 banks=2 width=2 height=2" | spindle-opt | FileCheck %s

snn.network @net attributes {dt = 1.0e-3 : f64} {
  snn.model @if params(th) state(v = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    }
  snn.weights @w_in = dense<[[1.0, 0.5], [0.25, -0.5], [0.0, 0.3]]> : tensor<3x2xf32>
  snn.weights @w_rec = dense<[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]> : tensor<3x3xf32>
  snn.weights @w_more = dense<[[0.5, 0.0], [0.0, 0.0], [0.0, 0.0]]> : tensor<3x2xf32>
  snn.weights @w_out = dense<[[2.0, -4.0, 2.0]]> : tensor<1x3xf32>
  snn.weights @bias = dense<0.125> : tensor<1xf64>
  %in = snn.source "input" : !snn.pop<2>
  %hid = snn.population "hid.if" of @if {th = 1.0 : f64} onset 1 : !snn.pop<3>
  %out = snn.population "out" of @if {th = 1.0 : f64} onset 2 : !snn.pop<1>
  snn.project %in to %hid via @w_in as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<3>
  snn.project %in to %hid via @w_more as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<3>
  snn.project %hid to %hid via @w_rec as #snn.dense forward delay 1 plus [0, 1, 62] : !snn.pop<3> to !snn.pop<3>
  snn.project %hid to %out via @w_out as #snn.dense forward delay 2 : !snn.pop<3> to !snn.pop<1>
  snn.drive %hid by @bias from 0 : !snn.pop<3>
  snn.output %out as "output" latency 2 : !snn.pop<1>
  snn.probe %hid ["v"] : !snn.pop<3>
}

// What the neurons are stays; the synapses are in the fabric.
// CHECK: snn.network @net
// CHECK: snn.model @if
// CHECK-NOT: snn.weights @w_
// CHECK: snn.weights @bias
// CHECK-NOT: snn.project
// CHECK: snn.drive
// CHECK: snn.output

// CHECK: xbar.fabric @fabric of @net mesh <width = 2, height = 2> geometry <rows = 4, cols = 8, banks = 2>
// CHECK-SAME: periphery <adc_bits = 9, adc_share = 4,
// CHECK-SAME: levels = 32
// Column 0 sees 1.0 + 0.5 (two projections to one row), 0.5 and 1.0: a step of 0.5. Column 2 has 0.3f, which is
// no short multiple of a power of two: the largest weight, 1.0, over 31.
// CHECK: xbar.tile @hid_if_0 at(0, 0) node "hid.if" model "if" onset 1 neurons [0, 1, 2] rows 5
// CHECK-SAME: steps [5.000000e-01, 2.500000e-01, 0.032258064516129031] scale [1073741824, 536870912, 69273666] shift 16 adc_shift 0
// CHECK: xbar.tile @out_0 at(1, 0) node "out" model "if" onset 2 neurons [0] rows 3
// CHECK-SAME: steps [2.000000e+00] scale [1073741824] shift 14 adc_shift 0
// CHECK: xbar.program @hid_if_0 codes dense<{{.}}
// CHECK-SAME: [3, 0, 1, 0, 0, 0], [1, 0, 0, 2, 9, 0], [0, 0, 0, 0, 31, 0], [2, 0, 0, 0, 0, 0], [0, 0, 4, 0, 0, 0]
// CHECK: xbar.program @out_0 codes dense<{{.}}[1, 0], [0, 2], [1, 0]]>
// CHECK: xbar.inject "input" {
// CHECK-NEXT: 0 to (0, 0) row 0 delay 1
// CHECK-NEXT: 1 to (0, 0) row 1 delay 1
// CHECK-NEXT: }
// CHECK: xbar.route @hid_if_0 {
// CHECK-NEXT: 0 to (0, 0) row 2 delay 1, (1, 0) row 0 delay 2
// CHECK-NEXT: 1 to (0, 0) row 3 delay 2, (1, 0) row 1 delay 2
// CHECK-NEXT: 2 to (0, 0) row 4 delay 63, (1, 0) row 2 delay 2
// CHECK-NEXT: }
// CHECK: xbar.route @out_0 {} of 1
