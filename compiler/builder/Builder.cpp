// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/builder/Builder.h"

#include "compiler/builder/Text.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::pynn {

namespace {

std::string popType(int64_t size) { return "!snn.pop<" + std::to_string(size) + ">"; }
std::string nodeValue(size_t node) { return "%n" + std::to_string(node); }

std::string valueText(const Value &value, int64_t size) {
  if (auto number = std::get_if<double>(&value))
    return real(*number) + " : f64";
  if (auto random = std::get_if<RandomDistribution>(&value))
    return "#snn.distribution<" + random->text() + ">";
  const auto &list = std::get<std::vector<double>>(value);
  if (static_cast<int64_t>(list.size()) != size)
    throw std::invalid_argument(std::to_string(list.size()) + " values for a population of " +
                                std::to_string(size) + " neurons");
  return "dense<" + reals(list) + "> : tensor<" + std::to_string(size) + "xf64>";
}

std::string dictionary(const Values &values, int64_t size) {
  std::string text;
  for (const auto &[name, value] : values)
    text += (text.empty() ? "" : ", ") + name + " = " + valueText(value, size);
  return "{" + text + "}";
}

std::string drawText(const std::variant<double, RandomDistribution> &value) {
  if (auto number = std::get_if<double>(&value))
    return real(*number);
  return std::get<RandomDistribution>(value).text();
}

} // namespace

//===- Values ---------------------------------------------------------------------------------===//

RandomDistribution::RandomDistribution(std::string name, std::vector<double> parameters)
    : name_(std::move(name)), parameters_(std::move(parameters)) {
  const std::map<std::string, size_t> counts = {
      {"normal", 2},  {"normal_clipped", 4}, {"normal_clipped_to_boundary", 4},
      {"uniform", 2}, {"lognormal", 2},      {"exponential", 1}};
  auto count = counts.find(name_);
  if (count == counts.end())
    throw std::invalid_argument("distribution '" + name_ + "' is not known");
  if (parameters_.size() != count->second)
    throw std::invalid_argument("distribution '" + name_ + "' has " +
                                std::to_string(count->second) + " parameters, not " +
                                std::to_string(parameters_.size()));
}

std::string RandomDistribution::text(double factor) const {
  auto p = [&](size_t i) { return real(parameters_[i] * factor); };
  if (name_ == "exponential")
    return "exponential(" + p(0) + ")";
  if (name_ == "lognormal")
    return "lognormal(" + real(parameters_[0] + std::log(factor)) + ", " + real(parameters_[1]) +
           ")";
  if (name_ == "uniform")
    return "uniform(" + p(0) + ", " + p(1) + ")";
  std::string text = "normal(" + p(0) + ", " + p(1) + ")";
  if (parameters_.size() == 2)
    return text;
  if (std::isfinite(parameters_[2]))
    text += " above " + p(2);
  if (std::isfinite(parameters_[3]))
    text += " below " + p(3);
  return name_ == "normal_clipped" ? text + " redrawn" : text;
}

namespace {
CellType neuron(const char *model, Values parameters) {
  return {CellType::Neuron, model, std::move(parameters), {}, 0};
}
} // namespace

CellType IF_curr_exp(Values p) { return neuron("IF_curr_exp", std::move(p)); }
CellType IF_cond_exp(Values p) { return neuron("IF_cond_exp", std::move(p)); }
CellType IF_curr_alpha(Values p) { return neuron("IF_curr_alpha", std::move(p)); }
CellType IF_curr_delta(Values p) { return neuron("IF_curr_delta", std::move(p)); }
CellType Izhikevich(Values p) { return neuron("Izhikevich", std::move(p)); }
CellType SpikeSourceArray(std::vector<std::vector<double>> times) {
  return {CellType::Array, "", {}, std::move(times), 0};
}
CellType SpikeSourcePoisson(double rate) { return {CellType::Poisson, "", {}, {}, rate}; }

//===- Network --------------------------------------------------------------------------------===//

