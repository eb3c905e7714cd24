// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Registers keep their values in a clock without work, for Verilator only: bound to every part of a tile and to
// the router. It speaks only in clocks that a harness would skip, so it wants a run that does not skip them.
module xb_stable_sva #(
    parameter int W = 1
) (
    input logic         clk_i,
    input logic         rst_ni,
    input logic         idle,
    input logic [W-1:0] kept
);
  a_idle_keeps: assert property (@(posedge clk_i) disable iff (!rst_ni) idle |=> $stable(kept));
endmodule

bind xb_rows xb_stable_sva #(.W($bits({clearing_q, rows_q, counts_q, events_q, lost_q}))) u_stable (
    .clk_i(clk_i), .rst_ni(rst_ni), .idle(!busy_o && !rx_valid_i && !load_i && !drive_i),
    .kept({clearing_q, rows_q, counts_q, events_q, lost_q}));
bind xb_converters xb_stable_sva #(
    .W($bits({state_q, timer_q, group_q, plane_q, code_q, acc_valid_q, acc_used_q, acc_q, reads_q, clips_q}))
) u_stable (
    .clk_i(clk_i), .rst_ni(rst_ni), .idle(!busy_o && !start_i && !clear_i && !fetch_i && !bus_we_i),
    .kept({state_q, timer_q, group_q, plane_q, code_q, acc_valid_q, acc_used_q, acc_q, reads_q, clips_q}));
bind xb_neurons xb_stable_sva #(.W($bits({n1_q, n2_q, n3_q, n2_x_q, n3_col_q, n3_state_q, n3_emit_q, rdata_q}))
) u_stable (
    .clk_i(clk_i), .rst_ni(rst_ni), .idle(!busy_o && !fetch_i && !bus_we_i && !bus_re_i),
    .kept({n1_q, n2_q, n3_q, n2_x_q, n3_col_q, n3_state_q, n3_emit_q, rdata_q}));
bind xb_serialiser xb_stable_sva #(
    .W($bits({queue_wr_q, queue_rd_q, ser_q, ser_ptr_q, ser_end_q, tx_valid_q, tx_flit_q, saturations_q, sent_q}))
) u_stable (
    .clk_i(clk_i), .rst_ni(rst_ni), .idle(!busy_o && !result_i && !clear_i && !bus_we_i),
    .kept({queue_wr_q, queue_rd_q, ser_q, ser_ptr_q, ser_end_q, tx_valid_q, tx_flit_q, saturations_q, sent_q}));
bind xb_tile xb_stable_sva #(
    .W($bits({state_q, step_q, planes_q, plane_q, bank_q, timer_q, column_q, read_cycles_q, status_q, sums}))
) u_stable (
    .clk_i(clk_i), .rst_ni(rst_ni), .idle(!busy_o && !step_valid_i && !rx_valid_i && !bus_valid_i),
    .kept({state_q, step_q, planes_q, plane_q, bank_q, timer_q, column_q, read_cycles_q, status_q, sums}));
