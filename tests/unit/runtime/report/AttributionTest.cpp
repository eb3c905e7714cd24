// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/Attribution.h"
#include "tests/support/catch.h"

using namespace spindle::report;

namespace {
Difference differs(std::vector<Entry> at) { return {100, at.size(), at}; }
} // namespace

TEST_CASE("each differing entry goes to the runs that show it with the same value") {
  std::vector<Difference> target = {differs({{1, 0, 1}, {2, 0, 0}, {3, 1, 2}, {5, 2, 1}})};
  std::vector<EffectRun> runs = {
      {"weights", true, {differs({{1, 0, 1}, {2, 0, 0}, {9, 0, 1}})}},
      {"fixed point", true, {differs({{2, 0, 0}, {3, 1, 1}})}}, // (3, 1) with another value
      {"together", false, {differs({{1, 0, 1}, {3, 1, 2}})}},
  };
  Attribution result = attribute(target, runs);
  REQUIRE(result.mismatches == 4);
  REQUIRE(result.effects[0].mismatches == 3);
  REQUIRE(result.effects[0].explains == 2);
  REQUIRE(result.effects[1].explains == 1);
  REQUIRE(result.effects[2].explains == 1); // only (3, 1): a single effect shows (1, 0)
  REQUIRE(result.unexplained == 1);         // (5, 2)
}

TEST_CASE("without runs everything is unexplained") {
  Attribution result = attribute({differs({{0, 0, 1}}), differs({{4, 4, 1}})}, {});
  REQUIRE(result.mismatches == 2);
  REQUIRE(result.unexplained == 2);
}
