// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared SAR converters of the lines on one side of an array that learns, for sums with sign: a code is
// (sum + half) >> shift in `bits` bits, clipped. One bit a clock. A conversion takes
// SHARE * (t_mux + t_sample + bits) clocks; done_o is high in the last one, codes follow a clock later.
module xb_line_converters #(
    parameter int LINES = 64,   // a multiple of SHARE
    parameter int SHARE = 8,    // lines per converter
    parameter int SUM_W = 32,
    localparam int NADC = LINES / SHARE
) (
    input  logic                    clk_i,
    input  logic                    rst_ni,
    input  logic [7:0]              t_mux_i,
    input  logic [7:0]              t_sample_i,   // at least 1
    input  logic [7:0]              bits_i,       // 1..24
    input  logic [7:0]              shift_i,
    input  logic                    start_i,
    input  logic                    keep_i,       // with start_i: codes and clips are taken
    output logic                    done_o,
    // array
    output logic                    sample_o,
    output logic [7:0]              group_o,
    input  logic [NADC*SUM_W-1:0]   sums_i,
    // results
    input  logic [15:0]             line_i,
    output logic [SUM_W-1:0]        code_o,       // of that line, shifted back
    output logic [31:0]             clips_o
);
  typedef enum logic [1:0] {CvIdle, CvMux, CvSample, CvConvert} state_e;
  state_e state_q;
  localparam int GROUP_W = (SHARE > 1) ? $clog2(SHARE) : 1;

  logic [7:0]            timer_q, group_q;
  logic                  keep_q, valid_q;
  logic [GROUP_W-1:0]    valid_group_q;
  logic [NADC*SUM_W-1:0] code_q;                   // offset binary, from 0
  logic [NADC*SUM_W-1:0] code_mem[0:SHARE-1];      // with sign, shifted back
  logic [31:0]           clips_q;

  // The sum as a converter sees it: rounded, scaled, above the middle of its range.
  function automatic logic signed [SUM_W:0] offset(input [SUM_W-1:0] sum, input [7:0] shift, input [7:0] bits);
    logic signed [SUM_W:0] rounded;
    rounded = $signed({sum[SUM_W-1], sum});
    if (shift != 8'd0) rounded = rounded + ($signed({{SUM_W{1'b0}}, 1'b1}) <<< (shift - 8'd1));
    offset = (rounded >>> shift) + ($signed({{SUM_W{1'b0}}, 1'b1}) <<< (bits - 8'd1));
  endfunction

  function automatic [NADC*SUM_W-1:0] compare(input [NADC*SUM_W-1:0] code, input [NADC*SUM_W-1:0] sum,
                                              input [7:0] shift, input [7:0] bits, input [7:0] place);
    logic [SUM_W-1:0] trial;
    compare = code;
    for (int a = 0; a < NADC; a = a + 1) begin
      trial = code[a*SUM_W+:SUM_W] | ({{(SUM_W-1){1'b0}}, 1'b1} << place);
      if (offset(sum[a*SUM_W+:SUM_W], shift, bits) >= $signed({1'b0, trial})) compare[a*SUM_W+:SUM_W] = trial;
    end
  endfunction

  function automatic [15:0] clipped(input [NADC*SUM_W-1:0] sum, input [7:0] shift, input [7:0] bits);
    clipped = 16'd0;
    for (int a = 0; a < NADC; a = a + 1)
      if ((offset(sum[a*SUM_W+:SUM_W], shift, bits) >>> bits) != '0) clipped = clipped + 16'd1;
  endfunction

  function automatic [NADC*SUM_W-1:0] restored(input [NADC*SUM_W-1:0] code, input [7:0] shift, input [7:0] bits);
    restored = '0;
    for (int a = 0; a < NADC; a = a + 1)
      restored[a*SUM_W+:SUM_W] = (code[a*SUM_W+:SUM_W] - ({{(SUM_W-1){1'b0}}, 1'b1} << (bits - 8'd1))) << shift;
  endfunction

  logic last_clock, group_done, all_done, start_group;
  assign last_clock  = timer_q == 8'd0;
  assign group_done  = state_q == CvConvert && last_clock;
  assign all_done    = group_done && group_q == 8'(SHARE - 1);
  assign start_group = start_i || (group_done && !all_done);
  assign sample_o    = state_q == CvSample && last_clock;
  assign group_o     = group_q;
  assign done_o      = all_done;

  always_ff @(posedge clk_i) begin
    if (!last_clock) timer_q <= timer_q - 8'd1;
    if (start_group) begin
      state_q <= (t_mux_i != 8'd0) ? CvMux : CvSample;
      timer_q <= ((t_mux_i != 8'd0) ? t_mux_i : t_sample_i) - 8'd1;
      group_q <= start_i ? 8'd0 : group_q + 8'd1;
      if (start_i) keep_q <= keep_i;
    end else if (last_clock) begin
      case (state_q)
        CvMux: begin
          state_q <= CvSample;
          timer_q <= t_sample_i - 8'd1;
        end
        CvSample: begin
          state_q <= CvConvert;
          timer_q <= bits_i - 8'd1;
        end
        default: state_q <= CvIdle;
      endcase
    end
    if (!rst_ni) begin
      state_q <= CvIdle;
      timer_q <= 8'd0;
    end
  end

  always_ff @(posedge clk_i) begin
    valid_q <= group_done && keep_q;
    if (sample_o) code_q <= '0;
    if (state_q == CvConvert) code_q <= compare(code_q, sums_i, shift_i, bits_i, timer_q);
    if (group_done) valid_group_q <= group_q[GROUP_W-1:0];
    if (group_done && keep_q) clips_q <= clips_q + 32'(clipped(sums_i, shift_i, bits_i));
    if (valid_q) code_mem[valid_group_q] <= restored(code_q, shift_i, bits_i);
    if (!rst_ni) begin
      valid_q <= 1'b0;
      clips_q <= 32'd0;
    end
  end

  assign code_o  = code_mem[GROUP_W'(32'(line_i)/NADC)][(32'(line_i)%NADC)*SUM_W+:SUM_W];
  assign clips_o = clips_q;
endmodule
