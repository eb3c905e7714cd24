// With trivial-only a sum keeps its order: only a relay that passes on one node's events goes.
// RUN: %spindle-opt %s --pass-pipeline="builtin.module(snn.network(snn-fold-relays{trivial-only=true}))" | FileCheck %s

// CHECK-LABEL: snn.network @net
snn.network @net {
  snn.weights @w = dense<1.5> : tensor<2x2xf32>
  %in = snn.source "in" : !snn.pop<2x1>
  // CHECK-NOT: snn.relay "flat"
  %flat = snn.relay "flat" : !snn.pop<2>
  // CHECK: snn.relay "sum"
  %sum = snn.relay "sum" : !snn.pop<2>
  %out = snn.relay "out" : !snn.pop<2>
  snn.project %in to %flat as #snn.one_to_one forward delay 0 : !snn.pop<2x1> to !snn.pop<2>
  // CHECK: snn.project %in to %sum via @w as #snn.dense forward delay 0 : !snn.pop<2x1> to !snn.pop<2>
  snn.project %flat to %sum via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.project %sum to %out via @w as #snn.dense forward delay 0
  snn.project %sum to %out via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
  snn.output %out as "out" : !snn.pop<2>
}
