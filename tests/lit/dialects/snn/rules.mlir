// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: %spindle-opt %s | %spindle-opt | FileCheck %s

// CHECK-LABEL: snn.network @learning
snn.network @learning attributes {dt = 1.0e-3 : f64} {
  // CHECK: snn.rule @pair params(tau = 2.000000e+01 : "ms", A : "weight") derived(half)
  // CHECK-SAME: pre(a = 1.000000e+00 decay tau) post(b decay half : "x") synapse(tag)
  // CHECK-SAME: order ["post", "pre"] tie depress attributes {backprop = false}
  snn.rule @pair params(tau = 20.0 : "ms", A : "weight") derived(half)
      pre(a = 1.0 decay tau) post(b decay half : "x") synapse(tag)
      order ["post", "pre"] tie depress attributes {backprop = false}
    derive {
      %tau = snn.get "tau"
      %two = arith.constant 2.0 : f64
      %half = arith.divf %tau, %two : f64
      snn.set "half", %half
    // CHECK: } on_pre {
    } on_pre {
      %a = snn.get "a"
      %one = arith.constant 1.0 : f64
      %a1 = arith.addf %a, %one : f64
      snn.set "a", %a1
      %b = snn.get "b"
      snn.set "weight", %b
    } on_post {
      %b = snn.get "b"
      snn.set "b", %b
      %pre = snn.get "t_pre"
      snn.set "tag", %pre
    }
  %in = snn.source "in" : !snn.pop<2>
  %out = snn.relay "out" : !snn.pop<2>
  snn.weights @w = dense<2.0> : tensor<2xf32>
  // CHECK: delay 1 learn @pair with {A = 1.000000e-02 : f64} : !snn.pop<2> to !snn.pop<2>
  snn.project %in to %out via @w as #snn.one_to_one forward delay 1 learn @pair with {A = 0.01 : f64}
      : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.phase "learn" steps 100 rules [@pair]
  snn.phase "learn" steps 100 rules [@pair]
  snn.phase "rest" steps 0 rules []
}