Network setup(double timestep, const std::string &name) {
  if (!(timestep > 0) || !std::isfinite(timestep))
    throw std::invalid_argument("a step is a positive number of milliseconds");
  Network network;
  network.timestep_ = timestep;
  network.name_ = name;
  return network;
}

std::string Network::text() const {
  std::string out =
      "snn.network @" + name_ + " attributes {dt = " + real(timestep_ / 1000) + " : f64";
  if (seed_)
    out += ", seed = " + std::to_string(*seed_) + " : i64";
  out += "} {\n";
  for (const std::string &model : models_)
    out += model + "\n";
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const Node &node = nodes_[i];
    std::string head = "  " + nodeValue(i) + " = snn.";
    if (node.cell.kind == CellType::Neuron) {
      out += head + "population " + quoted(labels_[i]) + " of @" + node.cell.model + " " +
             dictionary(node.cell.parameters, node.size);
      if (!node.initial.empty())
        out += " initial " + dictionary(node.initial, node.size);
    } else {
      out += head + "source " + quoted(labels_[i]);
      if (node.cell.kind == CellType::Poisson)
        out += " kind poisson rate " + real(node.cell.rate);
    }
    out += " : " + popType(node.size) + "\n";
  }
  for (const std::string &projection : projections_)
    out += projection;
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].recorded.empty())
      continue;
    std::string terms;
    for (const std::string &term : nodes_[i].recorded)
      terms += (terms.empty() ? "" : ", ") + quoted(term);
    out += "  snn.probe " + nodeValue(i) + " [" + terms + "] : " + popType(nodes_[i].size) + "\n";
  }
  for (size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].cell.kind == CellType::Neuron)
      out += "  snn.output " + nodeValue(i) + " as " + quoted(labels_[i] + ".out") + " : " +
             popType(nodes_[i].size) + "\n";
  return out + "}\n";
}

std::string Network::spikes() const {
  std::vector<std::tuple<int64_t, size_t, size_t>> events;
  for (size_t i = 0; i < nodes_.size(); ++i)
    for (size_t n = 0; n < nodes_[i].cell.spikeTimes.size(); ++n)
      for (double t : nodes_[i].cell.spikeTimes[n])
        events.emplace_back(std::llrint(std::ceil(t / timestep_ - 1e-9)), i, n);
  std::sort(events.begin(), events.end());
  std::string out = "step,source,neuron\n";
  for (auto [step, node, neuron] : events)
    out += std::to_string(step) + "," + labels_[node] + "," + std::to_string(neuron) + "\n";
  return out;
}

//===- Populations ----------------------------------------------------------------------------===//

Population::Population(Network &network, int64_t size, CellType cell, const std::string &label)
    : PopulationView(&network, network.nodes_.size()) {
  if (size < 1)
    throw std::invalid_argument("a population has at least one neuron");
  if (cell.kind == CellType::Array && static_cast<int64_t>(cell.spikeTimes.size()) > size)
    throw std::invalid_argument("spike times for more neurons than the source has");
  count_ = size;
  network.labels_.push_back(label.empty() ? "population" + std::to_string(node_) : label);
  network.nodes_.push_back({size, std::move(cell), {}, {}});
}

int64_t PopulationView::size() const {
  return list_.empty() ? count_ : static_cast<int64_t>(list_.size());
}

PopulationView Population::view(int64_t first, int64_t last, int64_t step) const {
  if (step < 1 || first < 0 || last <= first || last > count_)
    throw std::invalid_argument("view [" + std::to_string(first) + ", " + std::to_string(last) +
                                ") of '" + label() + "' with " + std::to_string(count_) +
                                " neurons");
  PopulationView v(network_, node_);
  v.whole_ = false;
  v.first_ = first;
  v.step_ = step;
  v.count_ = (last - first + step - 1) / step;
  return v;
}

PopulationView Population::view(std::vector<int64_t> neurons) const {
  if (neurons.empty() ||
      std::any_of(neurons.begin(), neurons.end(), [&](int64_t n) { return n < 0 || n >= count_; }))
    throw std::invalid_argument("a view of '" + label() +
                                "' names no neuron, or one that is not there");
  PopulationView v(network_, node_);
  v.whole_ = false;
  v.list_ = std::move(neurons);
  return v;
}

