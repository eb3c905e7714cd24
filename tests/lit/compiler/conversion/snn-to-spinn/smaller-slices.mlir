// Populations of which a core holds fewer neurons than were asked for.
// RUN: spindle-opt %s --snn-to-spinn | FileCheck %s

snn.network @net {
  snn.model @big params(p0 = 0.0, p1 = 0.0, p2 = 0.0, p3 = 0.0, p4 = 0.0, p5 = 0.0, p6 = 0.0, p7 = 0.0, p8 = 0.0, p9 = 0.0, p10 = 0.0, p11 = 0.0, p12 = 0.0, p13 = 0.0, p14 = 0.0, p15 = 0.0, p16 = 0.0, p17 = 0.0, p18 = 0.0, p19 = 0.0, p20 = 0.0, p21 = 0.0, p22 = 0.0, p23 = 0.0, p24 = 0.0, p25 = 0.0, p26 = 0.0, p27 = 0.0, p28 = 0.0, p29 = 0.0, p30 = 0.0, p31 = 0.0, p32 = 0.0, p33 = 0.0, p34 = 0.0, p35 = 0.0, p36 = 0.0, p37 = 0.0, p38 = 0.0, p39 = 0.0) state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  // 42 words a neuron, and a ring buffer of all 14 bits for 256 of them: 128 have room on a core.
  // CHECK: core @hid_0
  // CHECK-SAME: neurons 0 to 128
  // CHECK: core @hid_1
  // CHECK-SAME: neurons 128 to 256
  snn.weights @w = dense<1.0> : tensor<1xf32>
  %in = snn.source "input" : !snn.pop<256>
  %hid = snn.population "hid" of @big {} : !snn.pop<256>
  snn.project %in to %hid via @w as #snn.one_to_one forward delay 32 : !snn.pop<256> to !snn.pop<256>
}

