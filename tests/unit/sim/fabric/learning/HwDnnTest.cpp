// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the example's tables are made with: intervals, options and their keys, kept results, charts.
#include "examples/hw-dnn/Tables.h"

#include "runtime/image/Errors.h"
#include "sim/device/Presets.h"
#include "tests/support/catch.h"
#include "tests/unit/runtime/support/TemporaryFolder.h"

#include <cmath>

using namespace spindle;
using namespace spindle::hwdnn;
using Catch::Matchers::Contains;

namespace {

Data tiny() {
  return {learning::syntheticDigits(60, 1), learning::syntheticDigits(30, 2), "synthetic digits"};
}

} // namespace

TEST_CASE("intervals of Student's t") {
  std::vector<double> values = {1, 2, 3, 4, 5};
  Interval i = intervalOf(values);
  REQUIRE(i.mean == Approx(3));
  REQUIRE(i.half == Approx(2.776 * std::sqrt(2.5 / 5)));
  REQUIRE(textOf(i) == "3.00 ± 1.96");
  REQUIRE(textOf(i, 1, true) == "+3.0 ± 2.0");
  REQUIRE(intervalOf(std::vector<double>{7}).half == 0);
  REQUIRE(textOf(intervalOf(std::vector<double>{7})) == "7.00");
  std::vector<double> other = {2, 3, 4, 5, 6};
  REQUIRE(pairedDifference(other, values).mean == Approx(1));
  REQUIRE(pairedDifference(other, values).half == Approx(0).margin(1e-12));
}

TEST_CASE("options: their keys tell runs apart, wrong ones are refused by name") {
  Options a, b;
  REQUIRE(a.key() == b.key());
  b.refreshLow = 0.1;
  REQUIRE(a.key() != b.key());
  auto refuse = [](auto change, const std::string &words) {
    Options o;
    change(o);
    CHECK_THROWS_AS(o.settings(), UserError);
    CHECK_THROWS_WITH(o.settings(), Contains(words));
  };
  refuse([](Options &o) { o.method = "U5"; }, "--method=U5");
  refuse([](Options &o) { o.rounding = "SR2"; }, "--rounding=SR2");
  refuse([](Options &o) { o.up = 12; }, "--labels");
  refuse([](Options &o) { o.pulses = 0; }, "--pulses");
  refuse([](Options &o) { o.weightRange = 0; }, "--w-max");
  refuse([](Options &o) { o.rate = -1; }, "--eta");
  refuse([](Options &o) { o.hidden = 0; }, "--hidden");
  refuse([](Options &o) { o.deviceSpread = 3; }, "--d2d");
  refuse([](Options &o) { o.refreshHigh = 2; }, "--refresh-high");
  refuse([](Options &o) { o.refreshOrder = "no"; }, "--refresh-order=no");
}

TEST_CASE("results are kept, do not depend on threads, and are not run twice") {
  test::TemporaryFolder folder;
  std::string file = (folder.path() / "kept").string();
  Data data = tiny();
  Options o;
  o.epochs = 1;
  Runner runner(data, 3, 1, file);
  runner.ask(o);
  runner.run();
  std::vector<double> first = runner.ask(o);
  Runner threads(data, 3, 3, "");
  threads.ask(o);
  threads.run();
  REQUIRE(threads.ask(o) == first);
  Runner again(data, 3, 1, file);
  bool ran = false;
  auto job = [&](uint64_t) {
    ran = true;
    return Values{};
  };
  REQUIRE(again.ask(o.key(), job, "accuracy") == first);
  again.run();
  REQUIRE(!ran);
  folder.write("kept", "nonsense\n");
  REQUIRE_THROWS_AS(Runner(data, 1, 1, file), UserError);
}

TEST_CASE("charts are well-formed and hold all names") {
  Chart chart;
  chart.title = "a < b";
  chart.places = {"0/0", "2/2"};
  chart.series = {{"one", {{95, 1, 5}, {90, 2, 5}}}, {"two", {{}, {80, 0, 1}}}};
  std::string svg = svgOf(chart);
  REQUIRE_THAT(svg, Contains("a &lt; b") && Contains("one") && Contains("two") && Contains("2/2"));
  REQUIRE_THAT(svg, !Contains("nan") && Catch::Matchers::EndsWith("</svg>\n"));
  chart.series = {{"none", {}}};
  REQUIRE_THAT(svgOf(chart), Contains("none"));
  size_t open = 0, close = 0;
  for (size_t at = 0; (at = svg.find("<g ", at)) != std::string::npos; ++at)
    ++open;
  for (size_t at = 0; (at = svg.find("</g>", at)) != std::string::npos; ++at)
    ++close;
  REQUIRE(open == close);
}

TEST_CASE("pages: tables with their controls, charts beside them") {
  test::TemporaryFolder folder;
  Data data = tiny();
  Runner runner(data, 2, 2, "");
  writePages(runner, folder.path().string(), "variation");
  std::string page = folder.read("hw-dnn-tables.md");
  REQUIRE_THAT(page, Contains("## Variation of devices") && Contains("step-matched control") &&
                         Contains("U3c - U2A") && Contains("(hw-dnn/variation.svg)"));
  REQUIRE_THAT(folder.read("hw-dnn/variation.svg"), Contains("d2d 30 %"));
}

TEST_CASE("data: files, held-out images, what is wrong with them") {
  test::TemporaryFolder folder;
  REQUIRE_THROWS_AS(loadData(folder.path().string(), false), InputError);
  folder.write("train-images-idx3-ubyte",
               std::string("\0\0\x8\x3\0\0\0\1\0\0\0\2\0\0\0\2....", 20));
  folder.write("train-labels-idx1-ubyte", std::string("\0\0\x8\x1\0\0\0\1\3", 9));
  REQUIRE_THROWS_WITH(loadData(folder.path().string(), false), Contains("28 x 28"));
  Data all = tiny(), part = validationSplit(all);
  REQUIRE(part.training.count() == 50);
  REQUIRE(part.test.count() == 10);
  REQUIRE(part.test.labels[9] == all.training.labels[59]);
}

TEST_CASE("presets stand in place of labels, and their devices differ") {
  Options o;
  o.device = "epiram";
  learning::TrainingSettings s = o.settings();
  REQUIRE(s.network.pulses == Approx(64));
  REQUIRE(s.network.cycleNoise == 0.02);
  REQUIRE(!s.network.curves);
  o.device = "nothing";
  REQUIRE_THROWS_WITH(o.settings(), Contains("--device=nothing"));
  size_t spread = 0;
  for (const device::Device &d : device::presets()) {
    o.device = d.name;
    try {
      s = o.settings();
    } catch (const UserError &error) {
      CHECK_THAT(error.what(), Contains("--device=" + d.name));
      continue;
    }
    if (!s.network.curves)
      continue;
    ++spread;
    auto curves = s.network.curves(1, 0, 20, 20), again = s.network.curves(1, 0, 20, 20);
    auto a = curves(0, 0, false, device::Pulse::Up);
    REQUIRE(a == again(0, 0, false, device::Pulse::Up));
    REQUIRE(!(a == curves(5, 7, false, device::Pulse::Up)));
  }
  REQUIRE(spread > 0);
}
