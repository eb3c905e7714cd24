// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PyNN's vocabulary in C++: populations, views, assemblies, projections, connectors. What is built
// is the text of an snn module, the same that a person would write (docs/networks.md).
//
// Units are PyNN's: ms, mV, nF, nA, uS, spikes/s. Objects are handles into a Network, which must
// outlive them.
#ifndef SPINDLE_COMPILER_BUILDER_BUILDER_H
#define SPINDLE_COMPILER_BUILDER_BUILDER_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

namespace spindle::pynn {

/// "normal" {mu, sigma}, "normal_clipped" and "normal_clipped_to_boundary" {mu, sigma, low, high},
/// "uniform" {low, high}, "lognormal" {mu, sigma}, "exponential" {beta}: as PyNN names them.
class RandomDistribution {
public:
  RandomDistribution(std::string name, std::vector<double> parameters);
  /// As the dialect writes it, all numbers times `factor`.
  std::string text(double factor = 1.0) const;

private:
  std::string name_;
  std::vector<double> parameters_;
};

/// One number for all, a distribution, or one number for each.
using Value = std::variant<double, RandomDistribution, std::vector<double>>;
using Values = std::map<std::string, Value>;

/// A model of the library, or one that the network defines, with parameters; or a source.
struct CellType {
  enum Kind { Neuron, Array, Poisson } kind = Neuron;
  std::string model;
  Values parameters = {};
  std::vector<std::vector<double>> spikeTimes = {}; ///< Array, in ms
  double rate = 0;                                  ///< Poisson, in spikes/s
};
CellType IF_curr_exp(Values parameters = {});
CellType IF_cond_exp(Values parameters = {});
CellType IF_curr_alpha(Values parameters = {});
CellType IF_curr_delta(Values parameters = {});
CellType Izhikevich(Values parameters = {});
CellType SpikeSourceArray(std::vector<std::vector<double>> spikeTimes);
CellType SpikeSourcePoisson(double rate);

class Population;
class Projection;

class Network {
public:
  const std::vector<std::string> &labels() const { return labels_; }
  double timestep() const { return timestep_; }

  /// Adds a model in the dialect's language, for cells that name it.
  void define(const std::string &model) { models_.push_back(model); }
  /// Changes every draw.
  void seed(int64_t seed) { seed_ = seed; }

  /// The module's text.
  std::string text() const;
  /// The spikes of all SpikeSourceArrays as lines of `step,source,neuron`, with a heading.
  std::string spikes() const;

private:
  friend Network setup(double timestep, const std::string &name);
  friend class Population;
  friend class Projection;
  struct Node {
    int64_t size;
    CellType cell;
    Values initial;
    std::vector<std::string> recorded;
  };
  std::string name_;
  double timestep_ = 1.0;
  std::optional<int64_t> seed_;
  std::vector<std::string> models_, labels_;
  std::vector<Node> nodes_;
  std::vector<std::string> projections_;
  size_t assemblies_ = 0;
};

/// A new network with a step of that many milliseconds.
Network setup(double timestep = 0.1, const std::string &name = "network");

/// Some neurons of a population, in an order.
class PopulationView {
public:
  int64_t size() const;

protected:
  friend class Assembly;
  friend class Population;
  friend class Projection;
  PopulationView(Network *network, size_t node) : network_(network), node_(node) {}
  std::string part(bool brackets) const;

