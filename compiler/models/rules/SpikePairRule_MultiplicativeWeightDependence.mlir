// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All pairs of spikes, multiplicative: A_plus and A_minus are fractions of the room to the limits.
snn.network @library {
  snn.rule @SpikePairRule_MultiplicativeWeightDependence
      params(tau_plus = 20.0 : "ms", tau_minus = 20.0 : "ms", A_plus = 0.01,
             A_minus = 0.01,
             w_min = 0.0 : "weight", w_max = 1.0 : "weight")
      pre(a decay tau_plus) post(b decay tau_minus) order ["post", "pre"] tie depress
    on_pre {
      %a = snn.get "a"
      %one = arith.constant 1.0 : f64
      %a1 = arith.addf %a, %one : f64
      snn.set "a", %a1
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
      %b = snn.get "b"
      %one = arith.constant 1.0 : f64
      %b1 = arith.addf %b, %one : f64
      snn.set "b", %b1
      %a = snn.get "a"
      %w = snn.get "weight"
      %A = snn.get "A_plus"
      %limit = snn.get "w_max"
      %room = arith.subf %limit, %w : f64
      %scale = arith.mulf %room, %A : f64
      %change = arith.mulf %scale, %a : f64
      %w1 = arith.addf %w, %change : f64
      snn.set "weight", %w1
    }
}
