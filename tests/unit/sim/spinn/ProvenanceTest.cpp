// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The accounts of compiled networks: one counted by hand, random ones against the machine's own
// counters, on any number of threads.
#include "runtime/report/ImageReport.h"
#include "runtime/report/MachineUse.h"
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

  auto counted = machineFor(image, false, accounts(false)); // counts alone
  run(*counted, *image, {{1, 1}, {0, 1}}, 5);
  first = report::toJson(*counted->provenance());
  counted->reset();
  run(*counted, *image, {{1, 1}, {0, 1}}, 5);
  CHECK(report::toJson(*counted->provenance()) == first);
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

namespace {

/// Two inputs to 256 neurons, whose ring has 32 slots: both by a delay of 40, the first one by a
/// delay of 70 too, the second one by a delay of 1.
std::shared_ptr<const image::Image> delayed() {
  SpinnOptions target;
  target.weightShift = 10; // whole weights are exact, and no sum saturates
  return compileText("snn.network @n attributes {dt = 1.0e-3 : f64} {" + kSmallModels + R"(
    %in = snn.source "in" : !snn.pop<2>
    %a = snn.population "a" of @acc {th = 20000.0 : f64} : !snn.pop<256>
    snn.project %in to %a as #snn.generated<all_to_all, weight = 1.0> forward delay 40 : !snn.pop<2> to !snn.pop<256>
    snn.project %in[0 to 1] to %a as #snn.generated<all_to_all, weight = 1.0> forward delay 70 : !snn.pop<2> to !snn.pop<256>
    snn.project %in[1 to 2] to %a as #snn.generated<all_to_all, weight = 1.0> forward delay 1 : !snn.pop<2> to !snn.pop<256>
  })",
                     target);
}

} // namespace

TEST_CASE("a delay extension has packets of its own, counted by hand") {
  auto image = delayed();
  Frames frames{{1, 3}, {}, {}, {}, {}, {1, 0}};
  for (auto &frame : frames)
    frame.resize(2, 0.0);
  auto machine = machineFor(image, false, accounts(true, true));
  run(*machine, *image, frames, 37); // the stages are 32 and 64 steps after their spikes
  auto found = machine->provenance();
  REQUIRE(found->cores.size() == 3);
  CHECK(coreOf(*found, "in_delay32").packetsReceived == 3);
  CHECK(coreOf(*found, "in_delay32").packetsSent == 2); // the spikes of step 0, in step 32
  CHECK(machine->counters().at("synaptic_events") == (3 + 1 + 3) * 256);

  machine->reset();
  run(*machine, *image, frames, 69);
  CHECK(coreOf(*machine->provenance(), "in_delay32").packetsSent == 3 + 1);
  machine->reset();
  run(*machine, *image, frames, 70);
  found = machine->provenance();
  const CoreProvenance &in = coreOf(*found, "in"), &extension = coreOf(*found, "in_delay32"),
                       &a = coreOf(*found, "a");
  CHECK(in.packetsSent == 3);
  CHECK(in.spikesSent == 5);
  CHECK(extension.stages == 2);
  CHECK(extension.step == 32);
  CHECK(extension.packetsReceived == 3);
  CHECK(extension.spikesReceived == 5);
  CHECK(extension.rows + extension.rowMisses + extension.synapticEvents == 0);
  CHECK(extension.packetsSent == 3 + 2); // stage 2 has synapses of the first input only
  CHECK(extension.spikesSent == 5 + 2);
  CHECK(a.packetsReceived == 3 + 5);
  CHECK(a.spikesReceived == 5 + 7);
  CHECK(a.rows == 3 + 5 + 2); // the source's own key finds rows of the second input only
  CHECK(a.synapticEvents == 10 * 256);
  CHECK(a.rowMisses == 0);
  REQUIRE(found->chips.size() == 1);
  CHECK(found->chips[0].tableHits == 3 + 5);
  CHECK(found->chips[0].toCores == 3 * 2 + 5);
  // Cycles: 10 a tick, 100 a packet that comes in, 30 for one that is sent.
  CHECK(extension.cycles == 70 * 10 + 3 * 100 + 5 * 30);
  auto counters = machine->counters();
  CHECK(counters.at("packets") == 8);
  CHECK(counters.at("synaptic_events") == 10 * 256);
  CHECK(counters.at("row_misses") == 0);
  CHECK(counters.at("delay_counts_cut") == 0);
  std::vector<double> v(256);
  machine->observe(nodeIndex(*image, "a"), termOf(*image, nodeIndex(*image, "a"), "v"), v);
  CHECK(v[255] == 0.25 + 3 + (1 + 3 + 1)); // what was sent in steps 64 and 69 is due in 70 and 75
  auto document = report::toJson(*found);
  CHECK(document["totals"]["packets_sent"] == 8);
  CHECK(document["cores"][2]["stages"] == 2);
}

