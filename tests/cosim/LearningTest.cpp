// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Networks that learn, on the machine against the reference: the library's rules, a user's own, all
// orders and ties, phases, and a network that learns its rate.
#include "compiler/builder/Builder.h"
#include "tests/support/Engines.h"
#include "tests/support/catch.h"

#include <cmath>
#include <iostream>
#include <random>
#include <set>
#include <sstream>

using namespace spindle;
using namespace spindle::test;

namespace {

constexpr unsigned kSources = 6, kTargets = 4;

/// Targets that spike where they are told to (one step after the teacher), and learn from sources
/// of several delays. `learn` is the clause of the projection, `more` stands in the network.
std::string taught(const std::string &learn, const std::string &more = "", double weight = 0.5) {
  std::ostringstream out;
  out << "snn.network @taught attributes {dt = 1.0e-3 : f64} {\n"
      << more << "\n"
      << R"(
  %pre = snn.source "pre" kind spike_array : !snn.pop<6>
  %teacher = snn.source "teacher" kind spike_array : !snn.pop<4>
  %post = snn.population "post" of @IF_curr_exp {cm = 0.27 : f64, tau_m = 3.0 : f64, v_rest = -60.0 : f64,
      v_reset = -60.0 : f64, v_thresh = -50.0 : f64, tau_refrac = 1.0 : f64, tau_syn_E = 0.3 : f64,
      tau_syn_I = 0.3 : f64} initial {v = -60.0 : f64} : !snn.pop<4>
  snn.weights @teach = dense<16.0> : tensor<4xf32>
  snn.project %teacher to %post port "excitatory" via @teach as #snn.one_to_one forward delay 1
      : !snn.pop<4> to !snn.pop<4>
  snn.weights @w = dense<)"
      << std::fixed << weight << R"(> : tensor<4x6xf32>
  snn.project %pre to %post port "inhibitory" via @w as #snn.dense forward delay 1 plus [0, 2, 4, 1, 0, 6]
      )"
      << learn << R"( : !snn.pop<6> to !snn.pop<4>
  snn.output %post as "post" : !snn.pop<4>
}
)";
  return out.str();
}

struct Outcome {
  std::vector<double> weights;
  std::vector<std::vector<Event>> spikes;
  std::map<std::string, uint64_t> counters;
  double quantum = 0; ///< of a weight
};

Outcome outcome(const std::string &text, const TargetOptions &target, unsigned steps, uint32_t seed,
                double rate = 0.15) {
  auto image = compileText(text, target);
  auto machine = machineFor(image);
  std::mt19937 random(seed);
  Outcome result;
  uint32_t pre = nodeIndex(*image, "pre"), teacher = nodeIndex(*image, "teacher"),
           post = nodeIndex(*image, "post");
  for (unsigned t = 0; t < steps; ++t) {
    // The machine learns when sources spike: in the end all do, after all has arrived.
    bool last = t + 1 == steps, quiet = t + 12 > steps;
    for (auto [node, size] : {std::pair(pre, kSources), std::pair(teacher, kTargets)}) {
      std::vector<Event> events;
      for (uint32_t n = 0; n < size; ++n)
        if (bool drawn = random() < rate * 4294967295.0; quiet ? last && node == pre : drawn)
          events.push_back({n, 1.0});
      machine->inject(node, events);
    }
    machine->step();
    auto events = machine->events(post);
    result.spikes.emplace_back(events.begin(), events.end());
  }
  result.weights = machine->learnt().at(0).weight;
  result.counters = machine->counters();
  if (const auto *spinn = image->meta().program_as_Spinn())
    result.quantum = std::ldexp(1.0, spinn->nodes()->Get(post)->shift()->Get(1) - 15);
  return result;
}

/// Both engines' weights: apart by the rounding of the machine only.
void compareEngines(const std::string &text, unsigned steps, uint32_t seed) {
  Outcome reference = outcome(text, ReferenceOptions{}, steps, seed);
  Outcome spinn = outcome(text, SpinnOptions{}, steps, seed);
  for (unsigned t = 0; t < steps; ++t) {
    REQUIRE(reference.spikes[t].size() == spinn.spikes[t].size());
    for (size_t i = 0; i < spinn.spikes[t].size(); ++i)
      REQUIRE(reference.spikes[t][i].neuron == spinn.spikes[t][i].neuron);
  }
  REQUIRE(reference.weights.size() == spinn.weights.size());
  double moved = 0, apart = 0;
  for (size_t k = 0; k < spinn.weights.size(); ++k) {
    moved = std::max(moved, std::fabs(reference.weights[k] - 0.5));
    apart = std::max(apart, std::fabs(reference.weights[k] - spinn.weights[k]));
  }
  INFO("moved by " << moved << ", apart by " << apart << ", quantum " << spinn.quantum);
  CHECK(moved > 0.05);
  CHECK(apart < 0.004 + 0.15 * steps * spinn.quantum);
}

