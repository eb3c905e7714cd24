// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "bench/SpinnNetworks.h"

#include "bench/LibraryModel.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace spindle::bench {
namespace {

using number::Law;
using number::Rule;
using spinn::Population;

constexpr uint64_t kSeed = 20;

int32_t raw(double value) { return static_cast<int32_t>(std::lrint(value * 32768)); }

/// Adds a population; ports 0 and 1 are excitation and inhibition, a weight unit of a port is
/// 2^(up - 15). Its voltage begins somewhere in [mean, mean + deviation), or normal.
Population &addPopulation(BenchNetwork &net, uint32_t size, const LibraryModel &model, uint8_t up,
                          uint8_t down, double mean, double deviation, bool uniform) {
  Population p;
  p.size = size;
  p.kernel = model.kernel;
  p.wholeParams = false;
  p.observed = model.observed;
  p.ports = {{0, spinn::Port::kNone, up, 0}, {1, spinn::Port::kNone, down, 0}, {}};
  p.param = model.param;
  p.init = model.state;
  std::mt19937_64 random(size);
  std::normal_distribution<double> normal(mean, deviation);
  std::uniform_real_distribution<double> flat(mean, mean + deviation);
  auto &voltage =
      p.init.at(std::find(model.states.begin(), model.states.end(), "v") - model.states.begin());
  voltage.clear();
  for (uint32_t i = 0; i < size; ++i)
    voltage.push_back(raw(uniform ? flat(random) : normal(random)));
  net.kernels.push_back(model.library);
  net.populations.push_back(std::move(p));
  return net.populations.back();
}

number::Distribution constant(double value) { return {Law::Constant, value}; }

/// Weights are magnitudes; `unit`: value of one step of 16 bits.
BenchProjection projection(uint32_t source, uint32_t target, uint32_t plane, double unit,
                           number::ConnectionRule rule) {
  rule.seed = kSeed;
  rule.object = source * 64 + target;
  return {source, target, plane, 1 / unit, rule};
}

BenchNetwork vogelsAbbott(const char *name, const LibraryModel &model, double gain,
                          double excitation, double inhibition, double delay, uint8_t up,
                          uint8_t down) {
  constexpr double dt = 0.1;
  BenchNetwork net{name, dt, {"E", "I"}, {}, {}, {}};
  for (uint32_t size : {3200u, 800u})
    addPopulation(net, size, model, up, down, -60, 10, true);
  for (uint32_t s = 0; s < 2; ++s)
    for (uint32_t t = 0; t < 2; ++t) {
      number::ConnectionRule rule;
      rule.rule = Rule::FixedProbability;
      rule.sources = s ? 800 : 3200;
      rule.targets = t ? 800 : 3200;
      rule.probability = 0.02;
      rule.allowSelf = s != t;
      rule.weight = constant(s ? inhibition : excitation);
      rule.delay = constant(delay / dt);
      net.projections.push_back(
          projection(s, t, s, std::ldexp(1, (s ? down : up) - 15) / gain, rule));
    }
  return net;
}

} // namespace

double BenchNetwork::synapses() const {
  double sum = 0;
  for (const BenchProjection &p : projections)
    sum += number::Connections(p.rule).synapses();
  return sum;
}

BenchNetwork networkN1() {
  auto model = libraryModel("IF_curr_exp",
                            {{"tau_m", 20},
                             {"cm", 0.2},
                             {"v_rest", -49},
                             {"v_reset", -60},
                             {"v_thresh", -50},
                             {"tau_refrac", 5},
                             {"tau_syn_E", 5},
                             {"tau_syn_I", 10}},
                            0.1);
  return vogelsAbbott("N1", model, 1, 0.0162, 0.09, 0.1, 2, 4);
}