TEST_CASE("a delay extension counts up to 255 spikes of a neuron in a tick") {
  auto image = delayed();
  uint32_t in = nodeIndex(*image, "in"), a = nodeIndex(*image, "a");
  uint32_t term = termOf(*image, a, "v");
  for (auto [threads, shards] : {std::pair{1, 0}, {1, 3}, {3, 4}}) {
    MachineOptions options = accounts(true);
    options.threads = threads, options.shards = shards, options.allThreads = true;
    auto machine = machineFor(image, false, options);
    auto at = [&](uint64_t step) { // v after that step
      while (machine->now() <= step)
        machine->step();
      std::vector<double> v(256);
      machine->observe(a, term, v);
      CHECK(v[0] == v[255]);
      return v[0] - 0.25;
    };
    // In two packets; the second neuron's synapses of delay 1 get all of them.
    machine->inject(in, std::vector<Event>{{0, 200}, {1, 300}, {0, 100}});
    CHECK(at(0) == 0);
    CHECK(at(1) == 300);
    std::vector<std::byte> saved = machine->checkpoint();
    CHECK(at(39) == 300);
    CHECK(at(40) == 300 + 2 * 255);
    CHECK(at(69) == 300 + 2 * 255);
    machine->restore(saved); // on its way, it is cut all the same
    CHECK(at(40) == 300 + 2 * 255);
    CHECK(at(69) == 300 + 2 * 255);
    CHECK(machine->counters().at("delay_counts_cut") == 45 + 45);
    auto found = machine->provenance();
    CHECK(coreOf(*found, "in_delay32").packetsReceived == 3);
    CHECK(coreOf(*found, "in_delay32").packetsSent == 2 + 1);
    CHECK(coreOf(*found, "in_delay32").spikesSent == 2 * 255 + 255);
    CHECK(at(70) == 300 + 2 * 255 + 255);
  }
}

TEST_CASE("the report of a machine shows delay extensions") {
  auto image = delayed();
  report::MachineUse use = report::machineUse(*image);
  REQUIRE(use.cores.size() == 3);
  CHECK(use.cores[2].stages == 2);
  CHECK(use.cores[2].dtcmBytes == 64 * 2);
  CHECK(use.cores[2].packets == Approx(2 * use.cores[0].packets));
  std::string text = report::machineText(use);
  CHECK(text.find("delay extensions: 1 of the cores in use") != std::string::npos);
  CHECK(text.find("delay extension: 2 stages of 32 ticks") != std::string::npos);
  std::string picture = report::machinePicture(use, "");
  CHECK(picture.find("in 0 to 2: delay extension, 2 stages of 32 ticks, core") !=
        std::string::npos);
  auto resources = report::describe(*image)["resources"];
  CHECK(resources["cores_used"] == 3);
  REQUIRE(resources["delay_extensions"].size() == 1);
  CHECK(resources["delay_extensions"][0]["stages"] == 2);
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
