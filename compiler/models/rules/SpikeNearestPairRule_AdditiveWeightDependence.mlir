// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pairs of nearest spikes, additive: A_plus and A_minus are weights.
snn.network @library {
  snn.rule @SpikeNearestPairRule_AdditiveWeightDependence
      params(tau_plus = 20.0 : "ms", tau_minus = 20.0 : "ms", A_plus = 0.01 : "weight",
             A_minus = 0.01 : "weight",
             w_min = 0.0 : "weight", w_max = 1.0 : "weight")
      pre(a = 1.0 decay tau_plus) post(b = 1.0 decay tau_minus) order ["post", "pre"] tie depress
    on_pre {
      %one = arith.constant 1.0 : f64
      snn.set "a", %one
      %b = snn.get "b"
      %w = snn.get "weight"
      %A = snn.get "A_minus"
      %limit = snn.get "w_min"
      %change = arith.mulf %A, %b : f64
      %w1 = arith.subf %w, %change : f64
      %w2 = arith.maximumf %w1, %limit : f64
      snn.set "weight", %w2
    } on_post {
      %one = arith.constant 1.0 : f64
      snn.set "b", %one
      %a = snn.get "a"
      // Only the first spike of the target after one of the source.
      %t_pre = snn.get "t_pre"
      %t_post = snn.get "t_post"
      %first = arith.cmpf oge, %t_post, %t_pre : f64
      %zero = arith.constant 0.0 : f64
      %m = arith.select %first, %a, %zero : f64
      %w = snn.get "weight"
      %A = snn.get "A_plus"
      %limit = snn.get "w_max"
      %change = arith.mulf %A, %m : f64
      %w1 = arith.addf %w, %change : f64
      %w2 = arith.minimumf %w1, %limit : f64
      snn.set "weight", %w2
    }
}
