// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tile: row counters, crossbar banks with shared SAR converters, accumulators, one time-multiplexed neuron
// unit, serialiser. docs/fabric.md describes it; registers are listed in rtl/README.md.
//
// step_valid_i starts step step_i, which stays until the next start. busy_o covers every state that can change
// without an input. rx_ready_o is a function of own registers only.
module xb_tile #(
    parameter int ROWS       = 128,  // a power of two, as BANKS and SLOTS
    parameter int COLS       = 128,  // physical columns: pairs of a positive and a negative device
    parameter int BANKS      = 8,
    parameter int SLOTS      = 64,
    parameter int COUNT_BITS = 6,
    parameter int ADC_SHARE  = 8,    // columns per converter
    parameter int DRIVES     = 2,
    parameter int ROUTES     = 1024,
    localparam int NADC  = COLS / ADC_SHARE,
    localparam int SUM_W = 32,
    localparam int ADC_W = 16
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    input  logic [63:0]           handle_i,
    input  logic                  step_valid_i,
    input  logic [31:0]           step_i,
    output logic                  busy_o,
    // configuration and status, one access a clock; rdata follows a clock later
    input  logic                  bus_valid_i,
    input  logic                  bus_write_i,
    input  logic [27:0]           bus_addr_i,
    input  logic [31:0]           bus_wdata_i,
    output logic [31:0]           bus_rdata_o,
    // events in and out
    input  logic                  rx_valid_i,
    input  logic [31:0]           rx_flit_i,
    output logic                  rx_ready_o,
    output logic                  tx_valid_o,
    output logic [31:0]           tx_flit_o,
    input  logic                  tx_ready_i,
    // observation: codes of a converter group, and what a neuron emitted
    output logic                  obs_adc_o,
    output logic [NADC*ADC_W-1:0] obs_codes_o,
    output logic                  obs_emit_o,
    output logic [7:0]            obs_column_o,
    output logic [31:0]           obs_value_o
);
  `include "neuron_unit.svh"

  localparam int PAIRS  = COLS / 2;
  localparam int GPAIRS = NADC / 2;  // pairs of a converter group
  localparam int ROW_W  = $clog2(ROWS);
  localparam int SLOT_W = $clog2(SLOTS);
  localparam int RING_W = SLOT_W + $clog2(BANKS);
  localparam int COL_W  = (PAIRS > 1) ? $clog2(PAIRS) : 1;
  localparam int GROUP_W = (ADC_SHARE > 1) ? $clog2(ADC_SHARE) : 1;
  localparam int DRIVE_W = (DRIVES > 1) ? $clog2(DRIVES) : 1;
  localparam int ROUTE_W = $clog2(ROUTES);
  localparam int WORD_W = COUNT_BITS * ROWS;  // counters of a bank, plane after plane
  localparam int SW     = NEURON_STATE * 32;
  localparam int PW     = NEURON_PARAM * 32;

  //--- configuration ---------------------------------------------------------------------------
  logic [7:0]  t_setup_q, t_int_q, t_mux_q, t_sample_q, adc_bits_q;
  logic [7:0]  adc_shift_q, scale_shift_q, banks_q, columns_q, model_q;
  logic [31:0] onset_q;
  logic [31:0] drive_from_q[0:DRIVES-1];
  logic signed [31:0]   scale_mem[0:PAIRS-1];
  logic [SW-1:0]        state_mem[0:PAIRS-1];
  logic [PW-1:0]        param_mem[0:PAIRS-1];
  logic [DRIVES*32-1:0] drive_mem[0:PAIRS-1];
  logic [31:0]          range_mem[0:PAIRS-1];  // {end, start} in route_mem
  logic [31:0]          route_mem[0:ROUTES-1];

  // Address spaces of the bus.
  localparam logic [3:0] SpRegister = 4'd0, SpFrom = 4'd1, SpScale = 4'd2, SpState = 4'd3, SpParam = 4'd4,
                         SpDrive = 4'd5, SpRange = 4'd6, SpRoute = 4'd7, SpStatus = 4'd8;

  logic [3:0]  bus_space;
  logic [15:0] bus_index;
  logic [7:0]  bus_word;
  logic        bus_we;
  assign bus_space = bus_addr_i[27:24];
  assign bus_index = bus_addr_i[23:8];
  assign bus_word  = bus_addr_i[7:0];
  assign bus_we    = bus_valid_i && bus_write_i;

  //--- state -----------------------------------------------------------------------------------
  typedef enum logic [3:0] {
    StClear, StIdle, StLoad, StSetup, StInt, StMux, StSample, StConvert, StDrain, StNeuron
  } state_e;
  state_e state_q;

  logic [WORD_W-1:0]       ring_mem[0:SLOTS*BANKS-1];
  logic [WORD_W-1:0]       counts_q;     // of the bank being read
  logic [COUNT_BITS-1:0]   planes_q;     // planes still to read, without the current one
  logic [ROWS-1:0]         rows_q;       // driven rows
  logic [7:0]              plane_q, bank_q, group_q, timer_q;
  logic [RING_W-1:0] clear_q;
  logic [NADC*SUM_W-1:0]   sums;
  logic [NADC*ADC_W-1:0]   code_q;
  logic                    acc_valid_q;  // code_q holds the finished codes of acc_group_q
  logic [7:0]              acc_group_q, acc_plane_q;
  logic [ADC_SHARE-1:0]    acc_used_q;   // groups with a sum in this step
  logic [GPAIRS*32-1:0]    acc_mem[0:ADC_SHARE-1];

  logic [7:0]              column_q;
  logic                    n1_q, n2_q, n3_q;  // neuron pipeline: fetched, input ready, result
  logic [7:0]              n1_col_q, n2_col_q, n3_col_q;
  logic signed [31:0]      n1_acc_q, n1_scale_q, n2_x_q;
  logic [DRIVES*32-1:0]    n1_drive_q;
  logic [SW-1:0]           n1_state_q, n2_state_q;
  logic [PW-1:0]           n1_param_q, n2_param_q;
  logic [SW-1:0]           n3_state_q;
  logic [31:0]             n3_emit_q;

  logic [COL_W+COUNT_BITS-1:0] queue_mem[0:PAIRS-1];  // {column, count}: at most one a column and step
  logic [7:0]              queue_wr_q, queue_rd_q;
  logic                    ser_q, tx_valid_q;
  logic [15:0]             ser_ptr_q, ser_end_q;
  logic [COUNT_BITS-1:0]   ser_count_q;
  logic [31:0]             tx_flit_q;

  //--- functions: evaluated only under the valid condition of their clock ------------------------
  function automatic [COUNT_BITS-1:0] planes_of(input [WORD_W-1:0] word);
    planes_of = '0;
    for (int b = 0; b < COUNT_BITS; b = b + 1) planes_of[b] = |word[b*ROWS+:ROWS];
  endfunction

  function automatic [7:0] lowest(input [COUNT_BITS-1:0] planes);
    lowest = 8'd0;
    for (int b = COUNT_BITS - 1; b >= 0; b = b - 1) if (planes[b]) lowest = 8'(b);
  endfunction

  function automatic [NADC*ADC_W-1:0] compare(input [NADC*ADC_W-1:0] code, input [NADC*SUM_W-1:0] sum,
                                              input [7:0] shift, input [7:0] place);
    logic [ADC_W-1:0] trial;
    compare = code;
    for (int a = 0; a < NADC; a = a + 1) begin
      trial = code[a*ADC_W+:ADC_W] | (16'd1 << place);
      if ((sum[a*SUM_W+:SUM_W] >> shift) >= {16'd0, trial}) compare[a*ADC_W+:ADC_W] = trial;
    end
  endfunction

  function automatic [7:0] clipped(input [NADC*SUM_W-1:0] sum, input [7:0] shift, input [7:0] bits);
    clipped = 8'd0;
    for (int a = 0; a < NADC; a = a + 1)
      if (((sum[a*SUM_W+:SUM_W] >> shift) >> bits) != 32'd0) clipped = clipped + 8'd1;
  endfunction

  function automatic [GPAIRS*32-1:0] accumulate(input [GPAIRS*32-1:0] acc, input [NADC*ADC_W-1:0] code,
                                                input [7:0] shift);
    logic signed [31:0] diff;
    accumulate = '0;
    for (int a = 0; a < GPAIRS; a = a + 1) begin
      diff = $signed({16'd0, code[2*a*ADC_W+:ADC_W]}) - $signed({16'd0, code[(2*a+1)*ADC_W+:ADC_W]});
      accumulate[a*32+:32] = acc[a*32+:32] + (diff << shift);
    end
  endfunction

  function automatic signed [31:0] saturate(input signed [63:0] v);
    if (v > 64'sd2147483647) saturate = 32'sh7FFFFFFF;
    else if (v < -64'sd2147483648) saturate = 32'sh80000000;
    else saturate = v[31:0];
  endfunction

  function automatic signed [31:0] scaled(input signed [31:0] acc, input signed [31:0] scale,
                                          input [7:0] shift);
    logic signed [63:0] product;
    product = {{32{acc[31]}}, acc} * {{32{scale[31]}}, scale};
    product = product >>> shift;
    scaled = saturate(product);
  endfunction

  function automatic signed [31:0] add_sat(input signed [31:0] a, input signed [31:0] b);
    logic signed [63:0] sum;
    sum = {{32{a[31]}}, a} + {{32{b[31]}}, b};
    add_sat = saturate(sum);
  endfunction

  // The input plus every drive that is on, in order.
  function automatic signed [31:0] driven(input signed [31:0] x, input [DRIVES*32-1:0] values,
                                          input [DRIVES-1:0] on);
    driven = x;
    for (int d = 0; d < DRIVES; d = d + 1) if (on[d]) driven = add_sat(driven, values[d*32+:32]);
  endfunction

  //--- events in: read, add, write in one clock --------------------------------------------------
  logic [SLOT_W-1:0]        rx_slot;
  logic [RING_W-1:0]        rx_addr, load_addr;
  logic [ROW_W-1:0]         rx_row;
  logic                     rx_take;
  assign rx_ready_o = state_q != StLoad && state_q != StClear;
  assign rx_take    = rx_valid_i && rx_ready_o;
  assign rx_slot    = step_i[SLOT_W-1:0] + SLOT_W'(rx_flit_i[13:8]);
  assign rx_row     = rx_flit_i[14+:ROW_W];

  generate
    if (BANKS > 1) begin : gen_banks
      assign rx_addr   = {rx_slot, rx_flit_i[14+ROW_W+:RING_W-SLOT_W]};
      assign load_addr = {step_i[SLOT_W-1:0], bank_q[RING_W-SLOT_W-1:0]};
    end else begin : gen_one_bank
      assign rx_addr   = rx_slot;
      assign load_addr = step_i[SLOT_W-1:0];
    end
  endgenerate

  //--- sequencer ---------------------------------------------------------------------------------
  logic [COUNT_BITS-1:0]    load_planes, start_planes;
  logic                     last_clock, loading, read_done, start_read, start_group, last_bank;
  assign loading      = state_q == StLoad;
  assign last_clock   = timer_q == 8'd0;
  assign last_bank    = bank_q + 8'd1 == banks_q;
  assign read_done    = state_q == StConvert && last_clock && group_q == 8'(ADC_SHARE - 1);
  // The next read starts in the last clock of the running one: no clock is lost between them.
  assign start_planes = loading ? load_planes : planes_q;
  assign start_read   = (loading || read_done) && start_planes != '0;
  assign start_group  = last_clock && (state_q == StInt || (state_q == StConvert && !read_done));

  always_comb begin
    load_planes = '0;
    if (loading) load_planes = planes_of(ring_mem[load_addr]);
  end

  logic array_read, array_sample;
  assign array_read   = state_q == StInt && last_clock;
  assign array_sample = state_q == StSample && last_clock;

  xb_array #(.ROWS(ROWS), .NADC(NADC), .SUM_W(SUM_W)) u_array (
      .clk_i(clk_i), .handle_i(handle_i), .read_i(array_read), .bank_i(bank_q), .rows_i(rows_q),
      .sample_i(array_sample), .group_i(group_q), .sums_o(sums)
  );

  always_ff @(posedge clk_i) begin
    if (!last_clock) timer_q <= timer_q - 8'd1;
    case (state_q)
      StClear: begin
        clear_q <= clear_q + 1'b1;
        if (&clear_q) state_q <= StIdle;
      end
      StIdle:
        if (step_valid_i && step_i >= onset_q) begin
          bank_q   <= 8'd0;
          column_q <= 8'd0;
          state_q  <= (banks_q == 8'd0) ? StNeuron : StLoad;
        end
      StLoad: begin
        counts_q <= ring_mem[load_addr];
        if (start_read) begin
          rows_q <= ring_mem[load_addr][32'(lowest(start_planes))*ROWS+:ROWS];
        end else begin
          bank_q <= bank_q + 8'd1;
          if (last_bank) state_q <= StDrain;
        end
      end
      StSetup:
        if (last_clock) begin
          state_q <= StInt;
          timer_q <= t_int_q - 8'd1;
        end
      StInt: if (last_clock) group_q <= 8'd0;
      StMux:
        if (last_clock) begin
          state_q <= StSample;
          timer_q <= t_sample_q - 8'd1;
        end
      StSample:
        if (last_clock) begin
          state_q <= StConvert;
          timer_q <= adc_bits_q - 8'd1;
        end
      StConvert:
        if (read_done) begin
          if (start_read) begin
            rows_q <= counts_q[32'(lowest(start_planes))*ROWS+:ROWS];
          end else begin
            bank_q  <= bank_q + 8'd1;
            state_q <= last_bank ? StDrain : StLoad;
          end
        end else if (last_clock) begin
          group_q <= group_q + 8'd1;
        end
      StDrain: state_q <= StNeuron;  // the last group is being accumulated
      StNeuron: begin
        column_q <= column_q + 8'd1;
        if (column_q + 8'd1 == columns_q) state_q <= StIdle;
      end
      default: state_q <= StIdle;
    endcase
    if (start_read) begin
      planes_q <= start_planes & (start_planes - 1'b1);
      plane_q  <= lowest(start_planes);
      state_q  <= (t_setup_q != 8'd0) ? StSetup : StInt;
      timer_q  <= ((t_setup_q != 8'd0) ? t_setup_q : t_int_q) - 8'd1;
    end
    if (start_group) begin
      state_q <= (t_mux_q != 8'd0) ? StMux : StSample;
      timer_q <= ((t_mux_q != 8'd0) ? t_mux_q : t_sample_q) - 8'd1;
    end
    if (!rst_ni) begin
      state_q <= StClear;
      clear_q <= '0;
      timer_q <= 8'd0;
    end
  end

  //--- row counters ------------------------------------------------------------------------------
  logic [COUNT_BITS-1:0] rx_old, rx_new;
  logic [COUNT_BITS:0]   rx_sum;
  assign rx_sum = {1'b0, rx_old} + {1'b0, rx_flit_i[COUNT_BITS-1:0]};
  assign rx_new = rx_sum[COUNT_BITS] ? '1 : rx_sum[COUNT_BITS-1:0];

  always_comb begin
    rx_old = '0;
    if (rx_take) for (int b = 0; b < COUNT_BITS; b = b + 1) rx_old[b] = ring_mem[rx_addr][b*ROWS+32'(rx_row)];
  end

  always_ff @(posedge clk_i) begin
    if (state_q == StClear) ring_mem[clear_q] <= '0;
    else if (loading) ring_mem[load_addr] <= '0;
    else if (rx_take)
      for (int b = 0; b < COUNT_BITS; b = b + 1) ring_mem[rx_addr][b*ROWS+32'(rx_row)] <= rx_new[b];
  end

  //--- converters and accumulators ---------------------------------------------------------------
  always_ff @(posedge clk_i) begin
    acc_valid_q <= state_q == StConvert && last_clock;
    if (array_sample) code_q <= '0;
    if (state_q == StConvert) begin
      code_q <= compare(code_q, sums, adc_shift_q, timer_q);
      if (last_clock) begin
        acc_group_q <= group_q;
        acc_plane_q <= plane_q;
      end
    end
    if (acc_valid_q) begin
      acc_mem[acc_group_q[GROUP_W-1:0]] <= accumulate(
          acc_used_q[acc_group_q[GROUP_W-1:0]] ? acc_mem[acc_group_q[GROUP_W-1:0]] : '0, code_q,
          adc_shift_q + acc_plane_q);
      acc_used_q[acc_group_q[GROUP_W-1:0]] <= 1'b1;
    end
    if (state_q == StIdle) acc_used_q <= '0;
    if (!rst_ni) acc_valid_q <= 1'b0;
  end

  //--- neuron unit: fetch, input, step, emit -----------------------------------------------------
  logic [GROUP_W-1:0] fetch_group;
  logic [7:0]         fetch_lane;
  assign fetch_group = GROUP_W'(column_q / 8'(GPAIRS));
  assign fetch_lane  = column_q % 8'(GPAIRS);

  always_ff @(posedge clk_i) begin
    n1_q <= state_q == StNeuron;
    n2_q <= n1_q;
    n3_q <= n2_q;
    if (state_q == StNeuron) begin
      n1_col_q   <= column_q;
      n1_acc_q   <= acc_used_q[fetch_group] ? acc_mem[fetch_group][32'(fetch_lane)*32+:32] : 32'd0;
      n1_scale_q <= scale_mem[column_q[COL_W-1:0]];
      n1_drive_q <= drive_mem[column_q[COL_W-1:0]];
      n1_state_q <= state_mem[column_q[COL_W-1:0]];
      n1_param_q <= param_mem[column_q[COL_W-1:0]];
    end
    if (n1_q) begin
      n2_col_q   <= n1_col_q;
      n2_x_q     <= driven(scaled(n1_acc_q, n1_scale_q, scale_shift_q), n1_drive_q, drive_on);
      n2_state_q <= n1_state_q;
      n2_param_q <= n1_param_q;
    end
    if (n2_q) begin
      n3_col_q <= n2_col_q;
      {n3_emit_q, n3_state_q} <= neuron_step(model_q, n2_state_q, n2_param_q, n2_x_q);
    end
    if (!rst_ni) begin
      n1_q <= 1'b0;
      n2_q <= 1'b0;
      n3_q <= 1'b0;
    end
  end

  logic [DRIVES-1:0] drive_on;
  always_comb begin
    drive_on = '0;
    for (int d = 0; d < DRIVES; d = d + 1) drive_on[d] = step_i >= drive_from_q[d];
  end

  always_ff @(posedge clk_i) begin
    if (n3_q) state_mem[n3_col_q[COL_W-1:0]] <= n3_state_q;
    else if (bus_we && bus_space == SpState)
      state_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
  end

  //--- serialiser --------------------------------------------------------------------------------
  logic [31:0]           n3_range, head_range;
  logic                  push, advance, last_flit;
  logic [COL_W-1:0]      head_col;
  logic [COUNT_BITS-1:0] head_count;
  logic                  count_full;
  assign count_full = n3_emit_q > 32'((1 << COUNT_BITS) - 1);
  assign n3_range   = range_mem[n3_col_q[COL_W-1:0]];
  assign push       = n3_q && n3_emit_q != 32'd0 && n3_range[31:16] != n3_range[15:0];
  assign {head_col, head_count} = queue_mem[queue_rd_q[COL_W-1:0]];
  assign head_range = range_mem[head_col];
  assign advance    = !tx_valid_q || tx_ready_i;
  assign last_flit  = ser_ptr_q + 16'd1 == ser_end_q;

  always_ff @(posedge clk_i) begin
    if (push) begin
      queue_mem[queue_wr_q[COL_W-1:0]] <= {n3_col_q[COL_W-1:0],
          count_full ? {COUNT_BITS{1'b1}} : n3_emit_q[COUNT_BITS-1:0]};
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
      ser_q <= queue_wr_q != queue_rd_q;
      if (queue_wr_q != queue_rd_q) begin
        {ser_end_q, ser_ptr_q} <= head_range;
        ser_count_q <= head_count;
        queue_rd_q  <= queue_rd_q + 8'd1;
      end
    end
    if (!rst_ni || (state_q == StIdle && step_valid_i)) begin
      queue_wr_q <= 8'd0;
      queue_rd_q <= 8'd0;
    end
    if (!rst_ni) begin
      ser_q      <= 1'b0;
      tx_valid_q <= 1'b0;
    end
  end

  assign busy_o = state_q != StIdle || acc_valid_q || n1_q || n2_q || n3_q ||
                  queue_wr_q != queue_rd_q || ser_q || tx_valid_q;
  assign tx_valid_o   = tx_valid_q;
  assign tx_flit_o    = tx_flit_q;
  assign obs_adc_o    = acc_valid_q;
  assign obs_codes_o  = code_q;
  assign obs_emit_o   = n3_q && n3_emit_q != 32'd0;
  assign obs_column_o = n3_col_q;
  assign obs_value_o  = n3_emit_q;

  //--- status counters ---------------------------------------------------------------------------
  logic [63:0] reads_q, read_cycles_q, clips_q, events_q, row_lost_q, count_sat_q, sent_q;

  always_ff @(posedge clk_i) begin
    if (read_done) reads_q <= reads_q + 64'd1;
    if (state_q >= StSetup && state_q <= StConvert) read_cycles_q <= read_cycles_q + 64'd1;
    if (state_q == StConvert && last_clock)
      clips_q <= clips_q + 64'(clipped(sums, adc_shift_q, adc_bits_q));
    if (rx_take) events_q <= events_q + 64'd1;
    if (rx_take && rx_sum[COUNT_BITS]) row_lost_q <= row_lost_q + 64'(rx_sum[COUNT_BITS-1:0]) + 64'd1;
    if (push && count_full) count_sat_q <= count_sat_q + 64'd1;
    if (tx_valid_q && tx_ready_i) sent_q <= sent_q + 64'd1;
    if (!rst_ni) begin
      reads_q       <= 64'd0;
      read_cycles_q <= 64'd0;
      clips_q       <= 64'd0;
      events_q      <= 64'd0;
      row_lost_q    <= 64'd0;
      count_sat_q   <= 64'd0;
      sent_q        <= 64'd0;
    end
  end

  //--- configuration bus -------------------------------------------------------------------------
  always_ff @(posedge clk_i) begin
    if (bus_we) begin
      case (bus_space)
        SpRegister:
          case (bus_index)
            16'd0: t_setup_q <= bus_wdata_i[7:0];
            16'd1: t_int_q <= bus_wdata_i[7:0];
            16'd2: t_mux_q <= bus_wdata_i[7:0];
            16'd3: t_sample_q <= bus_wdata_i[7:0];
            16'd4: adc_bits_q <= bus_wdata_i[7:0];
            16'd5: adc_shift_q <= bus_wdata_i[7:0];
            16'd6: scale_shift_q <= bus_wdata_i[7:0];
            16'd7: banks_q <= bus_wdata_i[7:0];
            16'd8: columns_q <= bus_wdata_i[7:0];
            16'd9: model_q <= bus_wdata_i[7:0];
            16'd10: onset_q <= bus_wdata_i;
            default: ;
          endcase
        SpFrom: drive_from_q[bus_index[DRIVE_W-1:0]] <= bus_wdata_i;
        SpScale: scale_mem[bus_index[COL_W-1:0]] <= bus_wdata_i;
        SpParam: param_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
        SpDrive: drive_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
        SpRange: range_mem[bus_index[COL_W-1:0]] <= bus_wdata_i;
        SpRoute: route_mem[bus_index[ROUTE_W-1:0]] <= bus_wdata_i;
        default: ;
      endcase
    end
    if (bus_valid_i && !bus_write_i) begin
      case (bus_space)
        SpState: bus_rdata_o <= state_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32];
        SpStatus: bus_rdata_o <= status[32'(bus_index[2:0])*64+32'(bus_word[0])*32+:32];
        default: bus_rdata_o <= 32'd0;
      endcase
    end
  end

  logic [511:0] status;
  assign status = {64'd0, sent_q, count_sat_q, row_lost_q, events_q, clips_q, read_cycles_q, reads_q};
endmodule
