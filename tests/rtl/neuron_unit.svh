// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A neuron unit written by hand, as the compiler emits one: model 0 is a leaky integrate-and-fire neuron that
// emits a spike and resets, model 1 integrates and emits counts. State: v. Parameters: decay (u0.32), threshold (s16.15).
localparam int NEURON_STATE = 1;
localparam int NEURON_PARAM = 2;

function automatic signed [31:0] neuron_sat(input signed [63:0] v);
  if (v > 64'sd2147483647) neuron_sat = 32'sh7FFFFFFF;
  else if (v < -64'sd2147483648) neuron_sat = 32'sh80000000;
  else neuron_sat = v[31:0];
endfunction

function automatic [63:0] neuron_lif(input [31:0] state, input [63:0] param, input signed [31:0] x);
  logic signed [63:0] decayed;
  logic signed [31:0] v, u;
  logic spike;
  decayed = {{32{state[31]}}, state} * {32'd0, param[31:0]};
  decayed = decayed >>> 32;
  u = x;
  v = neuron_sat(decayed + {{32{u[31]}}, u});
  spike = v >= $signed(param[63:32]);
  neuron_lif = {31'd0, spike, spike ? 32'd0 : v};
endfunction

function automatic [63:0] neuron_count(input [31:0] state, input [63:0] param, input signed [31:0] x);
  logic signed [31:0] v, n;
  v = neuron_sat({{32{state[31]}}, state} + {{32{x[31]}}, x});
  n = 32'sd0;
  if (v >= $signed(param[63:32])) n = v / $signed(param[63:32]);
  neuron_count = {n, v - n * $signed(param[63:32])};
endfunction

function automatic [NEURON_STATE*32+32-1:0] neuron_step(input [7:0] model, input [NEURON_STATE*32-1:0] state,
    input [NEURON_PARAM*32-1:0] param, input signed [31:0] x);
  if (model == 8'd0) neuron_step = neuron_lif(state, param, x);
  else neuron_step = neuron_count(state, param, x);
endfunction
