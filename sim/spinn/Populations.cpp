// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The nodes of an image as the engine takes them, and who draws the spikes of Poisson sources.
#include "sim/spinn/Network.h"

#include "sim/stimulus/Stimulus.h"

#include <algorithm>
#include <map>
#include <utility>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

class PopulationReader {
public:
  PopulationReader(const image::Image &image, const KernelFinder &find)
      : image_(image), find_(find) {}

  Population read(const fb::Node &node, const fb::SpinnNode &values) const {
    Population result;
    result.size = static_cast<uint32_t>(node.size());
    if (node.kind() != fb::NodeKind_Population)
      return result;
    const fb::Model &model = *image_.meta().models()->Get(static_cast<uint32_t>(node.model()));
    result.onset = values.onset();
    result.spiking = model.emit() != fb::Emit_Graded;
    result.kernel = find_((node.kernel() ? node.kernel() : model.kernel())->string_view());
    result.wholeParams = !node.kernel();
    result.ring = values.ring_kernel();
    result.observed = node.kernel() ? model.observed() : 0;
    uint32_t type = 0;
    for (const fb::Term *term : *model.input()) {
      Port port;
      if (term->types() > 0)
        port.plus = type, port.up = values.shift()->Get(type);
      if (term->types() > 1)
        port.minus = type + 1, port.down = values.shift()->Get(type + 1);
      type += term->types();
      result.ports.push_back(port);
    }
    for (const fb::Column *column : *values.param())
      result.param.push_back(read(*column));
    for (const fb::Column *column : *values.init())
      result.init.push_back(read(*column));
    for (const fb::NodeDrive *drive : *values.drives())
      result.drives.push_back({drive->port(), drive->from(), read(*drive->values())});
    return result;
  }

private:
  Values read(const fb::Column &column) const {
    auto values = image_.array<int32_t>(*column.data());
    return {values.begin(), values.end()};
  }

  const image::Image &image_;
  const KernelFinder &find_;
};

void addCurrents(const image::Image &image, uint64_t seed, std::vector<Population> &populations) {
  for (stimulus::CurrentInput &input : stimulus::currentsOf(image, seed)) {
    Population &target = populations[input.node];
    const fb::Node &node = *image.meta().nodes()->Get(input.node);
    const fb::Model &model = *image.meta().models()->Get(static_cast<uint32_t>(node.model()));
    input.current.raise(model.input()->Get(input.port)->gain());
    Values takes(input.neurons.empty() ? 1 : target.size, input.neurons.empty());
    for (uint32_t neuron : input.neurons)
      takes[neuron] = 1;
    target.drives.push_back({input.port, target.onset, std::move(takes),
                             std::make_shared<number::Current>(std::move(input.current))});
  }
}

} // namespace

std::vector<Population> Network::populations(const KernelFinder &find, uint64_t seed) const {
  PopulationReader reader(image_, find);
  std::vector<Population> populations;
  for (uint32_t i = 0; i < meta_.nodes()->size(); ++i)
    populations.push_back(reader.read(*meta_.nodes()->Get(i), *program_.nodes()->Get(i)));
  addCurrents(image_, seed, populations);
  for (stimulus::PoissonInput &input : stimulus::poissonOf(image_, seed))
    populations[input.node].poisson = {std::make_shared<number::Poisson>(std::move(input.source)),
                                       input.start, input.stop};
  drawAtTargets(populations);
  return populations;
}

/// The targets with the noises that stand for all that `source` feeds; nothing where it feeds more
/// than such.
std::optional<std::vector<std::pair<uint32_t, Noise>>>
Network::noisesOf(uint32_t source, const std::vector<Population> &populations) const {
  for (uint32_t i = 0; i < slices_.size(); ++i)
    if (const fb::Core &core = *program_.cores()->Get(i); core.node() == source && core.mask())
      for (const PopulationTable &table : tables_)
        if (table.hasAny(core.key(), core.mask()))
          return std::nullopt;
  std::vector<std::pair<uint32_t, Noise>> noises;
  std::map<uint32_t, uint32_t> counted; // source neurons: begin and end of stretches
  uint32_t all = 0;
  for (const Generated &g : generated_[source]) {
    std::optional<network::Straight> straight = g.rows.straight();
    if (!straight || straight->first + straight->count > populations[source].size || g.step > 0)
      return std::nullopt;
    uint32_t first = straight->first, end = first + straight->count;
    auto same = counted.find(first);
    bool known = same != counted.end() && same->second == end;
    if (!known) {
      for (auto [a, b] : counted)
        if (first < b && a < end)
          return std::nullopt; // a neuron is counted by one of those whom it feeds
      counted[first] = end;
      all += straight->count;
    }
    noises.push_back({g.rows.target(),
                      {source, first, straight->begin, straight->begin + straight->count, g.type,
                       g.weights[0], static_cast<uint32_t>(straight->delay), !known}});
  }
  if (all != populations[source].size)
    return std::nullopt;
  return noises;
}

/// Poisson sources that feed others one to one need send no spikes.
void Network::drawAtTargets(std::vector<Population> &populations) const {
  constexpr uint64_t kMostNoise = 0x70000000; // sums of 32 bits hold it beside all synapses
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> most; // by target and plane
  for (uint32_t node = 0; node < populations.size(); ++node) {
    if (!populations[node].poisson || populations[node].poisson->draw->most() > 0xff)
      continue; // shards draw bytes
    auto noises = noisesOf(node, populations);
    if (!noises)
      continue;
    bool fits = true;
    for (const auto &[target, noise] : *noises) {
      uint64_t &sum = most[{target, noise.plane}];
      sum += uint64_t(populations[node].poisson->draw->most()) * noise.weight;
      fits &= sum <= kMostNoise;
    }
    if (!fits)
      continue;
    populations[node].poisson->direct = true;
    for (const auto &[target, noise] : *noises)
      populations[target].noise.push_back(noise);
  }
}

} // namespace spindle::spinn
