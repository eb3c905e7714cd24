// RUN: spindle-opt %s --snn-to-spinn | FileCheck %s
// RUN: spindle-opt %s --snn-to-spinn="board=spinn5 neurons-per-core=1 placement=radial routing=dimension" | FileCheck %s --check-prefix=ONE
// RUN: spindle-opt %s --snn-to-spinn="neurons-per-core=1 placement=radial routing=dimension minimise=best" | FileCheck %s --check-prefix=BEST
// RUN: spindle-opt %s --snn-to-spinn="neurons-per-core=1" | FileCheck %s --check-prefix=NEAR
// RUN: not spindle-opt %s --snn-to-spinn="placement=random" 2>&1 | FileCheck %s --check-prefix=RANDOM
// RUN: not spindle-opt %s --snn-to-spinn="routing=astar" 2>&1 | FileCheck %s --check-prefix=ASTAR
// RUN: spindle-opt %s --snn-to-spinn="weight-shift=3" | FileCheck %s --check-prefix=SHIFT
// RUN: not spindle-opt %s --snn-to-spinn="neurons-per-core=0" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not spindle-opt %s --snn-to-spinn="neurons-per-core=257" 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not spindle-opt %s --snn-to-spinn="weight-shift=16" 2>&1 | FileCheck %s --check-prefix=HIGH
// RUN: not spindle-opt %s --snn-to-spinn="weight-shift=-2" 2>&1 | FileCheck %s --check-prefix=LOW
// RUN: not spindle-opt %s --snn-to-spinn="weight-shift=0" 2>&1 | FileCheck %s --check-prefix=SMALL
// RUN: not spindle-opt %s --snn-to-spinn="board=spinn4" 2>&1 | FileCheck %s --check-prefix=BOARD

// NONE: error: 0 neurons per core: 1 to 256 are possible
// MANY: error: 257 neurons per core: 1 to 256 are possible
// HIGH: error: weight shift 16: 0 to 15 are possible, -1 chooses
// LOW: error: weight shift -2: 0 to 15 are possible, -1 chooses
// SMALL: error: does not fit: node 'out' has a weight of 2, a synapse with weight shift 0 holds up to 1.99996948 (choose a larger shift, or let it be chosen)
// RANDOM: error: unknown way to map 'random' (radial, optimised)
// ASTAR: error: unknown way to map 'astar' (dimension, congestion)
// BOARD: error: unknown board 'spinn4' (spinn3, spinn5)

// The network's name is a symbol too, and may be the machine's.
// CHECK: snn.network @machine
// CHECK: spinn.machine @machine_ of @machine board "spinn5"
// CHECK: core @in_0 at(0, 0, 1) node "in" neurons 0 to 68
// Port exc has types 0 and 1 (68 * 2.0 = 136), port inh 2 and 3.
// CHECK: core @out_0 at(0, 0, 4) node "out" neurons 0 to 2 ring <delay = 0, type = 2, index = 1> shift [8, 0, 0, 0]
// 68 neurons take a block of 128 keys. A weight below half a unit is no synapse: 'faint' is not heard.
// CHECK: keys @in_0 key 0x00000000 mask 0xffffff80
// CHECK-NEXT: keys @one_0 key 0x00000080 mask 0xffffffff
// CHECK-NEXT: routes at(0, 0) {
// CHECK-NEXT:   key 0x00000000 mask 0xffffff80 to links [] cores [4]
// CHECK-NEXT:   key 0x00000080 mask 0xffffffff to links [] cores [4]
// CHECK-NEXT: }

// Chips fill up in breadth-first order; (1, 1) has one core less than the others.
// ONE: core @in_16 at(0, 0, 17) node "in" neurons 16 to 17
// ONE-NEXT: core @in_17 at(1, 0, 1)
// ONE: core @in_33 at(1, 0, 17)
// ONE-NEXT: core @in_34 at(1, 1, 1)
// ONE: core @in_49 at(1, 1, 16)
// ONE-NEXT: core @in_50 at(0, 1, 1)
// ONE: core @in_67 at(2, 0, 1)
// ONE: core @out_0 at(2, 0, 4) node "out" neurons 0 to 1 ring <delay = 0, type = 2, index = 0> shift [8, 0, 0, 0]
// ONE-NEXT: core @out_1 at(2, 0, 5) node "out" neurons 1 to 2 ring <delay = 0, type = 2, index = 0> shift [8, 0, 0, 0]
// All slices of 'in' that a chip sees do the same there: one entry. From (0, 1) the longest dimension comes
// first, then a turn at (2, 1).
// ONE: routes at(0, 0) {
// ONE-NEXT: key 0x00000000 mask 0xffffff80 to links [0] cores []
// ONE-NEXT: }
// ONE-NEXT: routes at(0, 1) {
// ONE-NEXT: key 0x00000000 mask 0xffffff80 to links [0] cores []
// ONE-NEXT: }
// ONE-NEXT: routes at(1, 0) {
// ONE-NEXT: key 0x00000000 mask 0xffffff80 to links [0] cores []
// ONE: routes at(2, 0) {
// ONE-NEXT: key 0x00000000 mask 0xffffff80 to links [] cores [4, 5]
// ONE-NEXT: key 0x00000080 mask 0xffffffff to links [] cores [5]
// ONE-NEXT: }
// ONE-NEXT: routes at(2, 1) {
// ONE-NEXT: key 0x00000000 mask 0xffffff80 to links [5] cores []
// ONE-NEXT: }
// Nothing is left to make smaller where every chip has one entry.
// BEST: routes at(2, 1) {
// BEST-NEXT: key 0x00000000 mask 0xffffff80 to links [5] cores []
// Placed by what sends to it, out is in the middle.
// NEAR: core @out_0 at([[X:[0-9]+]], [[Y:[0-9]+]], [[P:[0-9]+]])
// NEAR: core @out_1 at([[X]], [[Y]], [[Q:[0-9]+]])
// NEAR: routes at([[X]], [[Y]]) {
// NEAR-NEXT: key 0x00000000 mask 0xffffff80 to links [] cores {{.}}[[P]], [[Q]]]
// Only out_1 has a weight of 'one'.
// ONE: table @out_0 words dense<"0x44000000
// ONE: table @out_1 words dense<"0x45000000

// SHIFT: shift [3, 3, 3, 3]
// 2.0 is 2^13 of a synapse: 0x20000000, of type 0 to neuron 0 and 1.
// SHIFT: rows @out_0 words dense<"0x0000000002000000000000000000002001000020
snn.network @machine {
  snn.model @two state(v = 0.0) inputs(exc, inh)
    update {
      %e = snn.get "exc"
      %i = snn.get "inh"
      %v = arith.subf %e, %i : f64
      snn.set "v", %v
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<2.0> : tensor<2x68xf32>
  snn.weights @neg = dense<[[0.0], [-0.25]]> : tensor<2x1xf32>
  snn.weights @tiny = dense<1.0e-6> : tensor<2x1xf32>
  %in = snn.source "in" : !snn.pop<68>
  %one = snn.source "one" : !snn.pop<1>
  %faint = snn.source "faint" : !snn.pop<1>
  %out = snn.population "out" of @two {} : !snn.pop<2>
  snn.project %in to %out via @w as #snn.dense forward delay 1 : !snn.pop<68> to !snn.pop<2>
  snn.project %one to %out port "inh" via @neg as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<2>
  snn.project %faint to %out via @tiny as #snn.dense forward delay 1 : !snn.pop<1> to !snn.pop<2>
}
