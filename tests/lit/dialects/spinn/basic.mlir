// What is printed is what was read: machine, cores, keys, routes, table and rows.
// RUN: %spindle-opt %s -split-input-file | FileCheck %s
// RUN: spindle-opt %s -split-input-file | spindle-opt -split-input-file | FileCheck %s
// RUN: spindle-opt %s -split-input-file --mlir-print-op-generic | spindle-opt -split-input-file | FileCheck %s

// CHECK-LABEL: spinn.machine @machine of @net board "spinn5" dead <chips = [3, 3, 7, 7], cores = [0, 0, 17], links = [0, 0, 1]> {
spinn.machine @machine of @net board "spinn5" dead <chips = [3, 3, 7, 7], cores = [0, 0, 17], links = [0, 0, 1]> {
  // A source owns keys only.
  // CHECK-NEXT: core @in_0 at(0, 0, 1) node "in" neurons 0 to 2{{$}}
  core @in_0 at (0, 0, 1) node "in" neurons 0 to 2
  // CHECK-NEXT: core @hid_0 at(0, 0, 2) node "hid" neurons 0 to 2 onset 1 ring <delay = 0, type = 1, index = 1> shift [1, 0]
  core @hid_0 at (0, 0, 2) node "hid" neurons 0 to 2 onset 1
      ring <delay = 0, type = 1, index = 1> shift [1, 0]
  // The largest slice, and a ring of all 14 bits; no onset is onset 0.
  // CHECK-NEXT: core @out.li_3 at(7, 7, 17) node "out.li" neurons 768 to 1024 ring <delay = 5, type = 1, index = 8> shift [0, 15]
  core @out.li_3 at (7, 7, 17) node "out.li" neurons 768 to 1024 onset 0
      ring <delay = 5, type = 1, index = 8> shift [0, 15]
  // A model with two ports: types 0 to 3.
  // CHECK-NEXT: core @two_0 at(1, 0, 1) node "two" neurons 0 to 1 ring <delay = 12, type = 2, index = 0> shift [0, 1, 2, 3]
  core @two_0 at (1, 0, 1) node "two" neurons 0 to 1
      ring <delay = 12, type = 2, index = 0> shift [0, 1, 2, 3]
  // A delay extension of two neurons in three stages: six keys.
  // CHECK-NEXT: extension @in_0_delay16 at(7, 0, 17) of @in_0 stages 3 step 16
  extension @in_0_delay16 at (7, 0, 17) of @in_0 stages 3 step 16
  // The longest ring there is.
  // CHECK-NEXT: extension @in_0_delay16384 at(0, 0, 3) of @in_0 stages 8 step 16384
  extension @in_0_delay16384 at (0, 0, 3) of @in_0 stages 8 step 16384
  // CHECK-NEXT: keys @in_0_delay16 key 0x00000010 mask 0xfffffff8
  keys @in_0_delay16 key 0x00000010 mask 0xfffffff8
  // CHECK-NEXT: keys @in_0 key 0x00000000 mask 0xfffffffe
  keys @in_0 key 0x00000000 mask 0xfffffffe
  // CHECK-NEXT: keys @hid_0 key 0x00000002 mask 0xfffffffe
  keys @hid_0 key 2 mask 4294967294
  // CHECK-NEXT: keys @out.li_3 key 0xffffff00 mask 0xffffff00
  keys @out.li_3 key 0xffffff00 mask 0xffffff00
  // CHECK-NEXT: routes at(0, 0) {
  // CHECK-NEXT:   key 0x00000000 mask 0xfffffffe to links [] cores [2]
  // CHECK-NEXT:   key 0x00000002 mask 0xfffffffe to links [0, 5] cores [0, 17]
  // CHECK-NEXT:   key 0x80000000 mask 0x80000000 to links [1] cores []
  // CHECK-NEXT: }
  routes at (0, 0) {
    key 0x00000000 mask 0xfffffffe to links [] cores [2]
    key 0x00000002 mask 0xfffffffe to links [5, 0] cores [17, 0]
    key 0x80000000 mask 0x80000000 to links [1] cores []
  }
  // CHECK-NEXT: routes at(7, 7) {
  // CHECK-NEXT: }
  routes at (7, 7) {}
  // CHECK-NEXT: table @hid_0 words dense<[1, 1, 0, -2, 65536, 0, 2, 0]> : tensor<8xi32>
  table @hid_0 words dense<[1, 1, 0, -2, 65536, 0, 2, 0]> : tensor<8xi32>
  // CHECK-NEXT: rows @hid_0 words dense<[0, 1, 0, 1073741824, 0, 1, 0, 536870913]> : tensor<8xi32>
  rows @hid_0 words dense<[0, 1, 0, 1073741824, 0, 1, 0, 536870913]> : tensor<8xi32>
  // Words may be stored elsewhere.
  // CHECK-NEXT: table @two_0 words dense_resource<words> : tensor<2xi32>
  table @two_0 words dense_resource<words> : tensor<2xi32>
}

// -----

// Lists of dead parts may be empty, and so may a machine.
// CHECK-LABEL: spinn.machine @a of @net board "spinn5" dead <chips = [], cores = [], links = []> attributes {note = 1 : i64} {
// CHECK-NEXT: }
spinn.machine @a of @net board "spinn5" dead <chips = [], cores = [], links = []> attributes {note = 1} {
}
// CHECK-LABEL: spinn.machine @b of @net board "spinn5" {
// CHECK-NEXT: }
spinn.machine @b of @net board "spinn5" {
}
// The size where it is not that of one board; nothing lies outside.
// CHECK-LABEL: spinn.machine @c of @net board "spinn5" size 12 x 16 dead <chips = [11, 15], cores = [], links = []> {
spinn.machine @c of @net board "spinn5" size 12 x 16 dead <chips = [11, 15], cores = [], links = []> {
  // CHECK-NEXT: core @a at(11, 14, 1)
  core @a at (11, 14, 1) node "a" neurons 0 to 1
  // CHECK-NEXT: routes at(11, 14) {
  routes at (11, 14) {}
}
// CHECK-LABEL: spinn.machine @d of @net board "spinn3" {
spinn.machine @d of @net board "spinn3" {
  // CHECK-NEXT: core @a at(1, 1, 1)
  core @a at (1, 1, 1) node "a" neurons 0 to 1
}
