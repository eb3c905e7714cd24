// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A whole mesh of tiles and routers in one model: it proves the wiring that the harness does in C++ for single
// modules, and is what a synthesis of the fabric would start from.
module xb_mesh #(
    parameter int WIDTH      = 2,
    parameter int HEIGHT     = 2,
    parameter int ROWS       = 128,
    parameter int COLS       = 128,
    parameter int BANKS      = 8,
    parameter int SLOTS      = 64,
    parameter int COUNT_BITS = 6,
    parameter int ADC_SHARE  = 8,
    parameter int DRIVES     = 2,
    parameter int ROUTES     = 1024,
    localparam int TILES = WIDTH * HEIGHT
) (
    input  logic                clk_i,
    input  logic                rst_ni,
    input  logic [TILES*64-1:0] handle_i,
    input  logic                step_valid_i,
    input  logic [31:0]         step_i,
    output logic                busy_o,
    input  logic [TILES-1:0]    bus_valid_i,   // by tile
    input  logic                bus_write_i,
    input  logic [27:0]         bus_addr_i,
    input  logic [31:0]         bus_wdata_i,
    output logic [TILES*32-1:0] bus_rdata_o,
    input  logic                host_valid_i,  // west port of router (0,0)
    input  logic [31:0]         host_flit_i,
    output logic                host_ready_o,
    output logic [TILES-1:0]    obs_emit_o,
    output logic [TILES*8-1:0]  obs_column_o,
    output logic [TILES*32-1:0] obs_value_o
);
  // Inputs of router t at port p: bit or word t*5+p. Ports: 0 local, 1 north, 2 east, 3 south, 4 west.
  logic [TILES*5-1:0]   in_valid, in_ready, out_valid, out_ready;
  logic [TILES*160-1:0] in_flit, out_flit;
  logic [TILES-1:0]     tile_busy, router_busy;

  assign busy_o = |tile_busy || |router_busy;
  assign host_ready_o = in_ready[4];

  generate
    for (genvar y = 0; y < HEIGHT; y = y + 1) begin : gen_y
      for (genvar x = 0; x < WIDTH; x = x + 1) begin : gen_x
        localparam int T = y * WIDTH + x;

        xb_router u_router (
            .clk_i(clk_i), .rst_ni(rst_ni), .x_i(4'(x)), .y_i(4'(y)),
            .in_valid_i(in_valid[T*5+:5]), .in_flit_i(in_flit[T*160+:160]), .in_ready_o(in_ready[T*5+:5]),
            .out_valid_o(out_valid[T*5+:5]), .out_flit_o(out_flit[T*160+:160]),
            .out_ready_i(out_ready[T*5+:5]), .busy_o(router_busy[T])
        );

        xb_tile #(
            .ROWS(ROWS), .COLS(COLS), .BANKS(BANKS), .SLOTS(SLOTS), .COUNT_BITS(COUNT_BITS),
            .ADC_SHARE(ADC_SHARE), .DRIVES(DRIVES), .ROUTES(ROUTES)
        ) u_tile (
            .clk_i(clk_i), .rst_ni(rst_ni), .handle_i(handle_i[T*64+:64]),
            .step_valid_i(step_valid_i), .step_i(step_i), .busy_o(tile_busy[T]),
            .bus_valid_i(bus_valid_i[T]), .bus_write_i(bus_write_i), .bus_addr_i(bus_addr_i),
            .bus_wdata_i(bus_wdata_i), .bus_rdata_o(bus_rdata_o[T*32+:32]),
            .rx_valid_i(out_valid[T*5]), .rx_flit_i(out_flit[T*160+:32]), .rx_ready_o(out_ready[T*5]),
            .tx_valid_o(in_valid[T*5]), .tx_flit_o(in_flit[T*160+:32]), .tx_ready_i(in_ready[T*5]),
            /* verilator lint_off PINCONNECTEMPTY */
            .obs_adc_o(), .obs_codes_o(),
            /* verilator lint_on PINCONNECTEMPTY */
            .obs_emit_o(obs_emit_o[T]), .obs_column_o(obs_column_o[T*8+:8]),
            .obs_value_o(obs_value_o[T*32+:32])
        );

        if (y + 1 < HEIGHT) begin : gen_north
          assign in_valid[T*5+1] = out_valid[(T+WIDTH)*5+3];
          assign in_flit[T*160+32+:32] = out_flit[(T+WIDTH)*160+96+:32];
          assign out_ready[T*5+1] = in_ready[(T+WIDTH)*5+3];
        end else begin : gen_no_north
          assign in_valid[T*5+1] = 1'b0;
          assign in_flit[T*160+32+:32] = 32'd0;
          assign out_ready[T*5+1] = 1'b0;
        end
        if (x + 1 < WIDTH) begin : gen_east
          assign in_valid[T*5+2] = out_valid[(T+1)*5+4];
          assign in_flit[T*160+64+:32] = out_flit[(T+1)*160+128+:32];
          assign out_ready[T*5+2] = in_ready[(T+1)*5+4];
        end else begin : gen_no_east
          assign in_valid[T*5+2] = 1'b0;
          assign in_flit[T*160+64+:32] = 32'd0;
          assign out_ready[T*5+2] = 1'b0;
        end
        if (y > 0) begin : gen_south
          assign in_valid[T*5+3] = out_valid[(T-WIDTH)*5+1];
          assign in_flit[T*160+96+:32] = out_flit[(T-WIDTH)*160+32+:32];
          assign out_ready[T*5+3] = in_ready[(T-WIDTH)*5+1];
        end else begin : gen_no_south
          assign in_valid[T*5+3] = 1'b0;
          assign in_flit[T*160+96+:32] = 32'd0;
          assign out_ready[T*5+3] = 1'b0;
        end
        if (x > 0) begin : gen_west
          assign in_valid[T*5+4] = out_valid[(T-1)*5+2];
          assign in_flit[T*160+128+:32] = out_flit[(T-1)*160+64+:32];
          assign out_ready[T*5+4] = in_ready[(T-1)*5+2];
        end else begin : gen_no_west
          assign in_valid[T*5+4] = (T == 0) ? host_valid_i : 1'b0;
          assign in_flit[T*160+128+:32] = (T == 0) ? host_flit_i : 32'd0;
          assign out_ready[T*5+4] = 1'b0;
        end
      end
    end
  endgenerate
endmodule
