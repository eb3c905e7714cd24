// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Minimise.h"
#include "compiler/mapping/Equivalence.h"
#include "tests/support/RoutingTables.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

#include <random>

using namespace spindle;
using namespace spindle::map;

namespace {

const Method kMethods[]{Method::None, Method::Range, Method::Pair, Method::OrderedCovering,
                        Method::Best};

/// Entry after entry of 16 keys, with the routes given; -1 leaves a gap.
std::vector<TableEntry> tableOf(const std::vector<int> &routes) {
  std::vector<TableEntry> table;
  for (size_t i = 0; i < routes.size(); ++i)
    if (routes[i] >= 0)
      table.push_back(
          {static_cast<uint32_t>(i << 4), 0xfffffff0, static_cast<uint32_t>(routes[i])});
  return table;
}

size_t sizeOf(const std::vector<TableEntry> &table, Method method, MinimiseOptions options = {}) {
  auto found = minimise(table, method, options);
  REQUIRE(bool(found));
  return found->table.size();
}

/// Bits of a small number spread over a key.
uint32_t spread(uint32_t bits) { return (bits & 0x0f) | (bits & 0x30) << 8 | (bits & 0xc0) << 24; }

/// Entries with masks of any form, in an order that matters.
std::vector<TableEntry> anyTable(size_t most, uint32_t routes) {
  std::vector<TableEntry> table(*rc::gen::inRange<size_t>(0, most));
  for (TableEntry &entry : table) {
    entry.mask = spread(*rc::gen::inRange<uint32_t>(0, 256)) | ~spread(255);
    entry.key = spread(*rc::gen::inRange<uint32_t>(0, 256));
    if (*rc::gen::inRange(0, 12) != 0)
      entry.key &= entry.mask;
    entry.route = *rc::gen::inRange<uint32_t>(0, routes);
  }
  return table;
}

/// Blocks without overlaps, as keys are given to slices.
std::vector<TableEntry> blocks(uint32_t routes) {
  std::vector<TableEntry> table;
  for (uint32_t key = 0; key < 256;) {
    uint32_t size = uint32_t(1) << *rc::gen::inRange<uint32_t>(0, 4);
    key = (key + size - 1) & ~(size - 1);
    if (*rc::gen::inRange(0, 4) != 0 && key < 256)
      table.push_back({key << 8, ~((size << 8) - 1), *rc::gen::inRange<uint32_t>(0, routes)});
    key += size;
  }
  return table;
}

} // namespace

TEST_CASE("methods have names") {
  for (Method method : kMethods)
    CHECK(methodNamed(name(method)) == method);
  CHECK(!methodNamed("smallest"));
}

TEST_CASE("neighbours of one route become one block, gaps are anyone's") {
  auto table = tableOf({1, 1, 1, 1, -1, -1, 2, 2});
  for (Method method : {Method::Range, Method::Pair, Method::OrderedCovering, Method::Best}) {
    CAPTURE(name(method));
    CHECK(sizeOf(table, method) == 2);
  }
  CHECK(sizeOf(table, Method::None) == 6);
  CHECK(sizeOf(tableOf({3, 3, 3, -1, 3, 3}), Method::Range) == 1);
}

TEST_CASE("a route all over the key space becomes one entry below the others") {
  std::vector<int> routes;
  for (int i = 0; i < 64; ++i)
    routes.push_back(i % 7 == 3 ? i : 100);
  auto table = tableOf(routes);
  CHECK(sizeOf(table, Method::Best) == 10);
  CHECK(sizeOf(table, Method::Pair) == 10);
  CHECK(sizeOf(table, Method::OrderedCovering) == 10);
  CHECK(sizeOf(table, Method::Range) > 20);
}

TEST_CASE("bits that alternate at the low end are merged over the high ones") {
  std::vector<int> routes;
  for (int i = 0; i < 64; ++i)
    routes.push_back(i % 4);
  for (Method method : {Method::Pair, Method::OrderedCovering, Method::Best}) {
    CAPTURE(name(method));
    CHECK(sizeOf(tableOf(routes), method) == 4);
  }
}

TEST_CASE("entries that default routing replaces go only where nothing else takes their keys") {
  auto table = tableOf({1, 2, 1, 1});
  MinimiseOptions options;
  options.straight = {0, 1, 0, 0};
  // A whole block of route 1 would send the second slice astray, so its entry must stay or the
  // block must not be whole: two entries either way.
  CHECK(sizeOf(table, Method::Best, options) == 2);
  options.straight = {1, 0, 1, 1};
  for (Method method : {Method::Range, Method::Pair, Method::OrderedCovering, Method::Best}) {
    CAPTURE(name(method));
    CHECK(sizeOf(table, method, options) == 1);
  }
  options.straight = {1, 1, 1, 1};
  CHECK(sizeOf(table, Method::Best, options) == 0);
  options.straight = {1};
  CHECK_THROWS_AS(minimise(table, Method::Best, options), std::invalid_argument);
}

