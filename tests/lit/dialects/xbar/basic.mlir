// What is printed is what was read: fabric, tiles, program, routes.
// RUN: %spindle-opt %s | FileCheck %s
// RUN: spindle-opt %s | spindle-opt | FileCheck %s
// RUN: spindle-opt %s --mlir-print-op-generic | spindle-opt | FileCheck %s

// CHECK: xbar.fabric @fabric of @net mesh <width = 2, height = 1>
// CHECK-SAME: geometry <rows = 4, cols = 4, banks = 2>
// CHECK-SAME: periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
// CHECK-SAME: device <family = ideal, levels = 32, g_min = 9.9999999999999995E-7 : f64, g_max = 1.000000e-04 : f64>
xbar.fabric @fabric of @net
    mesh <width = 2, height = 1>
    geometry <rows = 4, cols = 4, banks = 2>
    periphery <adc_bits = 8, adc_share = 2, setup = 1, integrate = 2, mux = 0, sample = 1>
    device <family = ideal, levels = 32, g_min = 1.0e-6 : f64, g_max = 1.0e-4 : f64> {
  // CHECK: xbar.tile @hid_0 at(0, 0) node "hid" model "lif" onset 1 neurons [0, 1] rows 5
  // CHECK-SAME: steps [5.000000e-01, 2.500000e-01] scale [1073741824, 536870912] shift 16 adc_shift 0
  xbar.tile @hid_0 at (0, 0) node "hid" model "lif" onset 1 neurons [0, 1] rows 5
      steps [5.0e-1, 2.5e-1] scale [1073741824, 536870912] shift 16 adc_shift 0
  xbar.tile @out_0 at (1, 0) node "out" model "lif" onset 2 neurons [3] rows 1
      steps [1.0] scale [32768] shift 0 adc_shift 1
  // CHECK: xbar.program @hid_0 codes dense<
  xbar.program @hid_0 codes dense<[[1, 0, 0, 2], [0, 31, 0, 0], [0, 0, 4, 0], [7, 0, 0, 7], [1, 0, 1, 0]]> : tensor<5x4xi16>
  xbar.program @out_0 codes dense<[[0, 3]]> : tensor<1x2xi16>
  // CHECK: xbar.inject "input" {
  // CHECK-NEXT: 0 to (0, 0) row 0 delay 1
  // CHECK-NEXT: 2 to (0, 0) row 3 delay 63, (0, 0) row 4 delay 1
  // CHECK-NEXT: } of 4
  xbar.inject "input" {
    0 to (0, 0) row 0 delay 1
    2 to (0, 0) row 3 delay 63, (0, 0) row 4 delay 1
  } of 4
  // CHECK: xbar.route @hid_0 {
  // CHECK-NEXT: 1 to (1, 0) row 0 delay 2
  // CHECK-NEXT: }{{$}}
  xbar.route @hid_0 {
    1 to (1, 0) row 0 delay 2
  }
  // CHECK: xbar.route @out_0 {} of 1
  xbar.route @out_0 {} of 1
}
