// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is seen of a shard from outside, and written back.
#include "sim/spinn/ShardNeurons.h"

#include <algorithm>

namespace spindle::spinn {

Shard::Neurons *Shard::neuronsOf(uint32_t node) const {
  for (const auto &neurons : neurons_)
    if (neurons->part.node == node)
      return neurons.get();
  return nullptr;
}

void Shard::watch(std::span<const Watch> watches, uint64_t from, uint64_t ticks) {
  watched_.resize(watches.size());
  for (size_t i = 0; i < watches.size(); ++i) {
    Neurons *neurons = neuronsOf(watches[i].node);
    watched_[i].neurons = neurons;
    watched_[i].term = watches[i].term;
    watched_[i].values.resize(neurons ? ticks * neurons->part.size : 0);
  }
  for (auto &neurons : neurons_)
    neurons->watched = std::any_of(watches.begin(), watches.end(), [&](const Watch &watch) {
      return watch.node == neurons->part.node && watch.term >= neurons->kept();
    });
  lastTick_ = from + ticks - 1;
  watchFrom_ = from;
  watchTicks_ = watches.empty() ? 0 : ticks;
}

void Shard::watched(uint32_t watch, uint64_t t, std::span<int32_t> column) const {
  const Watched &watched = watched_[watch];
  if (!watched.neurons)
    return;
  const Part &part = watched.neurons->part;
  const int32_t *row = watched.values.data() + (t - watchFrom_) * part.size;
  for (uint32_t i = 0; i < part.size; ++i)
    column[context_.layout->neuron(part, i)] = row[i];
}

void Shard::readState(uint32_t node, uint32_t term, std::span<int32_t> column) const {
  if (const Neurons *neurons = neuronsOf(node))
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      column[context_.layout->neuron(neurons->part, i)] = neurons->state[term][i];
}

void Shard::writeState(uint32_t node, uint32_t term, std::span<const int32_t> column) {
  if (Neurons *neurons = neuronsOf(node))
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      neurons->state[term][i] = column[context_.layout->neuron(neurons->part, i)];
}

void Shard::readEmitted(uint32_t node, std::span<int32_t> column) const {
  if (const Neurons *neurons = neuronsOf(node); neurons && !neurons->emitted.empty())
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      column[context_.layout->neuron(neurons->part, i)] = neurons->emitted[i];
}

void Shard::writeEmitted(uint32_t node, std::span<const int32_t> column) {
  if (Neurons *neurons = neuronsOf(node); neurons && !neurons->emitted.empty())
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      neurons->emitted[i] = column[context_.layout->neuron(neurons->part, i)];
}

} // namespace spindle::spinn
