// Two populations with a loop, cut into slices of 2: slices, keys, places, routes, tables and rows.
// RUN: spindle-opt %s --snn-to-spinn="neurons-per-core=2" | FileCheck %s
// RUN: spindle-opt %s --snn-to-spinn="neurons-per-core=2" | spindle-opt | FileCheck %s

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
  snn.project %hid to %hid via @w_rec as #snn.dense forward delay 1 plus [0, 1, 39] : !snn.pop<3> to !snn.pop<3>
  snn.project %hid to %out via @w_out as #snn.dense forward delay 2 : !snn.pop<3> to !snn.pop<1>
  snn.drive %hid by @bias from 0 : !snn.pop<3>
  snn.output %out as "output" latency 2 : !snn.pop<1>
  snn.probe %hid ["v"] : !snn.pop<3>
}


// What the neurons are stays; the synapses are in the machine.
// CHECK: snn.network @net
// CHECK: snn.model @if
// CHECK-NOT: snn.weights @w_
// CHECK: snn.weights @bias
// CHECK-NOT: snn.project
// CHECK: snn.drive
// CHECK: snn.output

// CHECK: spinn.machine @machine of @net board "spinn5" {
// A delay of 40 takes 6 bits. Neuron 0 of hid.if receives up to 3.0: shift 2; the inhibitory 0.5 needs none.
// out receives 4.0, and 2^shift must be above it; its delay of 2 takes 1 bit, its only neuron none.
// CHECK-NEXT: core @input_0 at(0, 0, 1) node "input" neurons 0 to 2{{$}}
// CHECK-NEXT: core @hid.if_0 at(0, 0, 2) node "hid.if" neurons 0 to 2 onset 1 ring <delay = 6, type = 1, index = 1> shift [2, 0]
// CHECK-NEXT: core @hid.if_1 at(0, 0, 3) node "hid.if" neurons 2 to 3 onset 1 ring <delay = 6, type = 1, index = 1> shift [2, 0]
// CHECK-NEXT: core @out_0 at(0, 0, 4) node "out" neurons 0 to 1 onset 2 ring <delay = 1, type = 1, index = 0> shift [3, 3]

// Nothing listens to out: it has no keys. All slices of hid.if have as many keys, in one aligned zone.
// CHECK-NEXT: keys @input_0 key 0x00000000 mask 0xfffffffe
// CHECK-NEXT: keys @hid.if_0 key 0x00000004 mask 0xfffffffe
// CHECK-NEXT: keys @hid.if_1 key 0x00000006 mask 0xfffffffe

// hid.if_1 sends to hid.if_0 and out_0 only.
// CHECK-NEXT: routes at(0, 0) {
// CHECK-NEXT:   key 0x00000000 mask 0xfffffffe to links [] cores [2, 3]
// CHECK-NEXT:   key 0x00000004 mask 0xfffffffe to links [] cores [2, 3, 4]
// CHECK-NEXT:   key 0x00000006 mask 0xfffffffe to links [] cores [2, 4]
// CHECK-NEXT: }

// Three sources by key, one matrix each. The first has rows of 3 synapses (length - 1 in the low byte, address 0), the
// others of one, at 16-byte blocks 3 and 5.
// CHECK-NEXT: table @hid.if_0 words dense<[3, 3,
// CHECK-SAME:   0, -2, 65536, 0, 2,
// CHECK-SAME:   4, -2, 65537, 0, 2,
// CHECK-SAME:   6, -2, 65538, 0, 1,
// CHECK-SAME:   2, 768, 1280]>
// Words: weight * 2^13 in the upper half, delay * 4 + type * 2 + neuron. Two projections from input 0 to neuron 0 are
// two synapses: 0.5 and 1.0. -0.5 is 2^14 of type 1 (its shift is 0), and the loop of 40 steps is 160.
// CHECK-NEXT: rows @hid.if_0 words dense<[0, 3, 0, 268435460, 536870916, 134217733,
// CHECK-SAME:   0, 2, 0, 268435460, 1073741831, 0,
// CHECK-SAME:   0, 0, 0, 0,
// CHECK-SAME:   0, 1, 0, 536870920,
// CHECK-SAME:   0, 1, 0, 536871073]>
// 0.3 * 2^13 is 2457.6, rounded to 2458.
// CHECK-NEXT: table @hid.if_1 words dense<[2, 2, 0, -2, 65536, 0, 2, 4, -2, 65537, 0, 2, 0, 512]>
// CHECK-NEXT: rows @hid.if_1 words dense<[0, 0, 0, 0, 0, 1, 0, 161087492,
// CHECK-SAME:   0, 1, 0, 536870916, 0, 0, 0, 0]>
// A delay of 2 with one delay bit is stored as 0; -4.0 is 2^14 of type 1.
// CHECK-NEXT: table @out_0 words dense<[2, 2, 4, -2, 65536, 0, 2, 6, -2, 65537, 0, 1, 0, 512]>
// CHECK-NEXT: rows @out_0 words dense<[0, 1, 0, 536870912, 0, 1, 0, 1073741825,
// CHECK-SAME:   0, 1, 0, 536870912]>
