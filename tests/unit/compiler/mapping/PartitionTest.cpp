// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Partition.h"
#include "tests/support/catch.h"

#include <rapidcheck.h>

using namespace spindle::map;

TEST_CASE("slices cover a population once, none above the limit, and the ring reaches the delay") {
  REQUIRE(rc::check([] {
    auto size = *rc::gen::inRange<uint32_t>(1, 3000);
    auto limit = *rc::gen::inRange<unsigned>(1, 257);
    auto delay = *rc::gen::inRange<uint64_t>(1, 200);
    auto partition = partitionPopulation(size, 2, delay, limit);
    RC_ASSERT(bool(partition));
    uint32_t next = 0;
    for (const Slice &s : partition->slices) {
      RC_ASSERT(s.lo == next);
      RC_ASSERT(s.hi > s.lo);
      RC_ASSERT(s.size() <= limit);
      RC_ASSERT(s.size() <= 1u << partition->ring.index);
      next = s.hi;
    }
    RC_ASSERT(next == size);
    RC_ASSERT(delay <= uint64_t{1} << partition->ring.delay);
    RC_ASSERT(partition->ring.delay + partition->ring.type + partition->ring.index <= kRingBits);
  }));
}

TEST_CASE("a delay that no ring buffer reaches is refused with the figures") {
  auto partition = partitionPopulation(10, 2, 20000, 256);
  REQUIRE_FALSE(bool(partition));
  REQUIRE(partition.shortage().needed > partition.shortage().available);
}
