// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Network.h"

#include <string>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

std::string nameOf(const fb::Core &core) {
  return "image: core (" + std::to_string(core.x()) + "," + std::to_string(core.y()) + "," +
         std::to_string(core.p()) + ")";
}

const fb::Spinn &programOf(const image::Image &image) {
  const fb::Spinn *program = image.meta().program_as_Spinn();
  if (!program)
    throw ImageError("image: it was not compiled for the spinn target");
  return *program;
}

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

} // namespace

std::vector<Population> populationsOf(const image::Image &image, const KernelFinder &find) {
  const fb::Spinn &program = programOf(image);
  PopulationReader reader(image, find);
  std::vector<Population> populations;
  for (uint32_t i = 0; i < image.meta().nodes()->size(); ++i)
    populations.push_back(reader.read(*image.meta().nodes()->Get(i), *program.nodes()->Get(i)));
  return populations;
}

Network::Network(const image::Image &image)
    : meta_(image.meta()), program_(programOf(image)),
      router_({program_.width(),
               program_.height(),
               {program_.links()->data(), program_.links()->size()}}) {
  std::vector<uint32_t> first{0};
  for (const fb::Node *node : *meta_.nodes())
    first.push_back(first.back() + static_cast<uint32_t>(node->size()));
  sliceOf_.resize(first.back(), program_.cores()->size());
  fates_.resize(first.back());
  for (uint32_t i = 0; i < program_.cores()->size(); ++i) {
    const fb::Core &core = *program_.cores()->Get(i);
    slices_.push_back({core.node(), core.lo(), core.hi()});
    std::fill(sliceOf_.begin() + first[core.node()] + core.lo(),
              sliceOf_.begin() + first[core.node()] + core.hi(), i);
    at_[{core.x(), core.y(), core.p()}] = i;
    tables_.emplace_back(image.array<uint32_t>(*core.table()), image.array<uint32_t>(*core.sdram()),
                         nameOf(core));
  }
  for (const fb::Chip *chip : *program_.chips())
    router_.addChip({chip->x(), chip->y()}, image.array<uint32_t>(*chip->entries()));
}

void Network::addRows(const Engine &engine, uint32_t source, RowBuilder &builder) {
  if (sliceOf_[source] == slices_.size())
    return;
  const Slice &slice = slices_[sliceOf_[source]];
  const fb::Core &core = *program_.cores()->Get(sliceOf_[source]);
  if (core.mask() == 0)
    return; // no keys: nothing listens to it
  uint32_t key = core.key() + (source - engine.sourceOf(slice.node, slice.lo));
  std::vector<Hop> hops;
  Path path = router_.walk(key, {core.x(), core.y()}, ways_ ? &hops : nullptr);
  if (ways_)
    ways_->lead(source, std::move(hops));
  KeyFate &fate = fates_[source];
  fate.sent = true;
  fate.defaultRouted = path.defaultRouted;
  fate.unrouted = path.unrouted;
  std::vector<Row> rows;
  for (auto [chip, p] : path.cores) {
    rows.clear();
    auto target = at_.find({chip.x, chip.y, p});
    bool known = target != at_.end() && engine.populations()[slices_[target->second].node].kernel &&
                 tables_[target->second].lookUp(key, rows);
    fate.misses += !known;
    const uint64_t before = fate.synapses;
    for (Row row : rows) {
      fate.synapses += row.size();
      addRow(engine, target->second, row, builder);
    }
    if (ways_ && target != at_.end())
      ways_->land(source, {target->second, static_cast<uint32_t>(rows.size()),
                           static_cast<uint32_t>(fate.synapses - before), known});
  }
}

/// The synapses of a row, which are on one core (S6).
void Network::addRow(const Engine &engine, uint32_t index, Row row, RowBuilder &builder) const {
  const Slice &slice = slices_[index];
  const fb::SpinnNode &values = *program_.nodes()->Get(slice.node);
  const unsigned low = values.index_bits() + values.type_bits();
  const uint32_t delays = 1u << values.delay_bits();
  const auto types = static_cast<uint32_t>(values.shift()->size());
  for (uint32_t word : row) {
    uint32_t neuron = word & ((1u << values.index_bits()) - 1);
    uint32_t type = (word >> values.index_bits()) & ((1u << values.type_bits()) - 1);
    uint32_t delay = (word >> low) & (delays - 1);
    if (neuron >= slice.hi - slice.lo || type >= types)
      throw ImageError(nameOf(*program_.cores()->Get(index)) +
                       ": a row names a neuron or a synapse type that the core does not have");
    Layout::Place place = engine.layout().place(slice.node, slice.lo + neuron);
    builder.add(place.shard, type, delay ? delay : delays, place.local, word >> 16);
  }
}

} // namespace spindle::spinn
