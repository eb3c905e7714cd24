// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/ManyCoreNetworks.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace spindle::oracle {
namespace {

const char *const kModels[] = {"IF_curr_exp",   "IF_cond_exp", "IF_curr_alpha",
                               "IF_curr_delta", "Izhikevich",  "Izhikevich_cond"};

class Maker {
public:
  Maker(uint64_t seed, const CaseOptions &options) : random_(seed), options_(options) {}

  Case make() {
    net_.dt = pick({1.0, 1.0, 1.0, 0.5, 0.1});
    net_.constants = chance(0.25) ? Constants::HostTruncated : Constants::OnCore;
    large_ = options_.extensions && chance(options_.listsExtend ? 0.12 : 0.5);
    net_.neuronsPerCore = !large_                ? pick<uint32_t>({256, 64, 16, 5, 2})
                          : options_.listsExtend ? 256
                                                 : 128;
    feature(net_.constants == Constants::OnCore ? "constants on core" : "constants by host");
    if (net_.dt < 1)
      feature("short steps");
    int sources = integer(1, 2), populations = integer(1, 4);
    for (int i = 0; i < sources; ++i)
      net_.nodes.push_back({"in" + std::to_string(i), "", number(1, 12), 1, {}, {}, 0});
    for (int i = 0; i < populations; ++i)
      addPopulation(i);
    if (options_.poisson && chance(0.3))
      addNoise(static_cast<uint32_t>(sources));
    for (int more = written(); more > 0; --more)
      addWritten(static_cast<uint32_t>(sources));
    for (auto target = static_cast<uint32_t>(sources); target < net_.nodes.size(); ++target)
      if (!net_.nodes[target].model.empty())
        connect(target);
    chooseShift();
    feed(static_cast<uint32_t>(sources));
    return std::move(case_);
  }

private:
  uint64_t below(uint64_t n) { return random_() % n; }
  int integer(int low, int high) {
    return low + static_cast<int>(below(static_cast<uint64_t>(high - low + 1)));
  }
  uint32_t number(int low, int high) { return static_cast<uint32_t>(integer(low, high)); }
  double real(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }
  bool chance(double p) { return real(0, 1) < p; }
  template <typename T = double> T pick(std::initializer_list<T> list) {
    return list.begin()[below(list.size())];
  }
  void feature(const std::string &name) { case_.features.insert(name); }

  //===- Populations --------------------------------------------------------------------------===//

  void addPopulation(int index) {
    Node node;
    node.name = "pop" + std::to_string(index);
    node.model = kModels[below(std::size(kModels))];
    node.size = !large_ || !chance(0.6) ? number(1, 20)
                : options_.listsExtend  ? number(120, 300)
                                        : number(65, 150);
    node.subSteps = chance(0.2) ? integer(2, 4) : 1;
    feature(node.model);
    if (node.subSteps > 1)
      feature("sub-steps");
    if (node.size > net_.neuronsPerCore)
      feature("several cores");
    Model model = modelOf(node.model);
    if (model.membrane == Membrane::Leaky)
      leaky(node);
    else
      izhikevich(node);
    if (model.shape == Shape::Exponential)
      vary(node, "tau_syn_E", 0.3, 10), vary(node, "tau_syn_I", 0.3, 10);
    if (model.shape == Shape::Alpha && !chance(0.15)) // else it is silent, as the machine's is
      vary(node, "tau_syn_E", 1.5, 8), vary(node, "tau_syn_I", 1.5, 8);
    if (model.input == Input::Conductance)
      vary(node, "e_rev_E", -10, 10), vary(node, "e_rev_I", -90, -66);
    if (options_.currents && chance(0.25))
      addCurrent(node);
    net_.nodes.push_back(std::move(node));
  }

  /// Sometimes the default, one value for all, or one for each neuron.
  void vary(Node &node, const std::string &name, double low, double high) {
    if (chance(0.3))
      return;
    std::vector<double> list;
    do
      list.push_back(real(low, high));
    while (list.size() < node.size && list.size() != (oneForAll_ ? 1u : 0u));
    node.values[name] = list;
    if (list.size() > 1)
      feature("parameters per neuron");
    oneForAll_ = chance(0.6);
  }

