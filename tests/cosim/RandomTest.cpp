// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RTL = functional model on 200 random small networks, step by step.
#include "compiler/import/nir/Models.h"
#include "tests/cosim/Cosim.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

#include <cstring>
#include <iostream>
#include <set>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("rtl and functional model agree on random networks") {
  constexpr size_t wanted = 200;
  const auto &profiles = nir::profileNames();
  Comparison total;
  size_t compared = 0, unfit = 0, manyTiles = 0;
  std::set<std::string> models;
  for (uint64_t seed = 1; compared < wanted; ++seed) {
    RandomNetwork net = randomNetwork(seed);
    nir::ImportOptions import;
    import.dt = net.dt;
    import.profile = profiles[seed % profiles.size()];
    std::shared_ptr<const image::Image> image;
    try {
      image = compileForFabric(nir::complete(net.graph), import, {});
    } catch (const std::runtime_error &error) {
      INFO("seed " << seed << ": " << error.what());
      REQUIRE(std::strstr(error.what(), "does not fit"));
      REQUIRE(++unfit < wanted / 4); // the generator makes few that are too large for a tile
      continue;
    }
    for (const auto *node : *image->meta().nodes())
      if (node->model() >= 0)
        models.insert(
            image->meta().models()->Get(static_cast<uint32_t>(node->model()))->name()->str());
    manyTiles += image->meta().program_as_Xbar()->tiles()->size() > 1;
    Comparison one = compareEngines(image, net.input);
    INFO("seed " << seed << " (" << import.profile << "): " << one.report);
    CHECK(one.differences == 0);
    total.steps += one.steps;
    total.events += one.events;
    total.states += one.states;
    total.spikes += one.spikes;
    ++compared;
  }
  // The comparison means something: all models, several tiles, much activity.
  CHECK(models.size() == nir::neuronTypes().size());
  CHECK(manyTiles > wanted / 2);
  CHECK(total.spikes > 10 * compared);
  std::cout << compared << " networks (" << unfit << " do not fit a fabric), " << total.steps
            << " steps, " << total.events << " events, " << total.states << " states compared\n";
}
