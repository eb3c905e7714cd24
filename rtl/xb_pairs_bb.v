// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapses of a tile that learns as a black box, for tools without DPI; same ports as xb_pairs_dpi.sv.
(* blackbox *)
module xb_pairs #(
    parameter ROWS  = 128,
    parameter COLS  = 64,
    parameter SHARE = 8,
    parameter SUM_W = 32,
    parameter LINES = (ROWS > COLS) ? ROWS : COLS
) (
    input                         clk_i,
    input  [63:0]                 handle_i,
    input  [63:0]                 number_i,
    input  [15:0]                 row_i,
    input                         read_i,
    input                         transposed_i,
    input  [LINES*9-1:0]          inputs_i,
    input                         sample_i,
    input  [7:0]                  group_i,
    output [COLS/SHARE*SUM_W-1:0] column_sums_o,
    output [ROWS/SHARE*SUM_W-1:0] row_sums_o,
    input                         draw_i,
    output [COLS*16-1:0]          drawn_o,
    input                         slot_i,
    input  [4:0]                  slot_number_i,
    output [(ROWS+COLS)*16-1:0]   slot_o,
    input                         pulse_i,
    input  [COLS*8-1:0]           counts_i,
    input                         coincide_i,
    input  [ROWS*31-1:0]          row_trains_i,
    input  [COLS*31-1:0]          column_trains_i,
    input  [COLS-1:0]             up_i,
    input  [6:0]                  most_i,
    input                         refresh_i,
    input  [15:0]                 high_i,
    input  [15:0]                 low_i,
    input                         verify_i,
    output                        flagged_o,
    output [15:0]                 rewrite_o
);
endmodule
