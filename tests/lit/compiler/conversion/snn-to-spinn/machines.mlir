// The machine: boards, as many as are needed, sizes, dead parts; and what is wrong with them.
// RUN: spindle-opt %s --snn-to-spinn="neurons-per-core=1" | FileCheck %s --check-prefix=AUTO
// RUN: spindle-opt %s --snn-to-spinn="board=spinn3" | FileCheck %s --check-prefix=SMALL
// RUN: spindle-opt %s --snn-to-spinn="boards=2" | FileCheck %s --check-prefix=TWO
// RUN: spindle-opt %s --snn-to-spinn="board=12x12 dead-chips=0,0 dead-cores=0,1,1:0,1,3-4 dead-links=0,1,0:5,5,3" | FileCheck %s --check-prefix=DEAD
// RUN: spindle-opt %s --snn-to-spinn="dead-chips=15,8" | FileCheck %s --check-prefix=FAR
// RUN: not spindle-opt %s --snn-to-spinn="boards=1 neurons-per-core=1" 2>&1 | FileCheck %s --check-prefix=ONE
// RUN: not spindle-opt %s --snn-to-spinn="board=spinn3 neurons-per-core=1" 2>&1 | FileCheck %s --check-prefix=FOUR
// RUN: not spindle-opt %s --snn-to-spinn="board=spinn3 boards=3" 2>&1 | FileCheck %s --check-prefix=THREE
// RUN: not spindle-opt %s --snn-to-spinn="board=12x9" 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not spindle-opt %s --snn-to-spinn="boards=2000" 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not spindle-opt %s --snn-to-spinn="dead-links=1,2" 2>&1 | FileCheck %s --check-prefix=LIST
// RUN: not spindle-opt %s --snn-to-spinn="boards=1 dead-chips=7,0" 2>&1 | FileCheck %s --check-prefix=ABSENT

// 900 cores of one neuron do not fit on the 808 of one board.
// AUTO: spinn.machine @machine of @net board "spinn5" size 16 x 16 {
// SMALL: spinn.machine @machine of @net board "spinn3" {
// SMALL-NEXT: core @in_0 at(0, 0, 1)
// TWO: spinn.machine @machine of @net board "spinn5" size 16 x 16 {
// The first chip that lives, and the first of its cores that do.
// DEAD: spinn.machine @machine of @net board "spinn5" size 12 x 12 dead <chips = [0, 0], cores = [0, 1, 1, 0, 1, 3, 0, 1, 4], links = [0, 1, 0, 5, 5, 3]> {
// DEAD-NEXT: core @in_0 at(0, 1, 2)
// DEAD-NEXT: core @in_1 at(0, 1, 5)
// A dead chip beyond the first board asks for more boards.
// FAR: spinn.machine @machine of @net board "spinn5" size 16 x 16 dead

// ONE: error: does not fit: the network (node 'in' alone takes 899 cores) needs 900 cores, 808 are available (put more neurons on a core, use 2 boards, or make the network smaller)
// FOUR: error: does not fit: the network (node 'in' alone takes 899 cores) needs 900 cores, 68 are available (put more neurons on a core, use spinn5 boards, or make the network smaller)
// THREE: error: board 'spinn3': 3 boards are possible with spinn5 only
// SIZE: error: no spinn5 machine has 12x9 chips: 8x8 is one board; else width and height are each a multiple of 12, or a multiple of 12 plus 4 (at most 256)
// MANY: error: 2000 boards: at most 1323 are possible
// LIST: error: dead links: '1,2': expected x,y,link with a link from 0 to 5, several with ':' between them
// ABSENT: error: dead chip (7,0) is not on a machine of 8x8 chips

snn.network @net {
  snn.model @sum state(v = 0.0) inputs(x)
    update {
      %x = snn.get "x"
      snn.set "v", %x
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
  snn.weights @w = dense<2.0> : tensor<1x899xf32>
  %in = snn.source "in" : !snn.pop<899>
  %out = snn.population "out" of @sum {} : !snn.pop<1>
  snn.project %in to %out via @w as #snn.dense forward delay 1 : !snn.pop<899> to !snn.pop<1>
}
