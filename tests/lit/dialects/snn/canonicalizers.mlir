// RUN: %spindle-opt %s --canonicalize --split-input-file | FileCheck %s

// A one-to-one map of unit weights needs no storage.
// CHECK-LABEL: snn.network @unit
snn.network @unit {
  snn.weights @one = dense<1.0> : tensor<2xf32>
  %in = snn.source "in" : !snn.pop<2>
  %out = snn.relay "out" : !snn.pop<2>
  // CHECK: snn.project %in to %out as #snn.one_to_one forward
  snn.project %in to %out via @one as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  snn.output %out as "out" : !snn.pop<2>
}

// -----

// Other weights stay, and so does a unit weight that a rule may change.
// CHECK-LABEL: snn.network @kept
snn.network @kept {
  snn.rule @r order ["post", "pre"] tie depress
  snn.weights @two = dense<2.0> : tensor<2xf32>
  snn.weights @one = dense<1.0> : tensor<2xf32>
  %in = snn.source "in" : !snn.pop<2>
  %out = snn.relay "out" : !snn.pop<2>
  // CHECK: snn.project %in to %out via @two as #snn.one_to_one
  snn.project %in to %out via @two as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %in to %out via @one as #snn.one_to_one forward delay 1 learn @r
  snn.project %in to %out via @one as #snn.one_to_one forward delay 1 learn @r : !snn.pop<2> to !snn.pop<2>
}

// -----

// A decay by 1 is nothing.
// CHECK-LABEL: snn.model @m
snn.network @fold {
  snn.model @m state(v = 0.0) inputs(x)
    update {
      // CHECK: %[[X:.*]] = snn.get "x"
      %x = snn.get "x"
      %one = arith.constant 1.0 : f64
      // CHECK-NOT: snn.decay
      %y = snn.decay %x by %one
      // CHECK: snn.set "v", %[[X]]
      snn.set "v", %y
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
}
