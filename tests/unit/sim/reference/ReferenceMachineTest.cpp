// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The order of a step, delays, drives, onsets, checkpoints: on networks small enough to work out by
// hand.
#include "sim/reference/ReferenceMachine.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/SmallModels.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

namespace {

std::shared_ptr<const image::Image> compile(const std::string &body,
                                            const ReferenceOptions &options = {}) {
  return compileText("snn.network @n {" + kSmallModels + body + "}", options);
}

const std::string kDelays = R"(
  snn.weights @w = dense<[[1.0, 10.0]]> : tensor<1x2xf32>
  %in = snn.source "in" : !snn.pop<2>
  %now = snn.population "now" of @pass {} : !snn.pop<1>
  %late = snn.population "late" of @pass {} : !snn.pop<1>
  %each = snn.population "each" of @pass {} : !snn.pop<1>
  snn.project %in to %now via @w as #snn.dense forward delay 0 : !snn.pop<2> to !snn.pop<1>
  snn.project %in to %late via @w as #snn.dense forward delay 3 : !snn.pop<2> to !snn.pop<1>
  snn.project %in to %each via @w as #snn.dense forward delay 1 plus [0, 2] : !snn.pop<2> to !snn.pop<1>
)";

} // namespace

TEST_CASE("an event arrives after its delay, of the projection and of its neuron") {
  auto image = compile(kDelays);
  Trace t = run(*machineFor(image), *image, {{1, 2}, {0, 0}, {3, 0}, {0, 0}, {0, 1}, {0, 0}});
  CHECK(seen(*image, t, "now") == Values{21, 0, 3, 0, 10, 0});
  CHECK(seen(*image, t, "late") == Values{0, 0, 0, 21, 0, 3});
  CHECK(seen(*image, t, "each") == Values{0, 1, 0, 23, 0, 0}); // 20 of step 0 and 3 of step 2
}

TEST_CASE("a cascade without delays runs through in one step, whatever the order in the program") {
  auto image = compile(R"(
    snn.weights @two = dense<2.0> : tensor<1xf32>
    %in = snn.source "in" : !snn.pop<1>
    %c = snn.population "c" of @pass {} : !snn.pop<1>
    %b = snn.relay "b" : !snn.pop<1>
    %a = snn.population "a" of @pass {} : !snn.pop<1>
    snn.project %b to %c via @two as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %a to %b via @two as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %in to %a via @two as #snn.one_to_one forward delay 0 : !snn.pop<1> to !snn.pop<1>
    snn.project %c to %a as #snn.one_to_one forward delay 1 : !snn.pop<1> to !snn.pop<1>
    snn.output %b as "out" : !snn.pop<1>
  )");
  Trace t = run(*machineFor(image), *image, {{1}, {0}, {0}});
  CHECK(seen(*image, t, "a") == Values{2, 8, 32});
  CHECK(seen(*image, t, "b") == Values{4, 16, 64});
  CHECK(seen(*image, t, "c") == Values{8, 32, 128});
}

TEST_CASE("update, then emit, then reset; v is seen after the reset") {
  auto image = compile(R"(
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @acc {th = dense<[2.0, 3.0]> : tensor<2xf64>} initial {v = 0.5 : f64} : !snn.pop<2>
    snn.project %in to %a as #snn.one_to_one forward delay 0 : !snn.pop<2> to !snn.pop<2>
  )");
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), a = nodeIndex(*image, "a");
  std::vector<double> v(2);
  auto step = [&] {
    machine->inject(in, std::vector<Event>{{0, 1.5}, {1, 1.5}});
    machine->step();
    machine->observe(a, 0, v);
  };
  step();
  CHECK(v == Values{0, 2});
  REQUIRE(machine->events(a).size() == 1);
  CHECK(machine->events(a)[0].neuron == 0);
  CHECK(machine->events(in).size() == 2);
  step();
  CHECK(v == Values{1.5, 0});
  CHECK(machine->events(a)[0].neuron == 1);
  CHECK(machine->counters() ==
        std::map<std::string, uint64_t>{{"spikes", 2}, {"steps", 2}, {"synaptic_events", 4}});
  machine->reset();
  CHECK(machine->now() == 0);
  machine->observe(a, 0, v);
  CHECK(v == Values{0.5, 0.5});
  CHECK(machine->counters().at("spikes") == 0);
}

TEST_CASE("drives act from their step on, which counts from the onset") {
  auto image = compile(R"(
    snn.weights @b = dense<[1.0, 2.0]> : tensor<2xf32>
    snn.weights @all = dense<10.0> : tensor<1xf32>
    %a = snn.population "a" of @pass {} : !snn.pop<2>
    %late = snn.population "late" of @acc {th = 1.0 : f64} onset 2 : !snn.pop<2>
    snn.drive %a by @b from 0 : !snn.pop<2>
    snn.drive %a by @all from 2 : !snn.pop<2>
    snn.drive %late by @b from 1 : !snn.pop<2>
  )");
  Trace t = run(*machineFor(image), *image, {}, 5);
  CHECK(seen(*image, t, "a", 0) == Values{1, 1, 11, 11, 11});
  CHECK(seen(*image, t, "a", 1) == Values{2, 2, 12, 12, 12});
  // At rest in steps 0 and 1, without input in step 2; then every input is a spike.
  CHECK(seen(*image, t, "late", 0) == Values{0, 0, 0, 1, 1});
}

