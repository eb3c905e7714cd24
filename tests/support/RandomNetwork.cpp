// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/RandomNetwork.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace spindle::test {
namespace {

const char *const kSpiking[] = {"IF", "LIF", "CubaLIF", "Threshold"};
const char *const kReadout[] = {"I", "LI", "CubaLI"};

struct Population {
  std::string name, type;
  int size;
  bool spikes;
};

class Maker {
public:
  Maker(uint64_t seed, const RandomNetworkOptions &options) : random_(seed), options_(options) {}

  RandomNetwork make() {
    net_.graph.version = "1.0.0";
    int channels = integer(1, 20);
    addInterface("input", "Input", channels);
    populations_.push_back({"input", "Input", channels, true});
    int count = integer(1, 6);
    for (int p = 0; p < count; ++p)
      addPopulation(p);
    addLoops();
    for (size_t p = 1; p < populations_.size(); ++p)
      addOutput(populations_[p]);
    addInput(channels);
    std::sort(net_.graph.edges.begin(), net_.graph.edges.end());
    return std::move(net_);
  }

private:
  int integer(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<uint64_t>(high - low + 1));
  }
  double real(double low, double high) {
    return low + (high - low) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }
  bool chance(double p) { return real(0, 1) < p; }

  nir::Array perNeuron(int size, double low, double high) {
    nir::Array a;
    a.shape = {size};
    for (int i = 0; i < size; ++i)
      a.values.push_back(static_cast<float>(real(low, high)));
    return a;
  }
  static nir::Array constant(int size, double value) {
    nir::Array a;
    a.shape = {size};
    a.values.assign(size, value);
    a.single = false;
    return a;
  }

  void addInterface(const std::string &name, const char *type, int size) {
    nir::Node node;
    node.type = type;
    nir::Array shape;
    shape.shape = {1};
    shape.values = {static_cast<double>(size)};
    shape.real = false;
    node.fields["shape"] = shape;
    net_.graph.nodes[name] = std::move(node);
  }

  void addOutput(const Population &from) {
    addInterface("out_" + from.name, "Output", from.size);
    edge(from.name, "out_" + from.name);
  }

  void edge(const std::string &from, const std::string &to) {
    net_.graph.edges.emplace_back(from, to);
  }

  /// Parameters so that the network is lively: thresholds near the typical input.
  nir::Node neuron(const std::string &type, int size) {
    nir::Node node;
    node.type = type;
    double dt = net_.dt;
    bool exact = options_.exact;
    bool cuba = type.starts_with("Cuba"), leaky = type == "LIF" || type == "LI";
    auto &f = node.fields;
    if (type == "Threshold") {
      f["threshold"] = exact ? constant(size, integer(0, 2) + 0.3) : perNeuron(size, 0.2, 1.0);
      return node;
    }
    double gain = leaky || cuba ? 2.0 : 1.0; // times dt / tau = 1/2: the input counts once
    f["r"] = exact ? constant(size, gain) : perNeuron(size, 0.8 * gain, 1.5 * gain);
    if (leaky)
      f["tau"] = exact ? constant(size, 2 * dt) : perNeuron(size, 1.5 * dt, 8 * dt);
    if (cuba) {
      f["tau_mem"] = exact ? constant(size, 2 * dt) : perNeuron(size, 1.5 * dt, 8 * dt);
      f["tau_syn"] = exact ? constant(size, 2 * dt) : perNeuron(size, 1.5 * dt, 5 * dt);
      f["w_in"] = exact ? constant(size, 2.0) : perNeuron(size, 1.0, 3.0);
    }
    if (leaky || cuba)
      f["v_leak"] = exact ? constant(size, 0.0) : perNeuron(size, -0.1, 0.1);
    if (type == "IF" || type == "LIF" || type == "CubaLIF") {
      f["v_threshold"] = exact ? constant(size, integer(1, 3) + 0.3) : perNeuron(size, 0.3, 1.2);
      f["v_reset"] = exact ? constant(size, 0.0) : perNeuron(size, -0.1, 0.1);
    }
    return node;
  }

