// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Networks of generated maps, lists, parts and assemblies: the many-core machine expands the same
// synapses as the reference, so that with weights of one place both emit the same.
#include "sim/network/Expansion.h"
#include "tests/support/Engines.h"
#include "tests/support/SmallModels.h"
#include "tests/support/catch.h"

#include <random>

using namespace spindle;
using namespace spindle::test;

namespace {

std::string textOf(const std::string &projections) {
  return "snn.network @n attributes {dt = 1.0e-3 : f64} {\n" + kSmallModels + R"(
  %in = snn.source "in" : !snn.pop<40>
  %a = snn.population "a" of @acc {th = 6.0 : f64} : !snn.pop<300>
  %b = snn.population "b" of @acc {th = 4.0 : f64} : !snn.pop<10x20>
)" + projections +
         "}\n";
}

const char *kAll = R"(
  %all = snn.assembly "all" (%a, %b) : (!snn.pop<300>, !snn.pop<10x20>) to !snn.pop<500>
  %some = snn.assembly "some" (%b, %a) parts [#snn.part<199 to -1 by -1>, #snn.part<[7, 299, 3]>] : (!snn.pop<10x20>, !snn.pop<300>) to !snn.pop<203>
)";

Frames randomFrames(size_t steps) {
  std::mt19937 random(5);
  Frames frames(steps, std::vector<double>(40, 0.0));
  for (auto &frame : frames)
    for (double &x : frame)
      x = random() % 5 == 0;
  return frames;
}

struct Pair {
  std::shared_ptr<const image::Image> reference, spinn;
};

Pair compile(const std::string &text, unsigned neuronsPerCore = 256) {
  SpinnOptions options;
  options.neuronsPerCore = neuronsPerCore;
  options.weightShift = 10; // whole weights are exact, and no sum saturates
  return {compileText(text, ReferenceOptions()), compileText(text, options)};
}

/// `settled`: no spike is on its way for so long that the machine has not come to its synapses.
void compare(const std::string &projections, bool settled = true) {
  INFO(projections);
  Pair images = compile(textOf(projections), GENERATE(256, 30));
  auto reference = machineFor(images.reference), spinn = machineFor(images.spinn);
  Frames frames = randomFrames(120);
  Trace a = run(*reference, *images.reference, frames), b = run(*spinn, *images.spinn, frames);
  for (std::string node : {"a", "b"}) {
    uint32_t n = nodeIndex(*images.reference, node), m = nodeIndex(*images.spinn, node);
    uint64_t latency = images.spinn->meta().nodes()->Get(m)->latency();
    uint64_t size = images.reference->meta().nodes()->Get(n)->size();
    CHECK(mismatches(a, n, b, m, size, latency) == 0);
    CHECK(a.total(n) > 0);
  }
  auto counters = spinn->counters();
  CHECK(counters.at("ring_saturations") == 0);
  CHECK(counters.at("unrouted") == 0);
  CHECK(counters.at("row_misses") == 0);
  if (settled)
    CHECK(counters.at("synaptic_events") == reference->counters().at("synaptic_events"));
}

} // namespace

TEST_CASE("every rule: the machine equals the reference") {
  std::string rule =
      GENERATE("all_to_all, weight = 1.0", "fixed_probability(0.2), seed = 1, weight = 1.0",
               "fixed_in_degree(30), seed = 2, weight = 1.0",
               "fixed_in_degree(30), seed = 2, weight = 1.0, no_multapses",
               "fixed_out_degree(30), seed = 3, weight = 1.0",
               "fixed_total(4000), seed = 4, weight = 1.0, no_multapses");
  std::string delay =
      GENERATE("", ", delay = uniform(1, 12)", ", delay = normal(5.0, 2.5) unit \"ms\"");
  compare("snn.project %in to %a as #snn.generated<" + rule + delay +
          "> forward delay 1 : !snn.pop<40> to !snn.pop<300>\n"
          "snn.project %a to %b as #snn.generated<" +
          rule + delay +
          "> forward delay 1 : !snn.pop<300> to !snn.pop<10x20>\n"
          "snn.project %b to %a as #snn.generated<fixed_probability(0.05), weight = -1.0" +
          delay + "> forward delay 2 : !snn.pop<10x20> to !snn.pop<300>\n");
}

