// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Started by mpirun as several processes: together they give what each of them gives alone.
#include "tests/support/catch.h"
#include "tests/unit/sim/spinn/RandomNet.h"

#include <cstdlib>

using namespace spindle;
using namespace spindle::spinn;
using namespace spindle::spinn::test;

TEST_CASE("several processes give what one gives") {
  auto ranks = startedRanks();
  uint32_t wanted = 1;
  if (const char *count = std::getenv("SPINDLE_TEST_RANKS"))
    wanted = static_cast<uint32_t>(std::atoi(count));
  REQUIRE((ranks ? ranks->count() : 1) == wanted);
  for (uint32_t seed = 11; seed <= 14; ++seed) {
    RandomNet net(seed, seed % 2 ? 1 : 6, seed % 3 ? 20 : 6);
    Seen alone = run(net, threads(1), 128);
    CHECK(alone.spikes > 1000);
    for (int shards : {0, 5}) {
      EngineOptions options = threads(seed % 2 ? 2 : 1, shards);
      options.machine.ranks = ranks;
      REQUIRE((run(net, options, 100) == alone));
    }
  }
}

TEST_CASE("watched states and a reset are those of one process") {
  RandomNet net(21, 2, 9);
  auto states = [&](Engine &engine) {
    std::vector<Watch> watches{{2, 0}, {5, 0}};
    std::vector<Values> seen;
    for (int block = 0; block < 3; ++block) {
      engine.injected(engine.now()).push_back({3, 2});
      engine.run(40, watches);
      for (uint64_t t = engine.now() - 40; t < engine.now(); ++t)
        for (uint32_t w = 0; w < 2; ++w) {
          seen.emplace_back(net.populations[watches[w].node].size);
          engine.watched(w, t, seen.back());
        }
    }
    return seen;
  };
  EngineOptions together = threads(1, 3);
  together.machine.ranks = startedRanks();
  Engine one(net.populations, threads(1)), all(net.populations, together);
  net.build(one);
  net.build(all);
  auto expected = states(one);
  CHECK((states(all) == expected));
  all.reset();
  CHECK((states(all) == expected));
}