  void leaky(Node &node) {
    vary(node, "tau_m", 5, 30);
    vary(node, "cm", 0.2, 2);
    vary(node, "v_rest", -70, -60);
    vary(node, "v_reset", -75, -60);
    vary(node, "v_thresh", -58, -48);
    vary(node, "tau_refrac", 0, 5);
    vary(node, "v", -70, -50);
    if (chance(0.3))
      vary(node, "i_offset", 0, 1.5);
    if (!chance(0.05))
      return;
    // At rest it is at its threshold exactly.
    node.values["v_rest"] = node.values["v_thresh"] = node.values["v"] = {-0.5 * integer(100, 140)};
    node.values["i_offset"] = {0};
    feature("rest at the threshold");
  }

  void izhikevich(Node &node) {
    vary(node, "a", 0.01, 0.1);
    vary(node, "b", 0.15, 0.27);
    vary(node, "c", -70, -45);
    vary(node, "d", 0.05, 8);
    vary(node, "v", -75, -55);
    vary(node, "u", -16, -8);
    if (chance(0.4))
      vary(node, "i_offset", 0, 10);
  }

  void addCurrent(Node &node) {
    StepCurrent current;
    for (uint32_t i = 0; i < node.size; ++i)
      if (chance(0.6))
        current.neurons.push_back(i);
    double at = 0;
    for (int steps = integer(1, 4); steps > 0; --steps) {
      current.times.push_back(at += integer(1, 15) * net_.dt);
      current.values.push_back(real(-1, node.model[0] == 'I' && node.model[1] == 'z' ? 12 : 3));
    }
    node.currents.push_back(current);
    feature("step currents");
  }

  //===- Projections --------------------------------------------------------------------------===//

  void connect(uint32_t target) {
    plain_ = chance(0.3); // all delays equal: another rule for the shift
    longest_ = plain_ ? 1 : pick<uint32_t>({2, 3, 4, 8, 9, 16, 30});
    if (large_ && options_.listsExtend && chance(0.7))
      longest_ = number(33, 100); // 256 neurons on a core: 32 slots
    same_ = number(1, 20);
    rule_ = -1;
    project(number(0, static_cast<int>(target) - 1), target);
    for (int more = integer(0, 2); more > 0; --more)
      if (uint32_t source = number(0, static_cast<int>(net_.nodes.size()) - 1);
          net_.nodes[source].rate == 0)
        project(source, target);
  }

  /// A Poisson source for every neuron of a population, or a few for all of them.
  void addNoise(uint32_t firstPopulation) {
    auto target =
        static_cast<uint32_t>(firstPopulation + below(net_.nodes.size() - firstPopulation));
    const Node &to = net_.nodes[target];
    bool each = chance(0.6);
    Node noise{"noise", "", each ? to.size : number(1, 10), 1, {}, {}, 0};
    noise.rate = real(0.02, chance(0.2) ? 15 : 0.8) * 1000 / net_.dt;
    Projection p{static_cast<uint32_t>(net_.nodes.size()), target, Excitatory, {}, -1};
    p.written = each ? Written::OneToOne : Written::AllToAll;
    double weight = typical(to.model) * real(0.05, 0.5);
    uint32_t after = number(1, 6);
    for (uint32_t i = 0; i < noise.size; ++i)
      for (uint32_t j = 0; j < to.size; ++j)
        if (!each || i == j)
          p.synapses.push_back({i, j, weight, after});
    net_.nodes.push_back(noise);
    net_.projections.push_back(p);
    feature(each ? "Poisson sources, one each" : "Poisson sources for all");
  }

  int written() {
    if (!options_.written)
      return 0;
    return large_ && !options_.listsExtend ? integer(2, 4) : chance(0.3);
  }

