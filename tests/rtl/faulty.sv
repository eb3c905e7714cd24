// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the checks must refuse: a latch and a signal that nobody reads.
module faulty (
    input  logic       enable_i,
    input  logic [1:0] d_i,
    output logic       q_o
);
  always @* if (enable_i) q_o = d_i[0];
endmodule
