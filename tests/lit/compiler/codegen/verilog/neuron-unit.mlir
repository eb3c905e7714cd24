// The whole text for two models: widths, word order, dispatcher.
// RUN: spindle-opt %s --snn-print-neuron-unit -o /dev/null | FileCheck %s

snn.network @n attributes {dt = 1.0e-3 : f64} {
  snn.model @lif params(tau : "s", v_threshold, v_reset = 0.0) state(v = 0.0) inputs(x)
      derived(beta, gain)
    derive {
      %tau = snn.get "tau"
      %dt = snn.get "dt"
      %one = arith.constant 1.0 : f64
      %gain = arith.divf %dt, %tau : f64
      %beta = arith.subf %one, %gain : f64
      snn.set "gain", %gain
      snn.set "beta", %beta
    } update {
      %v = snn.get "v"
      %x = snn.get "x"
      %beta = snn.get "beta"
      %gain = snn.get "gain"
      %a = snn.decay %v by %beta
      %b = arith.mulf %x, %gain : f64
      %v1 = arith.addf %a, %b : f64
      snn.set "v", %v1
    } emit {
      %v = snn.get "v"
      %th = snn.get "v_threshold"
      %z = arith.cmpf ogt, %v, %th : f64
      snn.emit spike %z : i1
    } reset {
      %r = snn.get "v_reset"
      snn.set "v", %r
    }
  snn.model @"if.multi" params(r, v_threshold) state(v = 0.0, seen = 0.0) inputs(x)
    update {
      %v = snn.get "v"
      %x = snn.get "x"
      %r = snn.get "r"
      %g = arith.mulf %x, %r : f64
      %v1 = arith.addf %v, %g : f64
      snn.set "v", %v1
      snn.set "seen", %x
    } emit {
      %v = snn.get "v"
      %th = snn.get "v_threshold"
      %n = snn.count %v per %th
      snn.emit count %n : f64
    } reset {
      %v = snn.get "v"
      %n = snn.get "emitted"
      %th = snn.get "v_threshold"
      %d = arith.mulf %n, %th : f64
      %v1 = arith.subf %v, %d : f64
      snn.set "v", %v1
    }
  snn.model @silent inputs(x)
    update {
    } emit {
      %no = arith.constant false
      snn.emit spike %no : i1
    }
}

