// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real networks of the shared data on the many-core machine: they answer as the reference does.
// Which networks is what the manifest of the golden data says.
#include "tests/cosim/Golden.h"
#include "tests/support/catch.h"

#include <iostream>

using namespace spindle;
using namespace spindle::test;

TEST_CASE("the CNN answers 4 on the machine") {
  for (const char *profile : {"euler-value", "if-multi-clip"}) {
    INFO(profile);
    CHECK(answerOfCnn(profile, SpinnOptions{}) == 4);
  }
}

TEST_CASE("recorded networks: the class of the reference") {
  auto runs = recordedRuns();
  REQUIRE(!runs.empty());
  for (const RecordedRun &each : runs) {
    INFO(each.network << " " << each.profile);
    auto image = compileNir(each.graph(), each.import(), SpinnOptions{});
    auto plain = compileNir(each.graph(), each.import(), ReferenceOptions{});
    Frames frames = each.frames();
    // Outputs come later by the latency: let the last ones arrive.
    auto machine = machineFor(image);
    Trace spinn = run(*machine, *image, frames, frames.size() + 16);
    Trace reference = run(*machineFor(plain), *plain, frames);
    CHECK(classes(*image, spinn) == classes(*plain, reference));
    auto counters = machine->counters();
    CHECK(counters["spikes"] > 0);
    std::cout << each.network << " " << each.profile << ": " << counters["spikes"] << " spikes, "
              << counters["ring_saturations"] << " saturated slots\n";
  }
}
