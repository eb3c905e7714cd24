// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every part of a step runs once, whoever runs it; a short step wakes nobody.
#include "runtime/machine/Workers.h"
#include "tests/support/catch.h"

#include <set>

using namespace spindle;

namespace {

constexpr double kShort = 1e3, kLong = 1e9; // nanoseconds, as told

MachineOptions threads(int count, bool all = false) {
  MachineOptions options;
  options.threads = count;
  options.allThreads = all;
  return options;
}

/// The threads that ran `count` parts; each part must have run once.
std::set<std::thread::id> ran(Workers &workers, size_t count, double nanoseconds) {
  std::vector<int> times(count, 0);
  std::vector<std::thread::id> by(count);
  workers.run(count, nanoseconds, [&](size_t i) {
    ++times[i];
    by[i] = std::this_thread::get_id();
  });
  REQUIRE(times == std::vector<int>(count, 1));
  return {by.begin(), by.end()};
}

} // namespace

TEST_CASE("every part runs once, long and short steps in turn") {
  for (int count : {1, 2, 3, 7}) {
    Workers workers(threads(count), 100);
    REQUIRE(workers.count() == size_t(count));
    for (size_t parts : {0, 1, 2, 5, 40})
      for (int k = 0; k < 200; ++k)
        ran(workers, parts, k % 3 ? kLong : kShort);
  }
}

TEST_CASE("a short step is run by the caller, a long one by all") {
  Workers workers(threads(3), 100);
  CHECK(ran(workers, 30, kShort) == std::set{std::this_thread::get_id()});
  CHECK(ran(workers, 30, kLong).size() == 3);
  Workers all(threads(3, true), 1);
  CHECK(ran(all, 30, kShort).size() == 3);
}

TEST_CASE("no more threads than have something to do") {
  CHECK(Workers(threads(8), 2).count() == 2);
  CHECK(Workers(threads(8), 0).count() == 1);
  CHECK(Workers(threads(8, true), 0).count() == 8);
  CHECK(Workers(threads(0), 5).count() == 1);
}
