// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Delay extensions of a network: what they send, and what of it is found where.
#include "runtime/image/Verify.h"
#include "sim/spinn/Network.h"

#include <algorithm>
#include <array>
#include <string>

namespace spindle::spinn {
namespace fb = image::fb;

void Network::addExtensions() {
  extensionsOf_.resize(slices_.size());
  uint64_t next = firstSource_.back();
  if (program_.extensions())
    for (const fb::Extension *e : *program_.extensions()) {
      at_[{e->x(), e->y(), e->p()}] = static_cast<uint32_t>(slices_.size() + extensions_.size());
      extensionsOf_[e->core()].push_back(static_cast<uint32_t>(extensions_.size()));
      extensions_.push_back({e->core(), e->stages(), e->step(), static_cast<uint32_t>(next)});
      next += uint64_t(e->stages()) * (slices_[e->core()].hi - slices_[e->core()].lo);
      if (next > ~uint32_t(0))
        throw ImageError("image: too many neurons in stages of delay extensions");
    }
  fates_.resize(next);
}

uint32_t Network::coreOf(uint32_t sender) const {
  if (sender < sliceOf_.size())
    return sliceOf_[sender];
  auto after = std::upper_bound(extensions_.begin(), extensions_.end(), sender,
                                [](uint32_t s, const Extension &e) { return s < e.first; });
  return static_cast<uint32_t>(slices_.size() + (after - extensions_.begin()) - 1);
}

ChipAt Network::chipOf(uint32_t core) const {
  if (core < slices_.size())
    return {program_.cores()->Get(core)->x(), program_.cores()->Get(core)->y()};
  const fb::Extension &e =
      *program_.extensions()->Get(core - static_cast<uint32_t>(slices_.size()));
  return {e.x(), e.y()};
}

/// The extension whose stages of `step` ticks bring a spike of a source to a synapse of `delay`.
const Extension &Network::extensionFor(uint32_t source, uint32_t step, uint64_t delay) const {
  for (uint32_t e : extensionsOf_[sliceOf_[source]])
    if (extensions_[e].step == step && (delay - 1) / step <= extensions_[e].stages)
      return extensions_[e];
  const Slice &slice = slices_[sliceOf_[source]];
  throw ImageError("image: node '" + meta_.nodes()->Get(slice.node)->name()->str() +
                   "' has synapses with a delay of " + std::to_string(delay) +
                   " ticks, the ring has " + std::to_string(step) +
                   ", and no delay extension reaches them");
}

/// Rows of a projection of which some delays exceed the ring.
void Network::addStaged(const Engine &engine, uint32_t source, const Generated &g,
                        std::span<const number::Drawn> row, RowBuilder &builder,
                        MadeBy &made) const {
  const uint32_t *places = engine.layout().places(g.rows.target());
  auto base = static_cast<uint32_t>(g.rows.base());
  std::array<uint32_t, image::kMostStages + 1> senders{source};
  std::array<uint64_t, image::kMostStages + 1> synapses{};
  const Extension &extension = extensionFor(source, g.step, g.rows.longestDelay());
  for (uint32_t stage = 1; stage <= extension.stages; ++stage)
    senders[stage] = senderOf(extension, stage, source);
  for (const number::Drawn &d : row) {
    uint32_t stage = g.stageOf(d);
    ++synapses[stage];
    uint32_t weight = g.weights[d.weight];
    if (weight && stage > 0 && g.counts)
      builder.addDelayed(places[d.target], g.type, base + d.delay, weight);
    else if (weight)
      builder.add(places[d.target], g.type, base + d.delay, weight);
  }
  for (size_t stage = 0; stage < synapses.size(); ++stage)
    if (synapses[stage] > 0)
      made[senders[stage]].synapses += synapses[stage];
  if (ways_)
    countRows(engine, g, row, senders, made);
}

/// The way of what an extension sends.
void Network::addStage(const Engine &engine, uint32_t sender, Made &made, RowBuilder &builder) {
  uint32_t core = coreOf(sender), index = core - static_cast<uint32_t>(slices_.size());
  const fb::Extension &e = *program_.extensions()->Get(index);
  if (e.mask() == 0)
    throw ImageError("image: a delay extension has synapses and no keys");
  arrive(engine, sender, core, e.key() + (sender - extensions_[index].first), e.mask(), made,
         builder);
}

SourceCounts Network::sent(const Engine &engine) const {
  SourceCounts counts = engine.counts();
  if (extensions_.empty())
    return counts;
  counts.packets.resize(senders());
  counts.spikes.resize(senders());
  uint32_t longest = 0;
  for (uint32_t source = 0; source < engine.sources(); ++source)
    forEachStage(source, [&](uint32_t sender, uint32_t ticks) {
      counts.packets[sender] = counts.packets[source] - counts.joined[source];
      counts.spikes[sender] = counts.spikes[source] - counts.cut[source];
      longest = std::max(longest, ticks);
    });
  // What is still to be sent comes off.
  std::vector<Spike> spikes;
  uint64_t now = engine.now(), back = std::min({now, engine.memory(), uint64_t(longest)});
  for (uint64_t t = now - back; t < now; ++t) {
    engine.spikes(t, spikes);
    countTogether(spikes);
    for (const Spike &spike : spikes)
      forEachStage(spike.source, [&](uint32_t sender, uint32_t ticks) {
        if (t + ticks < now)
          return;
        --counts.packets[sender];
        counts.spikes[sender] -= spike.count;
      });
  }
  return counts;
}

uint64_t Network::cut(const SourceCounts &counts) const {
  uint64_t sum = 0;
  for (uint32_t source = 0; source < counts.cut.size(); ++source) {
    bool extended = false;
    if (counts.cut[source] > 0)
      forEachStage(source, [&](uint32_t, uint32_t) { extended = true; });
    sum += extended ? counts.cut[source] : 0;
  }
  return sum;
}

void countTogether(std::vector<Spike> &spikes) {
  size_t kept = 0;
  for (size_t i = 0, end; i < spikes.size(); i = end) {
    uint64_t together = 0;
    for (end = i; end < spikes.size() && spikes[end].source == spikes[i].source; ++end)
      together += spikes[end].count;
    spikes[kept++] = {spikes[i].source,
                      static_cast<uint32_t>(std::min<uint64_t>(together, kMostDelayed))};
  }
  spikes.resize(kept);
}

} // namespace spindle::spinn
