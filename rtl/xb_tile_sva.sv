// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Assertions of the tile, for Verilator only: handshakes, limits of the registers, and that an idle tile gives its
// parts nothing to do (xb_stable_sva.sv has that they then keep their registers).
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
    input logic        rx_ready_o,
    input logic        tx_valid_o,
    input logic [31:0] tx_flit_o,
    input logic        tx_ready_i,
    input logic        loading,
    input logic        start_read,
    input logic        hand_over,
    input logic        in_neurons,
    input logic        converters_free,
    input logic        converters_busy,
    input logic        sample,
    input logic        result,
    input logic [7:0]  group,
    input logic [7:0]  adc_bits
);
  a_tx_stable: assert property (@(posedge clk_i) disable iff (!rst_ni)
      tx_valid_o && !tx_ready_i |=> tx_valid_o && $stable(tx_flit_o));
  a_flit_valid: assert property (@(posedge clk_i) disable iff (!rst_ni) tx_valid_o |-> tx_flit_o[5:0] != 6'd0);
  a_step_when_idle: assert property (@(posedge clk_i) disable iff (!rst_ni) step_valid_i |-> !busy_o);
  a_step_stays: assert property (@(posedge clk_i) disable iff (!rst_ni) busy_o && !step_valid_i |=>
      $stable(step_i) || !busy_o);
  a_bus_when_idle: assert property (@(posedge clk_i) disable iff (!rst_ni) bus_valid_i |-> !busy_o);
  a_load_alone: assert property (@(posedge clk_i) disable iff (!rst_ni) loading |-> !rx_ready_o);
  // The array holds one set of sums: nothing is handed over before the last group is sampled.
  a_hand_over: assert property (@(posedge clk_i) disable iff (!rst_ni) hand_over |-> converters_free && !sample);
  a_sums_complete: assert property (@(posedge clk_i) disable iff (!rst_ni) in_neurons |-> !converters_busy);
  a_group: assert property (@(posedge clk_i) disable iff (!rst_ni) sample |-> group < 8'(ADC_SHARE));
  a_bits: assert property (@(posedge clk_i) disable iff (!rst_ni)
      sample |-> adc_bits != 8'd0 && adc_bits <= 8'(ADC_W));
  a_idle_quiet: assert property (@(posedge clk_i) disable iff (!rst_ni)
      !busy_o |-> !loading && !start_read && !hand_over && !in_neurons && !sample && !result);
endmodule

bind xb_tile xb_tile_sva #(.ADC_SHARE(ADC_SHARE), .ADC_W(ADC_W)) u_sva (.*, .adc_bits(u_converters.adc_bits_q));
