// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/RunResult.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/SampleImage.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

using namespace spindle;
using namespace spindle::probe;

static RunResult sampleResult() {
  RunResult result;
  result.target = "xbar";
  result.engine = "functional";
  result.options = {{"seed", 0}, {"dt", 1e-4}};
  result.steps = 7;
  result.populations["lif.cell"] = {3, 4, 2};
  result.counters["spikes"] = 3;
  result.files = {"spikes.h5"};
  return result;
}

TEST_CASE("run.json says what ran and what came out") {
  auto image = image::Image::fromBytes(test::SampleImage().reference());
  test::TemporaryFolder folder;
  writeRunJson(folder.path(), sampleResult(), *image);
  std::string text = folder.read("run.json");
  auto document = nlohmann::json::parse(text);
  CHECK(document["compile"]["levels"] == 32);
  CHECK(document["options"]["dt"] == 1e-4);
  CHECK(document["steps"] == 7);
  CHECK(document["outputs"][0]["name"] == "out");
  CHECK(document["outputs"][0]["node"] == "lif.cell");
  CHECK(document["outputs"][0]["latency"] == 1);
  CHECK(document["populations"]["lif.cell"]["total"] == 4);
  CHECK(document["counters"]["spikes"] == 3);
  CHECK(text.find("\"total\": 4\n") != std::string::npos);     // a count, not 4.0
  CHECK(text.find("\"compile\"") < text.find("\"counters\"")); // sorted
  CHECK(text.back() == '\n');
  writeRunJson(folder.path(), sampleResult(), *image);
  CHECK(folder.read("run.json") == text);
}

TEST_CASE("compile options that are no JSON stay text; an unknown dt is null") {
  test::SampleImage sample;
  sample.options = "{not json";
  sample.dt = 0;
  auto document = toJson(sampleResult(), *image::Image::fromBytes(sample.reference()));
  CHECK(document["compile"] == "{not json");
  CHECK(document["dt"].is_null());
}

TEST_CASE("timing stays apart") {
  test::TemporaryFolder folder;
  Timing timing;
  timing.runSeconds = 2;
  timing.simulatedSeconds = 1;
  writeTimingJson(folder.path(), timing, 100);
  auto document = nlohmann::json::parse(folder.read("timing.json"));
  CHECK(document["real_time_factor"] == 2);
  CHECK(document["steps_per_second"] == 50);
  writeTimingJson(folder.path(), Timing(), 0);
  CHECK(nlohmann::json::parse(folder.read("timing.json"))["real_time_factor"].is_null());
}
