// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/ManyCoreOracle.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::oracle {
namespace {

constexpr unsigned kRingBits = 14;
constexpr uint32_t kLearntSpikes = 256;  // of a neuron and tick, that a rule sees (L6)
constexpr uint32_t kDelayedSpikes = 255; // likewise, that a delay extension counts (S10)

/// Bits that tell `n` values apart; one value takes a bit too.
unsigned bitsFor(uint32_t n) {
  unsigned bits = 1;
  while ((uint64_t{1} << bits) < n)
    ++bits;
  return bits;
}

double valueOf(const std::vector<double> &values, uint32_t i) {
  return values.size() == 1 ? values[0] : values.at(i);
}

/// What weights of a population are multiplied by before they are shifted.
double gainOf(const Node &node) {
  return modelOf(node.model).input == Input::Conductance ? 1024 : 1;
}

} // namespace

Oracle::Oracle(const Network &network)
    : network_(network), parts_(network.nodes.size()), matrices_(network.projections.size()),
      emitted_(network.nodes.size()) {
  for (uint32_t n = 0; n < network.nodes.size(); ++n)
    if (!network.nodes[n].model.empty())
      buildPart(n);
  for (size_t p = 0; p < network.projections.size(); ++p)
    buildMatrix(p);
}

void Oracle::buildPart(uint32_t index) {
  const Node &node = network_.nodes[index];
  Part &part = parts_[index];
  Model model = modelOf(node.model);
  for (uint32_t i = 0; i < node.size; ++i) {
    std::map<std::string, double> values = defaultsOf(model);
    for (const auto &[name, list] : node.values) {
      if (!values.count(name))
        throw std::out_of_range(node.model + " has no '" + name + "'");
      values[name] = valueOf(list, i);
    }
    part.neurons.emplace_back(model, values, network_.dt, node.subSteps, network_.constants);
  }
  part.neuronsPerCore = std::min(network_.neuronsPerCore, node.size);
  part.saturations.resize((node.size + part.neuronsPerCore - 1) / part.neuronsPerCore);
  uint32_t longest = 1;
  for (const Projection &projection : network_.projections) {
    if (projection.target != index)
      continue;
    if (projection.rule >= 0) {
      part.histories[projection.rule].assign(node.size, Learning::emptyHistory());
      learning_.try_emplace({index, projection.rule},
                            network_.rules.at(static_cast<size_t>(projection.rule)), network_.dt,
                            gainOf(node));
    }
    for (const Synapse &s : projection.synapses)
      longest = std::max(longest, s.delay);
  }
  unsigned room = kRingBits - 1 - bitsFor(part.neuronsPerCore);
  part.delayBits = std::min(room, bitsFor(longest));
  part.ring.resize(size_t{1} << part.delayBits);
  for (auto &slot : part.ring)
    for (auto &type : slot)
      type.resize(node.size);
  for (Receptor type : {Excitatory, Inhibitory})
    part.shift[type] = network_.weightShift.value_or(chooseShift(index, type));
}

const Learning *Oracle::learningOf(const Projection &projection) const {
  auto found = learning_.find({projection.target, projection.rule});
  return found == learning_.end() ? nullptr : &found->second;
}

void Oracle::buildMatrix(size_t p) {
  const Projection &projection = network_.projections[p];
  const Part &part = parts_[projection.target];
  double gain = gainOf(network_.nodes[projection.target]);
  Matrix &matrix = matrices_[p];
  matrix.resize(network_.nodes[projection.source].size);
  double scale = std::ldexp(gain, 15 - static_cast<int>(part.shift[projection.receptor]));
  uint32_t slots = 1u << part.delayBits;
  for (size_t k = 0; k < projection.synapses.size(); ++k) {
    const Synapse &s = projection.synapses[k];
    auto raw = static_cast<uint64_t>(nearestEven(std::fabs(s.weight) * scale));
    uint32_t stage = (s.delay - 1) / slots, rest = s.delay - stage * slots;
    matrix[s.from][stage].words.push_back(
        {s.to, rest % slots, static_cast<uint16_t>(raw & 0xffff), k});
  }
}

std::vector<uint16_t> Oracle::weights(uint32_t projection) const {
  std::vector<uint16_t> list(network_.projections[projection].synapses.size());
  for (const auto &stages : matrices_[projection])
    for (const auto &[stage, row] : stages)
      for (const Word &word : row.words)
        list[word.synapse] = word.weight;
  return list;
}

Accum Oracle::injected(uint32_t node, uint32_t neuron) const {
  Accum sum = 0;
  for (const StepCurrent &source : network_.nodes[node].currents) {
    if (std::find(source.neurons.begin(), source.neurons.end(), neuron) == source.neurons.end())
      continue;
    Accum value = 0;
    for (size_t i = 0; i < source.times.size(); ++i)
      if (now_ >= nearestEven(source.times[i] / network_.dt))
        value = toAccum(source.values[i]);
    sum = add(sum, value);
  }
  return sum;
}

