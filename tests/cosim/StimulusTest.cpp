// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Current and Poisson sources on both engines that have them: the same draws, the same currents.
#include "tests/support/Engines.h"
#include "tests/support/catch.h"

#include <cmath>
#include <map>
#include <vector>

using namespace spindle;
using namespace spindle::test;

namespace {

const char *const kCurrents = R"(
snn.network @currents attributes {dt = 1.0e-3 : f64} {
  %n = snn.population "n" of @IF_curr_exp {} : !snn.pop<5>
  %c = snn.population "c" of @IF_cond_exp {} : !snn.pop<2>
  snn.current "dc" into %n dc {amplitude = 0.5 : f64, start = 20.0 : f64, stop = 120.0 : f64} : !snn.pop<5>
  snn.current "up" into %n step {times = array<f64: 30.0, 60.0, 90.0>, amplitudes = array<f64: 0.2, 0.6, -0.1>}
    neurons [1, 3] : !snn.pop<5>
  snn.current "ac" into %n ac {amplitude = 0.4 : f64, frequency = 25.0 : f64, phase = 90.0 : f64}
    neurons [2] : !snn.pop<5>
  snn.current "noise" into %c noisy {mean = 0.6 : f64, stdev = 0.3 : f64, dt = 2.0 : f64} : !snn.pop<2>
})";

const char *const kPoisson = R"(
snn.network @noise attributes {dt = 1.0e-3 : f64} {
  snn.weights @w = dense<0.6> : tensor<1xf64>
  %in = snn.source "in" : !snn.pop<70>
  %p = snn.source "p" kind poisson rate 400.0 start 10.0 duration 150.0 : !snn.pop<70>
  %q = snn.source "q" kind poisson rates dense<[0.0, 3000.0]> : tensor<2xf64> : !snn.pop<2>
  %n = snn.population "n" of @IF_curr_exp {} : !snn.pop<70>
  snn.project %in to %n via @w as #snn.one_to_one forward delay 1 : !snn.pop<70> to !snn.pop<70>
  snn.project %p to %n via @w as #snn.one_to_one forward delay 2 : !snn.pop<70> to !snn.pop<70>
})";

constexpr uint64_t kSteps = 200;

/// Observed values of a node, step by step.
std::vector<std::vector<double>> observe(Machine &machine, const image::Image &image,
                                         const std::string &node, const std::string &term) {
  uint32_t n = nodeIndex(image, node), t = termOf(image, n, term);
  std::vector<std::vector<double>> rows;
  for (uint64_t step = 0; step < kSteps; ++step) {
    machine.step();
    rows.emplace_back(image.meta().nodes()->Get(n)->size());
    machine.observe(n, t, rows.back());
  }
  return rows;
}

using Counts = std::vector<std::map<uint32_t, double>>;
Counts emitted(Machine &machine, const image::Image &image, const std::string &node) {
  Counts result;
  for (uint64_t step = 0; step < kSteps; ++step) {
    machine.step();
    result.emplace_back();
    for (const Event &event : machine.events(nodeIndex(image, node)))
      result.back()[event.neuron] = event.value;
  }
  return result;
}

} // namespace

TEST_CASE("currents move the membrane alike on both engines") {
  auto real = compileText(kCurrents, ReferenceOptions{}),
       fixed = compileText(kCurrents, SpinnOptions{});
  for (const char *node : {"n", "c"}) {
    auto a = observe(*machineFor(real), *real, node, "v_rec"),
         b = observe(*machineFor(fixed), *fixed, node, "v_rec");
    double most = 0;
    for (uint64_t t = 0; t < kSteps; ++t)
      for (size_t i = 0; i < a[t].size(); ++i)
        most = std::max(most, std::fabs(a[t][i] - b[t][i]));
    INFO(node);
    CHECK(most < 0.1);
  }
  auto v = observe(*machineFor(real), *real, "n", "v_rec");
  CHECK(v[20][0] == -65.0); // before the update in which the current begins
  // 0.5 nA lift the membrane by 10 mV, with its own time constant.
  double lifted = -65.0 + 10.0 * (1.0 - std::exp(-100.0 / 20.0));
  CHECK(v[120][0] == Approx(lifted).epsilon(1e-6));
  CHECK(v[30][1] == v[30][0]);
  CHECK(v[31][1] > v[31][0]);
  CHECK(v[1][2] == Approx(-65.0 + 0.4 * 20.0 * (1.0 - std::exp(-1.0 / 20.0))).epsilon(1e-6));
  CHECK(v[60][4] == v[60][0]);
}

TEST_CASE("noise depends on the seed and on nothing else") {
  auto image = compileText(kCurrents, SpinnOptions{});
  auto with = [&](uint64_t seed) {
    MachineOptions options;
    options.seed = seed;
    return observe(*machineFor(image, false, options), *image, "c", "v_rec");
  };
  auto once = with(3);
  CHECK(once == with(3));
  CHECK(once != with(4));
  CHECK(once[150][0] != once[150][1]); // each neuron has noise of its own
}

