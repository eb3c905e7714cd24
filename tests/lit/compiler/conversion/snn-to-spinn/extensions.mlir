// Delays beyond the ring: a core of delay extension for each source slice and length of ring, which is
// placed, has keys and routes, and stands between source and targets.
// RUN: spindle-opt %s --snn-resolve-connections --snn-to-spinn --verify-diagnostics | FileCheck %s

snn.network @net attributes {dt = 1.0e-3 : f64} {
  snn.model @if params(th = 1.0) state(v = 0.0) inputs(x)
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
  %in = snn.source "input" : !snn.pop<300>
  %far = snn.source "far" : !snn.pop<8>
  %a = snn.population "a" of @if {} {weight_shift = 5 : i64} : !snn.pop<256>
  %b = snn.population "b" of @if {} {weight_shift = 5 : i64} : !snn.pop<64>
  // 256 neurons of two types: a ring of 32. Delays 1 to 100 need the stages from 33, 65 and 97 on.
  snn.project %in to %a as #snn.generated<fixed_probability(0.5), weight = 1.0, delay = uniform(1.0, 100.0)> forward delay 0 : !snn.pop<300> to !snn.pop<256>
  // 40 steps: all of them in stage 1, so that the source's own packets go to the extension only.
  snn.project %far to %a as #snn.generated<all_to_all, weight = 1.0> forward delay 40 : !snn.pop<8> to !snn.pop<256>
  // 64 neurons: a ring of 128. One extension serves both.
  snn.project %a to %b as #snn.generated<all_to_all, weight = 1.0> forward delay 129 : !snn.pop<256> to !snn.pop<64>
  snn.project %b to %b as #snn.generated<all_but_self, weight = 1.0> forward delay 128 : !snn.pop<64> to !snn.pop<64>
  snn.project %a to %a as #snn.generated<one_to_one, weight = 1.0> forward delay 32 : !snn.pop<256> to !snn.pop<256>
  snn.output %b as "output" : !snn.pop<64>
}

// CHECK: core @far_0 at([[FAR:.*]]) node
// CHECK: core @a_0 at(0, 0, [[A:[0-9]+]]) node "a" neurons 0 to 256 ring <delay = 5, type = 1, index = 8>
// CHECK: core @b_0 at(0, 0, [[B:[0-9]+]]) node "b" neurons 0 to 64 ring <delay = 7, type = 1, index = 6>
// CHECK-NEXT: extension @input_0_delay32 at(0, 0, {{[0-9]+}}) of @input_0 stages 3 step 32
// CHECK-NEXT: extension @input_1_delay32 at(0, 0, {{[0-9]+}}) of @input_1 stages 3 step 32
// CHECK-NEXT: extension @far_0_delay32 at(0, 0, [[D:[0-9]+]]) of @far_0 stages 1 step 32
// CHECK-NEXT: extension @a_0_delay128 at(0, 0, {{[0-9]+}}) of @a_0 stages 1 step 128
// Three stages of 256 neurons in 10 bits, of 44 in the same zone.
// CHECK: keys @far_0 key [[KEY:0x[0-9a-f]+]]
// CHECK: keys @b_0
// CHECK: keys @input_0_delay32 key 0x{{[0-9a-f]+}} mask 0xfffffc00
// CHECK: keys @input_1_delay32 key 0x{{[0-9a-f]+}} mask 0xfffffc00
// CHECK: keys @far_0_delay32 key 0x{{[0-9a-f]+}} mask 0xfffffff8
// CHECK: keys @a_0_delay128 key 0x{{[0-9a-f]+}} mask 0xffffff00
// CHECK: routes at(0, 0)
// CHECK: key [[KEY]] mask {{.*}} to links [] cores {{\[}}[[D]]{{\]}}
