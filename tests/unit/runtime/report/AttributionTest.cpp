// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/report/Attribution.h"
#include "tests/support/catch.h"

using namespace spindle::report;

namespace {
Difference differs(std::vector<Entry> at) { return {100, at.size(), at}; }
const Differences kTarget = {differs({{1, 0, 1}, {2, 0, 0}, {3, 1, 2}, {5, 2, 1}})};
} // namespace

TEST_CASE("each differing entry goes to the runs that show it with the same value") {
  Attribution result =
      attribute(kTarget,
                {{"weights", {differs({{1, 0, 1}, {2, 0, 0}, {9, 0, 1}})}, {}},
                 {"fixed point", {differs({{2, 0, 0}, {3, 1, 1}})}, {}}}, // (3, 1): another value
                {{"together", {differs({{1, 0, 1}, {3, 1, 2}})}}});
  REQUIRE(result.mismatches == 4);
  REQUIRE(result.effects[0].alone == 3);
  REQUIRE(result.effects[0].explains == 2);
  REQUIRE(!result.effects[0].without);
  REQUIRE(result.effects[1].explains == 1);
  REQUIRE(result.joint[0].mismatches == 2);
  REQUIRE(result.joint[0].explains == 1); // only (3, 1): a single effect shows (1, 0)
  REQUIRE(result.unexplained == 1);       // (5, 2)
}

TEST_CASE("an effect removes the entries that are the reference's with it off") {
  Attribution result = attribute(
      kTarget,
      {{"weights", {differs({})}, Differences{differs({{1, 0, 1}, {3, 1, 1}, {8, 8, 1}})}},
       {"converters", {differs({})}, Differences{differs({{1, 0, 1}, {2, 0, 0}, {3, 1, 2}})}}},
      {});
  REQUIRE(result.effects[0].without == 3u);
  REQUIRE(result.effects[0].removes == 2); // (2, 0) and (5, 2); (3, 1) differs in another way
  REQUIRE(result.effects[1].removes == 1); // (5, 2)
  REQUIRE(result.unexplained == 2);        // (1, 0), (3, 1): they stay whatever is off
}

TEST_CASE("no effect may claim an entry in which the target differs from its twin") {
  std::vector<EffectRuns> effects = {{"weights", kTarget, Differences{differs({})}}};
  Attribution result = attribute(kTarget, effects, {}, {differs({{2, 0, 1}, {4, 4, 1}})});
  REQUIRE(result.effects[0].explains == 3);
  REQUIRE(result.effects[0].removes == 3);
  REQUIRE(result.unexplained == 1); // (2, 0)
}

TEST_CASE("without runs everything is unexplained") {
  Attribution result = attribute({differs({{0, 0, 1}}), differs({{4, 4, 1}})}, {}, {});
  REQUIRE(result.mismatches == 2);
  REQUIRE(result.unexplained == 2);
}
