// The whole dialect in its custom form: what is printed parses again to the same.
// RUN: %spindle-opt %s | %spindle-opt | FileCheck %s
// RUN: %spindle-opt %s --mlir-print-op-generic | %spindle-opt | FileCheck %s

// CHECK-LABEL: snn.network @demo attributes {dt = 1.000000e-03 : f64, profile = "euler-value"}
snn.network @demo attributes {dt = 1.0e-3 : f64, profile = "euler-value"} {
  // CHECK: snn.model @lif params(tau : "s", v_threshold, v_reset = 0.000000e+00)
  // CHECK-SAME: state(v = 0.000000e+00)
  // CHECK-SAME: inputs(x)
  // CHECK-SAME: derived(beta, gain)
  // CHECK-SAME: derive {
  snn.model @lif params(tau : "s", v_threshold, v_reset = 0.0) state(v = 0.0) inputs(x)
      derived(beta, gain)
    derive {
      // CHECK: %[[TAU:.*]] = snn.get "tau"
      %tau = snn.get "tau"
      %dt = snn.get "dt"
      %one = arith.constant 1.0 : f64
      %gain = arith.divf %dt, %tau : f64
      %beta = arith.subf %one, %gain : f64
      snn.set "gain", %gain
      snn.set "beta", %beta
    // CHECK: } update {
    } update {
      %v = snn.get "v"
      %x = snn.get "x"
      %beta = snn.get "beta"
      %gain = snn.get "gain"
      // CHECK: snn.decay %{{.*}} by %{{.*}}
      %a = snn.decay %v by %beta
      %b = snn.decay %x by %gain
      %v1 = arith.addf %a, %b : f64
      // CHECK: snn.set "v", %{{.*}}
      snn.set "v", %v1
    // CHECK: } emit {
    } emit {
      %v = snn.get "v"
      %th = snn.get "v_threshold"
      %z = arith.cmpf ogt, %v, %th : f64
      // CHECK: snn.emit spike %{{.*}} : i1
      snn.emit spike %z : i1
    // CHECK: } reset {
    } reset {
      %r = snn.get "v_reset"
      snn.set "v", %r
    }

  // CHECK: snn.model @multi params(th) state(v = 0.000000e+00) inputs(x) observe(v_rec) update
  snn.model @multi params(th) state(v = 0.0) inputs(x) observe(v_rec)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %v1 = arith.addf %v, %x : f64
      snn.set "v", %v1
      snn.set "v_rec", %v
    } emit {
      %v = snn.get "v"
      %th = snn.get "th"
      // CHECK: snn.count %{{.*}} per %{{.*}}
      %n = snn.count %v per %th
      // CHECK: snn.emit count %{{.*}} : f64
      snn.emit count %n : f64
    // CHECK: } after {
    } after {
      %n = snn.get "emitted"
      %th = snn.get "th"
      %v = snn.get "v"
      %d = arith.mulf %n, %th : f64
      %v1 = arith.subf %v, %d : f64
      snn.set "v", %v1
    }

  // CHECK: snn.rule @hebb params(rate) pre(a) post(b)
  // CHECK-SAME: order ["post", "pre"] tie depress
  snn.rule @hebb params(rate) pre(a) post(b) order ["post", "pre"] tie depress
    on_pre {
      %w = snn.get "weight"
      %b = snn.get "b"
      %w1 = arith.subf %w, %b : f64
      snn.set "weight", %w1
    } on_post {
      %w = snn.get "weight"
      %a = snn.get "a"
      %w1 = arith.addf %w, %a : f64
      snn.set "weight", %w1
    }

  // CHECK: snn.weights @fc = dense
  snn.weights @fc = dense<[[1.0, -0.5], [0.25, 2.0]]> : tensor<2x2xf32>
  // CHECK: snn.weights @b unit "nA" = dense
  snn.weights @b unit "nA" = dense<[1.0, -0.5]> : tensor<2xf32>
  snn.weights @k = dense<1.0> : tensor<3x1x2x2xf32>

  // CHECK: %[[IN:.*]] = snn.source "input" : !snn.pop<2>
  %in = snn.source "input" : !snn.pop<2>
  // CHECK: snn.source "noise" kind poisson rate 8.000000e+00 : !snn.pop<2>
  %noise = snn.source "noise" kind poisson rate 8.0 : !snn.pop<2>
  %image = snn.source "image" : !snn.pop<1x4x4>
  // CHECK: %lif1_lif = snn.population "lif1.lif" of @lif
  // CHECK-SAME: initial {v = 5.000000e-01 : f64} onset 2 : !snn.pop<2>
  %hid = snn.population "lif1.lif" of @lif {tau = 1.2e-3 : f64, v_threshold = dense<1.0> : tensor<2xf64>}
      initial {v = 0.5 : f64} onset 2 : !snn.pop<2>
  %r = snn.relay "pool" : !snn.pop<3x2x2>
  %flat = snn.population "flat" of @multi {th = 1.0 : f64} : !snn.pop<12>

  // CHECK: snn.project %[[IN]] to %lif1_lif via @fc as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
  snn.project %in to %hid via @fc as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
  // CHECK: transpose delay 1 plus [0, 3] learn @hebb with {rate = 1.000000e+00 : f64}
  snn.project %hid to %hid port "x" via @fc as #snn.dense transpose delay 1 plus [0, 3] learn @hebb with {rate = 1.0 : f64} : !snn.pop<2> to !snn.pop<2>
  // CHECK: as #snn.conv<stride = [2, 2], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1> forward
  snn.project %image to %r via @k as #snn.conv<stride = [2, 2], padding = [0, 0, 0, 0], dilation = [1, 1], groups = 1> forward delay 0 : !snn.pop<1x4x4> to !snn.pop<3x2x2>
  // CHECK: as #snn.one_to_one forward delay 0 : !snn.pop<3x2x2> to !snn.pop<12>
  snn.project %r to %flat as #snn.one_to_one forward delay 0 : !snn.pop<3x2x2> to !snn.pop<12>
  // CHECK: as #snn.generated<fixed_probability(0.02), seed = 7, weight = normal(87.8, 8.78) unit "pA", delay = normal(1.5, 0.75) above 0.1 redrawn unit "ms", no_self> forward
  snn.project %noise to %hid as #snn.generated<fixed_probability(0.02), seed = 7, weight = normal(87.8, 8.78) unit "pA", delay = normal(1.5, 0.75) above 0.1 redrawn unit "ms", no_self> forward delay 1 : !snn.pop<2> to !snn.pop<2>
  // CHECK: snn.drive %lif1_lif by @b from 1 : !snn.pop<2>
  snn.drive %hid by @b from 1 : !snn.pop<2>
  // CHECK: snn.output %flat as "output" latency 3 : !snn.pop<12>
  snn.output %flat as "output" latency 3 : !snn.pop<12>
  // CHECK: snn.probe %lif1_lif ["spikes", "v"] : !snn.pop<2>
  snn.probe %hid ["spikes", "v"] : !snn.pop<2>
  // CHECK: snn.phase "learn" steps 100 rules [@hebb]
  snn.phase "learn" steps 100 rules [@hebb]
  snn.phase "query" steps 0 rules []
}
