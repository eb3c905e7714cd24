// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The neuron unit of a tile: one column a clock through fetch, input (scale, shift, drives), step and
// write-back. The step is the generated function neuron_step of neuron_unit.svh.
module xb_neurons #(
    parameter int PAIRS  = 64,
    parameter int DRIVES = 2
) (
    input  logic               clk_i,
    input  logic               rst_ni,
    input  logic               bus_we_i,
    input  logic               bus_re_i,
    input  logic [27:0]        bus_addr_i,
    input  logic [31:0]        bus_wdata_i,
    output logic [31:0]        bus_rdata_o,  // 0 unless a state was read
    input  logic [31:0]        step_i,
    input  logic               fetch_i,      // a column enters
    input  logic [7:0]         column_i,
    input  logic signed [31:0] acc_i,        // its sum, a clock later
    output logic               result_o,     // a column leaves
    output logic [7:0]         column_o,
    output logic [31:0]        emit_o,
    output logic               busy_o
);
  `include "neuron_unit.svh"

  localparam int COL_W   = (PAIRS > 1) ? $clog2(PAIRS) : 1;
  localparam int DRIVE_W = (DRIVES > 1) ? $clog2(DRIVES) : 1;
  localparam int SW      = NEURON_STATE * 32;
  localparam int PW      = NEURON_PARAM * 32;

  logic [7:0]           scale_shift_q, model_q;
  logic [31:0]          drive_from_q[0:DRIVES-1];
  logic signed [31:0]   scale_mem[0:PAIRS-1];
  logic [SW-1:0]        state_mem[0:PAIRS-1];
  logic [PW-1:0]        param_mem[0:PAIRS-1];
  logic [DRIVES*32-1:0] drive_mem[0:PAIRS-1];

  logic                 n1_q, n2_q, n3_q;   // fetched, input ready, result
  logic [7:0]           n1_col_q, n2_col_q, n3_col_q;
  logic signed [31:0]   n1_scale_q, n2_x_q;
  logic [DRIVES*32-1:0] n1_drive_q;
  logic [SW-1:0]        n1_state_q, n2_state_q, n3_state_q;
  logic [PW-1:0]        n1_param_q, n2_param_q;
  logic [31:0]          n3_emit_q, rdata_q;

  //--- functions: evaluated only under the valid condition of their clock ------------------------
  function automatic signed [31:0] saturate(input signed [63:0] v);
    if (v > 64'sd2147483647) saturate = 32'sh7FFFFFFF;
    else if (v < -64'sd2147483648) saturate = 32'sh80000000;
    else saturate = v[31:0];
  endfunction

  function automatic signed [31:0] scaled(input signed [31:0] total, input signed [31:0] scale,
                                          input [7:0] shift);
    logic signed [63:0] product;
    product = {{32{total[31]}}, total} * {{32{scale[31]}}, scale};
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

  //--- pipeline ----------------------------------------------------------------------------------
  logic [DRIVES-1:0] drive_on;
  always_comb begin
    drive_on = '0;
    for (int d = 0; d < DRIVES; d = d + 1) drive_on[d] = step_i >= drive_from_q[d];
  end

  always_ff @(posedge clk_i) begin
    n1_q <= fetch_i;
    n2_q <= n1_q;
    n3_q <= n2_q;
    if (fetch_i) begin
      n1_col_q   <= column_i;
      n1_scale_q <= scale_mem[column_i[COL_W-1:0]];
      n1_drive_q <= drive_mem[column_i[COL_W-1:0]];
      n1_state_q <= state_mem[column_i[COL_W-1:0]];
      n1_param_q <= param_mem[column_i[COL_W-1:0]];
    end
    if (n1_q) begin
      n2_col_q   <= n1_col_q;
      n2_x_q     <= driven(scaled(acc_i, n1_scale_q, scale_shift_q), n1_drive_q, drive_on);
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

  assign result_o = n3_q;
  assign column_o = n3_col_q;
  assign emit_o   = n3_emit_q;
  assign busy_o   = n1_q || n2_q || n3_q;

  //--- configuration -----------------------------------------------------------------------------
  logic [3:0]  bus_space;
  logic [15:0] bus_index;
  logic [7:0]  bus_word;
  assign bus_space   = bus_addr_i[27:24];
  assign bus_index   = bus_addr_i[23:8];
  assign bus_word    = bus_addr_i[7:0];
  assign bus_rdata_o = rdata_q;

  always_ff @(posedge clk_i) begin
    if (n3_q) state_mem[n3_col_q[COL_W-1:0]] <= n3_state_q;
    else if (bus_we_i && bus_space == xb_bus_pkg::State)
      state_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
    if (bus_re_i)
      rdata_q <= (bus_space == xb_bus_pkg::State) ? state_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] : 32'd0;
  end

  always_ff @(posedge clk_i)
    if (bus_we_i)
      case (bus_space)
        xb_bus_pkg::Register:
          case (bus_index)
            16'd6: scale_shift_q <= bus_wdata_i[7:0];
            16'd9: model_q <= bus_wdata_i[7:0];
            default: ;
          endcase
        xb_bus_pkg::From: drive_from_q[bus_index[DRIVE_W-1:0]] <= bus_wdata_i;
        xb_bus_pkg::Scale: scale_mem[bus_index[COL_W-1:0]] <= bus_wdata_i;
        xb_bus_pkg::Param: param_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
        xb_bus_pkg::Drive: drive_mem[bus_index[COL_W-1:0]][32'(bus_word)*32+:32] <= bus_wdata_i;
        default: ;
      endcase
endmodule