TEST_CASE("both engines draw the same spikes") {
  auto real = compileText(kPoisson, ReferenceOptions{}),
       fixed = compileText(kPoisson, SpinnOptions{});
  MachineOptions options;
  options.seed = 11;
  auto a = emitted(*machineFor(real, false, options), *real, "p"),
       b = emitted(*machineFor(fixed, false, options), *fixed, "p");
  CHECK(a == b);
  double sum = 0;
  for (uint64_t t = 0; t < kSteps; ++t) {
    if (t < 10 || t >= 160)
      CHECK(a[t].empty());
    for (auto [neuron, count] : a[t])
      sum += count;
  }
  double expected = 0.4 * 150 * 70;
  CHECK(std::fabs(sum - expected) < 5 * std::sqrt(expected));
  // What they make of them differs by the rounding of the machine: a spike now and then.
  auto total = [](const Counts &counts) {
    double spikes = 0;
    for (const auto &step : counts)
      spikes += static_cast<double>(step.size());
    return spikes;
  };
  double x = total(emitted(*machineFor(real, false, options), *real, "n")),
         y = total(emitted(*machineFor(fixed, false, options), *fixed, "n"));
  CHECK(x > 200);
  CHECK(std::fabs(x - y) < 0.03 * x);
  auto own = emitted(*machineFor(real, false, options), *real, "q");
  sum = 0;
  for (const auto &step : own) {
    CHECK(step.count(0) == 0);
    sum += step.count(1) ? step.at(1) : 0;
  }
  CHECK(std::fabs(sum - 600) < 5 * std::sqrt(600));
}

TEST_CASE("a machine that is reset or restored draws on as it did") {
  for (bool spinn : {false, true}) {
    auto image =
        spinn ? compileText(kPoisson, SpinnOptions{}) : compileText(kPoisson, ReferenceOptions{});
    auto machine = machineFor(image);
    auto first = emitted(*machine, *image, "n");
    machine->reset();
    for (int t = 0; t < 60; ++t)
      machine->step();
    auto saved = machine->checkpoint();
    auto other = machineFor(image);
    other->restore(saved);
    machine->step(), other->step();
    for (const char *node : {"p", "n"}) {
      auto x = machine->events(nodeIndex(*image, node)), y = other->events(nodeIndex(*image, node));
      REQUIRE(x.size() == y.size());
      for (size_t k = 0; k < x.size(); ++k)
        CHECK((x[k].neuron == y[k].neuron && x[k].value == y[k].value));
    }
    CHECK(other->events(nodeIndex(*image, "n")).size() == first[60].size());
  }
}

namespace {

/// Two parts of an assembly with a Poisson source each neuron of its own; with `more`, the source
/// also feeds a population that no neuron listens to, for which it has to send its spikes.
std::string driven(bool more) {
  std::string text = R"(
snn.network @driven attributes {dt = 1.0e-4 : f64} {
  %e = snn.population "e" of @IF_curr_exp {} : !snn.pop<170>
  %i = snn.population "i" of @IF_curr_exp {} : !snn.pop<430>
  %ext = snn.source "ext" kind poisson rate 6000.0 start 2.0 duration 25.0 : !snn.pop<600>
  %all = snn.assembly "all" (%e, %i) : (!snn.pop<170>, !snn.pop<430>) to !snn.pop<600>
  snn.project %ext to %all port "excitatory" as #snn.generated<one_to_one, weight = 0.9>
      forward delay 7 : !snn.pop<600> to !snn.pop<600>
  snn.project %ext to %all port "inhibitory" as #snn.generated<one_to_one, weight = -0.3>
      forward delay 12 : !snn.pop<600> to !snn.pop<600>
  snn.project %e to %i port "excitatory" as #snn.generated<fixed_probability(0.1), seed = 1, weight = 0.1>
      forward delay 5 : !snn.pop<170> to !snn.pop<430>)";
  if (more)
    text += R"(
  %deaf = snn.population "deaf" of @IF_curr_exp {v_thresh = 1000.0 : f64} : !snn.pop<1>
  snn.project %ext to %deaf port "excitatory" as #snn.generated<all_to_all, weight = 0.001>
      forward delay 1 : !snn.pop<600> to !snn.pop<1>)";
  return text + "\n}";
}

/// What the nodes "e", "i" and "ext" did in 350 steps, and how it was counted.
struct Seen {
  std::map<std::string, Counts> emitted;
  std::map<std::string, NodeTally> tallies;
  uint64_t spikes = 0, injected = 0, packets = 0, saturations = 0;
};

