// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/PoissonSources.h"

#include <algorithm>
#include <utility>

namespace spindle::spinn {
namespace {

bool bySource(const Spike &a, const Spike &b) {
  return std::pair(a.source, a.count) < std::pair(b.source, b.count);
}

/// Calls f(neuron, count) for the neurons [begin, end) that spike in tick `t`.
template <typename F>
void forEachSpike(const PoissonSource &source, uint64_t t, uint32_t begin, uint32_t end, F f) {
  constexpr uint32_t kAtOnce = 16 * number::Poisson::kGroup;
  uint16_t counts[kAtOnce];
  uint32_t first = begin - begin % number::Poisson::kGroup;
  for (; first < end; first += kAtOnce) {
    uint32_t last = std::min(first + kAtOnce, end);
    source.draw->counts(static_cast<uint32_t>(t), first, last, counts);
    for (uint32_t i = std::max(first, begin); i < last; ++i)
      if (counts[i - first])
        f(i, uint32_t(counts[i - first]));
  }
}

} // namespace

PoissonSources::PoissonSources(const std::vector<Population> &populations,
                               const std::vector<uint32_t> &base)
    : populations_(populations), base_(base) {
  for (uint32_t node = 0; node < populations.size(); ++node)
    if (populations[node].poisson)
      (direct(node) ? direct_ : sent_).push_back(node);
}

void PoissonSources::drawn(uint32_t node, uint64_t t, std::vector<Spike> &out) const {
  if (const PoissonSource &source = *populations_[node].poisson; source.active(t))
    forEachSpike(source, t, 0, populations_[node].size, [&](uint32_t neuron, uint32_t count) {
      out.push_back({base_[node] + neuron, count});
    });
}

void PoissonSources::send(uint64_t t, std::vector<Spike> &list) {
  for (uint32_t node : sent_)
    drawn(node, t, list);
  if (!std::is_sorted(list.begin(), list.end(), bySource))
    std::sort(list.begin(), list.end(), bySource);
}

void PoissonSources::allDrawn(uint64_t t, std::vector<Spike> &list) const {
  for (uint32_t node : direct_)
    drawn(node, t, list);
  if (!direct_.empty())
    std::sort(list.begin(), list.end(), bySource);
}

void PoissonSources::addUnderWay(uint64_t now, std::span<uint64_t> packets,
                                 std::span<uint64_t> spikes) const {
  for (const Population &target : populations_)
    for (const Noise &noise : target.noise) {
      const PoissonSource &source = *populations_[noise.source].poisson;
      uint64_t from = std::max(source.from, now - std::min<uint64_t>(now, noise.delay));
      for (uint64_t t = from; noise.counted && t < std::min(now, source.until); ++t)
        forEachSpike(source, t, noise.first, noise.first + (noise.end - noise.begin),
                     [&](uint32_t neuron, uint32_t count) {
                       ++packets[base_[noise.source] + neuron];
                       spikes[base_[noise.source] + neuron] += count;
                     });
    }
}

} // namespace spindle::spinn
