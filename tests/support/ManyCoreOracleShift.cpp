// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the machine's host chooses the weight shift of a synapse type (docs/semantics.md S5).
#include "tests/support/ManyCoreOracle.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace spindle::oracle {
namespace {

constexpr double kRate = 30, kSigma = 5; // spikes/s of a source; standard deviations

/// What one projection may bring to a slot.
struct Load {
  double largest = 0, mean = 0, variance = 0; ///< of its weights
  double fanIn = 0;                           ///< the most synapses that a neuron has of it

  /// Weights that learn count as no less than `limit`.
  Load(const Projection &projection, double gain, double limit) {
    std::map<uint32_t, double> perTarget;
    std::vector<double> weights;
    for (const Synapse &s : projection.synapses) {
      weights.push_back(std::max(std::fabs(s.weight), limit) * gain);
      largest = std::max(largest, weights.back());
      fanIn = std::max(fanIn, perTarget[s.to] += 1);
    }
    auto count = static_cast<double>(weights.size());
    for (double w : weights)
      mean += w / count;
    for (double w : weights)
      variance += (w - mean) * (w - mean) / count;
  }
};

/// The most spikes of a neuron in a tick.
double mostSpikes(const Node &source, double dt) {
  double mean = source.rate * dt / 1000;
  return std::max(1.0, std::ceil(mean + kSigma * std::sqrt(mean)));
}

} // namespace

unsigned Oracle::chooseShift(uint32_t node, Receptor type) const {
  bool conductance = modelOf(network_.nodes[node].model).input == Input::Conductance;
  double sum = 0, largest = 0;
  double count = 0, weights = 0, squares = 0, spikes = 0; // of all synapses of a neuron
  std::set<uint32_t> delays;
  for (const Projection &p : network_.projections) {
    if (p.target != node || p.receptor != type || p.synapses.empty())
      continue;
    const Node &source = network_.nodes[p.source];
    Load load(p, conductance ? 1024 : 1,
              p.rule < 0 ? 0 : network_.rules[static_cast<size_t>(p.rule)].wMax);
    for (const Synapse &s : p.synapses)
      delays.insert(s.delay);
    sum += mostSpikes(source, network_.dt) * load.largest * load.fanIn;
    largest = std::max(largest, load.largest);
    count += load.fanIn;
    weights += load.fanIn * load.mean;
    squares += load.fanIn * (load.variance + load.mean * load.mean);
    spikes += load.fanIn * (source.rate > 0 ? source.rate : kRate) * network_.dt / 1000;
  }
  double most = sum;
  if (delays.size() > 1) {
    double mean = weights / count, variance = squares / count - mean * mean;
    most = std::min(most,
                    spikes * mean + kSigma * std::sqrt(spikes * mean * mean + spikes * variance));
  }
  most = std::max(most, largest);
  unsigned shift = 0;
  while (std::ldexp(1.0, static_cast<int>(shift)) <= most)
    ++shift;
  return shift;
}

} // namespace spindle::oracle
