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
  localparam int PAIRS = COLS / 2;

  // The front end of a read. StHold: the window is over, the converters are not yet free.
  typedef enum logic [2:0] {StIdle, StLoad, StSetup, StInt, StHold, StDrain, StNeuron} state_e;
  state_e state_q;

  logic [7:0]            t_setup_q, t_int_q, banks_q, columns_q;
  logic [31:0]           onset_q;
  logic [31:0]           step_q;       // the step that is computed
  logic [COUNT_BITS-1:0] planes_q;     // planes still to read, without the current one
  logic [7:0]            plane_q, bank_q, timer_q, column_q;

  function automatic [7:0] lowest(input [COUNT_BITS-1:0] planes);
    lowest = 8'd0;
    for (int b = COUNT_BITS - 1; b >= 0; b = b - 1) if (planes[b]) lowest = 8'(b);
  endfunction

  //--- parts -------------------------------------------------------------------------------------
  logic                  begin_step, loading, start_read, hand_over, in_neurons;
  logic [COUNT_BITS-1:0] load_planes, start_planes;
  logic [7:0]            start_plane;
  logic [ROWS-1:0]       rows;
  logic                  sample, converters_free, converting;
  logic [7:0]            group;
  logic [NADC*SUM_W-1:0] sums;
  logic signed [31:0]    acc;
  logic                  result;
  logic [7:0]            result_column;
  logic [31:0]           result_emit, state_rdata;
  logic                  bus_we, bus_re;
  logic                  rows_busy, converters_busy, neurons_busy, serialiser_busy;
  logic [63:0]           reads, clips, events, row_lost, count_saturations, sent;
  assign bus_we = bus_valid_i && bus_write_i;
  assign bus_re = bus_valid_i && !bus_write_i;

  xb_rows #(.ROWS(ROWS), .BANKS(BANKS), .SLOTS(SLOTS), .COUNT_BITS(COUNT_BITS)) u_rows (
      .clk_i(clk_i), .rst_ni(rst_ni), .step_i(step_i), .busy_o(rows_busy),
      .rx_valid_i(rx_valid_i), .rx_flit_i(rx_flit_i), .rx_ready_o(rx_ready_o),
      .load_i(loading), .load_step_i(step_q), .bank_i(bank_q), .planes_o(load_planes),
      .drive_i(start_read), .plane_i(start_plane), .rows_o(rows), .events_o(events), .lost_o(row_lost)
  );

  xb_array #(.ROWS(ROWS), .NADC(NADC), .SUM_W(SUM_W)) u_array (
      .clk_i(clk_i), .handle_i(handle_i), .read_i(hand_over), .bank_i(bank_q), .rows_i(rows),
      .sample_i(sample), .group_i(group), .sums_o(sums)
  );

  xb_converters #(.NADC(NADC), .ADC_SHARE(ADC_SHARE), .SUM_W(SUM_W), .ADC_W(ADC_W)) u_converters (
      .clk_i(clk_i), .rst_ni(rst_ni), .bus_we_i(bus_we), .bus_addr_i(bus_addr_i), .bus_wdata_i(bus_wdata_i),
      .start_i(hand_over), .plane_i(plane_q), .free_o(converters_free), .active_o(converting),
      .busy_o(converters_busy), .sample_o(sample), .group_o(group), .sums_i(sums),
      .clear_i(begin_step), .fetch_i(in_neurons), .column_i(column_q), .acc_o(acc),
      .obs_adc_o(obs_adc_o), .obs_codes_o(obs_codes_o), .reads_o(reads), .clips_o(clips)
  );

  xb_neurons #(.PAIRS(PAIRS), .DRIVES(DRIVES)) u_neurons (
      .clk_i(clk_i), .rst_ni(rst_ni), .bus_we_i(bus_we), .bus_re_i(bus_re), .bus_addr_i(bus_addr_i),
      .bus_wdata_i(bus_wdata_i), .bus_rdata_o(state_rdata), .step_i(step_q),
      .fetch_i(in_neurons), .column_i(column_q), .acc_i(acc),
      .result_o(result), .column_o(result_column), .emit_o(result_emit), .busy_o(neurons_busy)
  );

  xb_serialiser #(.PAIRS(PAIRS), .COUNT_BITS(COUNT_BITS), .ROUTES(ROUTES)) u_serialiser (
      .clk_i(clk_i), .rst_ni(rst_ni), .bus_we_i(bus_we), .bus_addr_i(bus_addr_i), .bus_wdata_i(bus_wdata_i),
      .clear_i(begin_step), .result_i(result), .column_i(result_column), .emit_i(result_emit),
      .tx_valid_o(tx_valid_o), .tx_flit_o(tx_flit_o), .tx_ready_i(tx_ready_i), .busy_o(serialiser_busy),
      .saturations_o(count_saturations), .sent_o(sent)
  );

  //--- sequencer ---------------------------------------------------------------------------------
  // A window opens in the clock after the one before was handed over: while the converters work on its sums, the
  // next plane integrates, and banks without a count are passed.
  logic last_clock, last_bank;
  assign last_clock   = timer_q == 8'd0;
  assign last_bank    = bank_q + 8'd1 == banks_q;
  assign begin_step   = state_q == StIdle && step_valid_i && step_i >= onset_q;
  assign loading      = state_q == StLoad;
  assign in_neurons   = state_q == StNeuron;
  assign hand_over    = converters_free && (state_q == StHold || (state_q == StInt && last_clock));
  assign start_planes = loading ? load_planes : planes_q;
  assign start_plane  = lowest(start_planes);
  assign start_read   = (loading || hand_over) && start_planes != '0;

  always_ff @(posedge clk_i) begin
    if (!last_clock) timer_q <= timer_q - 8'd1;
    case (state_q)
      StIdle:
        if (begin_step) begin
          step_q   <= step_i;
          bank_q   <= 8'd0;
          column_q <= 8'd0;
          state_q  <= (banks_q == 8'd0) ? StNeuron : StLoad;
        end
      StSetup:
        if (last_clock) begin
          state_q <= StInt;
          timer_q <= t_int_q - 8'd1;
        end
      StInt: if (last_clock) state_q <= StHold;
      StDrain: if (!converting) state_q <= StNeuron;  // the last group is being accumulated
      StNeuron: begin
        column_q <= column_q + 8'd1;
        if (column_q + 8'd1 == columns_q) state_q <= StIdle;
      end
      default: ;
    endcase
    if (start_read) begin
      planes_q <= start_planes & (start_planes - 1'b1);
      plane_q  <= start_plane;
      state_q  <= (t_setup_q != 8'd0) ? StSetup : StInt;
      timer_q  <= ((t_setup_q != 8'd0) ? t_setup_q : t_int_q) - 8'd1;
    end else if (loading || hand_over) begin
      bank_q  <= bank_q + 8'd1;
      state_q <= last_bank ? StDrain : StLoad;
    end
    if (!rst_ni) begin
      state_q <= StIdle;
      timer_q <= 8'd0;
    end
  end

  assign busy_o = state_q != StIdle || rows_busy || converters_busy || neurons_busy || serialiser_busy;
  assign obs_emit_o   = result && result_emit != 32'd0;
  assign obs_column_o = result_column;
  assign obs_value_o  = result_emit;

  //--- registers and status ----------------------------------------------------------------------
  logic [63:0]  read_cycles_q;
  logic [511:0] status;
  logic [31:0]  status_q;
  assign status      = {64'd0, sent, count_saturations, row_lost, events, clips, read_cycles_q, reads};
  assign bus_rdata_o = state_rdata | status_q;

  always_ff @(posedge clk_i) begin
    if (converting || (state_q >= StSetup && state_q <= StHold)) read_cycles_q <= read_cycles_q + 64'd1;
    if (!rst_ni) read_cycles_q <= 64'd0;
  end

  always_ff @(posedge clk_i) begin
    if (bus_we && bus_addr_i[27:24] == xb_bus_pkg::Register)
      case (bus_addr_i[23:8])
        16'd0: t_setup_q <= bus_wdata_i[7:0];
        16'd1: t_int_q <= bus_wdata_i[7:0];
        16'd7: banks_q <= bus_wdata_i[7:0];
        16'd8: columns_q <= bus_wdata_i[7:0];
        16'd10: onset_q <= bus_wdata_i;
        default: ;
      endcase
    if (bus_re)
      status_q <= (bus_addr_i[27:24] == xb_bus_pkg::Status) ?
          status[32'(bus_addr_i[10:8])*64+32'(bus_addr_i[0])*32+:32] : 32'd0;
  end
endmodule
