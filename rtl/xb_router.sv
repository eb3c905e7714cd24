// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A router of the mesh: 5 ports (0 local, 1 north, 2 east, 3 south, 4 west), X before Y, a FIFO of 4 flits
// per input, rotating priority per output, 1 clock per hop.
//
// in_ready_o and out_valid_o are functions of own registers only: routers and tiles may be separate models.
module xb_router (
    input  logic         clk_i,
    input  logic         rst_ni,
    input  logic [3:0]   x_i,          // where it stands; constant
    input  logic [3:0]   y_i,
    input  logic [4:0]   in_valid_i,
    input  logic [159:0] in_flit_i,    // 32 bits a port
    output logic [4:0]   in_ready_o,
    output logic [4:0]   out_valid_o,
    output logic [159:0] out_flit_o,
    input  logic [4:0]   out_ready_i,
    output logic         busy_o
);
  logic [31:0] fifo_q[0:19];           // 4 a port
  logic [2:0]  level_q[0:4];
  logic [1:0]  head_q[0:4];
  logic [2:0]  last_q[0:4];            // by output: the input served last

  logic [159:0] heads;
  logic [14:0]  want;                  // by input: its output
  logic [4:0]   filled;
  logic [14:0]  grant;                 // by output: its input
  logic [4:0]   granted;
  logic [4:0]   pop;
  logic [9:0]   tail;                  // by input: where the next flit goes, modulo 4

  function automatic [2:0] route(input [31:0] flit, input [3:0] x, input [3:0] y);
    if (flit[27:24] > x) route = 3'd2;
    else if (flit[27:24] < x) route = 3'd4;
    else if (flit[31:28] > y) route = 3'd1;
    else if (flit[31:28] < y) route = 3'd3;
    else route = 3'd0;
  endfunction

  // The requesting input that comes first after `last`.
  function automatic [2:0] pick(input [4:0] req, input [2:0] last);
    logic [2:0] p;
    pick = 3'd0;
    p = last;
    for (int k = 0; k < 5; k = k + 1) begin
      if (req[p]) pick = p;            // walks backwards from last, so the nearest after it stays
      p = (p == 3'd0) ? 3'd4 : p - 3'd1;
    end
  endfunction

  generate
    for (genvar p = 0; p < 5; p = p + 1) begin : gen_in
      assign filled[p] = level_q[p] != 3'd0;
      assign in_ready_o[p] = level_q[p] != 3'd4;
      assign tail[p*2+:2] = head_q[p] + level_q[p][1:0];
      assign heads[p*32+:32] = fifo_q[p*4+32'(head_q[p])];
      assign want[p*3+:3] = route(heads[p*32+:32], x_i, y_i);
    end
    for (genvar o = 0; o < 5; o = o + 1) begin : gen_out
      logic [4:0] req;
      for (genvar p = 0; p < 5; p = p + 1) begin : gen_req
        assign req[p] = filled[p] && want[p*3+:3] == 3'(o);
      end
      assign granted[o] = req != 5'd0;
      assign grant[o*3+:3] = pick(req, last_q[o]);
    end
  endgenerate

  always_comb begin
    out_valid_o = granted;
    out_flit_o = '0;
    pop = '0;
    for (int o = 0; o < 5; o = o + 1) begin
      out_flit_o[o*32+:32] = heads[32'(grant[o*3+:3])*32+:32];
      if (granted[o] && out_ready_i[o]) pop[grant[o*3+:3]] = 1'b1;
    end
  end

  assign busy_o = filled != 5'd0;

  always_ff @(posedge clk_i) begin
    for (int p = 0; p < 5; p = p + 1) begin
      if (!rst_ni) begin
        level_q[p] <= 3'd0;
        head_q[p]  <= 2'd0;
        last_q[p]  <= 3'd0;
      end else begin
        if (in_valid_i[p] && in_ready_o[p])
          fifo_q[p*4+32'(tail[p*2+:2])] <= in_flit_i[p*32+:32];
        level_q[p] <= level_q[p] + {2'd0, in_valid_i[p] && in_ready_o[p]} - {2'd0, pop[p]};
        if (pop[p]) head_q[p] <= head_q[p] + 2'd1;
        if (granted[p] && out_ready_i[p]) last_q[p] <= grant[p*3+:3];
      end
    end
  end
endmodule
