// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The cycle model against work counted by hand.
#include "sim/spinn/CycleModel.h"
#include "tests/support/catch.h"

#include <vector>

using namespace spindle;
using namespace spindle::spinn;

namespace {

/// Easy numbers: a packet with one row of 5 synapses costs 10 + 40 + 5 * 2 = 60.
CycleBudgets easy() {
  CycleBudgets budgets;
  budgets.send = 3, budgets.packet = 10, budgets.row = 40, budgets.synapse = 2;
  budgets.inputBuffer = 4;
  return budgets;
}

constexpr uint64_t kUpdate = 100, kTick = 1000;

CoreProvenance after(const CoreClock &clock) {
  CoreProvenance core;
  clock.addTo(core);
  return core;
}

std::vector<Arrival> packets(size_t count, uint64_t at, uint32_t synapses = 5) {
  return std::vector<Arrival>(count, {at, 1, 1, synapses});
}

} // namespace

TEST_CASE("a tick that fits leaves nothing behind") {
  CoreClock clock(easy(), kUpdate, kTick);
  clock.tick(0, packets(3, 50), 2);
  CoreProvenance core = after(clock);
  CHECK(core.cycles == 3 * 60 + kUpdate + 2 * 3);
  CHECK(core.peakCycles == core.cycles);
  CHECK(core.peakPackets == 3);
  CHECK(core.overruns + core.lateSpikes + core.bufferLosses == 0);
  CHECK(clock.idle());
}

TEST_CASE("spikes come before the update, which is late then") {
  CoreClock clock(easy(), kUpdate, kTick);
  std::vector<Arrival> spread;
  for (uint64_t i = 0; i < 16; ++i)
    spread.push_back({i * 60, 1, 1, 5}); // 960 of 1000 cycles
  clock.tick(0, spread, 0);
  CHECK(after(clock).overruns == 1); // 40 cycles were left of the 100 that the update wants
  CHECK(after(clock).lateSpikes == 0);
  CHECK(!clock.idle());
  clock.tick(1, {}, 0);
  CHECK(after(clock).overruns == 1);
  CHECK(clock.idle());
}

TEST_CASE("spikes that are not taken up before the next tick are late, and done then") {
  CoreClock clock(easy(), kUpdate, kTick);
  // The first begins at 980 and takes 60; the other two wait.
  clock.tick(0, packets(3, 980), 0);
  CHECK(after(clock).lateSpikes == 2);
  CHECK(after(clock).overruns == 0); // 980 cycles were free for the update
  clock.tick(1, {}, 0);
  CHECK(after(clock).lateSpikes == 2);
  CHECK(clock.idle());
}

TEST_CASE("a full input buffer loses spikes") {
  CoreClock clock(easy(), kUpdate, kTick);
  // Four wait in the buffer while the first is at work; two find no place.
  clock.tick(0, packets(7, 10), 0);
  CHECK(after(clock).bufferLosses == 2);
  // A packet that stands for 9 spikes: one at work, four waiting.
  CoreClock counts(easy(), kUpdate, kTick);
  std::vector<Arrival> one{{10, 9, 1, 5}};
  counts.tick(0, one, 0);
  CHECK(after(counts).bufferLosses == 4);
  CHECK(after(counts).cycles == 10 + 9 * 50 + kUpdate);
}

TEST_CASE("an update that never fits falls behind in every tick") {
  CoreClock clock(easy(), 1500, kTick);
  clock.quietTicks(0, 4);
  CHECK(after(clock).overruns == 4);
  CHECK(after(clock).cycles == 6000);
  CHECK(after(clock).peakCycles == 1500);
}

TEST_CASE("quiet ticks count as if they were taken one by one") {
  for (uint64_t update : {100u, 1100u}) {
    CoreClock clock(easy(), update, kTick), single(easy(), update, kTick);
    for (CoreClock *c : {&clock, &single})
      c->tick(0, packets(30, 500), 1);
    clock.quietTicks(1, 9);
    for (uint64_t t = 1; t < 10; ++t)
      single.tick(t, {}, 0);
    CoreProvenance a = after(clock), b = after(single);
    CHECK(a.cycles == b.cycles);
    CHECK(a.overruns == b.overruns);
    CHECK(a.lateSpikes == b.lateSpikes);
    CHECK(a.peakTick == b.peakTick);
  }
}

TEST_CASE("a tick lasts a millisecond at least, unless told otherwise") {
  CHECK(timeScaleInForce(0, 1e-3) == 1);
  CHECK(timeScaleInForce(0, 2e-3) == 1);
  CHECK(timeScaleInForce(0, 1e-4) == 10);
  CHECK(timeScaleInForce(2.5, 1e-4) == 2.5);
  CHECK(cyclesPerTick(CycleBudgets(), 1, 1e-3) == 200000);
  CHECK(cyclesPerTick(CycleBudgets(), 10, 1e-4) == 200000);
  CHECK(cyclesPerTick(CycleBudgets(), 2.5, 1e-4) == 50000);
}
