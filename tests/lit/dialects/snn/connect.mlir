// Maps that list synapses, parts of populations and assemblies: what is printed parses again to the
// same, with numbers in decimal.
// RUN: %spindle-opt %s | %spindle-opt | FileCheck %s
// RUN: %spindle-opt %s --mlir-print-op-generic | %spindle-opt | FileCheck %s

snn.network @connect {
  %a = snn.source "a" : !snn.pop<10x20>
  %b = snn.relay "b" : !snn.pop<10x20>
  %c = snn.relay "c" : !snn.pop<5>

  // CHECK: as #snn.generated<all_to_all, seed = 0, weight = 1.0> forward
  snn.project %a to %b as #snn.generated<all_to_all> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<all_but_self, seed = 0, weight = -30.0> forward
  snn.project %a to %b as #snn.generated<all_but_self, weight = -30> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<fixed_probability(1.0e-05), seed = 0, weight = 1.0e+20> forward
  snn.project %a to %b as #snn.generated<fixed_probability(1.0e-5), weight = 1.0e20> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<fixed_in_degree(1000.0), seed = 3, weight = uniform(0.0, 0.5)> forward
  snn.project %a to %b as #snn.generated<fixed_in_degree(1000), seed = 3, weight = uniform(0, 0.5)> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<fixed_out_degree(5.0), seed = 3, weight = exponential(-2.0), no_multapses> forward
  snn.project %a to %b as #snn.generated<fixed_out_degree(5), no_multapses, seed = 3, weight = exponential(-2.0)> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<fixed_total(77.0), seed = 3, weight = negative lognormal(0.1, 0.3) below 4.0, object = 12> forward
  snn.project %a to %b as #snn.generated<fixed_total(77), seed = 3, weight = negative lognormal(0.1, 0.3) below 4.0, object = 12> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.generated<distance, seed = 1, weight = 1.0, space = #snn.space<gaussian, 0.8, 2.0, cutoff = 6.0, spacing = [0.5, 0.5], period = [5.0, 10.0]>> forward
  snn.project %a to %b as #snn.generated<distance, seed = 1, space = #snn.space<gaussian, 0.8, 2.0, cutoff = 6.0, spacing = [0.5, 0.5], period = [5.0, 10.0]>> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
  // CHECK: as #snn.list<unit "nA", [0, 1, 2.0, 1], [1, 2, -2.5, 17], [0, 1, 2.0, 1]> forward
  snn.project %a to %b as #snn.list<unit "nA", [0, 1, 2.0, 1], [1, 2, -2.5, 17], [0, 1, 2, 1]> forward delay 0 : !snn.pop<10x20> to !snn.pop<10x20>

  // CHECK: snn.project %a [0 to 5] to %c as #snn.generated<one_to_one, seed = 0, weight = 6.0> forward
  snn.project %a[0 to 5] to %c as #snn.generated<one_to_one, weight = 6.0> forward delay 1 : !snn.pop<10x20> to !snn.pop<5>
  // CHECK: snn.project %a [1 to 11 by 2] to %c [4, 3, 0, 1, 2] as #snn.one_to_one forward
  snn.project %a[1 to 10 by 2] to %c[4, 3, 0, 1, 2] as #snn.one_to_one forward delay 1 : !snn.pop<10x20> to !snn.pop<5>
  // CHECK: snn.project %a [9 to -1 by -2] to %c [0 to 5 at 3 of 8] as #snn.generated<all_to_all, seed = 0, weight = 1.0, self_targets = [-1, 2, 1, -1, 0]>
  snn.project %a[9 to -1 by -2] to %c[0 to 5 at 3 of 8] as #snn.generated<all_to_all, self_targets = [-1, 2, 1, -1, 0]> forward delay 1 : !snn.pop<10x20> to !snn.pop<5>

  // CHECK: %[[ALL:.*]] = snn.assembly "all"(%b, %c) : (!snn.pop<10x20>, !snn.pop<5>) to !snn.pop<205>
  %all = snn.assembly "all" (%b, %c) : (!snn.pop<10x20>, !snn.pop<5>) to !snn.pop<205>
  // CHECK: %[[SOME:.*]] = snn.assembly "some"(%b, %c) parts [#snn.part<0 to 40>, unit] : (!snn.pop<10x20>, !snn.pop<5>) to !snn.pop<45>
  %some = snn.assembly "some" (%b, %c) parts [#snn.part<0 to 40>, unit] : (!snn.pop<10x20>, !snn.pop<5>) to !snn.pop<45>
  // CHECK: snn.project %[[ALL]] to %[[SOME]] as
  snn.project %all to %some as #snn.generated<fixed_total(500), no_self> forward delay 1 : !snn.pop<205> to !snn.pop<45>
}