BenchNetwork networkN2() {
  auto model = libraryModel("IF_cond_exp",
                            {{"tau_m", 20},
                             {"cm", 0.2},
                             {"v_rest", -60},
                             {"v_reset", -60},
                             {"v_thresh", -50},
                             {"tau_refrac", 5},
                             {"tau_syn_E", 5},
                             {"tau_syn_I", 10},
                             {"e_rev_E", 0},
                             {"e_rev_I", -80},
                             {"i_offset", 0.2}},
                            0.1);
  return vogelsAbbott("N2", model, 1024, 0.004, 0.051, 0.8, 4, 7);
}

BenchNetwork networkN3() {
  constexpr double dt = 0.1;
  const double decay = 1 - std::exp(-dt / 20), weight = 0.1 * dt / (20 * decay); // 0.1 mV
  constexpr uint8_t up = 2, down = 2;
  auto model = libraryModel("IF_curr_delta",
                            {{"tau_m", 20},
                             {"cm", 1},
                             {"v_rest", 0},
                             {"v_reset", 10},
                             {"v_thresh", 20},
                             {"tau_refrac", 2}},
                            dt);
  BenchNetwork net{"N3", dt, {"E", "I"}, {}, {}, {}};
  for (uint32_t size : {10000u, 2500u}) {
    Population &population = addPopulation(net, size, model, up, down, 0, 0, false);
    spinn::Noise noise;
    noise.plane = 0;
    noise.weight = static_cast<uint32_t>(raw(weight)) >> up;
    noise.mean = {20000 * dt * 1e-3};
    noise.seed = kSeed;
    noise.object = size;
    population.noise.push_back(noise);
  }
  for (uint32_t s = 0; s < 2; ++s)
    for (uint32_t t = 0; t < 2; ++t) {
      number::ConnectionRule rule;
      rule.rule = Rule::FixedInDegree;
      rule.sources = s ? 2500 : 10000;
      rule.targets = t ? 2500 : 10000;
      rule.number = s ? 250 : 1000;
      rule.weight = constant(s ? 5 * weight : weight);
      rule.delay = constant(15);
      net.projections.push_back(projection(s, t, s, std::ldexp(1, (s ? down : up) - 15), rule));
    }
  return net;
}