// CHECK: // Neuron unit: written by spindle from the models of one network. All numbers are
// CHECK-NEXT: // s16.15 in 32 bits; operations saturate.
// CHECK-NEXT: localparam int NEURON_STATE = 2;
// CHECK-NEXT: localparam int NEURON_PARAM = 4;
// CHECK: // model lif; state v; param v_threshold v_reset beta:u0.32 gain
// CHECK-NEXT: function automatic [NEURON_STATE*32+31:0] datapath_lif(
// CHECK-NEXT: input logic signed [31:0] s_v,
// CHECK-NEXT: input logic signed [31:0] p_v_threshold,
// CHECK-NEXT: input logic signed [31:0] p_v_reset,
// CHECK-NEXT: input logic signed [31:0] p_beta,
// CHECK-NEXT: input logic signed [31:0] p_gain,
// CHECK-NEXT: input logic signed [31:0] x_x);
// CHECK-NEXT: logic signed [32:0] t0;
// CHECK-NEXT: logic signed [63:0] t1;
// CHECK-NEXT: logic signed [31:0] t2;
// CHECK-NEXT: logic signed [63:0] t3;
// CHECK-NEXT: logic signed [48:0] t4;
// CHECK-NEXT: logic signed [48:0] t5;
// CHECK-NEXT: logic signed [31:0] t6;
// CHECK-NEXT: logic signed [32:0] t7;
// CHECK-NEXT: logic signed [32:0] t8;
// CHECK-NEXT: logic signed [31:0] t9;
// CHECK-NEXT: logic t10;
// CHECK-NEXT: logic signed [1:0] t11;
// CHECK-NEXT: logic t12;
// CHECK-NEXT: logic signed [31:0] t13;
// CHECK-NEXT: begin
// CHECK-NEXT: t0 = $signed({1'b0, p_beta});
// CHECK-NEXT: t1 = $signed({{[{][{]}}32{s_v[31]}}, s_v}) * $signed({{[{][{]}}31{t0[32]}}, t0});
// CHECK-NEXT: t2 = 32'(t1 >>> 32'd32);
// CHECK-NEXT: t3 = $signed({{[{][{]}}32{x_x[31]}}, x_x}) * $signed({{[{][{]}}32{p_gain[31]}}, p_gain});
// CHECK-NEXT: t4 = 49'(t3 >>> 32'd15);
// CHECK-NEXT: t5 = (t4 > (-49'sd2147483648)) ? t4 : (-49'sd2147483648);
// CHECK-NEXT: t6 = 32'((t5 < 49'sd2147483647) ? t5 : 49'sd2147483647);
// CHECK-NEXT: t7 = $signed({{[{][{]}}1{t2[31]}}, t2}) + $signed({{[{][{]}}1{t6[31]}}, t6});
// CHECK-NEXT: t8 = (t7 > (-33'sd2147483648)) ? t7 : (-33'sd2147483648);
// CHECK-NEXT: t9 = 32'((t8 < 33'sd2147483647) ? t8 : 33'sd2147483647);
// CHECK-NEXT: t10 = t9 > p_v_threshold;
// CHECK-NEXT: t11 = $signed({1'b0, t10});
// CHECK-NEXT: t12 = t11 != 2'sd0;
// CHECK-NEXT: t13 = t12 ? p_v_reset : t9;
// CHECK-NEXT: datapath_lif = {$signed({{[{][{]}}30{t11[1]}}, t11}), 32'd0, t13};
// CHECK-NEXT: end
// CHECK-NEXT: endfunction
// CHECK: // model if_multi; state v seen; param r v_threshold
// CHECK-NEXT: function automatic [NEURON_STATE*32+31:0] datapath_if_multi(
// CHECK-NEXT: input logic signed [31:0] s_v,
// CHECK-NEXT: input logic signed [31:0] p_r,
// CHECK-NEXT: input logic signed [31:0] p_v_threshold,
// CHECK-NEXT: input logic signed [31:0] x_x);
// CHECK-NEXT: logic signed [63:0] t0;
// CHECK-NEXT: logic signed [48:0] t1;
// CHECK-NEXT: logic signed [48:0] t2;
// CHECK-NEXT: logic signed [31:0] t3;
// CHECK-NEXT: logic signed [32:0] t4;
// CHECK-NEXT: logic signed [32:0] t5;
// CHECK-NEXT: logic signed [31:0] t6;
// CHECK-NEXT: logic t7;
// CHECK-NEXT: logic t8;
// CHECK-NEXT: logic t9;
// CHECK-NEXT: logic signed [31:0] t10;
// CHECK-NEXT: logic signed [31:0] t11;
// CHECK-NEXT: logic signed [31:0] t12;
// CHECK-NEXT: logic signed [46:0] t13;
// CHECK-NEXT: logic signed [46:0] t14;
// CHECK-NEXT: logic signed [31:0] t15;
// CHECK-NEXT: logic signed [63:0] t16;
// CHECK-NEXT: logic signed [48:0] t17;
// CHECK-NEXT: logic signed [48:0] t18;
// CHECK-NEXT: logic signed [31:0] t19;
// CHECK-NEXT: logic signed [32:0] t20;
// CHECK-NEXT: logic signed [32:0] t21;
// CHECK-NEXT: logic signed [31:0] t22;
// CHECK-NEXT: logic t23;
// CHECK-NEXT: logic signed [31:0] t24;
// CHECK-NEXT: begin
// CHECK-NEXT: t0 = $signed({{[{][{]}}32{x_x[31]}}, x_x}) * $signed({{[{][{]}}32{p_r[31]}}, p_r});
// CHECK-NEXT: t1 = 49'(t0 >>> 32'd15);
// CHECK-NEXT: t2 = (t1 > (-49'sd2147483648)) ? t1 : (-49'sd2147483648);
// CHECK-NEXT: t3 = 32'((t2 < 49'sd2147483647) ? t2 : 49'sd2147483647);
// CHECK-NEXT: t4 = $signed({{[{][{]}}1{s_v[31]}}, s_v}) + $signed({{[{][{]}}1{t3[31]}}, t3});
// CHECK-NEXT: t5 = (t4 > (-33'sd2147483648)) ? t4 : (-33'sd2147483648);
// CHECK-NEXT: t6 = 32'((t5 < 33'sd2147483647) ? t5 : 33'sd2147483647);
// CHECK-NEXT: t7 = t6 >= p_v_threshold;
// CHECK-NEXT: t8 = p_v_threshold > 32'sd0;
// CHECK-NEXT: t9 = t7 & t8;
// CHECK-NEXT: t10 = t9 ? t6 : 32'sd0;
// CHECK-NEXT: t11 = t9 ? p_v_threshold : 32'sd1;
// CHECK-NEXT: t12 = (t11 == 32'sd0) ? 32'sd0 : (t10 / t11);
// CHECK-NEXT: t13 = $signed({{[{][{]}}15{t12[31]}}, t12}) <<< 32'd15;
// CHECK-NEXT: t14 = (t13 > (-47'sd2147483648)) ? t13 : (-47'sd2147483648);
// CHECK-NEXT: t15 = 32'((t14 < 47'sd2147483647) ? t14 : 47'sd2147483647);
// CHECK-NEXT: t16 = $signed({{[{][{]}}32{t15[31]}}, t15}) * $signed({{[{][{]}}32{p_v_threshold[31]}}, p_v_threshold});
// CHECK-NEXT: t17 = 49'(t16 >>> 32'd15);
// CHECK-NEXT: t18 = (t17 > (-49'sd2147483648)) ? t17 : (-49'sd2147483648);
// CHECK-NEXT: t19 = 32'((t18 < 49'sd2147483647) ? t18 : 49'sd2147483647);
// CHECK-NEXT: t20 = $signed({{[{][{]}}1{t6[31]}}, t6}) - $signed({{[{][{]}}1{t19[31]}}, t19});
// CHECK-NEXT: t21 = (t20 > (-33'sd2147483648)) ? t20 : (-33'sd2147483648);
// CHECK-NEXT: t22 = 32'((t21 < 33'sd2147483647) ? t21 : 33'sd2147483647);
// CHECK-NEXT: t23 = t12 != 32'sd0;
// CHECK-NEXT: t24 = t23 ? t22 : t6;
// CHECK-NEXT: datapath_if_multi = {t12, x_x, t24};
// CHECK-NEXT: end
// CHECK-NEXT: endfunction
// CHECK: // model silent; state -; param -
// CHECK-NEXT: function automatic [NEURON_STATE*32+31:0] datapath_silent();
// CHECK-NEXT: begin
// CHECK-NEXT: datapath_silent = {32'sd0, 64'd0};
// CHECK-NEXT: end
// CHECK-NEXT: endfunction
// CHECK: // {emitted, state'} of one neuron of model number `model`.
// CHECK-NEXT: function automatic [NEURON_STATE*32+31:0] neuron_step(
// CHECK-NEXT: input logic [7:0] model,
// CHECK-NEXT: input logic [NEURON_STATE*32-1:0] state,
// CHECK-NEXT: input logic [NEURON_PARAM*32-1:0] param,
// CHECK-NEXT: input logic signed [31:0] x);
// CHECK-NEXT: logic unused;
// CHECK-NEXT: begin
// CHECK-NEXT: unused = ^{state[32 +: 32]};
// CHECK-NEXT: case (model)
// CHECK-NEXT: 8'd0: neuron_step = datapath_lif(state[0 +: 32], param[0 +: 32], param[32 +: 32], param[64 +: 32], param[96 +: 32], x);
// CHECK-NEXT: 8'd1: neuron_step = datapath_if_multi(state[0 +: 32], param[0 +: 32], param[32 +: 32], x);
// CHECK-NEXT: 8'd2: neuron_step = datapath_silent();
// CHECK-NEXT: default: neuron_step = 96'd0;
// CHECK-NEXT: endcase
// CHECK-NEXT: end
// CHECK-NEXT: endfunction
