// Generated projections stay in the network, for the machine to expand; keys and routes know of them.
// RUN: spindle-opt %s --snn-resolve-connections --snn-to-spinn="neurons-per-core=4" --verify-diagnostics | FileCheck %s

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
  %in = snn.source "input" : !snn.pop<8>
  // CHECK: snn.population "hid"
  %hid = snn.population "hid" of @if {} : !snn.pop<8>
  %out = snn.population "out" of @if {} {weight_shift = 5 : i64} : !snn.pop<8>
  // CHECK: snn.project %input to %hid as #snn.generated<one_to_one, seed = 0, weight = 3.0, object = 0>
  snn.project %in to %hid as #snn.generated<one_to_one, weight = 3.0> forward delay 1 : !snn.pop<8> to !snn.pop<8>
  // CHECK: snn.project %input to %hid as #snn.generated<fixed_in_degree(3.0), seed = 0, weight = 2.5, object = 1>
  snn.project %in to %hid as #snn.generated<fixed_in_degree(3), weight = 2.5> forward delay 1 : !snn.pop<8> to !snn.pop<8>
  // CHECK: snn.project %hid to %hid as #snn.generated<all_but_self, seed = 0, weight = -1.0, object = 2>
  snn.project %hid to %hid as #snn.generated<all_but_self, weight = -1.0> forward delay 2 : !snn.pop<8> to !snn.pop<8>
  // expected-warning @below {{'hid' to 'out': 50 % of the weights are below half of the smallest step 0.0009765625 and vanish (a smaller weight_shift keeps them)}}
  snn.project %hid to %out as #snn.generated<fixed_probability(0.5), weight = uniform(0.0, 0.0009765625), delay = uniform(1.0, 9.0)> forward delay 1 : !snn.pop<8> to !snn.pop<8>
  snn.output %out as "output" : !snn.pop<8>
}

// Delays of 1 and 2: 1 bit. 3 + 3 * 2.5 = 10.5 arrive at once: shift 4; seven times 1: shift 3.
// CHECK: core @hid_0 {{.*}} ring <delay = 1, type = 1, index = 2> shift [4, 3]
// Delays up to 10: 4 bits.
// CHECK: core @out_0 {{.*}} ring <delay = 4, type = 1, index = 2> shift [5, 5]
// CHECK: keys @input_0
// CHECK: keys @hid_1
// CHECK-NOT: rows @