  void addPopulation(int index) {
    bool readout = index > 0 && chance(0.25);
    Population p;
    p.type = readout ? kReadout[integer(0, 2)] : kSpiking[integer(0, 3)];
    p.name = "p" + std::to_string(index);
    p.size = options_.large && chance(0.15) ? integer(65, 300) : integer(1, 40);
    p.spikes = !readout;
    net_.graph.nodes[p.name] = neuron(p.type, p.size);
    int fanIn = integer(1, 3);
    for (int k = 0; k < fanIn; ++k) {
      const Population *from = nullptr;
      while (!from || !from->spikes)
        from =
            &populations_[k == 0 ? populations_.size() - 1 -
                                       (chance(0.5)
                                            ? 0
                                            : integer(0, static_cast<int>(populations_.size()) - 1))
                                 : integer(0, static_cast<int>(populations_.size()) - 1)];
      connect(*from, p, chance(0.4) ? integer(1, 40) : 0);
    }
    populations_.push_back(p);
  }

  /// from -> [Delay ->] Affine or Linear -> to.
  void connect(const Population &from, const Population &to, int delay) {
    std::string map = "w" + std::to_string(maps_++);
    nir::Node node;
    node.type = chance(0.4) ? "Affine" : "Linear";
    nir::Array w;
    w.shape = {to.size, from.size};
    double scale = 1.5 / std::sqrt(static_cast<double>(from.size));
    double density = from.size > 20 ? 0.3 : 0.8;
    for (int i = 0; i < to.size * from.size; ++i) {
      double value =
          options_.exact ? integer(-2, 3) : static_cast<float>(real(-0.7 * scale, scale));
      w.values.push_back(chance(density) ? value : 0.0);
    }
    node.fields["weight"] = w;
    if (node.type == "Affine")
      node.fields["bias"] =
          options_.exact ? constant(to.size, integer(-1, 1)) : perNeuron(to.size, -0.05, 0.1);
    net_.graph.nodes[map] = std::move(node);
    std::string source = from.name;
    if (delay > 0) {
      std::string name = "d" + map;
      nir::Node wait;
      wait.type = "Delay";
      nir::Array steps = constant(from.size, delay * net_.dt);
      if (chance(0.5)) // per channel
        for (double &v : steps.values)
          v = integer(delay, 40) * net_.dt;
      wait.fields["delay"] = steps;
      net_.graph.nodes[name] = std::move(wait);
      edge(source, name);
      source = name;
    }
    edge(source, map);
    edge(map, to.name);
  }

  /// Self-loops as they are, longer ones with a Delay of at least as many steps as there are hops.
  void addLoops() {
    for (size_t p = 1; p < populations_.size(); ++p) {
      if (!populations_[p].spikes)
        continue;
      if (chance(0.4))
        connect(populations_[p], populations_[p], chance(0.3) ? integer(1, 40) : 0);
      if (p >= 2 && chance(0.3)) {
        size_t back = 1 + static_cast<size_t>(integer(0, static_cast<int>(p) - 2));
        connect(populations_[p], populations_[back],
                integer(static_cast<int>(populations_.size()), 40));
      }
    }
  }

  void addInput(int channels) {
    double rate = real(0.1, 0.5);
    for (int t = 0; t < options_.steps; ++t) {
      std::vector<double> row(channels, 0.0);
      for (double &v : row)
        if (chance(rate))
          v = chance(0.2) ? integer(2, 3) : 1;
      net_.input.push_back(std::move(row));
    }
  }

  std::mt19937_64 random_; // its sequence is fixed by the standard
  RandomNetworkOptions options_;
  RandomNetwork net_;
  std::vector<Population> populations_;
  int maps_ = 0;
};

} // namespace

RandomNetwork randomNetwork(uint64_t seed, const RandomNetworkOptions &options) {
  return Maker(seed, options).make();
}

} // namespace spindle::test
