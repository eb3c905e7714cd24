// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/Names.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"

using namespace spindle;
using namespace spindle::probe;
using Catch::Matchers::Contains;

TEST_CASE("what to record, as text") {
  Request both = parseRequest("lif1.lif:spikes,v");
  CHECK(both.node == "lif1.lif");
  CHECK(both.terms == std::vector<std::string>{"spikes", "v"});
  CHECK(parseRequest("out").terms == std::vector<std::string>{"spikes"});
  for (const char *bad : {"", ":v", "out:", "out:,v", "out:v,,i"})
    CHECK_THROWS_AS(parseRequest(bad), UserError);
}

TEST_CASE("unknown names are refused with those that exist") {
  auto image = image::Image::fromBytes(test::SampleImage().reference());
  CHECK(findNode(*image, "lif.cell") == 1);
  CHECK(findTerm(*image, 1, "i") == 1);
  CHECK_THROWS_WITH(findNode(*image, "lif"), Contains("'lif'") && Contains("input, lif.cell"));
  CHECK_THROWS_WITH(findTerm(*image, 1, "w"), Contains("'lif.cell'") && Contains("spikes, v, i"));
  CHECK_THROWS_AS(findTerm(*image, 0, "v"), UserError);
  auto requests = defaultRequests(*image);
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].node == "lif.cell");
  CHECK(requests[0].terms == std::vector<std::string>{"spikes"});
}

TEST_CASE("a node's name cannot leave the folder, nor collide") {
  CHECK(fileNameOf("lif1.w-rec_2") == "lif1.w-rec_2");
  CHECK(fileNameOf("../x") == "%2E.%2Fx");
  CHECK(fileNameOf("a%2Fb") != fileNameOf("a/b"));
  CHECK(fileNameOf("\xc3\xa4") == "%C3%A4");
}
