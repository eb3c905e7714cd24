// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time build of the RTL: what is cached, and what a user hears when it cannot work.
#include "runtime/image/Errors.h"
#include "sim/fabric/RtlBuild.h"
#include "sim/fabric/RtlTools.h"
#include "tests/support/catch.h"

#include <cstdlib>
#include <fstream>
#include <unistd.h>

using namespace spindle;
using namespace spindle::fabric;
namespace fs = std::filesystem;

namespace {

/// An own, empty cache for one test case.
struct OwnCache {
  fs::path path = fs::temp_directory_path() / ("spindle-build-test-" + std::to_string(getpid()));
  OwnCache() { setenv("SPINDLE_CACHE", path.c_str(), 1); }
  ~OwnCache() { fs::remove_all(path); }
  size_t count(const std::string &extension) const {
    size_t n = 0;
    for (const auto &entry : fs::directory_iterator(path))
      n += entry.path().extension() == extension;
    return n;
  }
};

/// A counter of `width` bits, run for ten clocks.
ModelSource counter(long width) {
  ModelSource source;
  source.top = "counter";
  source.files = {{"counter.sv",
                   "module counter #(parameter int WIDTH = 8) (input logic clk_i, output logic "
                   "[WIDTH-1:0] q_o);\n  always_ff @(posedge clk_i) q_o <= q_o + 1'b1;\n"
                   "  initial q_o = '0;\nendmodule\n"}};
  source.parameters = {{"WIDTH", width}};
  source.shim = "extern \"C\" __attribute__((visibility(\"default\"))) int run() {\n"
                "  VerilatedContext context;\n  Vmodel top{&context};\n"
                "  for (int i = 0; i < 20; ++i) {\n    top.clk_i = i & 1;\n    top.eval();\n  }\n"
                "  return int(top.q_o);\n}\n";
  return source;
}

int run(const ModelLibrary &library) {
  return reinterpret_cast<int (*)()>(library.symbol("run"))();
}

} // namespace

TEST_CASE("a model is built once, and again when something that matters changes") {
  OwnCache cache;
  REQUIRE(cacheFolder() == cache.path);
  auto wide = buildModel(counter(8));
  REQUIRE(run(*wide) == 10);
  REQUIRE(cache.count(".so") == 1);
  auto again = buildModel(counter(8));
  REQUIRE(cache.count(".so") == 1);
  auto narrow = buildModel(counter(3)); // both are loaded: their globals do not meet
  REQUIRE(run(*narrow) == 2);
  REQUIRE(run(*again) == 10);
  REQUIRE(cache.count(".so") == 2);
  REQUIRE(cache.count(".o") == 1);
  size_t entries = 0;
  for ([[maybe_unused]] const auto &entry : fs::directory_iterator(cache.path))
    ++entries;
  REQUIRE(entries == 3); // nothing temporary is left
  REQUIRE_THROWS_AS(wide->symbol("absent"), UserError);
}

TEST_CASE("a tool that fails is quoted") {
  OwnCache cache;
  ModelSource source = counter(8);
  source.files[0].second += "garbage\n";
  REQUIRE_THROWS_WITH(buildModel(source), Catch::Contains("verilating counter failed") &&
                                              Catch::Contains("syntax error"));
  REQUIRE_THROWS_AS(buildModel(source), UserError);
  source = counter(8);
  source.shim = "no C++";
  REQUIRE_THROWS_WITH(buildModel(source), Catch::Contains("compiling counter failed"));
  REQUIRE(cache.count(".so") == 0);
}

TEST_CASE("a cache that cannot be written is a plain error") {
  OwnCache cache;
  std::ofstream(cache.path) << "a file, not a folder";
  REQUIRE_THROWS_WITH(buildModel(counter(8)), Catch::Contains("SPINDLE_CACHE"));
}

TEST_CASE("a program that is absent is named") {
  REQUIRE_THROWS_WITH(runTool({"/no/such/program"}, "testing"),
                      Catch::Contains("/no/such/program"));
  std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  REQUIRE_THROWS_WITH(findTools(),
                      Catch::Contains("verilator") && Catch::Contains("--engine=functional"));
  setenv("PATH", path.c_str(), 1);
  REQUIRE(!findTools().compilerVersion.empty());
}