TEST_CASE("delays beyond the ring: the machine equals the reference") {
  std::string rule = GENERATE("all_to_all", "fixed_probability(0.2), seed = 1");
  compare("snn.project %in to %a as #snn.generated<" + rule +
              ", weight = 1.0, delay = uniform(1, 100)> forward delay 1 : !snn.pop<40> to "
              "!snn.pop<300>\n"
              "snn.project %in to %b as #snn.generated<" +
              rule +
              ", weight = 1.0> forward delay 33 : !snn.pop<40> to !snn.pop<10x20>\n"
              "snn.project %a to %b as #snn.generated<" +
              rule +
              ", weight = 1.0> forward delay 65 : !snn.pop<300> to !snn.pop<10x20>\n"
              "snn.project %b to %a as #snn.generated<fixed_probability(0.05), weight = -1.0, "
              "delay = normal(40, 20)> forward delay 2 : !snn.pop<10x20> to !snn.pop<300>\n",
          false);
}

TEST_CASE("distance on a torus: the machine equals the reference") {
  compare(R"(
  snn.project %in to %a as #snn.generated<fixed_probability(0.3)> forward delay 1 : !snn.pop<40> to !snn.pop<300>
  snn.project %a[100 to 300] to %b as #snn.generated<one_to_one, weight = 2.0> forward delay 1 : !snn.pop<300> to !snn.pop<10x20>
  snn.project %b to %b as #snn.generated<distance, seed = 3, weight = 1.0, delay = uniform(1, 4), no_self,
    space = #snn.space<gaussian, 0.9, 1.5, cutoff = 4.0, period = [10.0, 20.0]>> forward delay 1 : !snn.pop<10x20> to !snn.pop<10x20>
)");
}

TEST_CASE("parts, lists and assemblies: the machine equals the reference") {
  compare(std::string(kAll) + R"(
  snn.project %in to %all as #snn.generated<fixed_total(5000), seed = 9, delay = uniform(1, 20)> forward delay 1 : !snn.pop<40> to !snn.pop<500>
  snn.project %all to %some as #snn.generated<fixed_probability(0.02), seed = 9, no_self, delay = normal(5, 3)> forward delay 1 : !snn.pop<500> to !snn.pop<203>
  snn.project %a[0 to 300 by 3] to %b[99 to -1 by -1] as #snn.generated<one_to_one, weight = -1.0> forward delay 3 : !snn.pop<300> to !snn.pop<10x20>
  snn.project %b[5, 0, 9] to %a as #snn.list<[0, 299, 2.0, 1], [2, 0, 1.0, 30], [0, 299, 1.0, 1], [1, 8, -3.0, 7]> forward delay 0 : !snn.pop<10x20> to !snn.pop<300>
)");
}

TEST_CASE("both images hold the same rules, and no synapse of them") {
  Pair images = compile(textOf(std::string(kAll) + R"(
  snn.project %all to %some as #snn.generated<fixed_total(9000), seed = 9, no_self, weight = normal(1.0, 0.5), delay = normal(5, 3)> forward delay 1 : !snn.pop<500> to !snn.pop<203>
  snn.project %in to %a as #snn.generated<fixed_in_degree(20), seed = 9, weight = uniform(-2, -1)> forward delay 1 : !snn.pop<40> to !snn.pop<300>
)"));
  const auto *reference = images.reference->meta().program_as_Reference();
  const auto *spinn = images.spinn->meta().program_as_Spinn();
  REQUIRE(reference->projections()->size() == 5);
  REQUIRE(spinn->generated()->size() == 5);
  network::Expander first(*images.reference), second(*images.spinn);
  uint64_t total = 0;
  for (uint32_t i = 0; i < 5; ++i) {
    REQUIRE(reference->projections()->Get(i)->generated());
    network::Expansion a = first.expand(*reference->projections()->Get(i)->generated());
    network::Expansion b = second.expand(*spinn->generated()->Get(i));
    CHECK(a.weights() == b.weights());
    CHECK(a.base() == b.base());
    std::vector<number::Drawn> rowA, rowB;
    for (uint32_t s = 0; s < images.spinn->meta().nodes()->Get(a.source())->size(); ++s) {
      a.row(s, rowA);
      b.row(s, rowB);
      CHECK(rowA == rowB);
      total += rowA.size();
    }
  }
  CHECK(total == 9000 + 300 * 20);
  for (const auto *core : *spinn->cores())
    CHECK(core->sdram()->bytes() == 0);
}