/// Part A: the ring slot becomes input, the neurons are updated in order.
void Oracle::update(uint32_t index) {
  Part &part = parts_[index];
  if (part.neurons.empty())
    return;
  auto &slot = part.ring[now_ % part.ring.size()];
  for (uint32_t i = 0; i < part.neurons.size(); ++i) {
    Accum input[2];
    for (int type : {Excitatory, Inhibitory}) {
      Slot &entry = slot[type][i];
      input[type] = static_cast<Accum>(uint32_t{entry.value} << part.shift[type]);
      part.saturations[i / part.neuronsPerCore] += entry.saturated;
      witnessed_["slots saturated"] += entry.saturated;
      entry = {};
    }
    if (!part.neurons[i].tick(input[Excitatory], input[Inhibitory], injected(index, i)))
      continue;
    emitted_[index].push_back({i, 1});
    ++witnessed_["spikes"];
    for (auto &[rule, histories] : part.histories) {
      witnessed_["histories full"] += histories[i].size() == Learning::kHistory;
      learning_.at({index, rule}).postSpike(histories[i], now_);
    }
  }
}

void Oracle::addTo(Part &part, Receptor type, const Word &word) {
  Slot &slot = part.ring[(now_ + word.stored) % part.ring.size()][type][word.target];
  uint32_t sum = uint32_t{slot.value} + word.weight;
  if (sum & 0x10000) {
    sum = 0xffff;
    slot.saturated = true;
  }
  slot.value = static_cast<uint16_t>(sum);
}

void Oracle::learn(const Projection &projection, const Learning &learning, const Row &row,
                   Word &word) {
  Part &part = parts_[projection.target];
  uint16_t before = word.weight;
  word.weight = learning.update(before, part.shift[projection.receptor], now_, row.pre, word.stored,
                                part.histories.at(projection.rule)[word.target]);
  witnessed_["weights up"] += word.weight > before;
  witnessed_["weights down"] += word.weight < before;
}

/// One spike at a row.
void Oracle::process(size_t p, Row &row) {
  const Projection &projection = network_.projections[p];
  Part &part = parts_[projection.target];
  const Learning *learning = learningOf(projection);
  for (Word &word : row.words) {
    if (learning)
      learn(projection, *learning, row, word);
    if (!learning || word.stored != 0)
      addTo(part, projection.receptor, word);
    else // a plastic synapse whose delay is the whole ring is never delivered
      ++witnessed_["plastic synapses skipped"];
  }
  if (!learning)
    return;
  row.pre = learning->preSpike(row.pre, now_);
  witnessed_["traces overflowed"] += row.pre.trace < 0;
}

/// A delay extension hands a count on after `stage` rings.
void Oracle::wait(size_t p, const Emitted &spike, uint32_t stage) {
  uint32_t slots = 1u << parts_[network_.projections[p].target].delayBits;
  delayed_[now_ + stage * slots].push_back(
      {p, spike.neuron, stage, std::min(spike.count, kDelayedSpikes)});
  ++witnessed_["delayed by stages"];
  witnessed_["delay counts cut"] += spike.count > kDelayedSpikes;
}

/// `count` spikes at a row.
void Oracle::hear(size_t p, Row &row, uint32_t count) {
  bool learns = learningOf(network_.projections[p]) != nullptr;
  for (uint32_t k = 0; k < (learns ? std::min(count, kLearntSpikes) : count); ++k)
    process(p, row);
}

/// Part C: the spikes of a node reach the rows of their neurons, now or after their stages.
void Oracle::send(uint32_t node) {
  for (size_t p = 0; p < network_.projections.size(); ++p) {
    const Projection &projection = network_.projections[p];
    if (projection.source != node)
      continue;
    for (const Emitted &spike : emitted_[node])
      for (auto &[stage, row] : matrices_[p][spike.neuron]) {
        if (stage > 0)
          wait(p, spike, stage);
        else
          hear(p, row, spike.count);
      }
  }
}

void Oracle::tick(const std::map<uint32_t, std::vector<Emitted>> &fed) {
  for (auto &list : emitted_)
    list.clear();
  for (uint32_t n = 0; n < parts_.size(); ++n)
    update(n);
  for (const auto &[node, spikes] : fed)
    emitted_[node] = spikes;
  for (uint32_t n = 0; n < parts_.size(); ++n)
    send(n);
  for (const Waiting &w : delayed_[now_])
    hear(w.projection, matrices_[w.projection][w.neuron].at(w.stage), w.count);
  delayed_.erase(now_);
  ++now_;
}

} // namespace spindle::oracle
