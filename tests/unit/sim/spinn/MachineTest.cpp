// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled networks small enough to work out by hand: the order of a tick, loops, counts, drives,
// saturation, what is counted, and what is refused.
#include "tests/support/SmallModels.h"
#include "tests/support/catch.h"

#include <array>
#include <limits>

using namespace spindle;
using namespace spindle::test;

namespace {

/// Beside @pass and @acc: @many emits how many times th is in its input, which it keeps.
const std::string kModels = kSmallModels + R"(
  snn.model @many params(th = 1.0) state(v = 0.0) inputs(x) update {
    %x = snn.get "x"
    snn.set "v", %x
  } emit {
    %v = snn.get "v"
    %th = snn.get "th"
    %c = snn.count %v per %th
    snn.emit count %c : f64
  }
)";

std::shared_ptr<const image::Image> compile(const std::string &body,
                                            const SpinnOptions &options = {}) {
  return compileText("snn.network @n {" + kModels + body + "}", options);
}

/// The same without the node's own latency.
Values onTime(const image::Image &image, const Trace &trace, const std::string &name,
              uint32_t i = 0) {
  Values out = seen(image, trace, name, i);
  auto latency = image.meta().nodes()->Get(nodeIndex(image, name))->latency();
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(latency));
  return out;
}

} // namespace

TEST_CASE("a source's packet arrives its delay later; v is seen after the reset") {
  auto image = compile(R"(
    snn.weights @w = dense<[[1.0, 1.5]]> : tensor<1x2xf32>
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @acc {} : !snn.pop<1>
    snn.project %in to %a via @w as #snn.dense forward delay 1 plus [0, 2] : !snn.pop<2> to !snn.pop<1>
  )");
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), a = nodeIndex(*image, "a");
  CHECK(image->meta().nodes()->Get(a)->latency() == 0); // nothing had to wait
  Values v;
  for (int t = 0; t < 5; ++t) {
    if (t == 0)
      machine->inject(in, std::vector<Event>{{0, 1}, {1, 1}});
    machine->step();
    CHECK(machine->now() == uint64_t(t) + 1);
    CHECK(machine->events(in).size() == (t == 0 ? 2 : 0));
    CHECK(machine->events(a).size() == (t == 3 ? 1 : 0));
    v.push_back(0);
    machine->observe(a, 0, {&v.back(), 1});
  }
  CHECK(v == Values{0.25, 1.25, 1.25, 0, 0});
}

TEST_CASE("a loop over two populations keeps its length when every hop takes a step") {
  auto image = compile(R"(
    snn.weights @two = dense<2.0> : tensor<1xf32>
    %in = snn.source "in" : !snn.pop<1>
    %a = snn.population "a" of @acc {} : !snn.pop<1>
    %b = snn.population "b" of @acc {} : !snn.pop<1>
    snn.project %in to %a via @two as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %a to %b via @two as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %b to %a via @two as #snn.one_to_one forward delay 3 : !snn.pop<1> to !snn.pop<1>
  )");
  Trace t = run(*machineFor(image), *image, {{1}}, 12);
  CHECK(image->meta().nodes()->Get(nodeIndex(*image, "a"))->latency() == 1);
  CHECK(image->meta().nodes()->Get(nodeIndex(*image, "b"))->latency() == 2);
  CHECK(onTime(*image, t, "a") == Values{1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0});
  CHECK(onTime(*image, t, "b") == Values{1, 0, 0, 1, 0, 0, 1, 0, 0, 1});
}

TEST_CASE("counts go out as one packet and arrive whole") {
  auto image = compile(R"(
    snn.weights @w = dense<1.5> : tensor<1xf32>
    %in = snn.source "in" : !snn.pop<1>
    %a = snn.population "a" of @many {} : !snn.pop<1>
    %b = snn.population "b" of @many {th = 0.5 : f64} : !snn.pop<1>
    snn.project %in to %a via @w as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %a to %b via @w as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
  )");
  auto machine = machineFor(image);
  Trace t = run(*machine, *image, {{2}, {0}, {1}}, 6);
  CHECK(onTime(*image, t, "a") == Values{3, 0, 1, 0, 0});
  CHECK(onTime(*image, t, "b") == Values{7, 0, 3, 0}); // a slot ends before 4.0, at 2 * 65535 units
  auto counters = machine->counters();
  CHECK(counters["injected"] == 3);
  CHECK(counters["packets"] == 2 + 2); // nothing listens to b
  CHECK(counters["spikes"] == 4 + 10);
  CHECK(counters["synaptic_events"] == 3 + 4);
  CHECK(counters["ring_saturations"] == 1); // 3 * 1.5
}

