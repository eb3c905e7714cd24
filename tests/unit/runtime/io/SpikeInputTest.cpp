// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every spike format: what it means, and how bad files are refused.
#include "runtime/io/SpikeInput.h"
#include "runtime/io/Npy.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

#include <limits>
#include <map>

using namespace spindle;
using namespace spindle::io;
using Catch::Matchers::Contains;
using spindle::test::TemporaryFolder;

namespace {

using Shape = std::vector<int64_t>;
using Steps = std::vector<std::map<uint32_t, double>>;

SpikeInput parse(const std::string &name, const std::string &text, const Shape &shape,
                 LoadOptions options = {}) {
  return parseSpikes(std::as_bytes(std::span(text)), name, shape, options);
}

Steps stepsOf(const SpikeInput &input) {
  Steps steps;
  for (const auto &step : input.steps) {
    steps.emplace_back();
    for (const Event &event : step) {
      CHECK(
          (steps.back().empty() || steps.back().rbegin()->first < event.neuron)); // in order, once
      steps.back()[event.neuron] = event.value;
    }
  }
  return steps;
}

Steps csv(const std::string &text, const Shape &shape, LoadOptions options = {}) {
  return stepsOf(parse("in.csv", text, shape, options));
}

void refuse(const std::string &name, const std::string &text, const Shape &shape,
            const std::string &reason, LoadOptions options = {}) {
  INFO(text);
  CHECK_THROWS_WITH(parse(name, text, shape, options), Contains(name) && Contains(reason));
  CHECK_THROWS_AS(parse(name, text, shape, options), InputError);
}

template <typename T>
SpikeInput array(NpyType type, const Shape &dims, const std::vector<T> &values, const Shape &shape,
                 LoadOptions options = {}) {
  TemporaryFolder folder;
  writeNpy(folder.path() / "in.npy", type, dims, std::span<const T>(values));
  return loadSpikes(folder.path() / "in.npy", shape, options);
}

std::string record(int x, int y, int polarity, int time) {
  int word = polarity << 23 | time;
  return {static_cast<char>(x), static_cast<char>(y), static_cast<char>(word >> 16),
          static_cast<char>(word >> 8), static_cast<char>(word)};
}

} // namespace

TEST_CASE("arrays: the first axis is the step") {
  std::vector<uint8_t> values{0, 1, 0, 2, 0, 3};
  Steps expected{{{1, 1}}, {{1, 2}}, {{1, 3}}};
  CHECK(stepsOf(array(NpyType::U8, {3, 2}, values, {2})) == expected);
  CHECK(stepsOf(array(NpyType::U8, {3, 2}, values, {2, 1, 1})) == expected);
  CHECK(stepsOf(array(NpyType::U8, {3, 1, 2}, values, {2})) == expected);
  CHECK(stepsOf(array(NpyType::U8, {1, 6}, values, {2, 3})) ==
        Steps{{{1, 1}, {3, 2}, {5, 3}}}); // flat
  CHECK(stepsOf(array(NpyType::U8, {6}, values, {1})) ==
        Steps{{}, {{0, 1}}, {}, {{0, 2}}, {}, {{0, 3}}});
  CHECK(stepsOf(array(NpyType::U8, {6}, values, {})).size() == 6);
  CHECK(array(NpyType::U8, {3, 2}, values, {2}).counts);
}

TEST_CASE("arrays: real values are taken, those that are no numbers are not") {
  auto input = array<double>(NpyType::F64, {2, 2}, {0, -0.5, 1, 0}, {2});
  CHECK(stepsOf(input) == Steps{{{1, -0.5}}, {{0, 1}}});
  CHECK_FALSE(input.counts);
  CHECK_THROWS_WITH(
      array<double>(NpyType::F64, {2, 2}, {0, 0, 0, std::numeric_limits<double>::quiet_NaN()}, {2}),
      Contains("step 1, neuron 1"));
}

TEST_CASE("arrays of another width are refused with both shapes") {
  CHECK_THROWS_WITH(array<uint8_t>(NpyType::U8, {2, 3}, {0, 0, 0, 0, 0, 0}, {12}),
                    Contains("in.npy") && Contains("(2, 3)") && Contains("(12,)"));
  CHECK_THROWS_WITH(array<uint8_t>(NpyType::U8, {1, 3, 2}, {0, 0, 0, 0, 0, 0}, {2, 3}),
                    Contains("(1, 3, 2)"));
  CHECK_THROWS_AS(array<uint8_t>(NpyType::U8, {}, {0}, {1}), InputError);
}

TEST_CASE("the number of steps is cut or extended on request") {
  std::vector<uint8_t> values{1, 1, 1};
  CHECK(array(NpyType::U8, {3, 1}, values, {1}, {.steps = 2}).steps.size() == 2);
  auto longer = array(NpyType::U8, {3, 1}, values, {1}, {.steps = 5});
  CHECK(longer.steps.size() == 5);
  CHECK(longer.events == 3);
  refuse("in.csv", "0,0\n", {1}, "at most", {.steps = uint64_t(1) << 40});
}

