// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How the machine's host chooses the weight shift of a synapse type (docs/semantics.md S5).
#include "tests/support/ManyCoreOracle.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace spindle::oracle {
namespace {

constexpr double kRate = 30, kSigma = 5; // spikes/s of a source; standard deviations

/// What one projection may bring to a slot.
struct Load {
  double largest = 0, mean = 0, variance = 0; ///< of its weights
  double fanIn = 0;                           ///< the most synapses that a neuron has of it

  Load(const Projection &projection, double gain) {
    std::map<uint32_t, double> perTarget;
    for (const Synapse &s : projection.synapses) {
      double w = std::fabs(s.weight) * gain;
      largest = std::max(largest, w);
      mean += w;
      fanIn = std::max(fanIn, perTarget[s.to] += 1);
    }
    auto count = static_cast<double>(projection.synapses.size());
    mean /= count;
    for (const Synapse &s : projection.synapses)
      variance += std::pow(std::fabs(s.weight) * gain - mean, 2) / count;
  }
};

} // namespace

unsigned Oracle::chooseShift(uint32_t node, Receptor type) const {
  bool conductance = modelOf(network_.nodes[node].model).input == Input::Conductance;
  double sum = 0, largest = 0, mean = 0, variance = 0;
  std::set<uint32_t> delays;
  for (const Projection &p : network_.projections) {
    if (p.target != node || p.receptor != type || p.synapses.empty())
      continue;
    Load load(p, conductance ? 1024 : 1);
    for (const Synapse &s : p.synapses)
      delays.insert(s.delay);
    sum += load.largest * load.fanIn;
    largest = std::max(largest, load.largest);
    double spikes = load.fanIn * kRate * network_.dt / 1000;
    mean += spikes * load.mean;
    variance += spikes * (load.mean * load.mean + load.variance);
  }
  double most = sum;
  if (delays.size() > 1)
    most = std::min(most, mean + kSigma * std::sqrt(variance));
  most = std::max(most, largest);
  unsigned shift = 0;
  while (std::ldexp(1.0, static_cast<int>(shift)) <= most)
    ++shift;
  return shift;
}

} // namespace spindle::oracle
