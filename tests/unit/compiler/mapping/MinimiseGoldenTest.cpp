// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Real tables: every file of the shared folder.
#include "compiler/mapping/Equivalence.h"
#include "compiler/mapping/Minimise.h"
#include "tests/support/RoutingTables.h"
#include "tests/support/SharedData.h"
#include "tests/support/catch.h"

#include <random>

using namespace spindle;
using namespace spindle::map;

namespace {

/// The ends of every entry and a key inside it, with the obvious matcher, beside the proof.
bool sameOnSamples(const std::vector<TableEntry> &table, const std::vector<TableEntry> &found) {
  std::mt19937 random(1);
  for (const TableEntry &entry : table)
    for (uint32_t low : {uint32_t(0), ~uint32_t(0), static_cast<uint32_t>(random())})
      if (test::routed(found, entry.key | (low & ~entry.mask)) != entry.route)
        return false; // entries of these tables do not overlap
  return true;
}

} // namespace

TEST_CASE("real tables become as small as has been shown to be possible") {
  size_t files = 0;
  for (auto &file : std::filesystem::directory_iterator(test::requireShared("routing-tables"))) {
    if (file.path().extension() != ".gz")
      continue;
    ++files;
    CAPTURE(file.path().string());
    auto table = test::readRoutingTable(file.path());
    auto range = minimise(table, Method::Range), best = minimise(table, Method::Best);
    REQUIRE(bool(range));
    REQUIRE(bool(best));
    CHECK(best->table.size() <= range->table.size());
    CHECK(bool(compareTables(table, range->table)));
    CHECK(bool(compareTables(table, best->table)));
    CHECK(sameOnSamples(table, best->table));
    if (file.path().filename() == "table1.csv.gz") {
      CHECK(table.size() == 39235);
      CHECK(range->table.size() == 736); // what the reference range compressor makes of it
      CHECK(best->table.size() <= 300);
    }
  }
  REQUIRE(files > 0);
}
