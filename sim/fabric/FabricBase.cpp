// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The common half of the fabric engines.
#include "sim/fabric/FabricBase.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace spindle::fabric {

namespace fb = image::fb;

FabricBase::FabricBase(Fabric fabric) : fabric_(std::move(fabric)) {
  size_t nodes = fabric_.tilesOfNode.size();
  emissions_.resize(fabric_.tiles.size());
  events_.resize(nodes);
  injected_.resize(nodes);
  sourceOfNode_.assign(nodes, nullptr);
  for (const Source &source : fabric_.sources)
    sourceOfNode_[source.node] = &source;
}

void FabricBase::reset() {
  now_ = 0;
  spikes_ = hostSaturations_ = 0;
  hostFlits_.clear();
  for (auto *lists : {&events_, &injected_})
    for (auto &list : *lists)
      list.clear();
  for (auto &list : emissions_)
    list.clear();
}

void FabricBase::refuse(uint32_t node, const Event &event) const {
  const fb::Node &info = *meta().nodes()->Get(node);
  std::string where = "node '" + info.name()->str() + "', neuron " + std::to_string(event.neuron);
  if (event.neuron >= info.size())
    throw InputError(where + ": the node has only " + std::to_string(info.size()) + " neurons");
  throw InputError(where + ": the value " + std::to_string(event.value) +
                   " is no spike count; the fabric takes whole counts of 0 or more (the target "
                   "'reference' takes real values)");
}

uint32_t FabricBase::countOf(uint32_t node, const Event &event) const {
  if (event.neuron >= meta().nodes()->Get(node)->size() || !(event.value >= 0) ||
      event.value != std::floor(event.value) || std::isinf(event.value))
    refuse(node, event);
  return uint32_t(std::min<double>(event.value, fabric_.maxCount()));
}

void FabricBase::inject(uint32_t node, std::span<const Event> events) {
  if (node >= events_.size() || meta().nodes()->Get(node)->kind() != fb::NodeKind_Source)
    throw InputError("the fabric takes events for sources only");
  const Source *source = sourceOfNode_[node];
  for (const Event &event : events) {
    uint32_t count = countOf(node, event);
    if (event.value == 0)
      continue;
    injected_[node].push_back(event);
    if (!source || source->routeStart[event.neuron] == source->routeStart[event.neuron + 1])
      continue;
    hostSaturations_ += event.value > fabric_.maxCount();
    for (uint32_t r = source->routeStart[event.neuron]; r < source->routeStart[event.neuron + 1];
         ++r)
      hostFlits_.push_back(source->routes[r] | count);
  }
}

void FabricBase::step() {
  for (auto &list : emissions_)
    list.clear();
  runStep(hostFlits_);
  hostFlits_.clear();
  collect();
  ++now_;
}

void FabricBase::collect() {
  for (uint32_t n = 0; n < events_.size(); ++n) {
    std::vector<Event> &list = events_[n];
    list.clear();
    if (meta().nodes()->Get(n)->kind() == fb::NodeKind_Source) {
      std::swap(list, injected_[n]);
      continue;
    }
    for (uint32_t t : fabric_.tilesOfNode[n])
      for (const Emission &e : emissions_[t])
        list.push_back({fabric_.tiles[t].neurons[e.column], e.value});
    if (!std::is_sorted(list.begin(), list.end(),
                        [](const Event &a, const Event &b) { return a.neuron < b.neuron; }))
      std::sort(list.begin(), list.end(),
                [](const Event &a, const Event &b) { return a.neuron < b.neuron; });
    if (meta().nodes()->Get(n)->emit() != fb::Emit_Graded)
      for (const Event &event : list)
        spikes_ += event.value > 0 ? uint64_t(event.value) : 0;
  }
}

std::span<const Event> FabricBase::events(uint32_t node) const { return events_.at(node); }

const fb::Term &FabricBase::checkTerm(uint32_t node, uint32_t term, size_t outSize) const {
  const fb::Node &info = *meta().nodes()->Get(node);
  const fb::Model *model = info.kind() == fb::NodeKind_Population
                               ? meta().models()->Get(unsigned(info.model()))
                               : nullptr;
  if (!model || !model->state() || term >= model->state()->size() || outSize != info.size())
    throw std::logic_error("fabric: there is no such term to observe");
  return *model->state()->Get(term);
}

void FabricBase::observe(uint32_t node, uint32_t term, std::span<double> out) const {
  bool fraction = checkTerm(node, term, out.size()).number() == fb::Number_U032;
  for (uint32_t t : fabric_.tilesOfNode[node]) {
    const Tile &tile = fabric_.tiles[t];
    TileColumn column = state(t, term);
    for (size_t c = 0; c < tile.columns(); ++c) {
      double &value = out[tile.neurons[c]];
      if (tile.real)
        value = column.real[c];
      else if (fraction)
        value = double(uint32_t(column.fixed[c])) / 4294967296.0;
      else
        value = double(column.fixed[c]) / 32768.0;
    }
  }
}

void FabricBase::observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const {
  checkTerm(node, term, out.size());
  for (uint32_t t : fabric_.tilesOfNode[node]) {
    const Tile &tile = fabric_.tiles[t];
    if (tile.real)
      throw std::logic_error("fabric: float neurons have no raw integers");
    TileColumn column = state(t, term);
    for (size_t c = 0; c < tile.columns(); ++c)
      out[tile.neurons[c]] = column.fixed[c];
  }
}

std::map<std::string, uint64_t> FabricBase::counters() const {
  return {{"spikes", spikes_}, {"steps", now_}, {"count_saturations", hostSaturations_}};
}

} // namespace spindle::fabric
