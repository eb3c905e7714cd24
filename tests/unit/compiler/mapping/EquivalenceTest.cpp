// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Equivalence.h"
#include "tests/support/RoutingTables.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

using namespace spindle;
using namespace spindle::map;
using Verdict = Equivalence::Verdict;

namespace {

const uint32_t kAll = 0xffffffff;

Verdict compare(std::vector<TableEntry> original, std::vector<TableEntry> other,
                std::vector<uint8_t> straight = {}) {
  return compareTables(original, other, straight).verdict;
}

} // namespace

TEST_CASE("a key that gets another route is named") {
  std::vector<TableEntry> original{{0x10, kAll, 1}, {0x20, 0xfffffff0, 2}};
  auto found = compareTables(
      original, std::vector<TableEntry>{{0x10, kAll, 1}, {0x28, 0xfffffff8, 4}, {0, 0, 2}});
  REQUIRE(found.verdict == Verdict::Different);
  CHECK(found.difference.key == 0x28);
  CHECK(found.difference.entry == 1);
  CHECK(found.difference.wanted == 2);
  CHECK(found.difference.got == 4u);
  CHECK(text(found.difference) ==
        "key 0x00000028 of entry 1: route 0x000002 wanted, 0x000004 found");
}

TEST_CASE("a key that is lost is named, unless default routing does the same") {
  std::vector<TableEntry> original{{0x10, kAll, 1}};
  auto found = compareTables(original, {});
  REQUIRE(found.verdict == Verdict::Different);
  CHECK(text(found.difference) ==
        "key 0x00000010 of entry 0: route 0x000001 wanted, no entry matches it");
  CHECK(compare(original, {}, {1}) == Verdict::Equal);
  CHECK(compare(original, {{0, 0, 2}}, {1}) == Verdict::Different);
}

TEST_CASE("the lowest entry counts, other keys do not") {
  std::vector<TableEntry> original{{0x11, kAll, 1}, {0x10, 0xfffffff0, 2}};
  CHECK(compare(original, {{0x11, kAll, 1}, {0, 0, 2}}) == Verdict::Equal);
  CHECK(compare(original, {{0, 0, 2}, {0x11, kAll, 1}}) == Verdict::Different);
  CHECK(compare({}, {{0, 0, 2}}) == Verdict::Equal);
  // A key bit outside the mask: no packet can match.
  CHECK(compare({{1, 0, 5}}, {}) == Verdict::Equal);
  CHECK(compare({{2, kAll, 5}}, {{3, 2, 5}}) == Verdict::Different);
}

TEST_CASE("hostile masks end undecided, not in endless work") {
  std::vector<TableEntry> original, other;
  for (unsigned i = 0; i < 32; ++i)
    for (unsigned j = 0; j < 32; ++j)
      original.push_back({0, uint32_t(1) << i | uint32_t(1) << j, i + 1});
  for (unsigned i = 32; i-- > 0;)
    other.push_back({0, uint32_t(1) << i, i + 1});
  CHECK(compareTables(original, other, {}, 1000).verdict == Verdict::Undecided);
}

TEST_CASE("the verdict is that of trying every key") {
  REQUIRE(rc::check([] {
    auto drawn = [] {
      std::vector<TableEntry> table(*rc::gen::inRange<size_t>(0, 10));
      for (TableEntry &entry : table) {
        entry.mask = *rc::gen::inRange<uint32_t>(0, 64) << 20 | 0xfc0fffff;
        entry.key = *rc::gen::inRange<uint32_t>(0, 64) << 20;
        if (*rc::gen::inRange(0, 10) != 0)
          entry.key &= entry.mask; // else it may match nothing
        entry.route = *rc::gen::inRange<uint32_t>(0, 2);
      }
      return table;
    };
    auto original = drawn(), other = drawn();
    if (*rc::gen::inRange(0, 3) == 0) { // often equal
      other = original;
      other.push_back({0, 0xfc0fffff, 1});
    }
    std::vector<uint8_t> straight;
    for (size_t i = 0; i < original.size(); ++i)
      straight.push_back(*rc::gen::inRange<uint8_t>(0, 2));
    bool equal = true;
    for (uint32_t key = 0; key < 64; ++key) {
      auto wanted = test::routed(original, key << 20), got = test::routed(other, key << 20);
      size_t entry = 0;
      while (wanted && (key << 20 & original[entry].mask) != original[entry].key)
        ++entry;
      if (wanted && got != wanted && !(straight[entry] && !got))
        equal = false;
    }
    RC_ASSERT(compare(original, other, straight) == (equal ? Verdict::Equal : Verdict::Different));
  }));
}
