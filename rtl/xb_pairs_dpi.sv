// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapses of a tile that learns, and its source of random bits, for Verilator: one DPI call per operation.
// The black box for other tools is xb_pairs_bb.v; the file list chooses. Outputs follow a clock after a strobe.
module xb_pairs #(
    parameter int ROWS  = 128,
    parameter int COLS  = 64,
    parameter int SHARE = 8,
    parameter int SUM_W = 32,
    localparam int LINES = (ROWS > COLS) ? ROWS : COLS
) (
    input  logic                        clk_i,
    input  logic [63:0]                 handle_i,   // whose devices, set by the harness
    input  logic [63:0]                 number_i,   // of the update
    input  logic [15:0]                 row_i,
    // reads: hold the sums of all lines, give those of a converter group
    input  logic                        read_i,
    input  logic                        transposed_i,
    input  logic [LINES*9-1:0]          inputs_i,   // with sign
    input  logic                        sample_i,
    input  logic [7:0]                  group_i,
    output logic [COLS/SHARE*SUM_W-1:0] column_sums_o,
    output logic [ROWS/SHARE*SUM_W-1:0] row_sums_o,
    // random bits: of the synapses of a row; of all ports in a slot
    input  logic                        draw_i,
    output logic [COLS*16-1:0]          drawn_o,
    input  logic                        slot_i,
    input  logic [4:0]                  slot_number_i,
    output logic [(ROWS+COLS)*16-1:0]   slot_o,
    // pulses: counts of a row with sign; coincidences of trains
    input  logic                        pulse_i,
    input  logic [COLS*8-1:0]           counts_i,
    input  logic                        coincide_i,
    input  logic [ROWS*31-1:0]          row_trains_i,
    input  logic [COLS*31-1:0]          column_trains_i,
    input  logic [COLS-1:0]             up_i,
    input  logic [6:0]                  most_i,
    // refresh of a row
    input  logic                        refresh_i,
    input  logic [15:0]                 high_i,
    input  logic [15:0]                 low_i,
    input  logic                        verify_i,
    output logic                        flagged_o,  // synapses were erased
    output logic [15:0]                 rewrite_o   // pulses of the one that took most
);
  import "DPI-C" function void xb_pairs_read(input longint handle, input int transposed,
                                             input bit [LINES*9-1:0] inputs);
  import "DPI-C" function void xb_pairs_sample_columns(input longint handle, input int group,
                                                       output bit [COLS/SHARE*SUM_W-1:0] sums);
  import "DPI-C" function void xb_pairs_sample_rows(input longint handle, input int group,
                                                    output bit [ROWS/SHARE*SUM_W-1:0] sums);
  import "DPI-C" function void xb_pairs_draw(input longint handle, input longint number, input int row,
                                             output bit [COLS*16-1:0] words);
  import "DPI-C" function void xb_pairs_slot(input longint handle, input longint number, input int slot,
                                             output bit [(ROWS+COLS)*16-1:0] words);
  import "DPI-C" function void xb_pairs_pulse(input longint handle, input longint number, input int row,
                                              input bit [COLS*8-1:0] counts);
  import "DPI-C" function void xb_pairs_coincide(input longint handle, input longint number,
                                                 input bit [ROWS*31-1:0] rows, input bit [COLS*31-1:0] columns,
                                                 input bit [COLS-1:0] up, input int most);
  import "DPI-C" function void xb_pairs_refresh(input longint handle, input longint number, input int row,
                                                input int high, input int low, input int verify,
                                                output int rewrite);

  bit [COLS/SHARE*SUM_W-1:0] column_sums;
  bit [ROWS/SHARE*SUM_W-1:0] row_sums;
  bit [COLS*16-1:0]          drawn;
  bit [(ROWS+COLS)*16-1:0]   slot;
  int                        rewrite;

  always_ff @(posedge clk_i) begin
    if (read_i) xb_pairs_read(handle_i, {31'd0, transposed_i}, inputs_i);
    if (sample_i && !transposed_i) begin
      xb_pairs_sample_columns(handle_i, {24'd0, group_i}, column_sums);
      column_sums_o <= column_sums;
    end
    if (sample_i && transposed_i) begin
      xb_pairs_sample_rows(handle_i, {24'd0, group_i}, row_sums);
      row_sums_o <= row_sums;
    end
    if (draw_i) begin
      xb_pairs_draw(handle_i, number_i, {16'd0, row_i}, drawn);
      drawn_o <= drawn;
    end
    if (slot_i) begin
      xb_pairs_slot(handle_i, number_i, {27'd0, slot_number_i}, slot);
      slot_o <= slot;
    end
    if (pulse_i) xb_pairs_pulse(handle_i, number_i, {16'd0, row_i}, counts_i);
    if (coincide_i)
      xb_pairs_coincide(handle_i, number_i, row_trains_i, column_trains_i, up_i, {25'd0, most_i});
    if (refresh_i) begin
      xb_pairs_refresh(handle_i, number_i, {16'd0, row_i}, {16'd0, high_i}, {16'd0, low_i}, {31'd0, verify_i},
                       rewrite);
      flagged_o <= rewrite >= 0;
      rewrite_o <= rewrite[15:0];
    end
  end
endmodule
