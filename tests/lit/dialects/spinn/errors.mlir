// RUN: spindle-opt %s -split-input-file -verify-diagnostics

// expected-error @below {{dead chips are pairs of numbers, cores and links are triples}}
spinn.machine @m of @net board "spinn5" dead <chips = [3], cores = [], links = []> {
}

// -----

// expected-error @below {{dead chips are pairs of numbers, cores and links are triples}}
spinn.machine @m of @net board "spinn5" dead <chips = [], cores = [0, 0], links = []> {
}

// -----

// expected-error @below {{dead chips are pairs of numbers, cores and links are triples}}
spinn.machine @m of @net board "spinn5" dead <chips = [], cores = [], links = [0, 0, 1, 2]> {
}

// -----

// expected-error @below {{link direction 6 is not in 0 to 5}}
spinn.machine @m of @net board "spinn5" dead <chips = [], cores = [], links = [0, 0, 5, 1, 1, 6]> {
}

// -----

// expected-error @below {{op expects parent op 'spinn.machine'}}
spinn.core @a at (0, 0, 1) node "n" neurons 0 to 2

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{a number of bits is negative}}
  core @a at (0, 0, 1) node "n" neurons 0 to 1 ring <delay = -1, type = 1, index = 1> shift [0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{a ring index of 15 bits: a core has room for 14}}
  core @a at (0, 0, 1) node "n" neurons 0 to 1 ring <delay = 6, type = 1, index = 8> shift [0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{holds neurons 2 to 2 of 'n': a core holds 1 to 256}}
  core @a at (0, 0, 1) node "n" neurons 2 to 2
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{holds neurons 256 to 513 of 'n': a core holds 1 to 256}}
  core @a at (0, 0, 1) node "n" neurons 256 to 513
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{holds neurons -1 to 1 of 'n': a core holds 1 to 256}}
  core @a at (0, 0, 1) node "n" neurons -1 to 1
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{is not at an application core (1 to 17 of a chip)}}
  core @a at (0, 0, 0) node "n" neurons 0 to 2
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{is not at an application core (1 to 17 of a chip)}}
  core @a at (0, 0, 18) node "n" neurons 0 to 2
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{is not at an application core (1 to 17 of a chip)}}
  core @a at (256, 0, 1) node "n" neurons 0 to 2
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{has a negative onset}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 onset -1
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{needs a ring and shifts together}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1>
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{needs a ring and shifts together}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 shift [0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{holds 3 neurons, more than 1 index bits tell apart}}
  core @a at (0, 0, 1) node "n" neurons 0 to 3 ring <delay = 0, type = 1, index = 1> shift [0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{has 3 shifts: two for each port, at most 2^2}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 2, index = 1> shift [0, 0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{has 4 shifts: two for each port, at most 2^1}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0, 0, 0]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{has a shift of 16, not 0 to 15}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 16]
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-note @below {{here}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{is a second one: there is a slice on this core}}
  core @b at (0, 0, 1) node "n" neurons 2 to 4
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{not a word of 32 bits}}
  keys @a key 0x100000000 mask 0xffffffff
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has a key or mask of more than 32 bits}}
  "spinn.keys"() <{core = @a, key = 4294967296 : i64, mask = 4294967295 : i64}> : () -> ()
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has a key with bits outside its mask}}
  keys @a key 0x00000001 mask 0xfffffffe
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has a mask with a gap}}
  keys @a key 0x00000000 mask 0xfffffffa
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 3
  // expected-error @below {{has 2 keys for 3 neurons}}
  keys @a key 0x00000000 mask 0xfffffffe
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{names core 'a', which is not there}}
  keys @a key 0x00000000 mask 0xfffffffe
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  keys @a key 0x00000000 mask 0xfffffffe
  // expected-error @below {{is a second one for core 'a'}}
  keys @a key 0x00000002 mask 0xfffffffe
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  core @b at (0, 0, 2) node "n" neurons 2 to 4
  // expected-note @below {{these}}
  keys @a key 0x00000000 mask 0xfffffffc
  // expected-error @below {{overlaps other keys}}
  keys @b key 0x00000002 mask 0xfffffffe
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{is not at a chip}}
  routes at (0, 256) {}
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-note @below {{here}}
  routes at (1, 2) {}
  // expected-error @below {{is a second one: there is a table for this chip}}
  routes at (1, 2) {}
}

// -----

spinn.machine @m of @net board "spinn5" {
  routes at (0, 0) {
    // expected-error @below {{number 6 is not below 6}}
    key 0x00000000 mask 0xfffffffe to links [6] cores []
  }
}

// -----

spinn.machine @m of @net board "spinn5" {
  routes at (0, 0) {
    // expected-error @below {{number 18 is not below 18}}
    key 0x00000000 mask 0xfffffffe to links [] cores [18]
  }
}

// -----

