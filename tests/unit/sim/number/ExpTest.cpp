// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The machine's exponential against tables computed by its own C code: every table of the form
// x,expk,expulr in the shared data is checked, row by row.
#include "sim/number/Exp.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <fstream>
#include <string>

namespace fs = std::filesystem;
using namespace spindle::number;

TEST_CASE("exp is bit-exact on every row of the tables") {
  fs::path folder = spindle::test::requireShared("spinnaker/math");
  int tables = 0;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    std::string line;
    if (entry.path().extension() != ".csv" || !std::getline(file, line) ||
        line.substr(0, line.find('\r')) != "x,expk,expulr")
      continue;
    ++tables;
    int rows = 0;
    for (; std::getline(file, line); ++rows) {
      size_t first = line.find(','), second = line.find(',', first + 1);
      INFO(entry.path() << ": " << line);
      REQUIRE(second != std::string::npos);
      auto x = static_cast<int32_t>(std::stol(line.substr(0, first)));
      CHECK(expk(x) == std::stol(line.substr(first + 1)));
      CHECK(expulr(x) == std::stoul(line.substr(second + 1)));
    }
    INFO(entry.path());
    CHECK(rows > 0);
  }
  REQUIRE(tables > 0);
}
