// Current and Poisson sources.
// RUN: %spindle-opt %s | %spindle-opt | FileCheck %s
// RUN: %spindle-opt %s --mlir-print-op-generic | %spindle-opt | FileCheck %s

// CHECK-LABEL: snn.network @stimuli
snn.network @stimuli attributes {dt = 1.0e-3 : f64} {
  snn.model @m state(v) inputs(x, bias current) update {} emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  }
  // CHECK: snn.source "p" kind poisson rate 8.000000e+00 start 1.000000e+02 duration 5.000000e+01 : !snn.pop<3>
  %p = snn.source "p" kind poisson rate 8.0 start 100.0 duration 50.0 : !snn.pop<3>
  // CHECK: snn.source "q" kind poisson rates dense<[1.000000e+00, 2.000000e+01]> : tensor<2xf64> : !snn.pop<2>
  %q = snn.source "q" kind poisson rates dense<[1.0, 20.0]> : tensor<2xf64> : !snn.pop<2>
  %n = snn.population "n" of @m {} : !snn.pop<3>
  // CHECK: snn.current "a" into %n dc {amplitude = 5.000000e-01 : f64} : !snn.pop<3>
  snn.current "a" into %n dc {amplitude = 0.5 : f64} : !snn.pop<3>
  // CHECK: snn.current "b" into %n port "x" step {amplitudes = array<f64: 1.000000e-01, 4.000000e-01>, times = array<f64: 0.000000e+00, 5.000000e+01>} neurons [0, 2] : !snn.pop<3>
  snn.current "b" into %n port "x" step {times = array<f64: 0.0, 50.0>, amplitudes = array<f64: 0.1, 0.4>}
    neurons [0, 2] : !snn.pop<3>
}
