// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pairs of nearest spikes, multiplicative: A_plus and A_minus are fractions of the room to the limits.
snn.network @library {
  snn.rule @SpikeNearestPairRule_MultiplicativeWeightDependence
      params(tau_plus = 20.0 : "ms", tau_minus = 20.0 : "ms", A_plus = 0.01,
             A_minus = 0.01,
             w_min = 0.0 : "weight", w_max = 1.0 : "weight")
      pre(a = 1.0 decay tau_plus) post(b = 1.0 decay tau_minus) order ["post", "pre"] tie depress
    on_pre {
      %one = arith.constant 1.0 : f64
      snn.set "a", %one
      %b = snn.get "b"
      %w = snn.get "weight"
      %A = snn.get "A_minus"
      %limit = snn.get "w_min"
      %room = arith.subf %w, %limit : f64
      %scale = arith.mulf %room, %A : f64
      %change = arith.mulf %scale, %b : f64
      %w1 = arith.subf %w, %change : f64
      snn.set "weight", %w1
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
      %room = arith.subf %limit, %w : f64
      %scale = arith.mulf %room, %A : f64
      %change = arith.mulf %scale, %m : f64
      %w1 = arith.addf %w, %change : f64
      snn.set "weight", %w1
    }
}