TEST_CASE("a checkpoint with events under way continues bit for bit") {
  for (uint64_t seed = 1; seed < 9; ++seed) {
    RandomNetwork net = randomNetwork(seed);
    nir::ImportOptions import;
    import.dt = net.dt;
    auto image = compileNir(net.graph, import, ReferenceOptions{});
    Frames first(net.input.begin(), net.input.begin() + 25);
    Frames rest(net.input.begin() + 25, net.input.end());
    auto whole = machineFor(image), again = machineFor(image);
    run(*whole, *image, first);
    auto bytes = whole->checkpoint();
    Trace a = run(*whole, *image, rest);
    again->restore(bytes);
    CHECK(again->now() == 25);
    Trace b = run(*again, *image, rest);
    for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n)
      REQUIRE(mismatches(a, n, b, n, image->meta().nodes()->Get(n)->size(), 0) == 0);
    CHECK(whole->checkpoint() == again->checkpoint());
    // The same once more from step 0, and with another number of threads.
    whole->reset();
    MachineOptions two;
    two.threads = 2;
    auto threaded = machineFor(image, false, two);
    run(*whole, *image, net.input);
    run(*threaded, *image, net.input);
    CHECK(whole->checkpoint() == again->checkpoint());
    CHECK(threaded->checkpoint() == again->checkpoint());
    // What is refused changes nothing.
    auto before = again->checkpoint();
    bytes.pop_back();
    CHECK_THROWS_AS(again->restore(bytes), InputError);
    import.profile = "euler-subtract"; // the same sizes
    auto stranger = compileNir(net.graph, import, ReferenceOptions{});
    CHECK_THROWS_AS(again->restore(machineFor(stranger)->checkpoint()), InputError);
    CHECK(again->checkpoint() == before);
  }
}

TEST_CASE("injection is checked") {
  auto image = compile(kDelays);
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), now = nodeIndex(*image, "now");
  CHECK_THROWS_AS(machine->inject(now, std::vector<Event>{{0, 1.0}}), InputError);
  CHECK_THROWS_AS(machine->inject(99, std::vector<Event>{}), InputError);
  CHECK_THROWS_AS(machine->inject(in, std::vector<Event>{{2, 1.0}}), InputError);
  CHECK_THROWS_AS(machine->inject(in, std::vector<Event>{{0, 1.0 / 0.0}}), InputError);
}

TEST_CASE("fixed-point kernels: dyadic values are exact, others rounded, sums saturate") {
  const char *body = R"(
    snn.weights @w = dense<[[1.0, 0.1, 1.0e6]]> : tensor<1x3xf64>
    %in = snn.source "in" : !snn.pop<3>
    %a = snn.population "a" of @pass {} : !snn.pop<1>
    snn.project %in to %a via @w as #snn.dense forward delay 0 : !snn.pop<3> to !snn.pop<1>
  )";
  ReferenceOptions options;
  options.fixedPoint = true;
  auto image = compile(body, options);
  auto machine = machineFor(image);
  uint32_t a = nodeIndex(*image, "a");
  int32_t raw;
  auto step = [&](std::vector<double> frame) {
    run(*machine, *image, {frame});
    machine->observeRaw(a, 0, {&raw, 1});
    return raw;
  };
  CHECK(step({1.5, 0, 0}) == 49152);
  CHECK(step({0, 1, 0}) == 3277);        // 0.1 * 32768 = 3276.8
  CHECK(step({0.5 / 32768, 0, 0}) == 0); // half to even
  CHECK(step({1.5 / 32768, 0, 0}) == 2);
  CHECK(step({0, 0, 1}) == INT32_MAX);
  CHECK(step({0, 0, -1}) == INT32_MIN);
  double v;
  machine->observe(a, 0, {&v, 1});
  CHECK(v == -65536.0);
  CHECK(machine->events(a)[0].value == -65536.0);
  auto real = machineFor(compile(body));
  CHECK_THROWS_AS(real->observeRaw(a, 0, {&raw, 1}), std::logic_error);
}

TEST_CASE("fixed-point kernels round each drive, the sum of real ones would round once") {
  const char *body = R"(
    snn.weights @d = dense<[0.6, 0.5, 1.5]> : tensor<3xf64>
    snn.weights @unit = dense<3.0517578125e-5> : tensor<1xf64>
    %in = snn.source "in" : !snn.pop<3>
    %r = snn.relay "r" : !snn.pop<3>
    %a = snn.population "a" of @pass {} : !snn.pop<3>
    snn.project %r to %a via @unit as #snn.one_to_one forward delay 0 : !snn.pop<3> to !snn.pop<3>
    snn.project %in to %a as #snn.one_to_one forward delay 0 : !snn.pop<3> to !snn.pop<3>
    snn.drive %r by @d from 0 : !snn.pop<3>
    snn.drive %r by @d from 0 : !snn.pop<3>
  )";
  ReferenceOptions options;
  options.fixedPoint = options.retime = true; // the relay folds: two drives of `a`
  auto image = compile(body, options);
  auto machine = machineFor(image);
  run(*machine, *image, {{0, 0, 0}, {0, 0, 0}});
  std::vector<int32_t> raw(3);
  machine->observeRaw(nodeIndex(*image, "a"), 0, raw);
  CHECK(raw == std::vector<int32_t>{2, 0, 4}); // once: 1, 1 and 3
}

TEST_CASE("a delay that no memory can hold is refused") {
  auto image = compile(R"(
    %in = snn.source "in" : !snn.pop<65536>
    %a = snn.relay "a" : !snn.pop<65536>
    snn.project %in to %a as #snn.one_to_one forward delay 1000000 : !snn.pop<65536> to !snn.pop<65536>
    snn.output %a as "a" : !snn.pop<65536>
  )");
  CHECK_THROWS_AS(machineFor(image), FitError);
}