  /// A projection by a rule that needs no draws.
  void addWritten(uint32_t firstPopulation) {
    auto target =
        static_cast<uint32_t>(firstPopulation + below(net_.nodes.size() - firstPopulation));
    auto source = static_cast<uint32_t>(below(target + 1));
    const Node &from = net_.nodes[source], &to = net_.nodes[target];
    if (to.model.empty() || from.size * to.size > (large_ ? 3000 : 400))
      return;
    Projection p{source, target, chance(0.3) ? Inhibitory : Excitatory, {}, -1};
    p.written = from.size == to.size && chance(0.4)   ? Written::OneToOne
                : from.size == to.size && chance(0.5) ? Written::AllButSelf
                                                      : Written::AllToAll;
    double weight = typical(to.model) * real(0.2, 1);
    uint32_t after = number(1, 9);
    if (large_ && !options_.listsExtend && to.size > 64 && chance(0.8)) {
      after = number(65, 250); // 65 to 128 neurons on a core: 64 slots
      feature("delay extensions");
    }
    for (uint32_t i = 0; i < from.size; ++i)
      for (uint32_t j = 0; j < to.size; ++j)
        if (p.written == Written::AllToAll || (i == j) == (p.written == Written::OneToOne))
          p.synapses.push_back({i, j, weight, after});
    if (p.synapses.empty())
      return;
    net_.projections.push_back(p);
    feature(p.written == Written::AllToAll     ? "all to all"
            : p.written == Written::AllButSelf ? "all but self"
                                               : "one to one");
  }

  uint32_t delay() {
    if (plain_)
      return same_;
    return chance(0.2) ? longest_ : number(1, static_cast<int>(longest_));
  }

  /// A weight that has something to say in a model.
  double typical(const std::string &model) {
    if (modelOf(model).input == Input::Conductance)
      return real(0.005, 0.15);
    return model == "IF_curr_delta" ? real(1, 12) : real(0.3, 8);
  }

  void project(uint32_t source, uint32_t target) {
    Projection p;
    p.source = source, p.target = target;
    p.receptor = chance(0.25) ? Inhibitory : Excitatory;
    const Node &from = net_.nodes[source], &to = net_.nodes[target];
    double typicalWeight = typical(to.model), spread = chance(0.3) ? 0 : real(0.1, 1);
    double density = std::min(0.15 + real(0, 0.6), 40.0 / from.size);
    if (chance(0.2)) { // the largest sum is a power of two: the next shift is the one to take
      typicalWeight = std::ldexp(1.0, integer(-1, 3)) /
                      (modelOf(to.model).input == Input::Conductance ? 128 : 1);
      spread = density = 0;
      for (uint32_t j = 0; j < to.size; ++j)
        p.synapses.push_back({j % from.size, j, typicalWeight, delay()});
      feature("powers of two");
    }
    for (uint32_t i = 0; i < from.size; ++i)
      for (uint32_t j = 0; j < to.size; ++j)
        for (int again = 0; again < 2; ++again)
          if (chance(again ? density * 0.05 : density))
            p.synapses.push_back({i, j, typicalWeight * real(1 - spread, 1 + spread), delay()});
    if (p.synapses.empty())
      p.synapses.push_back({0, 0, typicalWeight, delay()});
    feature(p.receptor == Excitatory ? "excitatory" : "inhibitory");
    feature(plain_ ? "one delay" : "many delays");
    if (source == target)
      feature("recurrent");
    if (options_.learning && chance(0.35))
      makePlastic(p, typicalWeight);
    net_.projections.push_back(std::move(p));
  }

  /// All plastic synapses of a population follow one rule, as on the machine.
  void makePlastic(Projection &p, double weight) {
    if (rule_ < 0) {
      rule_ = static_cast<int>(net_.rules.size());
      net_.rules.push_back(makeRule(weight));
    }
    p.rule = rule_;
    for (Synapse &s : p.synapses)
      s.weight = chance(0.2) ? 0 : std::min(s.weight, net_.rules.back().wMax);
  }

  Rule makeRule(double weight) {
    Rule rule;
    rule.timing = pick({Timing::Pair, Timing::NearestPair, Timing::Vogels});
    rule.dependence = pick({Dependence::Additive, Dependence::Multiplicative});
    rule.backprop = !chance(0.25);
    rule.tauPlus = real(2, 30), rule.tauMinus = real(2, 30);
    rule.wMax = weight * real(0.6, 2);
    rule.wMin = chance(0.6) ? 0 : rule.wMax * real(0, 0.2);
    double step = rule.dependence == Dependence::Additive ? rule.wMax : 1;
    rule.aPlus = step * real(0.005, 0.4), rule.aMinus = step * real(0.005, 0.4);
    if (rule.timing == Timing::Vogels)
      rule.alpha = real(0, 0.5), rule.tauMinus = rule.tauPlus;
    const char *timing[] = {"pair", "nearest pair", "Vogels"};
    const char *dependence[] = {" additive", " multiplicative"};
    feature(std::string(timing[static_cast<int>(rule.timing)]) +
            dependence[static_cast<int>(rule.dependence)]);
    if (!rule.backprop)
      feature("axonal delays");
    return rule;
  }

