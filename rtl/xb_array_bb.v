// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapse devices of a tile as a black box, for tools without DPI; same ports as xb_array_dpi.sv.
(* blackbox *)
module xb_array #(
    parameter ROWS  = 128,
    parameter NADC  = 16,
    parameter SUM_W = 32
) (
    input                   clk_i,
    input  [63:0]           handle_i,
    input                   read_i,
    input  [7:0]            bank_i,
    input  [ROWS-1:0]       rows_i,
    input                   sample_i,
    input  [7:0]            group_i,
    output [NADC*SUM_W-1:0] sums_o
);
endmodule