TEST_CASE("ports, signs and drives meet in the input") {
  auto image = compileText(R"(snn.network @n {
    snn.model @two state(v = 0.0) inputs(x, y) update {
      %x = snn.get "x"
      %y = snn.get "y"
      %ten = arith.constant 10.0 : f64
      %y1 = arith.mulf %ten, %y : f64
      %v = arith.addf %x, %y1 : f64
      snn.set "v", %v
    } emit {
      %v = snn.get "v"
      snn.emit graded %v : f64
    }
    snn.weights @w = dense<[[1.0, -3.0], [-0.5, 0.0]]> : tensor<2x2xf32>
    snn.weights @d = dense<[1.0, 2.0]> : tensor<2xf64>
    snn.weights @e = dense<-0.25> : tensor<1xf64>
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @two {} : !snn.pop<2>
    snn.project %in to %a via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<2>
    snn.project %in to %a port "y" via @w as #snn.dense transpose delay 1 : !snn.pop<2> to !snn.pop<2>
    snn.drive %a port "y" by @d from 1 : !snn.pop<2>
    snn.drive %a by @e from 0 : !snn.pop<2>
  })",
                           SpinnOptions{});
  auto machine = machineFor(image);
  Trace t = run(*machine, *image, {{1, 1}, {0, 2}}, 5);
  // x: w in, at once; y: w transposed, a step later; drives count from the onset.
  CHECK(onTime(*image, t, "a", 0) ==
        Values{-2.25, -6.25 + 10 * (1 + 0.5), -0.25 + 10 * (1 - 1), 9.75});
  CHECK(onTime(*image, t, "a", 1) == Values{-0.75, -0.25 + 10 * (2 - 3), -0.25 + 10 * 2, 19.75});
}

TEST_CASE("several slices of a node are one node") {
  SpinnOptions three;
  three.neuronsPerCore = 3;
  auto image = compile(R"(
    snn.weights @one = dense<1.0> : tensor<1xf32>
    %in = snn.source "in" : !snn.pop<8>
    %a = snn.population "a" of @pass {} initial {v = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf64>} : !snn.pop<8>
    snn.project %in to %a via @one as #snn.one_to_one forward delay 1 : !snn.pop<8> to !snn.pop<8>
  )",
                       three);
  CHECK(image->meta().program_as_Spinn()->cores()->size() == 6);
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), a = nodeIndex(*image, "a");
  machine->inject(in, std::vector<Event>{{0, 1}, {2, 1}, {3, 1}, {7, 2}});
  machine->step();
  machine->step();
  Values v(8);
  machine->observe(a, 0, v);
  CHECK(v == Values{1, 0, 1, 1, 0, 0, 0, 2});
  auto events = machine->events(a);
  REQUIRE(events.size() == 4);
  for (size_t i = 0; i < 4; ++i) {
    CHECK(events[i].neuron == (std::array<uint32_t, 4>{0, 2, 3, 7})[i]);
    CHECK(events[i].value == v[events[i].neuron]);
  }
  std::vector<int32_t> raw(8);
  machine->observeRaw(a, 0, raw);
  CHECK(raw[7] == 2 * 32768);
  machine->reset();
  CHECK(machine->now() == 0);
  machine->observe(a, 0, v);
  CHECK(v == Values{1, 2, 3, 4, 5, 6, 7, 8});
  for (auto [name, value] : machine->counters())
    CHECK(value == 0);
}

TEST_CASE("injection is checked, and takes all or nothing") {
  auto image = compile(R"(
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @pass {} : !snn.pop<2>
    snn.project %in to %a as #snn.one_to_one forward delay 1 : !snn.pop<2> to !snn.pop<2>
  )");
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), a = nodeIndex(*image, "a");
  CHECK_THROWS_WITH(machine->inject(in, std::vector<Event>{{0, 1}, {2, 1}}),
                    "input 'in' has no neuron 2");
  for (double value : {-1.0, 0.5, 4294967296.0, std::numeric_limits<double>::quiet_NaN(),
                       std::numeric_limits<double>::infinity()}) {
    INFO(value);
    CHECK_THROWS_AS(machine->inject(in, std::vector<Event>{{0, 1}, {1, value}}), InputError);
    CHECK_THROWS_WITH(machine->inject(in, std::vector<Event>{{1, value}}),
                      Catch::Contains("input 'in': neuron 1 gets") &&
                          Catch::Contains("takes spike counts only"));
  }
  CHECK_THROWS_AS(machine->inject(a, std::vector<Event>{{0, 1}}), InputError);
  CHECK_THROWS_AS(machine->inject(99, std::vector<Event>{}), InputError);
  machine->inject(in, std::vector<Event>{{1, 0}}); // no event
  machine->step();
  CHECK(machine->events(in).empty());
  CHECK(machine->counters()["injected"] == 0);
}
