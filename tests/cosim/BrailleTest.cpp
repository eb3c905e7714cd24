// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real networks with recorded input: RTL = functional model, and the class of the reference. Which
// networks is what the manifest of the golden data says.
#include "tests/cosim/Cosim.h"
#include "tests/cosim/Golden.h"
#include "tests/support/catch.h"

#include <iostream>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("recorded networks: rtl = functional, class = reference") {
  auto runs = recordedRuns();
  REQUIRE(!runs.empty());
  size_t compared = 0;
  for (const RecordedRun &each : runs) {
    nir::Graph graph = each.graph();
    auto image = compileForFabric(graph, each.import(), {});
    if (image->meta().program_as_Xbar()->tiles()->size() > 16)
      continue; // the functional model alone runs these (xbar_cnn_test)
    Frames frames = each.frames();
    Comparison result = compareEngines(image, frames);
    INFO(each.network << " " << each.profile << ": " << result.report);
    CHECK(result.differences == 0);
    CHECK(result.spikes > 0);
    // Outputs come later by the latency: let the last ones arrive.
    auto plain = compileNir(graph, each.import(), ReferenceOptions{});
    Trace reference = run(*machineFor(plain), *plain, frames);
    Trace fabric = run(*machineFor(image), *image, frames, frames.size() + 8);
    CHECK(classes(*plain, reference) == classes(*image, fabric));
    std::cout << each.network << " " << each.profile << ": " << result.steps << " steps, "
              << result.events << " events, " << result.states << " states, " << result.differences
              << " differences\n";
    ++compared;
  }
  CHECK(compared > 0);
}