Seen watchDriven(const image::Image &image, Machine &machine, uint64_t steps = 350) {
  Seen seen;
  for (uint64_t t = 0; t < steps; ++t) {
    machine.step();
    for (const char *name : {"e", "i", "ext"}) {
      Counts &counts = seen.emitted[name];
      counts.emplace_back();
      for (const Event &event : machine.events(nodeIndex(image, name)))
        counts.back()[event.neuron] = event.value;
    }
  }
  for (const char *name : {"e", "i", "ext"})
    seen.tallies[name] = machine.tallies()[nodeIndex(image, name)];
  auto counters = machine.counters();
  seen.spikes = counters["spikes"], seen.injected = counters["injected"];
  seen.packets = counters["packets"], seen.saturations = counters["ring_saturations"];
  return seen;
}

void checkSame(const Seen &a, const Seen &b) {
  CHECK(a.emitted == b.emitted);
  CHECK(a.spikes == b.spikes);
  CHECK(a.injected == b.injected);
  CHECK(a.packets == b.packets);
  CHECK(a.saturations == b.saturations);
  for (const auto &[name, tally] : a.tallies) {
    CHECK(tally.events == b.tallies.at(name).events);
    CHECK(tally.spikes == b.tallies.at(name).spikes);
  }
}

} // namespace

TEST_CASE("a source drawn where its spikes act does what its packets would do") {
  SpinnOptions target;
  target.neuronsPerCore = 100;
  auto direct = compileText(driven(false), target), sent = compileText(driven(true), target);
  MachineOptions options;
  options.seed = 5;
  auto expected = watchDriven(*sent, *machineFor(sent, false, options));
  CHECK(expected.spikes > 500);
  CHECK(expected.emitted["ext"][30].size() > 200);
  CHECK(expected.emitted["ext"][19].empty());
  checkSame(expected, watchDriven(*direct, *machineFor(direct, false, options)));
  for (int shards : {1, 2, 3}) {
    options.shards = shards, options.threads = 2, options.allThreads = true;
    checkSame(expected, watchDriven(*direct, *machineFor(direct, false, options)));
  }
  // What is under way when a run stops counts, and counts once when it goes on elsewhere.
  for (uint64_t stop : {3u, 25u, 100u, 273u}) {
    auto first = machineFor(direct, false, options), all = machineFor(direct, false, options),
         packets = machineFor(sent, false, options);
    checkSame(watchDriven(*sent, *packets, stop), watchDriven(*direct, *first, stop));
    watchDriven(*direct, *all, stop);
    auto other = machineFor(direct, false, options);
    other->restore(first->checkpoint());
    checkSame(watchDriven(*direct, *all, 20), watchDriven(*direct, *other, 20));
  }
}

TEST_CASE("a source drawn elsewhere takes spikes of a user too") {
  SpinnOptions target;
  auto direct = compileText(driven(false), target), sent = compileText(driven(true), target);
  auto withSpikes = [](const std::shared_ptr<const image::Image> &image) {
    auto machine = machineFor(image);
    uint32_t ext = nodeIndex(*image, "ext");
    for (int t = 0; t < 100; ++t) {
      if (t % 9 == 0)
        machine->inject(ext, std::vector<Event>{{3, 2.0}, {171, 30.0}, {599, 1.0}});
      machine->step();
    }
    return watchDriven(*image, *machine, 50);
  };
  Seen a = withSpikes(sent), b = withSpikes(direct);
  checkSame(a, b);
  CHECK(a.injected > watchDriven(*sent, *machineFor(sent), 150).injected + 300);
}

TEST_CASE("a slot that is just full has not saturated") {
  // In units of 2^-15: 0xffff to two neurons, and 1 more to the first of them.
  auto image = compileText(R"(
snn.network @full attributes {dt = 1.0e-3 : f64} {
  snn.weights @w = dense<[[1.999969482421875, 3.0517578125e-05], [1.999969482421875, 0.0]]> : tensor<2x2xf64>
  %in = snn.source "in" : !snn.pop<2>
  %n = snn.population "n" of @IF_curr_exp {} : !snn.pop<2>
  snn.project %in to %n via @w as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<2>
})",
                           [] {
                             SpinnOptions options;
                             options.weightShift = 0;
                             return options;
                           }());
  auto machine = machineFor(image);
  uint32_t in = nodeIndex(*image, "in"), n = nodeIndex(*image, "n");
  auto after = [&](std::vector<Event> events) {
    machine->reset();
    machine->inject(in, events);
    for (int t = 0; t < 3; ++t)
      machine->step();
    std::vector<int32_t> v(2);
    machine->observeRaw(n, termOf(*image, n, "v"), v);
    return v;
  };
  std::vector<int32_t> full = after({{0, 1}});
  CHECK(machine->counters()["ring_saturations"] == 0);
  CHECK(full[0] == full[1]);
  std::vector<int32_t> over = after({{0, 1}, {1, 1}});
  CHECK(machine->counters()["ring_saturations"] == 1);
  CHECK(over == full); // no more than a full slot
  after({{0, 2}});
  CHECK(machine->counters()["ring_saturations"] == 2);
  CHECK(after({{1, 1}})[0] < full[0]); // nothing stays in a slot
}
