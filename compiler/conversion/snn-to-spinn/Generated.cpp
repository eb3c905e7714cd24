// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated projections, accounted for without being expanded: which slices they join, how long
// their rows are. What is drawn gets a bound five deviations above its mean.
#include "compiler/conversion/snn-to-spinn/Synapses.h"

#include <algorithm>
#include <cmath>

using namespace mlir;

namespace spindle::spinnmap {

namespace {

constexpr double kSigmas = 5;

/// A count that is the sum of `n` draws with probability `p`.
double bound(double n, double p) {
  return std::min(n, std::ceil(n * p + kSigmas * std::sqrt(n * p * (1 - p))));
}

/// How many neurons of [lo, hi) the rule counts.
uint64_t countIn(snn::PartAttr part, uint32_t lo, uint32_t hi) {
  if (!part)
    return hi - lo;
  uint64_t count = 0;
  for (int64_t i = 0; i < part.getCount(); ++i)
    count += part.neuron(i) >= lo && part.neuron(i) < hi;
  return count;
}

int64_t neuronAt(snn::PartAttr part, int64_t index) {
  if (!part)
    return index;
  int64_t position = index - part.getOffset();
  return position < 0 || position >= part.getCount() ? -1 : part.neuron(position);
}

} // namespace

bool Generated::joins(uint32_t lo, uint32_t hi, uint32_t from, uint32_t to) const {
  snn::ProjectOp p = op; // accessors of operations are not const
  snn::PartAttr source = p.getSourcePartAttr(), target = p.getTargetPartAttr();
  if (rule.rule != number::Rule::OneToOne)
    return countIn(source, lo, hi) > 0 && countIn(target, from, to) > 0;
  if (!source && !target)
    return std::max(lo, from) < std::min(hi, to);
  for (int64_t i = 0; i < rule.sources; ++i) {
    int64_t s = neuronAt(source, i), t = neuronAt(target, i);
    if (s >= lo && s < hi && t >= from && t < to)
      return true;
  }
  return false;
}

uint64_t Generated::rowLength(uint32_t from, uint32_t to) const {
  auto targets = static_cast<double>(countIn(snn::ProjectOp(op).getTargetPartAttr(), from, to));
  double share = targets / rule.targets, number = static_cast<double>(rule.number);
  auto repeated = [&](double n) { // each of n synapses falls among them with that probability
    double most = bound(n, share);
    return static_cast<uint64_t>(rule.multapses ? most : std::min(most, targets));
  };
  switch (rule.rule) {
  case number::Rule::OneToOne:
    return 1;
  case number::Rule::FixedProbability:
    return static_cast<uint64_t>(bound(targets, rule.probability));
  case number::Rule::FixedOutDegree:
    return repeated(number);
  case number::Rule::FixedInDegree:
    return repeated(bound(number * rule.targets, 1.0 / rule.sources));
  case number::Rule::FixedTotal:
    return repeated(bound(number, 1.0 / rule.sources));
  case number::Rule::AllToAll:
  case number::Rule::AllButSelf:
  case number::Rule::Distance:
    break;
  }
  return static_cast<uint64_t>(targets);
}

uint64_t shareOfRow(uint64_t length, double share) {
  return static_cast<uint64_t>(bound(static_cast<double>(length), share));
}

std::vector<double> Generated::stageShares(uint64_t step) const {
  snn::ProjectOp p = op;
  auto base = static_cast<uint64_t>(p.getDelay());
  std::vector<uint16_t> drawn{0};
  if (cast<snn::GeneratedAttr>(p.getMap()).getDelay())
    drawn = number::delayTable(rule.delay);
  std::vector<double> shares;
  for (uint16_t more : drawn) {
    uint64_t stage = (std::max<uint64_t>(1, base + more) - 1) / step;
    if (stage >= shares.size())
      shares.resize(stage + 1, 0.0);
    shares[stage] += 1.0 / static_cast<double>(drawn.size());
  }
  return shares;
}

double Generated::fanIn() const {
  double number = static_cast<double>(rule.number), sources = rule.sources;
  switch (rule.rule) {
  case number::Rule::OneToOne:
    return 1;
  case number::Rule::FixedProbability:
    return bound(sources, rule.probability);
  case number::Rule::FixedInDegree:
    return number;
  case number::Rule::FixedOutDegree:
    return bound(number * sources, 1.0 / rule.targets);
  case number::Rule::FixedTotal:
    return bound(number, 1.0 / rule.targets);
  case number::Rule::AllButSelf:
    return std::max(1.0, sources - 1);
  case number::Rule::AllToAll:
  case number::Rule::Distance:
    break;
  }
  return sources;
}

} // namespace spindle::spinnmap
