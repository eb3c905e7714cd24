// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random networks on several cores: neither threads nor an interruption show in any result.
#include "runtime/image/Errors.h"
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

namespace {

/// Slices of 7 neurons, so that there are many cores; shift 0 so that ring slots saturate.
std::shared_ptr<const image::Image> compile(const RandomNetwork &net, bool saturate) {
  nir::ImportOptions import;
  import.dt = net.dt;
  import.profile = "if-multi-clip";
  SpinnOptions options;
  options.neuronsPerCore = 7;
  if (saturate)
    options.weightShift = 0;
  return compileNir(nir::complete(net.graph), import, options);
}

/// Everything there is to see after each step.
struct Seen {
  std::vector<std::vector<Event>> events;
  std::vector<std::vector<int32_t>> states;
  std::map<std::string, uint64_t> counters;

  friend bool operator==(const Seen &a, const Seen &b) {
    auto same = [](const std::vector<Event> &x, const std::vector<Event> &y) {
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](Event i, Event j) {
        return i.neuron == j.neuron && i.value == j.value;
      });
    };
    return a.states == b.states && a.counters == b.counters &&
           std::equal(a.events.begin(), a.events.end(), b.events.begin(), b.events.end(), same);
  }
};

Seen watch(Machine &machine, const image::Image &image, const Frames &frames) {
  Seen seen;
  const auto &nodes = *image.meta().nodes();
  for (const auto &frame : frames) {
    Trace trace = run(machine, image, {frame});
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      seen.events.push_back(trace.emitted[n][0]);
      if (nodes.Get(n)->kind() != image::fb::NodeKind_Population)
        continue;
      const auto &model = *image.meta().models()->Get(static_cast<uint32_t>(nodes.Get(n)->model()));
      for (uint32_t term = 0; term < model.state()->size(); ++term) {
        seen.states.emplace_back(nodes.Get(n)->size());
        machine.observeRaw(n, term, seen.states.back());
      }
    }
  }
  seen.counters = machine.counters();
  return seen;
}

std::unique_ptr<Machine> withThreads(std::shared_ptr<const image::Image> image, int threads) {
  MachineOptions options;
  options.threads = threads;
  options.allThreads = true;
  return machineFor(std::move(image), false, options);
}

} // namespace

TEST_CASE("events, states, counters and checkpoints do not depend on threads") {
  uint64_t spikes = 0, saturations = 0, cores = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    RandomNetwork net = randomNetwork(seed);
    auto image = compile(net, seed % 2);
    auto one = withThreads(image, 1);
    Seen seen = watch(*one, *image, net.input);
    for (int threads : {2, 3}) {
      auto more = withThreads(image, threads);
      REQUIRE(watch(*more, *image, net.input) == seen);
      REQUIRE(more->checkpoint() == one->checkpoint());
    }
    spikes += seen.counters["spikes"];
    saturations += seen.counters["ring_saturations"];
    cores += image->meta().program_as_Spinn()->cores()->size();
  }
  CHECK(spikes > 1000);
  CHECK(saturations > 100);
  CHECK(cores > 12 * 5);
}

TEST_CASE("a checkpoint continues bit for bit, on any number of threads; a reset repeats") {
  for (uint64_t seed = 20; seed < 26; ++seed) {
    INFO("seed " << seed);
    RandomNetwork net = randomNetwork(seed);
    auto image = compile(net, seed % 2);
    Frames first(net.input.begin(), net.input.begin() + 25);
    Frames rest(net.input.begin() + 25, net.input.end());
    auto whole = withThreads(image, 1), again = withThreads(image, 3);
    Seen start = watch(*whole, *image, first);
    watch(*again, *image, rest); // what it did before is forgotten
    auto bytes = whole->checkpoint();
    again->restore(bytes);
    CHECK(again->now() == 25);
    CHECK(again->counters() == whole->counters());
    CHECK(again->checkpoint() == bytes);
    for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n) // of the last step
      CHECK(again->events(n).size() == whole->events(n).size());
    REQUIRE(watch(*again, *image, rest) == watch(*whole, *image, rest));
    CHECK(again->checkpoint() == whole->checkpoint());
    whole->reset();
    REQUIRE(watch(*whole, *image, first) == start);
    CHECK(whole->checkpoint() == bytes);
  }
}

TEST_CASE("what was injected and not yet stepped is part of a checkpoint") {
  RandomNetwork net = randomNetwork(20);
  auto image = compile(net, false);
  uint32_t source = 0;
  while (image->meta().nodes()->Get(source)->kind() != image::fb::NodeKind_Source)
    ++source;
  auto machine = withThreads(image, 1), copy = withThreads(image, 1);
  machine->inject(source, std::vector<Event>{{0, 2}});
  copy->restore(machine->checkpoint());
  machine->step();
  copy->step();
  REQUIRE(copy->events(source).size() == 1);
  CHECK(copy->checkpoint() == machine->checkpoint());
}

TEST_CASE("a checkpoint that is not the network's is refused and changes nothing") {
  RandomNetwork net = randomNetwork(20), other = randomNetwork(21);
  auto image = compile(net, false);
  auto machine = withThreads(image, 2);
  watch(*machine, *image, net.input);
  auto before = machine->checkpoint();
  auto foreign = withThreads(compile(other, false), 1)->checkpoint();
  std::vector<std::byte> longer = before, shorter = before;
  longer.push_back(std::byte(0));
  shorter.pop_back();
  for (const auto &bytes : {foreign, longer, shorter, std::vector<std::byte>(),
                            std::vector<std::byte>(before.size(), std::byte(0xff))}) {
    CHECK_THROWS_AS(machine->restore(bytes), UserError);
    CHECK(machine->checkpoint() == before);
  }
}
