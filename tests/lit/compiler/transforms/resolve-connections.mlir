// RUN: %spindle-opt %s --snn-resolve-connections --split-input-file | FileCheck %s

// Units become those of the port and steps; what is common to all delays becomes the projection's.
// CHECK-LABEL: @units
snn.network @units attributes {dt = 1.0e-4 : f64} {
  snn.model @acc params() state(v = 0.0) inputs(x : "nA")
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.population "b" of @acc {} : !snn.pop<4>
  // CHECK: #snn.generated<fixed_probability(0.5), seed = 0, weight = normal(0.0625, 0.03125), delay = uniform(15.0, 30.0), object = 0> forward delay 2
  snn.project %a to %b as #snn.generated<fixed_probability(0.5), weight = normal(62.5, 31.25) unit "pA", delay = uniform(1.5, 3.0) unit "ms"> forward delay 2 : !snn.pop<4> to !snn.pop<4>
  // CHECK: #snn.generated<all_to_all, seed = 0, weight = 2.0, object = 1> forward delay 8
  snn.project %a to %b as #snn.generated<all_to_all, weight = 2.0, delay = 0.8 unit "ms"> forward delay 0 : !snn.pop<4> to !snn.pop<4>
  // CHECK: #snn.list<[0, 1, 0.0625, 0], [3, 2, -0.0625, 6]> forward delay 3
  snn.project %a to %b as #snn.list<unit "pA", [0, 1, 62.5, 3], [3, 2, -62.5, 9]> forward delay 0 : !snn.pop<4> to !snn.pop<4>
}

// -----

// A projection of assemblies is one for each pair, which share rule and object.
// CHECK-LABEL: @assemblies
snn.network @assemblies {
  %a = snn.source "a" : !snn.pop<4>
  %b = snn.relay "b" : !snn.pop<3>
  // CHECK-NOT: assembly
  %from = snn.assembly "from" (%a, %b) parts [#snn.part<[3, 1]>, unit] : (!snn.pop<4>, !snn.pop<3>) to !snn.pop<5>
  // CHECK: snn.project %a [3, 1 at 0 of 5] to %b as #snn.generated<fixed_total(7.0), seed = 1, weight = 1.0, no_self, object = 0, self_targets = [-1, -1, 0, 1, 2]>
  // CHECK: snn.project %b [0 to 3 at 2 of 5] to %b as #snn.generated<fixed_total(7.0), seed = 1, weight = 1.0, no_self, object = 0, self_targets = [-1, -1, 0, 1, 2]>
  snn.project %from to %b as #snn.generated<fixed_total(7), seed = 1, no_self> forward delay 1 : !snn.pop<5> to !snn.pop<3>
  // No neuron is on both sides: self-connections cannot occur.
  // CHECK: snn.project %a to %b as #snn.generated<all_to_all, seed = 1, weight = 1.0, object = 1>
  snn.project %a to %b as #snn.generated<all_to_all, seed = 1, no_self> forward delay 1 : !snn.pop<4> to !snn.pop<3>
  // CHECK: snn.project %b to %b as #snn.generated<all_to_all, seed = 1, weight = 1.0, no_self, object = 2>
  snn.project %b to %b as #snn.generated<all_to_all, seed = 1, no_self> forward delay 1 : !snn.pop<3> to !snn.pop<3>
}
