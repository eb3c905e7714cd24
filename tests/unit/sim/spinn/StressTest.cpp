// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routers that block, against packets followed by hand.
#include "sim/spinn/Stress.h"
#include "tests/support/catch.h"

#include <map>

using namespace spindle;
using namespace spindle::spinn;

namespace {

/// Two by two chips with all links. Sources at (0,0) send east, to core 1 of (1,0).
struct Rig {
  std::vector<uint8_t> links = std::vector<uint8_t>(4, 0x3f);
  Ways ways;
  std::vector<uint64_t> at;
  explicit Rig(uint32_t sources) : ways(sources), at(sources, 0) {
    Hop first, last;
    first.chip = {0, 0}, first.route = 1, first.hit = true, first.next[0] = 1;
    last.chip = {1, 0}, last.route = 1u << 7, last.hit = true;
    for (uint32_t source = 0; source < sources; ++source)
      ways.lead(source, {first, last});
    ways.share();
  }
  Mesh mesh() const { return {2, 2, links}; }
  std::vector<Spike> all() const {
    std::vector<Spike> spikes;
    for (uint32_t source = 0; source < at.size(); ++source)
      spikes.push_back({source, 1});
    return spikes;
  }
};

StressOptions small() {
  StressOptions options;
  options.queue = 2, options.link = 10, options.wait1 = 25, options.reinjection = 3;
  options.check = 500;
  return options;
}

struct Outcome {
  std::map<ChipAt, ChipProvenance> chips;
  uint64_t queued = 0;
};

Outcome outcome(const Stress &stress) {
  Outcome out;
  out.queued = stress.addTo([&](ChipAt chip) -> ChipProvenance & { return out.chips[chip]; });
  return out;
}

} // namespace

TEST_CASE("packets that find room pass unharmed") {
  Rig rig(2);
  Stress stress(small(), 1, rig.ways, rig.mesh());
  stress.tick(rig.all(), rig.at, 10000);
  Outcome out = outcome(stress);
  CHECK(out.chips[{0, 0}].blocked == 0);
  CHECK(out.chips[{0, 0}].dropped == 0);
}

TEST_CASE("a packet waits for a full queue, as long as wait1 lets it") {
  // The link takes a packet every 10 cycles, two may be there at a time. Packet 0 leaves until 10,
  // 1 until 20, 2 enters at 10, 3 at 20 and so on: each waits for less than 25 cycles behind the
  // one before, so none is dropped.
  Rig rig(20);
  Stress stress(small(), 1, rig.ways, rig.mesh());
  stress.tick(rig.all(), rig.at, 10000);
  Outcome out = outcome(stress);
  CHECK(out.chips[{0, 0}].blocked == 18);
  CHECK(out.chips[{0, 0}].dropped == 0);
}

TEST_CASE(
    "a packet that waits too long is dropped, kept, and sent again; what finds no room is lost") {
  // The core takes 100 cycles for a packet, the link brings one every 10: at (1,0) two find room,
  // at 10 and 20. The third, at 30, would have to wait until 110 and goes at 55; the next two at 80
  // and 105; the sixth, there at 60, gets its turn at 105 and room at 110.
  Rig rig(6);
  Stress stress(small(), 100, rig.ways, rig.mesh());
  stress.tick(rig.all(), rig.at, 400);
  Outcome out = outcome(stress);
  const ChipProvenance &last = out.chips[{1, 0}];
  CHECK(last.blocked == 4);
  CHECK(last.dropped == 3);
  CHECK(last.lost == 0);
  CHECK(last.longestQueue == 3);
  CHECK(out.queued == 3);
  // At 555 the core is free again: two find room, the third does 500 cycles later.
  stress.tick({}, rig.at, 400);
  CHECK(outcome(stress).chips[{1, 0}].reinjected == 2);
  stress.tick({}, rig.at, 400);
  CHECK(outcome(stress).chips[{1, 0}].reinjected == 3);
  CHECK(outcome(stress).queued == 0);

  StressOptions tight = small();
  tight.reinjection = 1;
  Stress losing(tight, 100, rig.ways, rig.mesh());
  losing.tick(rig.all(), rig.at, 400);
  CHECK(outcome(losing).chips[{1, 0}].dropped == 3);
  CHECK(outcome(losing).chips[{1, 0}].lost == 2);
}

TEST_CASE("wait2 sends packets round a blocked link") {
  // A link of 100 cycles with room for one: packet 1 gives up on it at 25 and goes by north-east
  // and south; packet 2 gives up at 51, when that way is taken too, and is dropped at 81.
  StressOptions options = small();
  options.queue = 1, options.link = 100, options.wait2 = 30;
  Rig rig(3);
  Stress stress(options, 1, rig.ways, rig.mesh());
  stress.tick(rig.all(), rig.at, 10000);
  Outcome out = outcome(stress);
  CHECK(out.chips[{0, 0}].detours == 1);
  CHECK(out.chips[{0, 0}].dropped == 1);
  CHECK(out.chips[{0, 0}].reinjected == 1);
  CHECK(out.chips[{1, 1}].blocked == 0);
  // Without the neighbour there is no way round.
  rig.links[3] = 0; // (1,1) sends nothing on
  Stress stuck(options, 1, rig.ways, rig.mesh());
  stuck.tick(rig.all(), rig.at, 10000);
  CHECK(outcome(stuck).chips[{0, 0}].detours == 0);
  CHECK(outcome(stuck).chips[{0, 0}].dropped == 1);
}
