// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The symmetric rule of Vogels et al. 2011, additive: A_plus is a weight. A_minus and w_min belong to
// the vocabulary and have no effect: as on the machine, nothing stops a weight from falling below 0.
snn.network @library {
  snn.rule @Vogels2011Rule_AdditiveWeightDependence
      params(tau = 20.0 : "ms", alpha = 0.0 : "trace", A_plus = 0.01 : "weight", A_minus = 0.01 : "weight",
             w_min = 0.0 : "weight", w_max = 1.0 : "weight")
      pre(a decay tau) post(b decay tau) order ["post", "pre"] tie depress
    on_pre {
      %a = snn.get "a"
      %one = arith.constant 1.0 : f64
      %a1 = arith.addf %a, %one : f64
      snn.set "a", %a1
      %b = snn.get "b"
      %alpha = snn.get "alpha"
      %m = arith.subf %b, %alpha : f64
      %w = snn.get "weight"
      %A = snn.get "A_plus"
      %limit = snn.get "w_max"
      %change = arith.mulf %A, %m : f64
      %w1 = arith.addf %w, %change : f64
      %w2 = arith.minimumf %w1, %limit : f64
      snn.set "weight", %w2
    } on_post {
      %b = snn.get "b"
      %one = arith.constant 1.0 : f64
      %b1 = arith.addf %b, %one : f64
      snn.set "b", %b1
      %a = snn.get "a"
      %w = snn.get "weight"
      %A = snn.get "A_plus"
      %limit = snn.get "w_max"
      %change = arith.mulf %A, %a : f64
      %w1 = arith.addf %w, %change : f64
      %w2 = arith.minimumf %w1, %limit : f64
      snn.set "weight", %w2
    }
}