  Network *network_;
  size_t node_;
  bool whole_ = true;
  int64_t first_ = 0, count_ = 0, step_ = 1;
  std::vector<int64_t> list_;
};

class Population : public PopulationView {
public:
  Population(Network &network, int64_t size, CellType cell, const std::string &label = "");
  const std::string &label() const { return network_->labels()[node_]; }
  /// Neurons first, first + step, ... below last.
  PopulationView view(int64_t first, int64_t last, int64_t step = 1) const;
  PopulationView view(std::vector<int64_t> neurons) const;
  void initialize(const std::string &state, Value value);
  void record(std::vector<std::string> terms);
};

/// Several populations or views as one.
class Assembly {
public:
  Assembly(std::vector<PopulationView> members) : members_(std::move(members)) {}
  Assembly(const PopulationView &member) : members_{member} {}
  Assembly(const Population &member) : members_{member} {}
  int64_t size() const;

private:
  friend class Projection;
  std::vector<PopulationView> members_;
};

/// Weight in the unit of the receptor, delay in ms.
struct StaticSynapse {
  std::variant<double, RandomDistribution> weight = 0.0, delay = 1.0;
};

/// Which spikes change a weight, and when: the rule's name and its numbers.
struct TimingDependence {
  std::string name;
  std::map<std::string, double> parameters;
};
TimingDependence SpikePairRule(double tau_plus = 20, double tau_minus = 20, double A_plus = 0.01,
                               double A_minus = 0.01);
TimingDependence SpikeNearestPairRule(double tau_plus = 20, double tau_minus = 20,
                                      double A_plus = 0.01, double A_minus = 0.01);
TimingDependence Vogels2011Rule(double alpha, double tau = 20, double A_plus = 0.01);

/// By how much, and between which limits.
struct WeightDependence {
  std::string name;
  double w_min = 0, w_max = 1;
};
WeightDependence AdditiveWeightDependence(double w_min = 0, double w_max = 1);
WeightDependence MultiplicativeWeightDependence(double w_min = 0, double w_max = 1);

/// A synapse that learns by a rule of the library (docs/learning.md); numbers as StaticSynapse.
struct STDPMechanism {
  TimingDependence timing;
  WeightDependence dependence;
  std::variant<double, RandomDistribution> weight = 0.0, delay = 1.0;
};

/// Which neurons are joined: the rule's text and the flags of the dialect, or a list of synapses.
struct Connector {
  std::string rule = {};
  bool selfConnections = true, multapses = true;
  std::string space = {};
  std::vector<std::tuple<int64_t, int64_t, double, double>> list = {};
  bool listed = false;
};
Connector AllToAllConnector(bool allowSelfConnections = true);
Connector OneToOneConnector();
Connector FixedProbabilityConnector(double probability, bool allowSelfConnections = true);
/// n synapses onto every target neuron.
Connector FixedNumberPreConnector(int64_t n, bool allowSelfConnections = true,
                                  bool withReplacement = false);
/// n synapses of every source neuron.
Connector FixedNumberPostConnector(int64_t n, bool allowSelfConnections = true,
                                   bool withReplacement = false);
Connector FixedTotalNumberConnector(int64_t n, bool allowSelfConnections = true,
                                    bool withReplacement = true);
/// Source, target, weight, delay in ms. The synapse type's own numbers are not used.
Connector FromListConnector(std::vector<std::tuple<int64_t, int64_t, double, double>> list);

/// Populations of up to three axes sit on a grid; distances in its units.
struct DistanceKernel {
  std::string shape = "gaussian"; ///< gaussian, exponential, step
  double amplitude = 1, scale = 1, cutoff = 0;
  std::vector<double> spacing = {}, period = {}; ///< by axis; a period wraps it round
};
Connector DistanceDependentProbabilityConnector(const DistanceKernel &kernel,
                                                bool allowSelfConnections = true);

class Projection {
public:
  /// `receptor`: the input port ("excitatory", "inhibitory", or that of an own model).
  Projection(const Assembly &pre, const Assembly &post, const Connector &connector,
             const StaticSynapse &synapse, const std::string &receptor = "excitatory",
             int64_t seed = 0);
  Projection(const Assembly &pre, const Assembly &post, const Connector &connector,
             const STDPMechanism &synapse, const std::string &receptor = "excitatory",
             int64_t seed = 0);

private:
  static void add(const Assembly &pre, const Assembly &post, const Connector &connector,
                  const StaticSynapse &synapse, const std::string &receptor, int64_t seed,
                  const std::string &learn);
  struct Side {
    std::string name, part, type;
  };
  static Side sideOf(Network &network, const Assembly &assembly);
};

} // namespace spindle::pynn

#endif // SPINDLE_COMPILER_BUILDER_BUILDER_H
