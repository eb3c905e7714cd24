// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The accounts of compiled networks: one counted by hand, random ones against the machine's own
// counters, on any number of threads.
#include "runtime/report/ProvenanceReport.h"
#include "tests/support/Engines.h"
#include "tests/support/RandomNetwork.h"
#include "tests/support/SmallModels.h"
#include "tests/support/catch.h"

#include <algorithm>

using namespace spindle;
using namespace spindle::test;

namespace {

MachineOptions accounts(bool cycles, bool stress = false) {
  MachineOptions options;
  options.provenance.counts = true;
  options.provenance.cycles = cycles;
  if (stress)
    options.provenance.stress.emplace();
  return options;
}

const CoreProvenance &coreOf(const Provenance &provenance, const std::string &node) {
  auto core = std::find_if(provenance.cores.begin(), provenance.cores.end(),
                           [&](const CoreProvenance &c) { return c.node == node; });
  REQUIRE(core != provenance.cores.end());
  return *core;
}

/// Two inputs, all to all to three neurons, each of them to one: rows of 3 and of 1 synapses.
std::shared_ptr<const image::Image> fan() {
  return compileText("snn.network @n attributes {dt = 1.0e-3 : f64} {" + kSmallModels + R"(
    snn.weights @w = dense<2.0> : tensor<3x2xf32>
    snn.weights @u = dense<0.25> : tensor<1x3xf32>
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @acc {} : !snn.pop<3>
    %b = snn.population "b" of @acc {} : !snn.pop<1>
    snn.project %in to %a via @w as #snn.dense forward delay 1 : !snn.pop<2> to !snn.pop<3>
    snn.project %a to %b via @u as #snn.dense forward delay 1 : !snn.pop<3> to !snn.pop<1>
  })",
                     SpinnOptions{});
}

} // namespace

TEST_CASE("each core and each router of a small network, counted by hand") {
  auto image = fan();
  auto machine = machineFor(image, false, accounts(true));
  // Input 0 sends in steps 0 and 2, input 1 three spikes at once in step 2. Each makes a's neurons
  // fire a step later, since a weight of 2 is what the threshold asks for.
  run(*machine, *image, {{1, 0}, {0, 0}, {1, 3}}, 6);
  auto found = machine->provenance();
  REQUIRE(found);
  CHECK(found->ticks == 6);
  const CoreProvenance &in = coreOf(*found, "in"), &a = coreOf(*found, "a"),
                       &b = coreOf(*found, "b");
  CHECK(in.packetsSent == 3);
  CHECK(in.spikesSent == 5);
  CHECK(a.packetsReceived == 3);
  CHECK(a.spikesReceived == 5);
  CHECK(a.rows == 5);
  CHECK(a.synapticEvents == 5 * 3);
  CHECK(a.rowMisses == 0);
  CHECK(a.packetsSent == 2 * 3);
  CHECK(b.packetsReceived == 6);
  CHECK(b.synapticEvents == 6);
  CHECK(b.packetsSent == 0);
  REQUIRE(found->chips.size() == 1);
  CHECK(found->chips[0].tableHits == 3 + 6);
  CHECK(found->chips[0].toCores == 9);
  CHECK(found->chips[0].defaultRouted + found->chips[0].unrouted == 0);
  // Cycles of a: every tick 10 and 222 a neuron; a packet 100, a spike's row 400 and 20 a synapse;
  // 30 a packet sent. The worst tick is that of the four spikes.
  uint64_t quiet = 10 + 3 * 222, row = 400 + 3 * 20;
  CHECK(a.cycles == 6 * quiet + 3 * 100 + 5 * row + 6 * 30);
  CHECK(a.peakCycles == quiet + 2 * 100 + 4 * row);
  CHECK(a.peakTick == 2);
  CHECK(found->cyclesPerTick == 200000);
  CHECK(found->timeScaleNeeded == double(a.peakCycles) / 200000);
  CHECK(a.overruns + a.lateSpikes + a.bufferLosses == 0);

  nlohmann::json document = report::toJson(*found);
  CHECK(document["totals"]["synaptic_events"] == 21);
  CHECK(document["cores"].size() == 3);
  CHECK(report::toText(*found).find("every tick of every core fits") != std::string::npos);
}

