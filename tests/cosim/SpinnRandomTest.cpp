// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The many-core machine against the reference engine in the same numbers (retimed, s16.15 kernels,
// weights as the machine stores them): every event and every raw state of every step is equal, as
// long as no ring slot saturated. What remains between them is all of routing, rows and rings.
#include "compiler/import/nir/Models.h"
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <array>
#include <iostream>
#include <set>

using namespace spindle;
using namespace spindle::test;

namespace {

struct Totals {
  size_t networks = 0, saturated = 0, manySlices = 0, farDelays = 0, manyCounts = 0, drives = 0;
  uint64_t events = 0, states = 0, spikes = 0, differences = 0, defaultRouted = 0;
  std::set<std::string> models, profiles;
  std::string firstDifference;
};

/// Two machines side by side; nodes go by name.
class Pair {
public:
  Pair(std::shared_ptr<const image::Image> spinn, std::shared_ptr<const image::Image> reference,
       Totals &totals)
      : a_(spinn), b_(reference), left_(machineFor(spinn)), right_(machineFor(reference)),
        totals_(totals) {}

  void run(const Frames &frames) {
    for (const auto &frame : frames) {
      Trace a = test::run(*left_, *a_, {frame}), b = test::run(*right_, *b_, {frame});
      for (uint32_t n = 0; n < a_->meta().nodes()->size(); ++n)
        compareNode(n, a.emitted[n][0], b);
    }
    // What the machine did with full slots is its own; all else must agree.
    bool saturated = left_->counters().at("ring_saturations") > 0;
    totals_.saturated += saturated;
    if (!saturated) {
      totals_.differences += differences_;
      totals_.spikes += left_->counters().at("spikes");
      CHECK(left_->counters().at("spikes") == right_->counters().at("spikes"));
    }
    CHECK(left_->counters().at("row_misses") == 0);
    CHECK(left_->counters().at("unrouted") == 0);
    totals_.defaultRouted += left_->counters().at("default_routed");
    totals_.manyCounts += sawCount_;
    INFO(first_);
    CHECK((saturated || differences_ == 0));
  }

private:
  void differs(const std::string &what) {
    if (differences_++ == 0)
      first_ = "step " + std::to_string(left_->now()) + ": " + what;
  }

  void compareNode(uint32_t n, const std::vector<Event> &events, const Trace &other) {
    const auto &node = *a_->meta().nodes()->Get(n);
    uint32_t twin = nodeIndex(*b_, node.name()->str());
    const auto &expected = other.emitted[twin][0];
    if (!std::equal(events.begin(), events.end(), expected.begin(), expected.end(),
                    [](Event x, Event y) { return x.neuron == y.neuron && x.value == y.value; }))
      differs("events of '" + node.name()->str() + "'");
    totals_.events += events.size();
    if (node.kind() != image::fb::NodeKind_Population)
      return;
    if (node.emit() == image::fb::Emit_Count)
      for (Event e : events)
        sawCount_ |= e.value > 1;
    const auto &model = *a_->meta().models()->Get(static_cast<uint32_t>(node.model()));
    std::vector<int32_t> x(node.size()), y(node.size());
    for (uint32_t term = 0; term < model.state()->size(); ++term) {
      left_->observeRaw(n, term, x);
      right_->observeRaw(twin, term, y);
      totals_.states += x.size();
      for (size_t i = 0; i < x.size(); ++i)
        if (x[i] != y[i])
          differs("'" + node.name()->str() + "' neuron " + std::to_string(i) + " state '" +
                  model.state()->Get(term)->name()->str() + "': " + std::to_string(x[i]) +
                  ", reference " + std::to_string(y[i]));
    }
  }

  std::shared_ptr<const image::Image> a_, b_;
  std::unique_ptr<Machine> left_, right_;
  Totals &totals_;
  uint64_t differences_ = 0;
  bool sawCount_ = false;
  std::string first_;
};

/// What the image puts to the test.
void account(const image::Image &image, Totals &totals) {
  const auto &program = *image.meta().program_as_Spinn();
  totals.manySlices += program.cores()->size() > image.meta().nodes()->size();
  bool far = false, driven = false;
  for (const auto *values : *program.nodes()) {
    far |= values->delay_bits() >= 5;
    driven |= values->drives()->size() > 1;
  }
  totals.farDelays += far;
  totals.drives += driven;
  for (const auto *node : *image.meta().nodes())
    if (node->model() >= 0)
      totals.models.insert(
          image.meta().models()->Get(static_cast<uint32_t>(node->model()))->name()->str());
  totals.profiles.insert(image.meta().profile()->str());
  ++totals.networks;
}

} // namespace

TEST_CASE("the machine equals the reference engine in its numbers, bit for bit") {
  constexpr size_t wanted = 210;
  constexpr std::array<unsigned, 4> kSlices{256, 64, 16, 5};
  const auto &profiles = nir::profileNames();
  ReferenceOptions same;
  same.retime = same.fixedPoint = true;
  same.quantize = "spinn";
  Totals totals;
  for (uint64_t seed = 1; seed <= wanted; ++seed) {
    RandomNetwork net = randomNetwork(seed);
    nir::ImportOptions import;
    import.dt = net.dt;
    import.profile = profiles[seed % profiles.size()];
    SpinnOptions options;
    options.neuronsPerCore = kSlices[seed % kSlices.size()];
    if (seed % 2)
      options.placement = "radial", options.routing = "dimension";
    if (seed % 3 == 0)
      options.minimise = "best";
    INFO("seed " << seed << " (" << import.profile << "), slices of " << options.neuronsPerCore);
    nir::Graph graph = nir::complete(net.graph);
    auto image = compileNir(graph, import, options);
    account(*image, totals);
    Pair(image, compileNir(graph, import, same), totals).run(net.input);
  }
  // The comparison means something: all models and profiles, little saturation, much activity.
  CHECK(totals.differences == 0);
  CHECK(totals.models.size() == nir::neuronTypes().size());
  CHECK(totals.profiles.size() == profiles.size());
  CHECK(totals.networks - totals.saturated >= 150);
  CHECK(totals.manySlices > wanted / 2);
  CHECK(totals.farDelays > wanted / 4);
  CHECK(totals.drives > wanted / 20);
  CHECK(totals.manyCounts > wanted / 20);
  CHECK(totals.defaultRouted > 0);
  CHECK(totals.spikes > 10 * totals.networks);
  std::cout << totals.networks << " networks (" << totals.saturated << " with saturation, "
            << totals.manySlices << " with nodes on several cores, " << totals.farDelays
            << " with delays above 16, " << totals.manyCounts << " with counts above 1), "
            << totals.events << " events, " << totals.states << " states compared\n";
}
