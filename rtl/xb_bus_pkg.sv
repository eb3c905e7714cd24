// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Address spaces of a tile's configuration bus, address[27:24]; rtl/README.md lists what is in them.
package xb_bus_pkg;
  localparam logic [3:0] Register = 4'd0;
  localparam logic [3:0] From     = 4'd1;
  localparam logic [3:0] Scale    = 4'd2;
  localparam logic [3:0] State    = 4'd3;
  localparam logic [3:0] Param    = 4'd4;
  localparam logic [3:0] Drive    = 4'd5;
  localparam logic [3:0] Range    = 4'd6;
  localparam logic [3:0] Route    = 4'd7;
  localparam logic [3:0] Status   = 4'd8;
endpackage