/// A user's rule: potentiation that falls as a sum of two exponentials, near a power law.
std::string power(const std::string &order, const std::string &tie, const std::string &extra = "") {
  return R"(
  snn.rule @power params(fast = 3.0 : "ms", slow = 30.0 : "ms", A = 0.01 : "weight", w_max = 1.0 : "weight")
      derived(later : "ms") pre(a decay fast, c decay slow) post(b decay later) order [)" +
         order + "] tie " + tie + " " + extra + R"(
    derive {
      %slow = snn.get "slow"
      %half = arith.constant 0.5 : f64
      %later = arith.mulf %slow, %half : f64
      snn.set "later", %later
    } on_pre {
      %one = arith.constant 1.0 : f64
      %a = snn.get "a"
      %a1 = arith.addf %a, %one : f64
      snn.set "a", %a1
      %c = snn.get "c"
      %third = arith.constant 0.25 : f64
      %c1 = arith.addf %c, %third : f64
      snn.set "c", %c1
      %A = snn.get "A"
      %b = snn.get "b"
      %down = arith.mulf %A, %b : f64
      %w = snn.get "weight"
      %w1 = arith.subf %w, %down : f64
      %zero = arith.constant 0.0 : f64
      %w2 = arith.maximumf %w1, %zero : f64
      snn.set "weight", %w2
    } on_post {
      %one = arith.constant 1.0 : f64
      %b = snn.get "b"
      %b1 = arith.addf %b, %one : f64
      snn.set "b", %b1
      %a = snn.get "a"
      %c = snn.get "c"
      %both = arith.addf %a, %c : f64
      %A = snn.get "A"
      %up = arith.mulf %A, %both : f64
      %w = snn.get "weight"
      %w1 = arith.addf %w, %up : f64
      %w_max = snn.get "w_max"
      %w2 = arith.minimumf %w1, %w_max : f64
      snn.set "weight", %w2
    })";
}

} // namespace

TEST_CASE("every rule of the library learns alike on the machine and in float") {
  for (const char *timing : {"SpikePairRule", "SpikeNearestPairRule", "Vogels2011Rule"})
    for (const char *weight : {"Additive", "Multiplicative"}) {
      std::string rule = std::string(timing) + "_" + weight + "WeightDependence";
      INFO(rule);
      std::string numbers = timing[0] == 'V' ? "alpha = 0.4 : f64, A_plus = 0.004 : f64"
                                             : "A_plus = 0.008 : f64, A_minus = 0.009 : f64";
      compareEngines(taught("learn @" + rule + " with {" + numbers + "}"), 300, 7);
    }
}

TEST_CASE("a rule of one's own, in every order and with every tie") {
  std::set<std::vector<double>> results;
  for (const char *order : {"\"post\", \"pre\"", "\"pre\", \"post\""})
    for (const char *tie : {"depress", "potentiate", "both", "neither"}) {
      INFO(order << " " << tie);
      std::string text = taught("learn @power", power(order, tie));
      compareEngines(text, 200, 11);
      results.insert(outcome(text, SpinnOptions{}, 200, 11).weights);
    }
  CHECK(results.size() >= 4); // ties matter
  INFO("at once");
  compareEngines(taught("learn @power",
                        power("\"post\", \"pre\"", "depress", "attributes {backprop = false}")),
                 200, 12);
}

TEST_CASE("a rule that is not enabled rests") {
  for (const TargetOptions &target :
       {TargetOptions(ReferenceOptions{}), TargetOptions(SpinnOptions{})}) {
    std::string learn = "learn @power", rule = power("\"post\", \"pre\"", "depress");
    auto never =
        outcome(taught(learn, rule + "\n  snn.phase \"rest\" steps 0 rules []"), target, 80, 3);
    for (double w : never.weights)
      CHECK(std::fabs(w - 0.5) < 0.002);
    auto at = [&](unsigned steps) {
      return outcome(taught(learn, rule + "\n  snn.phase \"learn\" steps 50 rules [@power]\n"
                                          "  snn.phase \"query\" steps 10 rules []"),
                     target, steps, 3)
          .weights;
    };
    CHECK(at(70) == at(200));
    CHECK(at(70) != at(40));
    CHECK(outcome(taught(learn, rule), target, 200, 3).weights != at(200));
  }
}