TEST_CASE("no accounts are kept unless asked for, and a reset begins new ones") {
  auto image = fan();
  auto plain = machineFor(image);
  run(*plain, *image, {{1, 0}}, 2);
  CHECK(!plain->provenance());

  auto machine = machineFor(image, false, accounts(true, true));
  run(*machine, *image, {{1, 1}, {0, 1}}, 5);
  nlohmann::json first = report::toJson(*machine->provenance());
  machine->reset();
  CHECK(coreOf(*machine->provenance(), "a").packetsReceived == 0);
  CHECK(coreOf(*machine->provenance(), "a").cycles == 0);
  run(*machine, *image, {{1, 1}, {0, 1}}, 5);
  CHECK(report::toJson(*machine->provenance()) == first);
}

TEST_CASE("a clock that is too slow is told, with the core and the time scale that would do") {
  auto image = fan();
  MachineOptions options = accounts(true);
  options.provenance.timeScale = 0.004; // 800 cycles a tick
  auto machine = machineFor(image, false, options);
  run(*machine, *image, {{1, 1}}, 3);
  auto found = machine->provenance();
  CHECK(coreOf(*found, "a").overruns > 0);
  CHECK(coreOf(*found, "in").overruns == 0);
  std::string text = report::toText(*found);
  CHECK(text.find("a[0..2]: ") != std::string::npos);
  CHECK(text.find("ticks overrun") != std::string::npos);

  auto timeless = compileText("snn.network @n {" + kSmallModels + R"(
    %a = snn.population "a" of @acc {} : !snn.pop<1>
  })",
                              SpinnOptions{});
  CHECK_THROWS_AS(machineFor(timeless, false, accounts(true)), UserError);
}

TEST_CASE("generated synapses are on the cores of their targets") {
  // Each of 20 inputs has one synapse onto each of 30 neurons, on cores of at most 8, and 5 drawn
  // ones onto neurons of b.
  SpinnOptions target;
  target.neuronsPerCore = 8;
  auto image = compileText("snn.network @n attributes {dt = 1.0e-3 : f64} {" + kSmallModels + R"(
    %in = snn.source "in" : !snn.pop<20>
    %a = snn.population "a" of @acc {} : !snn.pop<30>
    %b = snn.population "b" of @acc {} : !snn.pop<30>
    snn.project %in to %a as #snn.generated<all_to_all, weight = 0.001> forward delay 1 : !snn.pop<20> to !snn.pop<30>
    snn.project %in to %b as #snn.generated<fixed_out_degree(5), seed = 2, weight = 0.001> forward delay 1 : !snn.pop<20> to !snn.pop<30>
  })",
                           target);
  auto machine = machineFor(image, false, accounts(true));
  run(*machine, *image, {std::vector<double>(20, 1.0)}, 3);
  auto found = machine->provenance();
  uint64_t drawn = 0;
  for (const CoreProvenance &core : found->cores) {
    if (core.node == "a") {
      CHECK(core.packetsReceived == 20);
      CHECK(core.rows == 20);
      CHECK(core.synapticEvents == 20 * (core.hi - core.lo));
    }
    drawn += core.node == "b" ? core.synapticEvents : 0;
    CHECK(core.rowMisses == 0);
  }
  CHECK(drawn == 20 * 5);
  CHECK(machine->counters().at("synaptic_events") == 20 * 30 + 20 * 5);
}

TEST_CASE("accounts of random networks: sums as counted by the machine, alike on all threads") {
  for (unsigned seed : {1u, 2u, 3u, 4u}) {
    CAPTURE(seed);
    RandomNetwork net = randomNetwork(seed);
    nir::ImportOptions import;
    import.dt = net.dt;
    import.profile = "if-multi-clip";
    SpinnOptions target;
    target.neuronsPerCore = 7;
    target.weightShift = 0; // slots saturate
    auto image = compileNir(nir::complete(net.graph), import, target);
    nlohmann::json first;
    for (int threads : {1, 4}) {
      MachineOptions options = accounts(true, true);
      options.threads = threads;
      options.allThreads = true;
      auto machine = machineFor(image, false, options);
      run(*machine, *image, net.input);
      auto counters = machine->counters();
      nlohmann::json document = report::toJson(*machine->provenance());
      const nlohmann::json &totals = document["totals"];
      CHECK(totals["packets_sent"] == counters.at("packets"));
      CHECK(totals["synaptic_events"] == counters.at("synaptic_events"));
      CHECK(totals["ring_saturations"] == counters.at("ring_saturations"));
      CHECK(totals["row_misses"] == counters.at("row_misses"));
      CHECK(totals["default_routed"] == counters.at("default_routed"));
      CHECK(totals["to_cores"] == totals["packets_received"]);
      if (first.is_null())
        first = document;
      CHECK(document == first);
    }
  }
}