  /// Sometimes the shift is the user's: the smallest that holds the weights, or a little more. Then
  /// some weights lie in the middle of two steps.
  void chooseShift() {
    feature("shift chosen");
    if (options_.choosesShift && !chance(0.35))
      return;
    case_.features.erase("shift chosen");
    feature("shift given");
    double largest = 0;
    for (Projection &p : net_.projections)
      for (Synapse &s : p.synapses)
        largest = std::max(largest, s.weight * gain(p));
    for (const Rule &rule : net_.rules)
      largest = std::max(largest, rule.wMax * 1024);
    unsigned shift = 0;
    while (std::ldexp(1.0, static_cast<int>(shift) + 1) <= largest)
      ++shift;
    shift += number(0, 1);
    net_.weightShift = shift;
    for (Projection &p : net_.projections)
      for (Synapse &s : p.synapses)
        if (p.rule < 0 && p.written == Written::List && chance(0.2)) {
          double step = std::ldexp(1.0, static_cast<int>(shift) - 15) / gain(p);
          s.weight = (std::floor(s.weight / step) + 0.5) * step;
          feature("weights between two steps");
        }
  }

  double gain(const Projection &p) const {
    return modelOf(net_.nodes[p.target].model).input == Input::Conductance ? 1024 : 1;
  }

  //===- Input --------------------------------------------------------------------------------===//

  void feed(uint32_t sources) {
    double rate = real(0.03, 0.5);
    counts_ = chance(0.25), bursts_ = chance(large_ ? 0.5 : 0.05);
    for (int ticks = integer(50, large_ ? 160 : 120); ticks > 0; --ticks) {
      Fed fed;
      for (uint32_t n = 0; n < sources; ++n)
        for (uint32_t i = 0; i < net_.nodes[n].size; ++i)
          if (chance(rate))
            fed[n].push_back({i, count()});
      case_.input.push_back(std::move(fed));
    }
    if (counts_)
      feature("counts");
    if (net_.rules.empty() && chance(0.1)) { // more than a sum of 32 bits holds
      case_.input[case_.input.size() / 2][0] = {{0, number(70000, 140000)}};
      feature("floods");
    }
  }

  uint32_t count() {
    if (bursts_ && chance(0.05))
      return 300;
    return counts_ && chance(0.3) ? number(2, 20) : 1;
  }

  std::mt19937_64 random_; // its sequence is fixed by the standard
  CaseOptions options_;
  Case case_;
  Network &net_ = case_.network;
  bool large_ = false, plain_ = false, oneForAll_ = true, counts_ = false, bursts_ = false;
  uint32_t longest_ = 1, same_ = 1;
  int rule_ = -1;
};

} // namespace

Case randomCase(uint64_t seed, const CaseOptions &options) { return Maker(seed, options).make(); }

Network synfireRing(uint32_t neurons, uint32_t delay) {
  Network net;
  net.nodes.push_back({"stimulus", "", 1, 1, {}, {}, 0});
  Node ring{"ring", "IF_curr_exp", neurons, 1, {}, {}, 0};
  ring.values = {{"cm", {0.25}},     {"tau_m", {20}},     {"tau_refrac", {2}},
                 {"tau_syn_E", {5}}, {"tau_syn_I", {5}},  {"v_reset", {-70}},
                 {"v_rest", {-65}},  {"v_thresh", {-50}}, {"v", {-65}}};
  net.nodes.push_back(ring);
  net.projections.push_back({0, 1, Excitatory, {{0, 0, 2.0, 1}}, -1});
  net.projections.push_back({1, 1, Excitatory, {}, -1});
  for (uint32_t i = 0; i < neurons; ++i)
    net.projections.back().synapses.push_back({i, (i + 1) % neurons, 2.0, delay});
  return net;
}

} // namespace spindle::oracle
