// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Row counters of a tile: one word per slot and bank, counters stored plane after plane, so that a bit plane is
// the row drive vector as it stands. An event is read, added and written in one clock.
module xb_rows #(
    parameter int ROWS       = 128,
    parameter int BANKS      = 8,
    parameter int SLOTS      = 64,
    parameter int COUNT_BITS = 6
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    input  logic [31:0]           step_i,      // that events are sent in
    output logic                  busy_o,      // clearing after reset
    // events in
    input  logic                  rx_valid_i,
    input  logic [31:0]           rx_flit_i,
    output logic                  rx_ready_o,
    // reads
    input  logic                  load_i,      // take and clear the word of a step
    input  logic [31:0]           load_step_i,
    input  logic [7:0]            bank_i,
    output logic [COUNT_BITS-1:0] planes_o,    // with load_i: planes of the word that have a row
    input  logic                  drive_i,     // drive a plane: with load_i of that word, else of the last one
    input  logic [7:0]            plane_i,
    output logic [ROWS-1:0]       rows_o,
    // counters
    output logic [63:0]           events_o,
    output logic [63:0]           lost_o
);
  localparam int ROW_W  = $clog2(ROWS);
  localparam int SLOT_W = $clog2(SLOTS);
  localparam int RING_W = SLOT_W + $clog2(BANKS);
  localparam int WORD_W = COUNT_BITS * ROWS;

  logic [WORD_W-1:0] ring_mem[0:SLOTS*BANKS-1];
  logic [WORD_W-1:0] counts_q;             // of the bank being read
  logic [ROWS-1:0]   rows_q;
  logic              clearing_q;
  logic [RING_W-1:0] clear_q;

  function automatic [COUNT_BITS-1:0] planes_of(input [WORD_W-1:0] word);
    planes_of = '0;
    for (int b = 0; b < COUNT_BITS; b = b + 1) planes_of[b] = |word[b*ROWS+:ROWS];
  endfunction

  function automatic [COUNT_BITS-1:0] counter_of(input [WORD_W-1:0] word, input [ROW_W-1:0] row);
    counter_of = '0;
    for (int b = 0; b < COUNT_BITS; b = b + 1) counter_of[b] = word[b*ROWS+32'(row)];
  endfunction

  logic [SLOT_W-1:0] rx_slot;
  logic [RING_W-1:0] rx_addr, load_addr;
  logic [ROW_W-1:0]  rx_row;
  logic              rx_take;
  assign rx_ready_o = !load_i && !clearing_q;
  assign rx_take    = rx_valid_i && rx_ready_o;
  assign rx_slot    = step_i[SLOT_W-1:0] + SLOT_W'(rx_flit_i[13:8]);
  assign rx_row     = rx_flit_i[14+:ROW_W];

  generate
    if (BANKS > 1) begin : gen_banks
      assign rx_addr   = {rx_slot, rx_flit_i[14+ROW_W+:RING_W-SLOT_W]};
      assign load_addr = {load_step_i[SLOT_W-1:0], bank_i[RING_W-SLOT_W-1:0]};
    end else begin : gen_one_bank
      assign rx_addr   = rx_slot;
      assign load_addr = load_step_i[SLOT_W-1:0];
    end
  endgenerate

  always_comb begin
    planes_o = '0;
    if (load_i) planes_o = planes_of(ring_mem[load_addr]);
  end

  always_ff @(posedge clk_i) begin
    if (load_i) counts_q <= ring_mem[load_addr];
    if (drive_i)
      rows_q <= load_i ? ring_mem[load_addr][32'(plane_i)*ROWS+:ROWS] : counts_q[32'(plane_i)*ROWS+:ROWS];
  end

  // An event looks up its counter under the valid condition of the clock, not in a net of its own: a simulator
  // would evaluate that with every change of an input.
  logic [63:0] events_q, lost_q;
  always_ff @(posedge clk_i) begin : counting
    logic [COUNT_BITS:0]   sum;
    logic [COUNT_BITS-1:0] kept;
    if (clearing_q) ring_mem[clear_q] <= '0;
    else if (load_i) ring_mem[load_addr] <= '0;
    else if (rx_take) begin
      sum  = {1'b0, counter_of(ring_mem[rx_addr], rx_row)} + {1'b0, rx_flit_i[COUNT_BITS-1:0]};
      kept = sum[COUNT_BITS] ? '1 : sum[COUNT_BITS-1:0];
      for (int b = 0; b < COUNT_BITS; b = b + 1) ring_mem[rx_addr][b*ROWS+32'(rx_row)] <= kept[b];
      events_q <= events_q + 64'd1;
      if (sum[COUNT_BITS]) lost_q <= lost_q + 64'(sum[COUNT_BITS-1:0]) + 64'd1;
    end
    if (!rst_ni) begin
      events_q <= 64'd0;
      lost_q   <= 64'd0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (clearing_q) begin
      clear_q <= clear_q + 1'b1;
      if (&clear_q) clearing_q <= 1'b0;
    end
    if (!rst_ni) begin
      clearing_q <= 1'b1;
      clear_q    <= '0;
    end
  end

  assign busy_o   = clearing_q;
  assign rows_o   = rows_q;
  assign events_o = events_q;
  assign lost_o   = lost_q;
endmodule