TEST_CASE("inhibition that learns holds the rate of its target in both arithmetics") {
  // Excitatory drive of 10 neurons, 40 inhibitory sources that learn after Vogels et al.
  std::string text = R"(snn.network @balance attributes {dt = 1.0e-3 : f64} {
  %exc = snn.source "exc" kind spike_array : !snn.pop<40>
  %inh = snn.source "inh" kind spike_array : !snn.pop<40>
  %post = snn.population "post" of @IF_curr_exp {tau_m = 10.0 : f64, cm = 0.5 : f64, tau_refrac = 2.0 : f64} : !snn.pop<10>
  snn.weights @e = dense<0.45> : tensor<10x40xf32>
  snn.project %exc to %post port "excitatory" via @e as #snn.dense forward delay 1 : !snn.pop<40> to !snn.pop<10>
  snn.weights @i = dense<0.1> : tensor<10x40xf32>
  snn.project %inh to %post port "inhibitory" via @i as #snn.dense forward delay 1
      learn @Vogels2011Rule_AdditiveWeightDependence with {alpha = 0.4 : f64, A_plus = 0.008 : f64, w_max = 0.4 : f64}
      : !snn.pop<40> to !snn.pop<10>
  snn.output %post as "post" : !snn.pop<10>
})";
  auto spikesOf = [&](const TargetOptions &target) {
    auto image = compileText(text, target);
    auto machine = machineFor(image);
    std::mt19937 random(5);
    std::vector<double> thousands(8);
    for (unsigned t = 0; t < 8000; ++t) {
      for (const char *name : {"exc", "inh"}) {
        std::vector<Event> events;
        for (uint32_t n = 0; n < 40; ++n)
          if (random() % 1000 < 20)
            events.push_back({n, 1.0});
        machine->inject(nodeIndex(*image, name), events);
      }
      machine->step();
      thousands[t / 1000] += double(machine->events(nodeIndex(*image, "post")).size());
    }
    return thousands;
  };
  auto reference = spikesOf(ReferenceOptions{}), spinn = spikesOf(SpinnOptions{});
  double late = 0, lateSpinn = 0;
  for (size_t i = 4; i < 8; ++i)
    late += reference[i] / 40, lateSpinn += spinn[i] / 40;
  std::cout << "rates: " << reference[0] / 10 << " at first, then " << late << " (reference) and "
            << lateSpinn << " (machine) spikes/s\n";
  CHECK(late < 0.8 * reference[0] / 10);
  CHECK(late == Approx(10.0).margin(6.0)); // alpha / (2 tau), but for correlations
  CHECK(lateSpinn == Approx(late).epsilon(0.15));
}

TEST_CASE("the builder's mechanisms are the library's rules") {
  pynn::Network net = pynn::setup(1.0);
  pynn::Population pre(net, 5, pynn::SpikeSourcePoisson(200), "pre");
  pynn::Population post(net, 3, pynn::IF_curr_exp(), "post");
  auto join = [&](const pynn::TimingDependence &timing, const pynn::WeightDependence &dependence) {
    pynn::Projection(pre, post, pynn::AllToAllConnector(),
                     pynn::STDPMechanism{timing, dependence, 1.5, 3.0});
  };
  join(pynn::SpikePairRule(15, 25, 0.02, 0.01), pynn::AdditiveWeightDependence(0.0, 3.0));
  join(pynn::SpikeNearestPairRule(), pynn::MultiplicativeWeightDependence(0.0, 2.0));
  join(pynn::Vogels2011Rule(0.1, 20, 0.005), pynn::AdditiveWeightDependence(0.0, 2.0));
  const std::vector<std::string> rules{"SpikePairRule_AdditiveWeightDependence",
                                       "SpikeNearestPairRule_MultiplicativeWeightDependence",
                                       "Vogels2011Rule_AdditiveWeightDependence"};
  for (const TargetOptions &target :
       {TargetOptions(ReferenceOptions()), TargetOptions(SpinnOptions())}) {
    auto machine = machineFor(compileText(net.text(), target));
    for (int t = 0; t < 500; ++t)
      machine->step();
    auto learnt = machine->learnt();
    REQUIRE(learnt.size() == rules.size());
    for (size_t k = 0; k < rules.size(); ++k) {
      CHECK(learnt[k].rule == rules[k]);
      REQUIRE(learnt[k].weight.size() == 15);
      CHECK(std::fabs(learnt[k].weight[0] - 1.5) > 0.01);
    }
  }
}
