// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/microcircuit/Microcircuit.h"

#include "compiler/builder/Builder.h"

#include <cmath>
#include <vector>

namespace spindle::microcircuit {

const std::array<const char *, kPopulations> kNames = {"L23E", "L23I", "L4E", "L4I",
                                                       "L5E",  "L5I",  "L6E", "L6I"};
const std::array<int, kPopulations> kNeurons = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
const std::array<double, kPopulations> kExternal = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};

namespace {

constexpr double kProbability[kPopulations][kPopulations] = {
    {.1009, .1689, .0437, .0818, .0323, 0, .0076, 0},
    {.1346, .1371, .0316, .0515, .0755, 0, .0042, 0},
    {.0077, .0059, .0497, .135, .0067, .0003, .0453, 0},
    {.0691, .0029, .0794, .1597, .0033, 0, .1057, 0},
    {.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0},
    {.0548, .0269, .0257, .0022, .06, .3158, .0086, 0},
    {.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252},
    {.0364, .001, .0034, .0005, .0277, .008, .0658, .1443}};
} // namespace

double synapses(int target, int source) {
  double pairs = double(kNeurons[target]) * kNeurons[source];
  return std::round(std::log(1 - kProbability[target][source]) / std::log(1 - 1 / pairs));
}

namespace {

constexpr double kRates[kPopulations] = {0.971, 2.868, 4.746, 5.396, 8.142, 9.078, 0.991, 7.523};
constexpr double kFirstV[kPopulations] = {-68.28, -63.16, -63.33, -63.45,
                                          -63.11, -61.66, -66.72, -61.43};
constexpr double kFirstDeviation[kPopulations] = {5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};
constexpr double kWeight = 0.0878; // nA: a potential of 0.15 mV
constexpr double kBackground = 8;  // spikes/s of one external source
constexpr double kTauSyn = 0.5;    // ms

/// Of a synapse at full scale; inhibitory ones are four times as strong, L4E -> L23E twice.
double weightOf(int target, int source) {
  return kWeight * (!excitatory(source) ? -4 : source == 2 && target == 0 ? 2 : 1);
}

/// What the neurons of a smaller circuit lack of mean input, as a constant current in nA.
double compensation(int target, double scale) {
  double input = kWeight * kExternal[target] * kBackground;
  for (int source = 0; source < kPopulations; ++source)
    input +=
        weightOf(target, source) * synapses(target, source) / kNeurons[target] * kRates[source];
  return kTauSyn / 1000 * (1 - std::sqrt(scale)) * input;
}

} // namespace

std::string text(double scale) {
  using namespace pynn;
  Network network = setup(0.1, "microcircuit");
  double grow = 1 / std::sqrt(scale);
  std::vector<Population> populations;
  for (int p = 0; p < kPopulations; ++p) {
    populations.emplace_back(network, std::lround(kNeurons[p] * scale),
                             IF_curr_exp({{"cm", 0.25},
                                          {"tau_m", 10.0},
                                          {"v_rest", -65.0},
                                          {"v_thresh", -50.0},
                                          {"v_reset", -65.0},
                                          {"tau_refrac", 2.0},
                                          {"tau_syn_E", kTauSyn},
                                          {"tau_syn_I", kTauSyn},
                                          {"i_offset", compensation(p, scale)}}),
                             kNames[p]);
    populations.back().initialize("v",
                                  RandomDistribution("normal", {kFirstV[p], kFirstDeviation[p]}));
  }
  for (int p = 0; p < kPopulations; ++p) {
    Population drive(network, populations[p].size(),
                     SpikeSourcePoisson(kExternal[p] * kBackground * scale),
                     std::string("ext_") + kNames[p]);
    Projection(drive, populations[p], OneToOneConnector(), {kWeight * grow, 1.5});
  }
  for (int target = 0; target < kPopulations; ++target)
    for (int source = 0; source < kPopulations; ++source) {
      auto number = std::llround(synapses(target, source) * scale * scale);
      if (number == 0)
        continue;
      double mean = std::fabs(weightOf(target, source)) * grow;
      // A spike acts from the beginning of the step of its arrival on, one step before it does in
      // simulators that apply it at the end: so delays are one step longer here.
      double delay = excitatory(source) ? 1.5 : 0.75, step = 0.1;
      Projection(populations[source], populations[target], FixedTotalNumberConnector(number),
                 {RandomDistribution("normal_clipped", {mean, 0.1 * mean, 0, INFINITY}),
                  RandomDistribution("normal_clipped_to_boundary",
                                     {delay + step, delay / 2, 2 * step, INFINITY})},
                 excitatory(source) ? "excitatory" : "inhibitory", 1);
    }
  return network.text();
}

} // namespace spindle::microcircuit
