// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/Extensions.h"

#include "compiler/conversion/snn-to-spinn/Synapses.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace spindle::spinnmap {

void Extensions::need(uint32_t source, uint32_t target, uint32_t step, uint32_t stages) {
  auto at = std::lower_bound(list_.begin(), list_.end(), std::pair(step, source),
                             [](const Extension &e, const std::pair<uint32_t, uint32_t> &key) {
                               return std::pair(e.step, e.source) < key;
                             });
  if (at == list_.end() || at->step != step || at->source != source)
    at = list_.insert(at, {source, step, 0});
  at->stages = std::max(at->stages, stages);
  at->targets.insert(target);
}

/// Those of one node and step are slices of one population: so their keys lie together.
void Extensions::addTo(map::MachineGraph &graph) const {
  const Extension *last = nullptr;
  for (const Extension &e : list_) {
    uint32_t population = graph[e.source].population;
    if (!last || last->step != e.step || graph[last->source].population != population) {
      map::Population source = graph.populations()[population];
      graph.addPopulation(source.name + extensionSuffix(e.step), source.packets);
    }
    uint32_t own = graph.addSlice({0, graph[e.source].slice.size() * e.stages});
    graph.connect(e.source, own);
    for (uint32_t target : e.targets)
      graph.connect(own, target);
    last = &e;
  }
}

DrawnRows::DrawnRows(uint64_t length, const std::vector<double> &shares)
    : direct(static_cast<uint32_t>(shareOfRow(length, shares.front()))),
      stages(static_cast<uint32_t>(shares.size() - 1)) {
  for (size_t stage = 1; stage < shares.size(); ++stage)
    delayed = std::max(delayed, static_cast<uint32_t>(shareOfRow(length, shares[stage])));
}

std::string extensionSuffix(uint32_t step) { return "_delay" + std::to_string(step); }

} // namespace spindle::spinnmap
