// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time build of the RTL: what is cached, and what a user hears when it cannot work.
#include "runtime/image/Errors.h"
#include "sim/fabric/RtlBuild.h"
#include "sim/fabric/RtlTools.h"
#include "tests/support/catch.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace spindle;
using namespace spindle::fabric;
namespace fs = std::filesystem;

namespace {

/// An own, empty cache for one test case, and the one before it afterwards.
struct OwnCache {
  fs::path path;
  std::string before = std::getenv("SPINDLE_CACHE") ? std::getenv("SPINDLE_CACHE") : "";
  explicit OwnCache(const std::string &name = "spindle-build-test-")
      : path(fs::temp_directory_path() / (name + std::to_string(getpid()))) {
    setenv("SPINDLE_CACHE", path.c_str(), 1);
  }
  ~OwnCache() {
    fs::remove_all(path);
    setenv("SPINDLE_CACHE", before.c_str(), 1);
  }
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
  setenv("SPINDLE_CACHE", "/proc", 1); // exists, and takes no file even from root
  REQUIRE_THROWS_WITH(buildModel(counter(8)), Catch::Contains("cannot write to the cache folder") &&
                                                  Catch::Contains("/proc") &&
                                                  Catch::Contains("SPINDLE_CACHE"));
  REQUIRE_THROWS_AS(buildModel(counter(8)), UserError);
}

TEST_CASE("the path of the cache may hold anything") {
  OwnCache cache("a cache, it's $HOME & \"ünï\" #1 ");
  REQUIRE(run(*buildModel(counter(8))) == 10);
  REQUIRE(cache.count(".so") == 1);
}

TEST_CASE("a damaged model is built again, and what a killed build left goes") {
  OwnCache cache;
  REQUIRE(run(*buildModel(counter(8))) == 10);
  for (const auto &entry : fs::directory_iterator(cache.path))
    if (entry.path().extension() == ".so")
      fs::resize_file(entry.path(), 100);
  fs::create_directories(cache.path / "tmp-old" / "cpp");
  fs::create_directories(cache.path / "tmp-new");
  fs::last_write_time(cache.path / "tmp-old",
                      fs::file_time_type::clock::now() - std::chrono::hours(48));
  REQUIRE(run(*buildModel(counter(8))) == 10);
  REQUIRE(!fs::exists(cache.path / "tmp-old"));
  REQUIRE(fs::exists(cache.path / "tmp-new")); // another build may be at work there
  REQUIRE(run(*buildModel(counter(8))) == 10);
}

TEST_CASE("processes and threads that build at once do not meet") {
  OwnCache cache;
  tools(); // found before the processes part
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        _exit(run(*buildModel(counter(8))) == 10 ? 0 : 1);
      } catch (const std::exception &) {
        _exit(2);
      }
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  std::vector<int> results(2);
  std::vector<std::thread> threads;
  for (int &result : results)
    threads.emplace_back([&result] { result = run(*buildModel(counter(5))); });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(results == std::vector<int>{10, 10});
  CHECK(cache.count(".so") == 2);
  CHECK(cache.count("") == 0); // no folder is left
}

TEST_CASE("a program that is absent is named") {
  REQUIRE_THROWS_WITH(runTool({"/no/such/program"}, "testing"),
                      Catch::Contains("/no/such/program"));
  std::string path = std::getenv("PATH");
  setenv("PATH", "/nowhere", 1);
  REQUIRE_THROWS_WITH(findTools(),
                      Catch::Contains("verilator") && Catch::Contains("--engine=functional"));
  OwnCache folder; // as a place for a PATH that has verilator, but no compiler
  fs::create_directories(folder.path);
  fs::create_symlink("/bin/true", folder.path / "verilator");
  setenv("PATH", folder.path.c_str(), 1);
  REQUIRE_THROWS_WITH(findTools(),
                      Catch::Contains("C++ compiler") && Catch::Contains("--engine=functional"));
  setenv("PATH", path.c_str(), 1);
  REQUIRE(!findTools().compilerVersion.empty());
}