std::string PopulationView::part(bool brackets) const {
  std::string text;
  if (!list_.empty()) {
    text = integers(list_);
    return brackets ? text : "#snn.part<" + text + ">";
  }
  text = std::to_string(first_) + " to " + std::to_string(first_ + count_ * step_);
  if (step_ != 1)
    text += " by " + std::to_string(step_);
  return brackets ? "[" + text + "]" : "#snn.part<" + text + ">";
}

void Population::initialize(const std::string &state, Value value) {
  network_->nodes_[node_].initial.insert_or_assign(state, std::move(value));
}

void Population::record(std::vector<std::string> terms) {
  network_->nodes_[node_].recorded = std::move(terms);
}

int64_t Assembly::size() const {
  int64_t sum = 0;
  for (const PopulationView &member : members_)
    sum += member.size();
  return sum;
}

//===- Learning -------------------------------------------------------------------------------===//

namespace {
TimingDependence pairs(const char *name, double tau_plus, double tau_minus, double A_plus,
                       double A_minus) {
  return {
      name,
      {{"tau_plus", tau_plus}, {"tau_minus", tau_minus}, {"A_plus", A_plus}, {"A_minus", A_minus}}};
}
} // namespace

TimingDependence SpikePairRule(double tau_plus, double tau_minus, double A_plus, double A_minus) {
  return pairs("SpikePairRule", tau_plus, tau_minus, A_plus, A_minus);
}
TimingDependence SpikeNearestPairRule(double tau_plus, double tau_minus, double A_plus,
                                      double A_minus) {
  return pairs("SpikeNearestPairRule", tau_plus, tau_minus, A_plus, A_minus);
}
TimingDependence Vogels2011Rule(double alpha, double tau, double A_plus) {
  return {"Vogels2011Rule", {{"alpha", alpha}, {"tau", tau}, {"A_plus", A_plus}}};
}
WeightDependence AdditiveWeightDependence(double w_min, double w_max) {
  return {"AdditiveWeightDependence", w_min, w_max};
}
WeightDependence MultiplicativeWeightDependence(double w_min, double w_max) {
  return {"MultiplicativeWeightDependence", w_min, w_max};
}

//===- Connectors -----------------------------------------------------------------------------===//

namespace {
Connector rule(std::string text, bool self, bool multapses) {
  Connector c;
  c.rule = std::move(text);
  c.selfConnections = self;
  c.multapses = multapses;
  return c;
}
std::string counted(const char *name, int64_t n) {
  if (n < 0)
    throw std::invalid_argument("a number of synapses is not negative");
  return std::string(name) + "(" + real(static_cast<double>(n)) + ")";
}
} // namespace

Connector AllToAllConnector(bool self) { return rule("all_to_all", self, true); }
Connector OneToOneConnector() { return rule("one_to_one", true, true); }
Connector FixedProbabilityConnector(double p, bool self) {
  return rule("fixed_probability(" + real(p) + ")", self, true);
}
Connector FixedNumberPreConnector(int64_t n, bool self, bool replace) {
  return rule(counted("fixed_in_degree", n), self, replace);
}
Connector FixedNumberPostConnector(int64_t n, bool self, bool replace) {
  return rule(counted("fixed_out_degree", n), self, replace);
}
Connector FixedTotalNumberConnector(int64_t n, bool self, bool replace) {
  return rule(counted("fixed_total", n), self, replace);
}
Connector FromListConnector(std::vector<std::tuple<int64_t, int64_t, double, double>> list) {
  Connector c;
  c.list = std::move(list);
  c.listed = true;
  return c;
}
Connector DistanceDependentProbabilityConnector(const DistanceKernel &k, bool self) {
  Connector c = rule("distance", self, true);
  c.space = "#snn.space<" + k.shape + ", " + real(k.amplitude) + ", " + real(k.scale);
  if (k.cutoff > 0)
    c.space += ", cutoff = " + real(k.cutoff);
  if (!k.spacing.empty())
    c.space += ", spacing = " + reals(k.spacing);
  if (!k.period.empty())
    c.space += ", period = " + reals(k.period);
  c.space += ">";
  return c;
}