TEST_CASE("ranges refuse a table where the order matters") {
  std::vector<TableEntry> table{{0x10, 0xffffffff, 1}, {0x10, 0xfffffff0, 2}};
  auto found = minimise(table, Method::Range);
  REQUIRE(!found);
  CHECK(found.shortage().resource == "table of blocks without overlaps");
  CHECK(!minimise({{0x10, 0xfffffff1, 1}}, Method::Range));
  CHECK(sizeOf(table, Method::Best) == 2);
}

TEST_CASE("empty and trivial tables") {
  for (Method method : kMethods) {
    CAPTURE(name(method));
    CHECK(sizeOf({}, method) == 0);
    CHECK(sizeOf({{5, 0xffffffff, 9}}, method) == 1);
  }
  CHECK(sizeOf({{5, 0, 9}}, Method::Best) == 0); // matches nothing
  CHECK(sizeOf({{0, 0, 9}, {7, 0xffffffff, 1}}, Method::Best) == 1);
}

// Against the obvious matcher on every key, with orders, holes and default routes of all kinds.
TEST_CASE("every method keeps the route of every key") {
  REQUIRE(rc::check([] {
    bool any = *rc::gen::inRange(0, 2) == 0;
    auto routes = *rc::gen::inRange<uint32_t>(1, 6);
    auto table = any ? anyTable(24, routes) : blocks(routes);
    MinimiseOptions options;
    if (*rc::gen::inRange(0, 2) == 0)
      for (size_t i = 0; i < table.size(); ++i)
        options.straight.push_back(*rc::gen::inRange<uint8_t>(0, 2));
    auto spreadKey = [&](uint32_t key) { return any ? spread(key) : key << 8; };
    size_t range = table.size();
    for (Method method : kMethods) {
      auto found = minimise(table, method, options);
      if (!found) {
        RC_ASSERT(any && method == Method::Range);
        continue;
      }
      RC_ASSERT(found->table.size() <= table.size());
      for (uint32_t key = 0; key < 256; ++key) {
        size_t entry = 0;
        while (entry < table.size() && (spreadKey(key) & table[entry].mask) != table[entry].key)
          ++entry;
        if (entry == table.size())
          continue;
        auto got = test::routed(found->table, spreadKey(key));
        bool free = !got && !options.straight.empty() && options.straight[entry];
        RC_ASSERT(free || got == table[entry].route);
      }
      if (method == Method::Range)
        range = found->table.size();
      RC_ASSERT(method != Method::Best || found->table.size() <= range);
    }
  }));
}

TEST_CASE("large tables: the same result every time, and never worse than ranges or pairs") {
  for (unsigned routes : {4u, 40u, 400u}) {
    auto table = test::drawRoutingTable({1200, routes, 8, 0.5, routes});
    CAPTURE(routes);
    auto best = minimise(table, Method::Best), again = minimise(table, Method::Best);
    CHECK(best->table == again->table);
    CHECK(best->table.size() <= sizeOf(table, Method::Range));
    CHECK(best->table.size() <= sizeOf(table, Method::Pair));
    CHECK(best->table.size() <= sizeOf(table, Method::OrderedCovering));
    CHECK(bool(compareTables(table, best->table)));
  }
}

TEST_CASE("hostile tables come back right, whatever their masks") {
  std::mt19937 random(3);
  for (int kind = 0; kind < 3; ++kind) {
    std::vector<TableEntry> table;
    for (unsigned i = 0; i < 600; ++i) {
      uint32_t mask = static_cast<uint32_t>(random());
      if (kind == 1)
        mask &= static_cast<uint32_t>(random()) & static_cast<uint32_t>(random());
      if (kind == 2)
        mask |= static_cast<uint32_t>(random());
      table.push_back({static_cast<uint32_t>(random()) & mask, mask, i % 5});
    }
    CAPTURE(kind);
    auto found = minimise(table, Method::Best);
    REQUIRE(bool(found));
    CHECK(found->table.size() <= table.size());
    for (int sample = 0; sample < 20000; ++sample) {
      const TableEntry &entry = table[random() % table.size()];
      uint32_t key = entry.key | (static_cast<uint32_t>(random()) & ~entry.mask);
      if (test::routed(found->table, key) != test::routed(table, key))
        FAIL("key " << key);
    }
  }
}
