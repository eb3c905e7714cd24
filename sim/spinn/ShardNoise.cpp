// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Poisson sources that are drawn where their spikes act.
#include "sim/spinn/ShardNeurons.h"

#include "sim/spinn/Loops.h"

#include <algorithm>

namespace spindle::spinn {

Draws::Draws(size_t neurons, uint32_t most)
    : fewPackets(neurons), fewSpikes(neurons), packets(neurons), spikes(neurons),
      most(std::max(most, 1u)) {}

void Draws::moveUp() {
  auto neurons = static_cast<uint32_t>(packets.size());
  loops().moveCounts(fewPackets.data(), neurons, packets.data());
  loops().moveCounts(fewSpikes.data(), neurons, spikes.data());
  fewTicks = 0;
}

void Draws::clear() {
  for (auto *few : {&fewPackets, &fewSpikes})
    std::fill(few->begin(), few->end(), 0);
  for (auto *words : {&packets, &spikes})
    std::fill(words->begin(), words->end(), 0);
  ticks = fewTicks = 0;
}

bool Draws::step() {
  ++ticks;
  if ((++fewTicks + 1) * most > 0xff)
    moveUp();
  return (ticks + 1) * most > 0xffff;
}

/// What Poisson sources have due for these neurons in tick `t`.
uint32_t Shard::addNoise(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t) {
  constexpr uint32_t kGroup = number::Poisson::kGroup;
  uint32_t planes = 0;
  uint8_t *counts = scratch_->counts.data();
  for (size_t k = 0; k < neurons.draws.size(); ++k) {
    const Noise &noise = neurons.population->noise[k];
    const PoissonSource &source = *(*context_.populations)[noise.source].poisson;
    if (t < noise.delay || !source.active(t - noise.delay))
      continue;
    planes |= planeBit(noise.plane);
    Draws &draws = neurons.draws[k];
    uint32_t *sums = sums_.data() + size_t(noise.plane) * stride_ + neurons.part.base;
    // Neurons of a group follow one another; of all groups, where there is one shard.
    uint32_t stretch = context_.layout->shards() == 1 ? kBlock : Layout::kGroup;
    for (uint32_t i = begin; i < end; i += stretch) {
      uint32_t neuron = context_.layout->neuron(neurons.part, i);
      uint32_t from = std::max(neuron, noise.begin);
      uint32_t to = std::min(neuron + std::min(stretch, end - i), noise.end);
      if (from >= to)
        continue;
      uint32_t first = from - noise.begin + noise.first, before = first % kGroup, n = to - from;
      source.draw->counts(static_cast<uint32_t>(t - noise.delay), first - before, first + n,
                          counts);
      uint32_t at = i + (from - neuron);
      if (noise.counted)
        loops().addDraws(counts + before, noise.weight, n, sums + at, draws.fewPackets.data() + at,
                         draws.fewSpikes.data() + at);
      else
        loops().addCounts(counts + before, noise.weight, n, sums + at);
    }
    if (noise.counted && end == neurons.part.size && draws.step())
      countDraws(neurons);
  }
  return planes;
}

void Shard::addDrawn(const Neurons &neurons, uint64_t *packets, uint64_t *spikes) const {
  for (size_t k = 0; k < neurons.draws.size(); ++k) {
    const Draws &draws = neurons.draws[k];
    if (draws.ticks == 0)
      continue;
    const Noise &noise = neurons.population->noise[k];
    uint32_t source = context_.sourceBase[noise.source] + noise.first - noise.begin;
    for (uint32_t i = 0; i < draws.packets.size(); ++i)
      if (uint32_t packetsHere = uint32_t(draws.packets[i]) + draws.fewPackets[i]) {
        uint32_t neuron = context_.layout->neuron(neurons.part, i);
        packets[source + neuron] += packetsHere;
        spikes[source + neuron] += uint32_t(draws.spikes[i]) + draws.fewSpikes[i];
      }
  }
}

void Shard::addDrawn(std::span<uint64_t> packets, std::span<uint64_t> spikes) const {
  for (auto &neurons : neurons_)
    addDrawn(*neurons, packets.data(), spikes.data());
}

/// Adds what was drawn to the counts of the sources, before words are too small for it.
void Shard::countDraws(Neurons &neurons) {
  addDrawn(neurons, context_.packets, context_.spikes);
  for (Draws &draws : neurons.draws)
    draws.clear();
}

} // namespace spindle::spinn
