// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapse devices of a tile, for Verilator: all physics is behind two DPI calls, one per operation. The
// black box for other tools is xb_array_bb.v; the file list chooses.
module xb_array #(
    parameter int ROWS  = 128,
    parameter int NADC  = 16,
    parameter int SUM_W = 32
) (
    input  logic                  clk_i,
    input  logic [63:0]           handle_i,  // whose devices, set by the harness
    input  logic                  read_i,    // the integration window ends: hold all column sums
    input  logic [7:0]            bank_i,
    input  logic [ROWS-1:0]       rows_i,    // driven rows
    input  logic                  sample_i,  // the sums of one converter group are taken
    input  logic [7:0]            group_i,
    output logic [NADC*SUM_W-1:0] sums_o
);
  import "DPI-C" function void xb_array_read(input longint handle, input int bank, input bit [ROWS-1:0] rows);
  import "DPI-C" function void xb_array_sample(input longint handle, input int group,
                                               output bit [NADC*SUM_W-1:0] sums);

  bit [NADC*SUM_W-1:0] sums;

  always_ff @(posedge clk_i) begin
    if (read_i) xb_array_read(handle_i, {24'd0, bank_i}, rows_i);
    if (sample_i) begin
      xb_array_sample(handle_i, {24'd0, group_i}, sums);
      sums_o <= sums;
    end
  end
endmodule
