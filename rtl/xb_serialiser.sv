// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Events out: columns that emitted wait in a queue; their flits leave one a clock, as the router takes them. A
// negative number of events is none.
module xb_serialiser #(
    parameter int PAIRS      = 64,
    parameter int COUNT_BITS = 6,
    parameter int ROUTES     = 1024
) (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic        bus_we_i,
    input  logic [27:0] bus_addr_i,
    input  logic [31:0] bus_wdata_i,
    input  logic        clear_i,       // a new step: the queue starts anew
    input  logic        result_i,
    input  logic [7:0]  column_i,
    input  logic [31:0] emit_i,
    output logic        tx_valid_o,
    output logic [31:0] tx_flit_o,
    input  logic        tx_ready_i,
    output logic        busy_o,
    output logic [63:0] saturations_o,
    output logic [63:0] sent_o
);
  localparam int COL_W   = (PAIRS > 1) ? $clog2(PAIRS) : 1;
  localparam int ROUTE_W = $clog2(ROUTES);

  logic [31:0] range_mem[0:PAIRS-1];   // {end, start} in route_mem
  logic [31:0] route_mem[0:ROUTES-1];
  logic [COL_W+COUNT_BITS-1:0] queue_mem[0:PAIRS-1];  // {column, count}: at most one a column and step
  logic [7:0]            queue_wr_q, queue_rd_q;
  logic                  ser_q, tx_valid_q;
  logic [15:0]           ser_ptr_q, ser_end_q;
  logic [COUNT_BITS-1:0] ser_count_q;
  logic [31:0]           tx_flit_q;
  logic [63:0]           saturations_q, sent_q;

  logic [31:0]           range, head_range;
  logic                  push, count_full, waiting, advance, last_flit;
  logic [COL_W-1:0]      head_col;
  logic [COUNT_BITS-1:0] head_count;
  assign count_full = emit_i > 32'((1 << COUNT_BITS) - 1);
  assign range      = range_mem[column_i[COL_W-1:0]];
  assign push       = result_i && emit_i != 32'd0 && !emit_i[31] && range[31:16] != range[15:0];
  assign waiting    = queue_wr_q != queue_rd_q;
  assign {head_col, head_count} = queue_mem[queue_rd_q[COL_W-1:0]];
  assign head_range = range_mem[head_col];
  assign advance    = !tx_valid_q || tx_ready_i;
  assign last_flit  = ser_ptr_q + 16'd1 == ser_end_q;

  always_ff @(posedge clk_i) begin
    if (push) begin
      queue_mem[queue_wr_q[COL_W-1:0]] <= {column_i[COL_W-1:0],
          count_full ? {COUNT_BITS{1'b1}} : emit_i[COUNT_BITS-1:0]};
      queue_wr_q <= queue_wr_q + 8'd1;
    end
    if (advance) begin
      tx_valid_q <= ser_q;
      if (ser_q) begin
        tx_flit_q <= route_mem[ser_ptr_q[ROUTE_W-1:0]] | 32'(ser_count_q);
        ser_ptr_q <= ser_ptr_q + 16'd1;
      end
    end
    // The next column is taken in the clock of the last flit: one flit a clock.
    if (!ser_q || (advance && last_flit)) begin
      ser_q <= waiting;
      if (waiting) begin
        {ser_end_q, ser_ptr_q} <= head_range;
        ser_count_q <= head_count;
        queue_rd_q  <= queue_rd_q + 8'd1;
      end
    end
    if (push && count_full) saturations_q <= saturations_q + 64'd1;
    if (tx_valid_q && tx_ready_i) sent_q <= sent_q + 64'd1;
    if (!rst_ni || clear_i) begin
      queue_wr_q <= 8'd0;
      queue_rd_q <= 8'd0;
    end
    if (!rst_ni) begin
      ser_q         <= 1'b0;
      tx_valid_q    <= 1'b0;
      saturations_q <= 64'd0;
      sent_q        <= 64'd0;
    end
  end

  always_ff @(posedge clk_i)
    if (bus_we_i)
      case (bus_addr_i[27:24])
        xb_bus_pkg::Range: range_mem[bus_addr_i[8+:COL_W]] <= bus_wdata_i;
        xb_bus_pkg::Route: route_mem[bus_addr_i[8+:ROUTE_W]] <= bus_wdata_i;
        default: ;
      endcase

  assign busy_o        = waiting || ser_q || tx_valid_q;
  assign tx_valid_o    = tx_valid_q;
  assign tx_flit_o     = tx_flit_q;
  assign saturations_o = saturations_q;
  assign sent_o        = sent_q;
endmodule
