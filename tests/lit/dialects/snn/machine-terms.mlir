// What models of a many-core machine need: integers, ports of one sign and with gain, sub-steps.
// RUN: %spindle-opt %s | %spindle-opt | FileCheck %s
// RUN: %spindle-opt %s --mlir-print-op-generic | %spindle-opt | FileCheck %s

// CHECK-LABEL: snn.network @machine
snn.network @machine attributes {dt = 1.0e-3 : f64} {
  // CHECK: snn.model @m params(tau = 5.000000e+00 : "ms")
  // CHECK-SAME: state(v, left integer, h)
  // CHECK-SAME: inputs(exc magnitude gain 10 : "uS", both, bias current : "nA")
  // CHECK-SAME: derived(keep, wait integer, k)
  // CHECK-SAME: derive on_core {
  snn.model @m params(tau = 5.0 : "ms") state(v, left integer, h)
      inputs(exc magnitude gain 10 : "uS", both, bias current : "nA") derived(keep, wait integer, k)
  derive on_core {
    // CHECK: snn.get "dt_ms"
    %dt = snn.get "dt_ms"
    %tau = snn.get "tau"
    %q = arith.divf %dt, %tau : f64
    %n = arith.negf %q : f64
    %keep = math.exp %n : f64
    snn.set "keep", %keep
    %w = math.ceil %tau : f64
    snn.set "wait", %w
    // CHECK: snn.as_fraction
    %k = snn.as_fraction %q
    snn.set "k", %k
    // CHECK: snn.set "h"
    snn.set "h", %dt
  // CHECK: } receive {
  } receive {
    %v = snn.get "v"
    %in = snn.get "exc"
    // CHECK: snn.ungain %{{.*}} of "exc"
    %g = snn.ungain %in of "exc"
    %b = snn.get "bias"
    %k = snn.get "k"
    // CHECK: snn.quotient %{{.*}} by %{{.*}}
    %s = snn.quotient %g by %k
    %v1 = arith.addf %v, %s : f64
    %v2 = arith.addf %v1, %b : f64
    snn.set "v", %v2
  // CHECK: } update {
  } update {
    %v = snn.get "v"
    %keep = snn.get "keep"
    %v1 = snn.decay %v by %keep
    snn.set "v", %v1
    %left = snn.get "left"
    %one = arith.constant 1.0 : f64
    %less = arith.subf %left, %one : f64
    snn.set "left", %less
  } emit {
    %v = snn.get "v"
    %tau = snn.get "tau"
    %z = arith.cmpf oge, %v, %tau : f64
    snn.emit spike %z : i1
  } reset {
    %wait = snn.get "wait"
    snn.set "left", %wait
  }
  // CHECK: snn.population "n" of @m {} onset 2 substeps 4 : !snn.pop<3>
  %n = snn.population "n" of @m {} onset 2 substeps 4 : !snn.pop<3>
  // CHECK: snn.population "one" of @m {} : !snn.pop<3>
  %one = snn.population "one" of @m {} substeps 1 : !snn.pop<3>
}