TEST_CASE("events t,id count steps; order does not matter; repeats add up") {
  Steps expected{{{2, 1}}, {}, {{0, 1}, {1, 2}}};
  CHECK(csv("t,id\n0,2\n2,1\n2,0\n2,1\n", {3}) == expected);
  CHECK(csv("2,1\n0,2\n2,1\n2,0", {3}) == expected); // no header, no last line feed
  CHECK(csv("\xef\xbb\xbfstep;id\r\n# remark\r\n\r\n0;2\r\n2;1\r\n2;1\r\n2;0\r\n", {3}) ==
        expected);
  CHECK(stepsOf(parse("in.TXT", "0 2\n2  1\n2\t0\n2 1\n", {3})) == expected);
  CHECK(csv("T,ID\n0.0,2\n2.0,1\n2,0.0\n2e0,1\n", {3}) == expected); // as a table of reals has it
}

TEST_CASE("events t,id in a unit of time") {
  LoadOptions options{.dt = 1e-4};
  Steps expected{{}, {{0, 1}}, {}, {{1, 1}}};
  CHECK(csv("t_s,id\n0.0001,0\n0.0003,1\n", {2}, options) ==
        expected); // 0.0003 / 0.0001 is below 3 in binary
  CHECK(csv("t_ms,id\n0.1,0\n0.39,1\n", {2}, options) == expected);
  CHECK(csv("t_us,id\n100,0\n300,1\n", {2}, options) == expected);
  refuse("in.csv", "t_ms,id\n1,0\n", {1}, "--dt");
}

TEST_CASE("camera events are binned from the first one on") {
  LoadOptions options{.windowUs = 10};
  Shape shape{2, 3, 4};
  // Channel p, row y, column x; 5 + 2 windows of 10; the event at 25 begins the incomplete third.
  std::string text = "t,x,y,p\n5,1,2,0\n14,1,2,0\n15,3,0,1\n25,0,0,0\n";
  Steps expected{{{2 * 4 + 1, 2}}, {{12 + 3, 1}}};
  CHECK(csv(text, shape, options) == expected);
  auto input = parse("in.csv", text, shape, options);
  CHECK(input.dropped == 1);
  CHECK_THAT(input.note, Contains("microseconds"));
  CHECK(csv("t_ms,x,y,p\n0.005,1,2,0\n0.014,1,2,0\n0.015,3,0,1\n0.025,0,0,0\n", shape, options) ==
        expected);
  CHECK(csv("step,x,y,p\n0,1,2,0\n0,1,2,0\n1,3,0,1\n", shape, options) == expected);
  std::string records =
      record(1, 2, 0, 5) + record(1, 2, 0, 14) + record(3, 0, 1, 15) + record(0, 0, 0, 25);
  CHECK(stepsOf(parse("a.bin", records, shape, options)) == expected);
  CHECK(stepsOf(parse("a.bs2", records, shape, options)) == expected);
}

TEST_CASE("bad text is refused with its line") {
  Shape one{4}, camera{2, 3, 4};
  refuse("in.csv", "t,id\n0,1\n1,4\n", one, "line 3: neuron 4; the source has 4");
  refuse("in.csv", "t,id\n0,x\n", one, "line 2: 'x'");
  refuse("in.csv", "t,id\n-1,0\n", one, "line 2: '-1'");
  refuse("in.csv", "t,id\n1.5,0\n", one, "line 2: '1.5'");
  refuse("in.csv", "t,id\n0,1,2\n", one, "3 columns, not 2");
  refuse("in.csv", "0,1,2\n", one, "3 columns");
  refuse("in.csv", "time,id\n0,1\n", one, "'time'");
  refuse("in.csv", "t,name\n0,1\n", one, "'t,id'");
  refuse("in.csv", "", one, "no events");
  refuse("in.csv", "t,id\n99999999999,0\n", one, "steps are read");
  refuse("in.csv", "t_s,id\n1e300,0\n", one, "too far out", {.dt = 1e-4});
  refuse("in.csv", "t_s,id\nnan,0\n", one, "no time", {.dt = 1e-4});
  refuse("in.csv", "t,x,y,p\n0,4,0,0\n5000,0,0,0\n", camera, "x 4");
  refuse("in.csv", "t,x,y,p\n0,0,0,2\n5000,0,0,0\n", camera, "polarity 2");
  refuse("in.csv", "t,x,y,p\n0,0,0,0\n5000,0,0,0\n", one, "shape (2, height, width); it has (4,)");
  refuse("in.csv", "t,x,y,p\n0,0,0,0\n500,0,0,0\n", camera, "less than one window");
  refuse("in.csv", "t,x,y,p\n0,0,0,0\n9999999999999,0,0,0\n", camera, "windows");
  refuse("in.csv", "t,x,y,p\n0,0,0,0\n5000,0,0,0\n", camera, "window of", {.windowUs = 0});
}

TEST_CASE("bad binary files are refused") {
  Shape camera{2, 3, 4};
  refuse("a.bin", record(0, 0, 0, 0) + "xy", camera, "cut short: 7 bytes");
  refuse("a.bin", "", camera, "no events");
  refuse("a.bin", record(0, 0, 0, 0) + record(0, 3, 0, 5000), camera, "event 2 is at x 0, y 3");
  refuse("a.raw", "x", camera, ".npy, .csv");
  refuse("a.npy", "x", camera, "not a .npy file");
  CHECK_THROWS_WITH(loadSpikes("no/such.csv", camera), Contains("no/such.csv: no such file"));
}