spinn.machine @m of @net board "spinn5" {
  routes at (0, 0) {
    // expected-error @below {{not a word of 32 bits}}
    key 0x00000000 mask 0x1fffffffe to links [] cores []
  }
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{has an entry that no key meets: its key has bits outside its mask}}
  routes at (0, 0) {
    key 0x00000000 mask 0xfffffffe to links [] cores []
    key 0x00000003 mask 0xfffffffe to links [] cores []
  }
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{needs three words for each entry}}
  "spinn.routes"() <{x = 0 : i64, y = 0 : i64, entries = array<i32: 0, 0>}> : () -> ()
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{gives synapses to 'a', which has no ring buffer}}
  table @a words dense<[0, 0]> : tensor<2xi32>
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{names core 'a', which is not there}}
  rows @a words dense<0> : tensor<2xi32>
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0]
  rows @a words dense<0> : tensor<2xi32>
  // expected-error @below {{is a second one for core 'a'}}
  rows @a words dense<0> : tensor<2xi32>
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0]
  // expected-error @below {{needs words: a tensor<Nxi32>}}
  rows @a words dense<0> : tensor<2xi16>
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0]
  // expected-error @below {{needs words: a tensor<Nxi32>}}
  table @a words dense<0> : tensor<2x1xi32>
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0]
  // expected-error @below {{has 7 words, which its first two do not say}}
  table @a words dense<[1, 1, 0, -2, 65536, 0, 2]> : tensor<7xi32>
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2 ring <delay = 0, type = 1, index = 1> shift [0, 0]
  // expected-error @below {{has entries out of order}}
  table @a words dense<[2, 0, -4, -4, 0, 0, 2, 0, -4, 0, 0, 2]> : tensor<12xi32>
}

// -----

// expected-error @below {{has a size of 257 x 16 chips: 1 to 256 in a row and in a column are possible}}
spinn.machine @m of @net board "spinn5" size 257 x 16 {
}

// -----

// expected-error @below {{needs a width and a height together}}
"spinn.machine"() ({
^bb0:
}) {sym_name = "m", network = @net, board = "spinn5", width = 12 : i64} : () -> ()

// -----

// expected-error @below {{has a dead chip at chip (8, 0), outside its 8 x 8 chips}}
spinn.machine @m of @net board "spinn5" dead <chips = [8, 0], cores = [], links = []> {
}

// -----

// expected-error @below {{has a dead core at chip (0, 2), outside its 2 x 2 chips}}
spinn.machine @m of @net board "spinn3" dead <chips = [], cores = [0, 2, 1], links = []> {
}

// -----

// expected-error @below {{has a dead link at chip (0, -1), outside its 8 x 8 chips}}
spinn.machine @m of @net board "spinn5" dead <chips = [], cores = [], links = [0, -1, 1]> {
}

// -----

spinn.machine @m of @net board "spinn3" {
  // expected-error @below {{is at chip (2, 0), outside a machine of 2 x 2 chips}}
  core @a at (2, 0, 1) node "a" neurons 0 to 1
}

// -----

spinn.machine @m of @net board "spinn5" size 12 x 12 {
  // expected-error @below {{is at chip (3, 12), outside a machine of 12 x 12 chips}}
  routes at (3, 12) {}
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-error @below {{names core 'a', which is not there}}
  extension @d at (0, 0, 1) of @a stages 3 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  extension @d at (0, 0, 2) of @a stages 3 step 16
  // expected-error @below {{names core 'd', which is not there}}
  extension @e at (0, 0, 3) of @d stages 3 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  // expected-note @below {{here}}
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{is a second one: there is a slice on this core}}
  extension @d at (0, 0, 1) of @a stages 3 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  extension @d at (0, 0, 2) of @a stages 3 step 16
  // expected-error @below {{is a second one of step 16 for core 'a'}}
  extension @e at (0, 0, 3) of @a stages 2 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has 9 stages, not 1 to 8}}
  extension @d at (0, 0, 2) of @a stages 9 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has 0 stages, not 1 to 8}}
  extension @d at (0, 0, 2) of @a stages 0 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has a step of 12: the ring of its targets has 2^0 to 2^14 slots}}
  extension @d at (0, 0, 2) of @a stages 3 step 12
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{has a step of 32768: the ring of its targets has 2^0 to 2^14 slots}}
  extension @d at (0, 0, 2) of @a stages 3 step 32768
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{is not at an application core (1 to 17 of a chip)}}
  extension @d at (0, 0, 18) of @a stages 3 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  // expected-error @below {{is at chip (8, 0), outside a machine of 8 x 8 chips}}
  extension @d at (8, 0, 1) of @a stages 3 step 16
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  extension @d at (0, 0, 2) of @a stages 3 step 16
  // expected-error @below {{has 4 keys for 2 neurons in 3 stages}}
  keys @d key 0x00000000 mask 0xfffffffc
}

// -----

spinn.machine @m of @net board "spinn5" {
  core @a at (0, 0, 1) node "n" neurons 0 to 2
  extension @d at (0, 0, 2) of @a stages 3 step 16
  // expected-error @below {{names core 'd', which is not there}}
  rows @d words dense<[0, 1, 0, 0]> : tensor<4xi32>
}
