// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile that learns: an array of device pairs that is read from both sides, updated and refreshed. One operation
// at a time, started by a write to the command register; docs/fabric.md has the clocks of each:
//   read       t_setup + t_int (2^in_bits - 1) + SHARE (t_mux + t_sample + bits), on either side
//   counts     1 + sum over driven rows of (1 + phases n (t_pulse + 1)), n the largest count of the row
//   trains     1 + phases 31 (t_pulse + 1)
//   refresh    t_read + 1, and if a synapse is flagged t_reset + n (t_pulse + 1 [+ t_read if verified]),
//              with t_read of one input bit
// cycles_o counts the clocks of the operation at hand or the last one.
module xb_learn #(
    parameter int ROWS  = 128,
    parameter int COLS  = 64,     // synapses: pairs of devices
    parameter int SHARE = 8,      // lines per converter, on both sides
    localparam int SUM_W = 32,
    localparam int LINES = (ROWS > COLS) ? ROWS : COLS
) (
    input  logic        clk_i,
    input  logic        rst_ni,
    input  logic [63:0] handle_i,
    output logic        busy_o,
    // configuration, inputs and results, one access a clock; rdata follows a clock later
    input  logic        bus_valid_i,
    input  logic        bus_write_i,
    input  logic [27:0] bus_addr_i,
    input  logic [31:0] bus_wdata_i,
    output logic [31:0] bus_rdata_o,
    output logic [31:0] cycles_o
);
  // Address spaces, address[27:24].
  localparam logic [3:0] Register = 4'd0, Row = 4'd1, Column = 4'd2;
  localparam logic [4:0] LastSlot = 5'd30;
  localparam int ROW_W = $clog2(ROWS), COLUMN_W = $clog2(COLS);

  typedef enum logic [3:0] {StIdle, StSetup, StInt, StConvert, StLoad, StRound, StPulse, StSlot, StCompare, StReset,
                            StRewrite} state_e;
  state_e     state_q;
  localparam logic [2:0] OpRead = 3'd1, OpReadTransposed = 3'd2, OpCounts = 3'd3, OpTrains = 3'd4, OpRefresh = 3'd5;
  logic [2:0] op_q, op_started;

  logic [7:0]         t_setup_q, t_int_q, t_mux_q, t_sample_q, t_pulse_q, t_reset_q;
  logic [7:0]         bits_q, shift_q, row_bits_q, row_shift_q, in_bits_q;
  logic [6:0]         most_q;                       // pulses of a synapse in an update
  logic               nearest_q, verify_q, two_phases_q;
  logic [63:0]        number_q;
  logic [15:0]        high_q, low_q, row_q;
  logic [31:0]        timer_q;
  logic [4:0]         slot_q;
  logic               phase_q;
  logic [7:0]         input_mem[0:ROWS-1];
  logic [ROWS-1:0]    driven_q;                     // rows with an input, in the bus's words
  logic [16:0]        row_chance_mem[0:ROWS-1], column_chance_mem[0:COLS-1];
  logic signed [8:0]  error_mem[0:COLS-1];
  logic signed [25:0] factor_mem[0:COLS-1];         // pulses wished for by an input of 1, 2^-16

  //--- parts -------------------------------------------------------------------------------------
  logic                        transposed, read, draw, slot, pulse, coincide, refresh, flagged;
  logic [LINES*9-1:0]          inputs;
  logic                        start_columns, start_rows, columns_done, rows_done, sample_columns, sample_rows;
  logic [7:0]                  column_group, row_group;
  logic [COLS/SHARE*SUM_W-1:0] column_sums;
  logic [ROWS/SHARE*SUM_W-1:0] row_sums;
  logic [COLS*16-1:0]          drawn;
  logic [(ROWS+COLS)*16-1:0]   slot_words;
  logic [COLS*8-1:0]           counts;
  logic [6:0]                  largest;
  logic [ROWS*31-1:0]          row_trains_q;
  logic [COLS*31-1:0]          column_trains_q;
  logic [COLS-1:0]             up;
  logic [15:0]                 rewrite, next_row;
  logic [31:0]                 column_code, row_code, column_clips, row_clips;
  logic                        keep_columns;
  logic [7:0]                  row_input;
  logic [4:0]                  next_slot;
  assign transposed   = op_q == OpReadTransposed;
  assign keep_columns = op_q == OpRead;
  assign op_started   = bus_wdata_i[2:0];
  assign next_slot    = (state_q == StLoad) ? 5'd0 : slot_q + 5'd1;

  xb_pairs #(.ROWS(ROWS), .COLS(COLS), .SHARE(SHARE), .SUM_W(SUM_W)) u_pairs (
      .clk_i(clk_i), .handle_i(handle_i), .number_i(number_q), .row_i(draw ? next_row : row_q),
      .read_i(read), .transposed_i(transposed), .inputs_i(inputs), .sample_i(sample_columns || sample_rows),
      .group_i(transposed ? row_group : column_group), .column_sums_o(column_sums), .row_sums_o(row_sums),
      .draw_i(draw), .drawn_o(drawn), .slot_i(slot), .slot_number_i(next_slot),
      .slot_o(slot_words), .pulse_i(pulse), .counts_i(counts), .coincide_i(coincide),
      .row_trains_i(row_trains_q), .column_trains_i(column_trains_q), .up_i(up), .most_i(most_q),
      .refresh_i(refresh), .high_i(high_q), .low_i(low_q), .verify_i(verify_q), .flagged_o(flagged),
      .rewrite_o(rewrite)
  );

  xb_line_converters #(.LINES(COLS), .SHARE(SHARE), .SUM_W(SUM_W)) u_column_converters (
      .clk_i(clk_i), .rst_ni(rst_ni), .t_mux_i(t_mux_q), .t_sample_i(t_sample_q), .bits_i(bits_q), .shift_i(shift_q),
      .start_i(start_columns), .keep_i(keep_columns), .done_o(columns_done), .sample_o(sample_columns),
      .group_o(column_group), .sums_i(column_sums), .line_i(bus_addr_i[23:8]), .code_o(column_code),
      .clips_o(column_clips)
  );

  xb_line_converters #(.LINES(ROWS), .SHARE(SHARE), .SUM_W(SUM_W)) u_row_converters (
      .clk_i(clk_i), .rst_ni(rst_ni), .t_mux_i(t_mux_q), .t_sample_i(t_sample_q), .bits_i(row_bits_q),
      .shift_i(row_shift_q), .start_i(start_rows), .keep_i(1'b1), .done_o(rows_done), .sample_o(sample_rows),
      .group_o(row_group), .sums_i(row_sums), .line_i(bus_addr_i[23:8]), .code_o(row_code),
      .clips_o(row_clips)
  );

  //--- arithmetic --------------------------------------------------------------------------------
  // Pulses of the row at hand: floor(|factor| input / 255 + u), u uniform or a half.
  function automatic [7:0] count_of(input signed [25:0] factor, input [7:0] x, input [15:0] random, input nearest,
                                    input [6:0] most);
    logic [25:0] size;
    logic [25:0] whole;
    size  = factor[25] ? -factor : factor;
    whole = 26'((42'(size) * {26'd0, x, x}) >> 16);  // 257 x: 255 is nearly 1
    whole = (whole + (nearest ? 26'h8000 : 26'd65535 - 26'(random))) >> 16;
    if (whole > 26'(most)) whole = 26'(most);
    count_of = factor[25] ? -whole[7:0] : whole[7:0];
  endfunction

  function automatic [15:0] row_after(input [ROWS-1:0] driven, input [15:0] from);
    row_after = 16'(ROWS);
    for (int r = ROWS - 1; r >= 0; r = r - 1) if (driven[r] && 16'(r) >= from) row_after = 16'(r);
  endfunction

  function automatic [6:0] largest_of(input [COLS*8-1:0] list);
    logic signed [7:0] count;
    largest_of = '0;
    for (int c = 0; c < COLS; c = c + 1) begin
      count = list[c*8+:8];
      if (count < 0) count = -count;
      if (count[6:0] > largest_of) largest_of = count[6:0];
    end
  endfunction

  assign row_input = input_mem[row_q[ROW_W-1:0]];
  assign largest   = largest_of(counts);
  generate
    for (genvar c = 0; c < COLS; c = c + 1) begin : gen_columns
      assign counts[c*8+:8] = (state_q == StRound) ?
          count_of(factor_mem[c], row_input, drawn[c*16+:16], nearest_q, most_q) : 8'd0;
      assign up[c] = factor_mem[c] > 0;
    end
    for (genvar l = 0; l < LINES; l = l + 1) begin : gen_lines
      logic [8:0] row_line, column_line;
      if (l < ROWS) assign row_line = driven_q[l] ? {1'b0, input_mem[l]} : 9'd0;
      else assign row_line = 9'd0;
      if (l < COLS) assign column_line = error_mem[l];
      else assign column_line = 9'd0;
      assign inputs[l*9+:9] = transposed ? column_line : row_line;
    end
  endgenerate

  //--- sequencer ---------------------------------------------------------------------------------
  logic        last_clock, converted, window_over, row_done, slots_done, command;
  logic [31:0] window, long_window, window_of_command, t_read, t_slot, t_rewrite;
  assign last_clock  = timer_q == 32'd0;
  assign converted   = columns_done || rows_done;
  assign long_window = 32'(t_int_q) * ((32'd1 << in_bits_q) - 32'd1);
  assign window      = (op_q == OpRefresh) ? 32'(t_int_q) : long_window;
  assign window_of_command = (op_started == OpRefresh) ? 32'(t_int_q) : long_window;
  assign t_slot      = 32'(t_pulse_q) + 32'd1;
  assign t_read      = 32'(t_setup_q) + 32'(t_int_q) + 32'(SHARE) * (32'(t_mux_q) + 32'(t_sample_q) + 32'(bits_q));
  assign t_rewrite   = 32'(rewrite) * (t_slot + (verify_q ? t_read : 32'd0));
  assign window_over = state_q == StInt && last_clock;
  assign command     = bus_valid_i && bus_write_i && bus_addr_i[27:24] == Register && bus_addr_i[23:8] == 16'd31;

  assign read          = window_over && op_q != OpRefresh;
  assign start_columns = window_over && op_q != OpReadTransposed;
  assign start_rows    = window_over && op_q == OpReadTransposed;
  assign refresh       = state_q == StConvert && converted && op_q == OpRefresh;
  // The next row's bits are drawn in the last clock of the row at hand.
  assign row_done      = (state_q == StRound && largest == 7'd0) || (state_q == StPulse && last_clock);
  assign next_row      = row_after(driven_q, (state_q == StLoad) ? 16'd0 : row_q + 16'd1);
  assign draw          = ((state_q == StLoad && op_q == OpCounts) || row_done) && next_row != 16'(ROWS);
  assign pulse         = state_q == StRound && largest != 7'd0;
  assign slots_done    = state_q == StSlot && last_clock && slot_q == LastSlot;
  assign slot          = (state_q == StLoad && op_q == OpTrains) ||
                         (state_q == StSlot && last_clock && !slots_done && !phase_q);
  assign coincide      = slots_done && (phase_q || !two_phases_q);

  always_ff @(posedge clk_i) begin
    if (!last_clock) timer_q <= timer_q - 32'd1;
    case (state_q)
      StIdle:
        if (command) begin
          op_q <= op_started;
          case (op_started)
            OpRead, OpReadTransposed, OpRefresh: begin
              state_q <= (t_setup_q != 8'd0) ? StSetup : StInt;
              timer_q <= ((t_setup_q != 8'd0) ? 32'(t_setup_q) : window_of_command) - 32'd1;
              row_q   <= bus_wdata_i[23:8];
            end
            OpCounts, OpTrains: state_q <= StLoad;
            default: ;
          endcase
        end
      StSetup:
        if (last_clock) begin
          state_q <= StInt;
          timer_q <= window - 32'd1;
        end
      StInt: if (last_clock) state_q <= StConvert;
      StConvert: if (converted) state_q <= (op_q == OpRefresh) ? StCompare : StIdle;
      StLoad: begin
        phase_q <= 1'b0;
        slot_q  <= 5'd0;
        timer_q <= t_slot - 32'd1;
        row_q   <= next_row;
        if (op_q == OpTrains) state_q <= StSlot;
        else state_q <= (next_row == 16'(ROWS)) ? StIdle : StRound;
      end
      StRound: begin
        timer_q <= ((two_phases_q ? 32'd2 : 32'd1) * 32'(largest)) * t_slot - 32'd1;
        if (largest != 7'd0) state_q <= StPulse;
      end
      StSlot:
        if (last_clock) begin
          timer_q <= t_slot - 32'd1;
          slot_q  <= slots_done ? 5'd0 : slot_q + 5'd1;
          if (slots_done) begin
            phase_q <= 1'b1;
            if (coincide) state_q <= StIdle;
          end
        end
      StCompare: begin
        state_q <= flagged ? ((t_reset_q != 8'd0) ? StReset : StRewrite) : StIdle;
        timer_q <= ((t_reset_q != 8'd0) ? 32'(t_reset_q) : t_rewrite) - 32'd1;
        if (flagged && t_reset_q == 8'd0 && rewrite == 16'd0) state_q <= StIdle;
      end
      StReset:
        if (last_clock) begin
          state_q <= (rewrite != 16'd0) ? StRewrite : StIdle;
          timer_q <= t_rewrite - 32'd1;
        end
      StRewrite: if (last_clock) state_q <= StIdle;
      default: ;
    endcase
    if (row_done) begin
      row_q   <= next_row;
      state_q <= (next_row == 16'(ROWS)) ? StIdle : StRound;
    end
    if (!rst_ni) begin
      state_q <= StIdle;
      timer_q <= 32'd0;
    end
  end

  // Trains: a port's slot is set with its chance; slot after slot comes in at the top.
  logic filling_q;
  always_ff @(posedge clk_i) begin
    filling_q <= slot;
    if (!rst_ni) filling_q <= 1'b0;
  end
  generate
    for (genvar r = 0; r < ROWS; r = r + 1) begin : gen_row_trains
      always_ff @(posedge clk_i)
        if (filling_q)
          row_trains_q[r*31+:31] <= {driven_q[r] && {1'b0, slot_words[r*16+:16]} < row_chance_mem[r],
                                     row_trains_q[r*31+1+:30]};
    end
    for (genvar c = 0; c < COLS; c = c + 1) begin : gen_column_trains
      always_ff @(posedge clk_i)
        if (filling_q)
          column_trains_q[c*31+:31] <= {{1'b0, slot_words[(ROWS+c)*16+:16]} < column_chance_mem[c],
                                        column_trains_q[c*31+1+:30]};
    end
  endgenerate

  //--- registers and results ---------------------------------------------------------------------
  logic [15:0] index;
  logic        bus_we;
  assign index  = bus_addr_i[23:8];
  assign bus_we = bus_valid_i && bus_write_i;

  always_ff @(posedge clk_i) begin
    if (bus_we && bus_addr_i[27:24] == Register)
      case (index)
        16'd0: t_setup_q <= bus_wdata_i[7:0];
        16'd1: t_int_q <= bus_wdata_i[7:0];
        16'd2: t_mux_q <= bus_wdata_i[7:0];
        16'd3: t_sample_q <= bus_wdata_i[7:0];
        16'd4: bits_q <= bus_wdata_i[7:0];
        16'd5: shift_q <= bus_wdata_i[7:0];
        16'd16: row_bits_q <= bus_wdata_i[7:0];
        16'd17: row_shift_q <= bus_wdata_i[7:0];
        16'd18: in_bits_q <= bus_wdata_i[7:0];
        16'd19: t_pulse_q <= bus_wdata_i[7:0];
        16'd20: t_reset_q <= bus_wdata_i[7:0];
        16'd21: most_q <= bus_wdata_i[6:0];
        16'd22: {two_phases_q, verify_q, nearest_q} <= bus_wdata_i[2:0];
        16'd23: number_q[31:0] <= bus_wdata_i;
        16'd24: number_q[63:32] <= bus_wdata_i;
        16'd25: {high_q, low_q} <= bus_wdata_i;
        default: ;
      endcase
    if (bus_we && bus_addr_i[27:24] == Row) begin
      if (bus_addr_i[0]) row_chance_mem[index[ROW_W-1:0]] <= bus_wdata_i[16:0];
      else begin
        input_mem[index[ROW_W-1:0]] <= bus_wdata_i[7:0];
        driven_q[index[ROW_W-1:0]]  <= bus_wdata_i[7:0] != 8'd0;
      end
    end
    if (bus_we && bus_addr_i[27:24] == Column)
      case (bus_addr_i[1:0])
        2'd0: error_mem[index[COLUMN_W-1:0]] <= bus_wdata_i[8:0];
        2'd1: factor_mem[index[COLUMN_W-1:0]] <= bus_wdata_i[25:0];
        default: column_chance_mem[index[COLUMN_W-1:0]] <= bus_wdata_i[16:0];
      endcase
    if (!rst_ni) driven_q <= '0;
  end

  logic [31:0] cycles_q, rdata_q;
  always_ff @(posedge clk_i) begin
    if (command && state_q == StIdle) cycles_q <= 32'd0;
    else if (state_q != StIdle) cycles_q <= cycles_q + 32'd1;
    if (bus_valid_i && !bus_write_i)
      case (bus_addr_i[27:24])
        Row: rdata_q <= row_code;
        Column: rdata_q <= column_code;
        default: rdata_q <= bus_addr_i[0] ? row_clips : column_clips;
      endcase
    if (!rst_ni) cycles_q <= 32'd0;
  end

  assign bus_rdata_o = rdata_q;
  assign cycles_o    = cycles_q;
  assign busy_o      = state_q != StIdle || filling_q;
endmodule
