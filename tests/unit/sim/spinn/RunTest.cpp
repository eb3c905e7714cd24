// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Machine::run shows every step as step() does: events, watched states, counters; on any number of
// threads, in pieces, and with injection in between.
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

using namespace spindle;
using namespace spindle::test;

namespace {

std::shared_ptr<const image::Image> compile(const RandomNetwork &net) {
  nir::ImportOptions import;
  import.dt = net.dt;
  import.profile = "if-multi-clip";
  SpinnOptions options;
  options.neuronsPerCore = 7;
  return compileNir(nir::complete(net.graph), import, options);
}

/// Feeds frames to the only source and keeps everything.
struct Keeper : RunHooks {
  std::shared_ptr<const image::Image> image;
  uint32_t source = 0;
  std::vector<std::vector<Event>> rows;
  std::vector<StateRef> wanted;
  std::vector<double> seen; ///< flat: what was emitted and observed
  uint64_t steps = 0, stopAfter = ~uint64_t(0);

  Keeper(std::shared_ptr<const image::Image> given, const Frames &frames)
      : image(std::move(given)) {
    const auto &nodes = *image->meta().nodes();
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      if (nodes.Get(n)->kind() == image::fb::NodeKind_Source)
        source = n;
      if (nodes.Get(n)->model() < 0)
        continue;
      auto model = static_cast<uint32_t>(nodes.Get(n)->model());
      for (uint32_t term = 0; term < image->meta().models()->Get(model)->state()->size(); ++term)
        wanted.push_back({n, term});
    }
    for (const auto &frame : frames) {
      auto &row = rows.emplace_back();
      for (uint32_t i = 0; i < frame.size(); ++i)
        if (frame[i] != 0)
          row.push_back({i, frame[i]});
    }
  }
  std::vector<uint32_t> sources() const override { return {source}; }
  std::span<const Event> input(uint32_t, uint64_t step) override {
    return step < rows.size() ? std::span<const Event>(rows[step]) : std::span<const Event>();
  }
  std::vector<StateRef> states() const override { return wanted; }
  void sample(const StepView &view, uint64_t step) override {
    CHECK(step == steps);
    ++steps;
    for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n)
      for (const Event &event : view.events(n))
        seen.insert(seen.end(), {double(n), double(event.neuron), event.value});
    for (StateRef state : wanted) {
      std::vector<int32_t> raw(image->meta().nodes()->Get(state.node)->size());
      std::vector<double> real(raw.size());
      view.observeRaw(state.node, state.term, raw);
      view.observe(state.node, state.term, real);
      seen.insert(seen.end(), raw.begin(), raw.end());
      seen.insert(seen.end(), real.begin(), real.end());
    }
  }
  bool goOn() override { return steps < stopAfter; }
};

MachineOptions threads(int count, int shards) {
  MachineOptions options;
  options.threads = count;
  options.allThreads = true;
  options.shards = shards;
  return options;
}

} // namespace

TEST_CASE("a run shows what single steps show") {
  size_t numbers = 0;
  for (uint64_t seed = 40; seed < 46; ++seed) {
    INFO("seed " << seed);
    RandomNetwork net = randomNetwork(seed);
    auto image = compile(net);
    uint64_t steps = net.input.size() + 300; // several blocks
    auto single = machineFor(image, false, threads(1, 0));
    Keeper expected(image, net.input);
    single->Machine::run(steps, expected); // step by step
    numbers += expected.seen.size();
    for (auto [count, shards] : {std::pair{1, 0}, {1, 3}, {2, 0}, {3, 4}}) {
      auto machine = machineFor(image, false, threads(count, shards));
      Keeper keeper(image, net.input);
      REQUIRE(machine->run(steps, keeper) == steps);
      REQUIRE((keeper.seen == expected.seen));
      CHECK(machine->counters() == single->counters());
      CHECK((machine->checkpoint() == single->checkpoint()));
      for (uint32_t n = 0; n < image->meta().nodes()->size(); ++n)
        CHECK(machine->events(n).size() == single->events(n).size());
      machine->reset(); // and again, which must be the same
      Keeper again(image, net.input);
      machine->run(steps, again);
      REQUIRE((again.seen == expected.seen));
    }
  }
  CHECK(numbers > 10000);
}

TEST_CASE("a run that goes on after a checkpoint, and one that is ended") {
  RandomNetwork net = randomNetwork(41);
  auto image = compile(net);
  Frames first(net.input.begin(), net.input.begin() + 20),
      rest(net.input.begin() + 20, net.input.end());
  auto whole = machineFor(image, false, threads(1, 0)),
       other = machineFor(image, false, threads(2, 0));
  Keeper start(image, first), on(image, rest), onOther(image, rest);
  CHECK(whole->run(20, start) == 20);
  other->restore(whole->checkpoint());
  whole->run(200, on);
  other->run(200, onOther);
  CHECK((on.seen == onOther.seen)); // too long to be shown
  CHECK((whole->checkpoint() == other->checkpoint()));
  Keeper ended(image, net.input);
  ended.stopAfter = 1;
  whole->reset();
  uint64_t done = whole->run(100000, ended);
  CHECK(done == ended.steps); // all that was simulated was shown
  CHECK(done < 1000);
  CHECK(whole->now() == done);
}

TEST_CASE("a run refuses what a step refuses") {
  RandomNetwork net = randomNetwork(41);
  auto image = compile(net);
  auto machine = machineFor(image, false, threads(1, 0));
  Keeper keeper(image, net.input);
  keeper.rows[3] = {{0, 0.5}};
  CHECK_THROWS_AS(machine->run(10, keeper), InputError);
  Keeper blind(image, net.input);
  std::vector<StateRef> wanted = std::move(blind.wanted);
  blind.wanted.clear();
  struct Curious : Keeper {
    using Keeper::Keeper;
    std::vector<StateRef> states() const override { return {}; }
  } curious(image, net.input);
  machine->reset();
  CHECK_THROWS_AS(machine->run(10, curious), std::logic_error); // a state that it did not ask for
}
