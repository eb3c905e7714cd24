// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Assertions of the router, for Verilator only: no flit is lost, doubled or changed while it waits.
module xb_router_sva (
    input logic       clk_i,
    input logic       rst_ni,
    input logic [4:0] in_valid_i,
    input logic [4:0] in_ready_o,
    input logic [4:0] out_valid_o,
    input logic [4:0] out_ready_i,
    input logic [4:0] pop,
    input logic [4:0] filled,
    input logic       busy_o,
    input logic [39:0] kept
);
  logic [31:0] inside_q;
  always_ff @(posedge clk_i)
    if (!rst_ni) inside_q <= 32'd0;
    else inside_q <= inside_q + 32'($countones(in_valid_i & in_ready_o)) - 32'($countones(out_valid_o & out_ready_i));

  a_conserved: assert property (@(posedge clk_i) disable iff (!rst_ni) busy_o == (inside_q != 32'd0));
  a_pop_once: assert property (@(posedge clk_i) disable iff (!rst_ni)
      $countones(pop) == $countones(out_valid_o & out_ready_i));
  a_pop_filled: assert property (@(posedge clk_i) disable iff (!rst_ni) (pop & ~filled) == 5'd0);
  // Speaks only in clocks that a harness would skip.
  a_idle_keeps: assert property (@(posedge clk_i) disable iff (!rst_ni)
      !busy_o && in_valid_i == 5'd0 |=> $stable(kept));
  for (genvar o = 0; o < 5; o++) begin : gen_port
    a_no_retreat: assert property (@(posedge clk_i) disable iff (!rst_ni)
        out_valid_o[o] && !out_ready_i[o] |=> out_valid_o[o]);
  end
endmodule

bind xb_router xb_router_sva u_sva (
    .*, .kept({level_q[0], level_q[1], level_q[2], level_q[3], level_q[4],
               head_q[0], head_q[1], head_q[2], head_q[3], head_q[4],
               last_q[0], last_q[1], last_q[2], last_q[3], last_q[4]}));
