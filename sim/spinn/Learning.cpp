// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Learning.h"

#include <algorithm>

namespace spindle::spinn {
namespace {
constexpr uint32_t kHistory = Plasticity::kHistory;
}

LearningState::LearningState(const PlasticNetwork &network) : counters(3) {
  size_t words = 0, synapses = 0, neurons = 0, kept = 0;
  for (const PlasticRow &row : network.rows) {
    words += plasticHeader(*network.uses[row.use].rule);
    synapses += row.synapses.size();
  }
  for (const PlasticUse &use : network.uses) {
    neurons += use.neurons;
    kept += size_t(use.neurons) * kHistory * use.rule->post.size();
  }
  histories.resize(words);
  weights.resize(synapses);
  counts.resize(neurons, 1);
  times.resize(neurons * kHistory);
  traces.resize(kept);
}

ShardLearning::ShardLearning(const PlasticNetwork &network, const Layout &layout, uint32_t shard,
                             uint32_t stride)
    : network_(network), layout_(layout), shard_(shard), stride_(stride) {
  for (const PlasticUse &use : network.uses) {
    const spinn::Part *found = nullptr;
    for (const spinn::Part &part : layout.parts(shard))
      if (part.node == use.target)
        found = &part;
    neurons_.push_back(found);
    plasticity_.addRule(use.rule, found ? found->base : 0, found ? found->size : 0);
  }
  std::vector<PlasticSynapse> here;
  for (uint32_t r = 0; r < network.rows.size(); ++r) {
    const PlasticRow &row = network.rows[r];
    Part part{r, 0, {}};
    here.clear();
    for (uint32_t k = 0; k < row.synapses.size(); ++k) {
      PlasticSynapse s = row.synapses[k];
      Layout::Place place = layout.place(network.uses[row.use].target, s.neuron);
      if (place.shard != shard)
        continue;
      s.neuron = place.local;
      here.push_back(s);
      part.synapses.push_back(k);
    }
    if (here.empty())
      continue;
    part.here = plasticity_.addRow(row.use, here);
    if (sources_.empty() || sources_.back() != row.source) {
      sources_.push_back(row.source);
      sourceStart_.push_back(static_cast<uint32_t>(parts_.size()));
    }
    parts_.push_back(std::move(part));
  }
  sourceStart_.push_back(static_cast<uint32_t>(parts_.size()));
  size_t depth = 2;
  while (depth < size_t(network.longestDelay) + 2)
    depth *= 2;
  due_.resize(depth);
  reset();
}

void ShardLearning::reset() {
  plasticity_.reset();
  for (auto &list : due_)
    list.clear();
  phase_ = ~size_t(0);
}

void ShardLearning::enable(uint64_t t) {
  size_t phase = network_.phases->at(t);
  if (phase == phase_)
    return;
  phase_ = phase;
  for (uint32_t use = 0; use < network_.uses.size(); ++use)
    plasticity_.enable(use, network_.phases->enabled(network_.uses[use].number, t));
}

void ShardLearning::pre(uint32_t source, uint32_t count, uint64_t t) {
  auto found = std::lower_bound(sources_.begin(), sources_.end(), source);
  if (found == sources_.end() || *found != source)
    return;
  enable(t);
  auto s = static_cast<size_t>(found - sources_.begin());
  for (uint32_t p = sourceStart_[s]; p < sourceStart_[s + 1]; ++p)
    plasticity_.onPre(parts_[p].here, count, static_cast<uint32_t>(t),
                      [&](uint32_t neuron, uint32_t type, uint32_t delay, uint32_t weight) {
                        due_[(t + delay) & (due_.size() - 1)].push_back(
                            {type * stride_ + neuron, weight});
                      });
}

void ShardLearning::post(uint32_t node, uint32_t local, uint32_t count, uint64_t t) {
  for (uint32_t use = 0; use < network_.uses.size(); ++use)
    if (network_.uses[use].target == node) {
      enable(t);
      plasticity_.onPost(use, local, count, static_cast<uint32_t>(t));
    }
}

bool ShardLearning::deliver(uint64_t t, uint32_t *sums) {
  constexpr uint64_t kMost = 0xe0000000; // far beyond what a slot of 16 bits shows
  auto &list = due_[t & (due_.size() - 1)];
  for (Due due : list)
    sums[due.index] = static_cast<uint32_t>(std::max<uint64_t>(
        std::min(uint64_t(sums[due.index]) + due.weight, kMost), sums[due.index]));
  bool any = !list.empty();
  list.clear();
  return any;
}

//===- State ----------------------------------------------------------------------------------===//

template <typename Row, typename Neuron> void ShardLearning::visit(Row row, Neuron neuron) {
  size_t history = 0, weight = 0, next = 0;
  for (uint32_t r = 0; r < network_.rows.size() && next < parts_.size(); ++r) {
    if (parts_[next].row == r)
      row(parts_[next++], history, weight);
    history += plasticHeader(*network_.uses[network_.rows[r].use].rule);
    weight += network_.rows[r].synapses.size();
  }
  size_t first = 0, trace = 0;
  for (uint32_t use = 0; use < network_.uses.size(); ++use) {
    const size_t kept = kHistory * network_.uses[use].rule->post.size();
    if (const spinn::Part *part = neurons_[use])
      for (uint32_t i = 0; i < part->size; ++i) {
        uint32_t number = layout_.neuron(*part, i);
        neuron(plasticity_.history(use, part->base + i), first + number, trace + number * kept);
      }
    first += network_.uses[use].neurons;
    trace += network_.uses[use].neurons * kept;
  }
}

void ShardLearning::save(LearningState &state, uint64_t now) {
  visit(
      [&](const Part &part, size_t history, size_t weight) {
        uint32_t header = plasticHeader(*network_.uses[network_.rows[part.row].use].rule);
        std::copy_n(plasticity_.data(part.here).begin(), header, state.histories.begin() + history);
        auto learnt = plasticity_.learnt(part.here);
        for (size_t k = 0; k < learnt.size(); ++k)
          state.weights[weight + part.synapses[k]] = learnt[k].weight;
      },
      [&](Plasticity::History h, size_t place, size_t trace) {
        state.counts[place] = h.count;
        std::copy(h.times.begin(), h.times.end(), state.times.begin() + place * kHistory);
        std::copy(h.traces.begin(), h.traces.end(), state.traces.begin() + trace);
      });
  for (uint64_t t = now; t < now + due_.size(); ++t)
    for (Due due : due_[t & (due_.size() - 1)])
      for (uint32_t use = 0, local = due.index % stride_; use < neurons_.size(); ++use)
        if (const spinn::Part *part = neurons_[use];
            part && local >= part->base && local - part->base < part->size) {
          state.pending.push_back({t, part->node, layout_.neuron(*part, local - part->base),
                                   due.index / stride_, due.weight});
          break;
        }
  state.counters[0] += plasticity_.skipped();
  state.counters[1] += plasticity_.wraps();
  state.counters[2] += plasticity_.dropped();
}

void ShardLearning::restore(const LearningState &state, bool countsHere) {
  reset();
  visit(
      [&](const Part &part, size_t history, size_t weight) {
        uint32_t header = plasticHeader(*network_.uses[network_.rows[part.row].use].rule);
        std::copy_n(state.histories.begin() + history, header, plasticity_.data(part.here).begin());
        for (uint32_t k = 0; k < part.synapses.size(); ++k)
          plasticity_.setWeight(part.here, k, state.weights[weight + part.synapses[k]]);
      },
      [&](Plasticity::History h, size_t place, size_t trace) {
        h.count = state.counts[place];
        std::copy_n(state.times.begin() + place * kHistory, kHistory, h.times.begin());
        std::copy_n(state.traces.begin() + trace, h.traces.size(), h.traces.begin());
      });
  for (const LearningState::Pending &p : state.pending)
    if (Layout::Place place = layout_.place(p.node, p.neuron); place.shard == shard_)
      due_[p.tick & (due_.size() - 1)].push_back({p.type * stride_ + place.local, p.sum});
  if (countsHere)
    plasticity_.setCounts(state.counters[0], state.counters[1], state.counters[2]);
}

} // namespace spindle::spinn
