// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The back end of a read: shared SAR converters, one bit a clock, and the accumulators of the column pairs. It
// works on sums that the array holds, while the next window already integrates.
//
// free_o is high in the last clock of a read, so that reads follow one another without a gap.
module xb_converters #(
    parameter int NADC      = 16,
    parameter int ADC_SHARE = 8,           // columns per converter
    parameter int SUM_W     = 32,
    parameter int ADC_W     = 16
) (
    input  logic                  clk_i,
    input  logic                  rst_ni,
    input  logic                  bus_we_i,
    input  logic [27:0]           bus_addr_i,
    input  logic [31:0]           bus_wdata_i,
    // reads
    input  logic                  start_i,     // the sums of plane_i are held from now on
    input  logic [7:0]            plane_i,
    output logic                  free_o,
    output logic                  active_o,    // converting
    output logic                  busy_o,      // or accumulating
    // array
    output logic                  sample_o,
    output logic [7:0]            group_o,
    input  logic [NADC*SUM_W-1:0] sums_i,
    // accumulators
    input  logic                  clear_i,     // a new step: all sums are 0
    input  logic                  fetch_i,     // acc_o follows a clock later
    input  logic [7:0]            column_i,
    output logic signed [31:0]    acc_o,
    // observation and counters
    output logic                  obs_adc_o,
    output logic [NADC*ADC_W-1:0] obs_codes_o,
    output logic [63:0]           reads_o,
    output logic [63:0]           clips_o
);
  localparam int GPAIRS  = NADC / 2;           // pairs of a converter group
  localparam int GROUP_W = (ADC_SHARE > 1) ? $clog2(ADC_SHARE) : 1;

  typedef enum logic [1:0] {CvIdle, CvMux, CvSample, CvConvert} state_e;
  state_e state_q;

  logic [7:0]            t_mux_q, t_sample_q, adc_bits_q, adc_shift_q;
  logic [7:0]            timer_q, group_q, plane_q;
  logic [NADC*ADC_W-1:0] code_q;
  logic                  acc_valid_q;          // code_q holds the finished codes of acc_group_q
  logic [GROUP_W-1:0]    acc_group_q;
  logic [7:0]            acc_plane_q;
  logic [ADC_SHARE-1:0]  acc_used_q;           // groups with a sum in this step
  logic [GPAIRS*32-1:0]  acc_mem[0:ADC_SHARE-1];
  logic signed [31:0]    acc_q;
  logic [63:0]           reads_q, clips_q;

  //--- functions: evaluated only under the valid condition of their clock ------------------------
  function automatic [NADC*ADC_W-1:0] compare(input [NADC*ADC_W-1:0] code, input [NADC*SUM_W-1:0] sum,
                                              input [7:0] shift, input [7:0] place);
    logic [ADC_W-1:0] trial;
    compare = code;
    for (int a = 0; a < NADC; a = a + 1) begin
      trial = code[a*ADC_W+:ADC_W] | (16'd1 << place);
      if ((sum[a*SUM_W+:SUM_W] >> shift) >= {16'd0, trial}) compare[a*ADC_W+:ADC_W] = trial;
    end
  endfunction

  function automatic [15:0] clipped(input [NADC*SUM_W-1:0] sum, input [7:0] shift, input [7:0] bits);
    clipped = 16'd0;
    for (int a = 0; a < NADC; a = a + 1)
      if (((sum[a*SUM_W+:SUM_W] >> shift) >> bits) != 32'd0) clipped = clipped + 16'd1;
  endfunction

  function automatic [GPAIRS*32-1:0] accumulate(input [GPAIRS*32-1:0] old, input [NADC*ADC_W-1:0] code,
                                                input [7:0] shift);
    logic signed [31:0] diff;
    accumulate = '0;
    for (int a = 0; a < GPAIRS; a = a + 1) begin
      diff = $signed({16'd0, code[2*a*ADC_W+:ADC_W]}) - $signed({16'd0, code[(2*a+1)*ADC_W+:ADC_W]});
      accumulate[a*32+:32] = old[a*32+:32] + (diff << shift);
    end
  endfunction

  //--- sequencer ---------------------------------------------------------------------------------
  logic last_clock, group_done, read_done, start_group;
  assign last_clock  = timer_q == 8'd0;
  assign group_done  = state_q == CvConvert && last_clock;
  assign read_done   = group_done && group_q == 8'(ADC_SHARE - 1);
  assign free_o      = state_q == CvIdle || read_done;
  assign active_o    = state_q != CvIdle;
  assign start_group = start_i || (group_done && !read_done);
  assign sample_o    = state_q == CvSample && last_clock;
  assign group_o     = group_q;

  always_ff @(posedge clk_i) begin
    if (!last_clock) timer_q <= timer_q - 8'd1;
    if (start_group) begin
      state_q <= (t_mux_q != 8'd0) ? CvMux : CvSample;
      timer_q <= ((t_mux_q != 8'd0) ? t_mux_q : t_sample_q) - 8'd1;
      group_q <= start_i ? 8'd0 : group_q + 8'd1;
      if (start_i) plane_q <= plane_i;
    end else if (last_clock) begin
      case (state_q)
        CvMux: begin
          state_q <= CvSample;
          timer_q <= t_sample_q - 8'd1;
        end
        CvSample: begin
          state_q <= CvConvert;
          timer_q <= adc_bits_q - 8'd1;
        end
        default: state_q <= CvIdle;
      endcase
    end
    if (!rst_ni) begin
      state_q <= CvIdle;
      timer_q <= 8'd0;
    end
  end

  //--- codes and sums ----------------------------------------------------------------------------
  always_ff @(posedge clk_i) begin
    acc_valid_q <= group_done;
    if (sample_o) code_q <= '0;
    if (state_q == CvConvert) code_q <= compare(code_q, sums_i, adc_shift_q, timer_q);
    if (group_done) begin
      acc_group_q <= group_q[GROUP_W-1:0];
      acc_plane_q <= plane_q;
      clips_q     <= clips_q + 64'(clipped(sums_i, adc_shift_q, adc_bits_q));
    end
    if (read_done) reads_q <= reads_q + 64'd1;
    if (acc_valid_q) begin
      acc_mem[acc_group_q] <= accumulate(acc_used_q[acc_group_q] ? acc_mem[acc_group_q] : '0, code_q,
                                         adc_shift_q + acc_plane_q);
      acc_used_q[acc_group_q] <= 1'b1;
    end
    if (clear_i) acc_used_q <= '0;
    if (!rst_ni) begin
      acc_valid_q <= 1'b0;
      reads_q     <= 64'd0;
      clips_q     <= 64'd0;
    end
  end

  logic [GROUP_W-1:0] fetch_group;
  logic [7:0]         fetch_lane;
  assign fetch_group = GROUP_W'(column_i / 8'(GPAIRS));
  assign fetch_lane  = column_i % 8'(GPAIRS);

  always_ff @(posedge clk_i)
    if (fetch_i) acc_q <= acc_used_q[fetch_group] ? acc_mem[fetch_group][32'(fetch_lane)*32+:32] : 32'd0;

  always_ff @(posedge clk_i)
    if (bus_we_i && bus_addr_i[27:24] == xb_bus_pkg::Register)
      case (bus_addr_i[23:8])
        16'd2: t_mux_q <= bus_wdata_i[7:0];
        16'd3: t_sample_q <= bus_wdata_i[7:0];
        16'd4: adc_bits_q <= bus_wdata_i[7:0];
        16'd5: adc_shift_q <= bus_wdata_i[7:0];
        default: ;
      endcase

  assign busy_o      = state_q != CvIdle || acc_valid_q;
  assign acc_o       = acc_q;
  assign obs_adc_o   = acc_valid_q;
  assign obs_codes_o = code_q;
  assign reads_o     = reads_q;
  assign clips_o     = clips_q;
endmodule
