// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Assertions of the tile, for Verilator only: handshakes, limits of the registers, and that busy_o hides nothing.
module xb_tile_sva #(
    parameter int ADC_SHARE = 8,
    parameter int ADC_W     = 16
) (
    input logic        clk_i,
    input logic        rst_ni,
    input logic        step_valid_i,
    input logic [31:0] step_i,
    input logic        busy_o,
    input logic        bus_valid_i,
    input logic        rx_valid_i,
    input logic        tx_valid_o,
    input logic [31:0] tx_flit_o,
    input logic        tx_ready_i,
    input logic [3:0]  state_q,
    input logic [7:0]  timer_q,
    input logic [7:0]  group_q,
    input logic [7:0]  adc_bits_q,
    input logic [7:0]  queue_wr_q,
    input logic [7:0]  queue_rd_q
);
  a_tx_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
      tx_valid_o && !tx_ready_i |=> tx_valid_o && $stable(tx_flit_o));
  a_step_when_idle: assert property (@(posedge clk_i) disable iff (!rst_ni) step_valid_i |-> !busy_o);
  a_step_stays: assert property (@(posedge clk_i) disable iff (!rst_ni) busy_o && !step_valid_i |=>
      $stable(step_i) || !busy_o);
  a_bus_when_idle: assert property (@(posedge clk_i) disable iff (!rst_ni) bus_valid_i |-> !busy_o);
  a_group: assert property (@(posedge clk_i) disable iff (!rst_ni) group_q < 8'(ADC_SHARE));
  a_bits: assert property (@(posedge clk_i) disable iff (!rst_ni) busy_o |-> adc_bits_q <= 8'(ADC_W));
  a_idle_keeps: assert property (@(posedge clk_i) disable iff (!rst_ni)
      !busy_o && !step_valid_i && !rx_valid_i && !bus_valid_i |=>
      $stable(state_q) && $stable(timer_q) && $stable(group_q) && $stable(queue_wr_q) && $stable(queue_rd_q));
  a_flit_valid: assert property (@(posedge clk_i) disable iff (!rst_ni) tx_valid_o |-> tx_flit_o[5:0] != 6'd0);
endmodule

bind xb_tile xb_tile_sva #(.ADC_SHARE(ADC_SHARE), .ADC_W(ADC_W)) u_sva (.*);
