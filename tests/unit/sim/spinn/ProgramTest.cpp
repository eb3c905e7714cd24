// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the machine makes of an image: tables that lead to nothing are counted, tables that lead in
// a circle or out of memory are refused when it loads.
#include "runtime/image/Errors.h"
#include "sim/spinn/SpinnMachine.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"

#include <cstring>

using namespace spindle;
using test::SampleImage;
using Counters = std::map<std::string, uint64_t>;

namespace {

constexpr uint32_t kCore3 = 1u << (6 + 3), kSourceMask = 0xffffff00;

/// Both states keep the input.
void keepInput(int64_t begin, int64_t end, void *const *state, const void *const *,
               const void *const *input, void *emit) {
  for (int64_t i = begin; i < end; ++i) {
    int32_t x = static_cast<const int32_t *>(input[0])[i];
    static_cast<int32_t *>(state[0])[i] = static_cast<int32_t *>(state[1])[i] = x;
    static_cast<int32_t *>(emit)[i] = 0;
  }
}

std::unique_ptr<Machine> load(const std::vector<std::byte> &bytes, MachineOptions options = {}) {
  return makeSpinnMachine(image::Image::fromBytes(bytes), options,
                          [](std::string_view) -> KernelFn { return keepInput; });
}

/// The source (keys 0x200 to 0x202) has a row of one synapse per neuron on the population's core:
/// weight 100, delay 1 (layout: 4 delay bits, 1 type bit, 8 index bits), to neurons 0, 1 and 0.
SampleImage sample() {
  SampleImage s;
  s.entries = {0x200, kSourceMask, kCore3};
  s.table = {1, 1, 0x200, kSourceMask, 1u << 16, 0, 3, 0};
  std::vector<uint32_t> rows;
  for (uint32_t neuron : {0u, 1u, 0u})
    rows.insert(rows.end(), {0, 1, 0, 100u << 16 | 1u << 9 | neuron});
  s.sdram.resize(rows.size() * 4);
  std::memcpy(s.sdram.data(), rows.data(), s.sdram.size());
  s.shift = {2, 0};
  return s;
}

Counters countersOf(SampleImage s) {
  auto machine = load(s.spinn());
  machine->inject(0, std::vector<Event>{{0, 1}, {1, 2}, {2, 1}});
  machine->step();
  machine->step();
  return machine->counters();
}

Counters counters(uint64_t packets, uint64_t synapticEvents, uint64_t misses, uint64_t unrouted,
                  uint64_t defaultRouted = 0) {
  return {{"default_routed", defaultRouted},
          {"injected", 4},
          {"packets", packets},
          {"ring_saturations", 0},
          {"row_misses", misses},
          {"spikes", 0},
          {"synaptic_events", synapticEvents},
          {"unrouted", unrouted}};
}

} // namespace

TEST_CASE("an image's words run: packets, rows, ring slots, inputs") {
  auto machine = load(sample().spinn());
  machine->inject(0, std::vector<Event>{{0, 1}, {1, 2}, {2, 1}});
  std::vector<int32_t> v(2);
  machine->step();
  machine->observeRaw(1, 0, v);
  CHECK(v == std::vector<int32_t>{0, 0});
  machine->step();
  machine->observeRaw(1, 0, v);
  CHECK(v == std::vector<int32_t>{800, 800}); // 2 * 100 << 2 each
  machine->step();
  machine->observeRaw(1, 1, v);
  CHECK(v == std::vector<int32_t>{0, 0});
  CHECK(machine->counters() == counters(3, 4, 0, 0));
  std::vector<double> real(2);
  machine->observe(1, 0, real);
  CHECK_THROWS_AS(machine->observe(0, 0, real), std::logic_error); // a source has no states
  CHECK_THROWS_AS(machine->observe(1, 2, real), std::logic_error); // the model has two
  real.resize(3);
  CHECK_THROWS_AS(machine->observe(1, 0, real), std::logic_error);
}

TEST_CASE("packets that find no row are counted") {
  SampleImage s = sample();
  s.table.clear();
  CHECK(countersOf(s) == counters(3, 0, 3, 0)); // the core knows nothing of them
  s = sample();
  s.table[2] = 0x100; // another source
  CHECK(countersOf(s) == counters(3, 0, 3, 0));
  s = sample();
  s.entries[2] = kCore3 | 1u << (6 + 9); // beside the core a second one, which is empty
  CHECK(countersOf(s) == counters(3, 4, 3, 0));
  s = sample();
  s.entries[2] = kCore3 | 1u << (6 + 4); // the core of the source itself
  CHECK(countersOf(s) == counters(3, 4, 3, 0));
}

TEST_CASE("packets that no table knows are counted") {
  SampleImage s = sample();
  s.entries = {0x100, kSourceMask, kCore3};
  CHECK(countersOf(s) == counters(3, 0, 0, 3));
  // East for ever: a chip without a table, then the edge.
  s.entries = {0x200, kSourceMask, 1};
  CHECK(countersOf(s) == counters(3, 0, 0, 3, 3 * 1));
}

TEST_CASE("a source whose keys have no mask has none") {
  SampleImage s = sample();
  s.mask = 0; // of the population
  s.key = 0;
  CHECK(countersOf(s) == counters(3, 4, 0, 0));
}

TEST_CASE("tables that the machine could not run are refused at load") {
  SampleImage s = sample();
  s.table.pop_back();
  CHECK_THROWS_WITH(load(s.spinn()),
                    "image: core (0,0,3): the population table has a wrong length");
  s = sample();
  s.table[7] = 1 << 8; // the rows would begin 16 bytes later
  CHECK_THROWS_WITH(load(s.spinn()),
                    "image: core (0,0,3): a synaptic row lies outside the core's SDRAM");
  s = sample();
  CHECK_THROWS_WITH(load(s.reference()), Catch::Contains("not compiled for the spinn target"));
  CHECK_THROWS_AS(load(s.reference()), ImageError);
  MachineOptions two;
  two.instances = 2;
  CHECK_THROWS_AS(load(s.spinn(), two), UserError);
}