//===- Projections ----------------------------------------------------------------------------===//

Projection::Side Projection::sideOf(Network &network, const Assembly &assembly) {
  const auto &members = assembly.members_;
  if (members.empty())
    throw std::invalid_argument("an assembly has members");
  for (const PopulationView &m : members)
    if (m.network_ != &network)
      throw std::invalid_argument("populations of different networks cannot be joined");
  auto typeOf = [&](const PopulationView &m) { return popType(network.nodes_[m.node_].size); };
  if (members.size() == 1) {
    const PopulationView &m = members.front();
    return {nodeValue(m.node_), m.whole_ ? "" : m.part(true), typeOf(m)};
  }
  std::string id = std::to_string(network.assemblies_++), names, parts, types;
  bool whole = true;
  for (const PopulationView &m : members) {
    std::string comma = names.empty() ? "" : ", ";
    names += comma + nodeValue(m.node_);
    parts += comma + (m.whole_ ? "unit" : m.part(false));
    types += comma + typeOf(m);
    whole &= m.whole_;
  }
  std::string type = popType(assembly.size());
  network.projections_.push_back("  %a" + id + " = snn.assembly \"assembly" + id + "\" (" + names +
                                 ")" + (whole ? "" : " parts [" + parts + "]") + " : (" + types +
                                 ") to " + type + "\n");
  return {"%a" + id, "", type};
}

Projection::Projection(const Assembly &pre, const Assembly &post, const Connector &connector,
                       const StaticSynapse &synapse, const std::string &receptor, int64_t seed) {
  add(pre, post, connector, synapse, receptor, seed, "");
}

Projection::Projection(const Assembly &pre, const Assembly &post, const Connector &connector,
                       const STDPMechanism &synapse, const std::string &receptor, int64_t seed) {
  Values numbers;
  for (const auto &[name, value] : synapse.timing.parameters)
    numbers.emplace(name, value);
  numbers.emplace("w_min", synapse.dependence.w_min);
  numbers.emplace("w_max", synapse.dependence.w_max);
  add(pre, post, connector, {synapse.weight, synapse.delay}, receptor, seed,
      " learn @" + synapse.timing.name + "_" + synapse.dependence.name + " with " +
          dictionary(numbers, 1));
}

void Projection::add(const Assembly &pre, const Assembly &post, const Connector &connector,
                     const StaticSynapse &synapse, const std::string &receptor, int64_t seed,
                     const std::string &learn) {
  if (pre.members_.empty())
    throw std::invalid_argument("an assembly has members");
  Network &network = *pre.members_.front().network_;
  Side from = sideOf(network, pre), to = sideOf(network, post);
  std::string map;
  if (connector.listed) {
    map = "#snn.list<unit \"\"";
    for (auto [s, t, weight, delay] : connector.list)
      map += ", [" + std::to_string(s) + ", " + std::to_string(t) + ", " + real(weight) + ", " +
             std::to_string(std::max<int64_t>(1, std::llrint(delay / network.timestep_))) + "]";
    map += ">";
  } else {
    map = "#snn.generated<" + connector.rule + ", seed = " + std::to_string(seed) +
          ", weight = " + drawText(synapse.weight) + ", delay = " + drawText(synapse.delay) +
          " unit \"ms\"";
    if (!connector.selfConnections)
      map += ", no_self";
    if (!connector.multapses)
      map += ", no_multapses";
    if (!connector.space.empty())
      map += ", space = " + connector.space;
    map += ">";
  }
  network.projections_.push_back("  snn.project " + from.name + from.part + " to " + to.name +
                                 to.part + " port " + quoted(receptor) + " as " + map +
                                 " forward delay 0" + learn + " : " + from.type + " to " + to.type +
                                 "\n");
}

} // namespace spindle::pynn