BenchNetwork networkN4(double scale) {
  constexpr int kPops = 8;
  constexpr double dt = 0.1;
  static const char *const names[kPops] = {"L23E", "L23I", "L4E", "L4I",
                                           "L5E",  "L5I",  "L6E", "L6I"};
  static constexpr double size[kPops] = {20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948};
  static constexpr double probability[kPops][kPops] = {
      {.1009, .1689, .0437, .0818, .0323, 0, .0076, 0},
      {.1346, .1371, .0316, .0515, .0755, 0, .0042, 0},
      {.0077, .0059, .0497, .135, .0067, .0003, .0453, 0},
      {.0691, .0029, .0794, .1597, .0033, 0, .1057, 0},
      {.1004, .0622, .0505, .0057, .0831, .3726, .0204, 0},
      {.0548, .0269, .0257, .0022, .06, .3158, .0086, 0},
      {.0156, .0066, .0211, .0166, .0572, .0197, .0396, .2252},
      {.0364, .001, .0034, .0005, .0277, .008, .0658, .1443}};
  static constexpr double external[kPops] = {1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100};
  static constexpr double rate[kPops] = {.971, 2.868, 4.746, 5.396, 8.142, 9.078, .991, 7.523};
  static constexpr double start[kPops] = {-68.28, -63.16, -63.33, -63.45,
                                          -63.11, -61.66, -66.72, -61.43};
  static constexpr double spread[kPops] = {5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48};
  constexpr uint8_t up = 0, down = 2;
  const double full = 0.0878, weight = full / std::sqrt(scale);
  auto synapses = [&](int t, int s) { // at full scale
    double p = probability[t][s];
    return p > 0 ? std::round(std::log(1 - p) / std::log(1 - 1 / (size[t] * size[s]))) : 0;
  };
  auto weightOf = [](int t, int s) { return s % 2 ? -4.0 : s == 2 && t == 0 ? 2.0 : 1.0; };
  BenchNetwork net{scale == 1 ? "N4" : "N4@" + std::to_string(scale).substr(0, 3),
                   dt,
                   {names, names + kPops},
                   {},
                   {},
                   {}};
  for (int t = 0; t < kPops; ++t) {
    // What down-scaling takes from the mean input is given back as a constant current.
    double mean = full * external[t] * 8e-3;
    for (int s = 0; s < kPops; ++s)
      mean += weightOf(t, s) * full * synapses(t, s) / size[t] * rate[s] * 1e-3;
    auto model = libraryModel("IF_curr_exp",
                              {{"tau_m", 10},
                               {"cm", 0.25},
                               {"v_rest", -65},
                               {"v_reset", -65},
                               {"v_thresh", -50},
                               {"tau_refrac", 2},
                               {"tau_syn_E", 0.5},
                               {"tau_syn_I", 0.5},
                               {"i_offset", 0.5 * (1 - std::sqrt(scale)) * mean}},
                              dt);
    auto neurons = static_cast<uint32_t>(std::round(size[t] * scale));
    Population &population =
        addPopulation(net, neurons, model, up, down, start[t], spread[t], false);
    spinn::Noise noise;
    noise.plane = 0;
    noise.weight = static_cast<uint32_t>(std::lrint(weight * 32768));
    noise.mean = {external[t] * scale * 8 * dt * 1e-3};
    noise.seed = kSeed;
    noise.object = static_cast<uint32_t>(1000 + t);
    population.noise.push_back(noise);
  }
  for (uint32_t t = 0; t < kPops; ++t)
    for (uint32_t s = 0; s < kPops; ++s) {
      number::ConnectionRule rule;
      rule.rule = Rule::FixedTotal;
      rule.sources = net.populations[s].size;
      rule.targets = net.populations[t].size;
      rule.number = static_cast<uint64_t>(
          std::llround(synapses(static_cast<int>(t), static_cast<int>(s)) * scale * scale));
      if (rule.number == 0)
        continue;
      double w = weight * std::abs(weightOf(static_cast<int>(t), static_cast<int>(s)));
      rule.weight = {Law::Normal, w, 0.1 * w, 0};
      rule.delay = s % 2 ? number::Distribution{Law::Normal, 7.5, 3.75, 1}
                         : number::Distribution{Law::Normal, 15, 7.5, 1};
      net.projections.push_back(
          projection(s, t, s % 2, std::ldexp(1, (s % 2 ? down : up) - 15), rule));
    }
  return net;
}

BuiltNetwork build(const BenchNetwork &network, const spinn::EngineOptions &options) {
  struct Ready {
    std::unique_ptr<number::Connections> connections;
    std::vector<uint32_t> weights;
    const BenchProjection *projection;
  };
  BuiltNetwork built;
  built.engine = std::make_unique<spinn::Engine>(network.populations, options);
  built.outDegree.resize(built.engine->sources());
  std::vector<std::vector<Ready>> from(network.populations.size());
  for (const BenchProjection &p : network.projections) {
    Ready ready{std::make_unique<number::Connections>(p.rule), {}, &p};
    for (double weight : ready.connections->weights())
      ready.weights.push_back(static_cast<uint32_t>(std::lrint(weight * p.scale)));
    from[p.source].push_back(std::move(ready));
  }
  const spinn::Engine &engine = *built.engine;
  built.engine->build([&](uint32_t source, spinn::RowBuilder &builder) {
    static thread_local std::vector<number::Drawn> row;
    uint32_t node = engine.nodeOf(source);
    for (const Ready &ready : from[node]) {
      ready.connections->row(source - engine.firstSource(node), row);
      built.outDegree[source] += static_cast<uint32_t>(row.size());
      const uint32_t *places = engine.layout().places(ready.projection->target);
      for (const number::Drawn &s : row)
        builder.add(places[s.target], ready.projection->plane, s.delay, ready.weights[s.weight]);
    }
  });
  return built;
}

} // namespace spindle::bench
