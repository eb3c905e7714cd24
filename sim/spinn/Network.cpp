// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Network.h"

#include "sim/number/Trace.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

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

} // namespace

Network::Network(const image::Image &image)
    : image_(image), meta_(image.meta()), program_(programOf(image)),
      router_({program_.width(),
               program_.height(),
               {program_.links()->data(), program_.links()->size()}}),
      leads_(program_.cores()->size() +
             (program_.extensions() ? program_.extensions()->size() : 0)) {
  if (meta_.rule_uses())
    for (const fb::RuleUse *use : *meta_.rule_uses()) {
      auto stored = std::count_if(use->pre()->begin(), use->pre()->end(),
                                  [](const fb::RuleTrace *t) { return t->stored(); });
      header_.push_back(static_cast<uint32_t>(1 + (stored + 1) / 2));
    }
  firstSource_ = {0};
  for (const fb::Node *node : *meta_.nodes())
    firstSource_.push_back(firstSource_.back() + static_cast<uint32_t>(node->size()));
  sliceOf_.resize(firstSource_.back(), static_cast<uint32_t>(leads_.size()));
  addCores(image);
  addExtensions();
  for (const fb::Chip *chip : *program_.chips())
    router_.addChip({chip->x(), chip->y()}, image.array<uint32_t>(*chip->entries()));
  readGenerated(image);
}

void Network::addCores(const image::Image &image) {
  for (uint32_t i = 0; i < program_.cores()->size(); ++i) {
    const fb::Core &core = *program_.cores()->Get(i);
    slices_.push_back({core.node(), core.lo(), core.hi()});
    auto first = sliceOf_.begin() + firstSource_[core.node()];
    std::fill(first + core.lo(), first + core.hi(), i);
    at_[{core.x(), core.y(), core.p()}] = i;
    tables_.emplace_back(image.array<uint32_t>(*core.table()), image.array<uint32_t>(*core.sdram()),
                         nameOf(core));
    std::span<const int32_t> learn;
    if (core.learn() && core.learn()->bytes() > 0) {
      learn = image.array<int32_t>(*core.learn());
      if (learn.size() != tables_.back().addresses())
        throw ImageError(nameOf(core) + ": 'learn' does not match the population table");
    }
    learn_.push_back(learn);
  }
}

void Network::readGenerated(const image::Image &image) {
  generated_.resize(meta_.nodes()->size());
  if (!program_.generated())
    return;
  network::Expander expander(image);
  for (const fb::Generated *g : *program_.generated()) {
    network::Expansion rows = expander.expand(*g);
    const auto &shifts = *program_.nodes()->Get(g->target())->shift();
    const auto &node = *meta_.nodes()->Get(g->target());
    const auto &inputs = *meta_.models()->Get(static_cast<uint32_t>(node.model()))->input();
    const fb::Term &port = *inputs.Get(g->port());
    uint32_t type = port.types() == 2 && number::isNegative(rows.weights());
    for (uint32_t p = 0; p < g->port(); ++p)
      type += inputs.Get(p)->types();
    if (type >= shifts.size())
      throw ImageError("image: a generated projection leads to a port without synapses");
    std::vector<uint16_t> weights; // S4
    for (double w : rows.weights())
      weights.push_back(static_cast<uint16_t>(std::min(
          65535.0, std::nearbyint(std::ldexp(std::fabs(w), 15 + port.gain() - shifts.Get(type))))));
    uint32_t ring = uint32_t(1) << program_.nodes()->Get(g->target())->delay_bits();
    const fb::Node &from = *meta_.nodes()->Get(g->source());
    bool counts =
        from.kind() != fb::NodeKind_Population ||
        meta_.models()->Get(static_cast<uint32_t>(from.model()))->emit() == fb::Emit_Count;
    uint32_t step = rows.longestDelay() > ring ? ring : 0;
    generated_[g->source()].push_back({std::move(rows), type, step, counts, std::move(weights)});
  }
}

/// Counts the rows of a generated projection that each slice has for the senders, which are given
/// by stage: a row is there where it has any synapse.
void Network::countRows(const Engine &engine, const Generated &g,
                        std::span<const number::Drawn> row, std::span<const uint32_t> senders,
                        MadeBy &made) const {
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> counts;
  for (const number::Drawn &d : row)
    ++counts[{senders[g.stageOf(d)], sliceOf_[engine.sourceOf(g.rows.target(), d.target)]}];
  for (auto [at, count] : counts) {
    Landing &landing = made[at.first].landings[at.second];
    ++landing.rows;
    landing.synapses += count;
  }
}

/// Synapses of weight 0 count, but need not be delivered.
Network::MadeBy Network::addGenerated(const Engine &engine, uint32_t source,
                                      RowBuilder &builder) const {
  thread_local std::vector<number::Drawn> row;
  const uint32_t node = slices_[sliceOf_[source]].node;
  MadeBy made;
  for (const Generated &g : generated_[node]) {
    g.rows.row(source - firstSource_[node], row);
    if (row.empty())
      continue;
    if (g.step > 0) {
      addStaged(engine, source, g, row, builder, made);
      continue;
    }
    made[source].synapses += row.size();
    const uint32_t *places = engine.layout().places(g.rows.target());
    auto base = static_cast<uint32_t>(g.rows.base());
    for (const number::Drawn &d : row)
      if (uint32_t weight = g.weights[d.weight])
        builder.add(places[d.target], g.type, base + d.delay, weight);
    if (ways_)
      countRows(engine, g, row, std::span(&source, 1), made);
  }
  return made;
}

/// Whether a core knows keys of core `origin`: an extension those of its slice, a population those
/// for which it expands synapses.
bool Network::knows(uint32_t core, uint32_t origin) const {
  if (core >= slices_.size())
    return extensions_[core - slices_.size()].slice == origin;
  uint32_t step = origin < slices_.size() ? 0 : extensions_[origin - slices_.size()].step;
  for (const Generated &g : generated_[sliceOf(origin).node])
    if (g.rows.target() == slices_[core].node &&
        (step > 0 ? g.step == step : g.step == 0 || g.rows.shortestDelay() <= g.step))
      return true;
  return false;
}

/// Where the keys go that agree with `key` in `mask`, from a core.
void Network::follow(uint32_t key, uint32_t mask, uint32_t origin, Lead &lead) const {
  lead.path = router_.walk(key, chipOf(origin), ways_ ? &lead.hops : nullptr, mask);
  for (auto [chip, p] : lead.path.cores) {
    auto at = at_.find({chip.x, chip.y, p});
    Reached &reached = lead.reached.emplace_back();
    reached.core = at != at_.end() ? at->second : cores();
    bool neurons =
        reached.core < slices_.size() &&
        meta_.nodes()->Get(slices_[reached.core].node)->kind() == fb::NodeKind_Population;
    reached.generates = (neurons || (reached.core >= slices_.size() && reached.core < cores())) &&
                        knows(reached.core, origin);
    reached.listed = neurons && origin < slices_.size() && tables_[reached.core].hasAny(key, mask);
  }
}

void Network::addRows(const Engine &engine, uint32_t source, RowBuilder &builder) {
  const uint32_t own = sliceOf_[source];
  if (own == cores())
    return;
  const fb::Core &core = *program_.cores()->Get(own);
  if (core.mask() == 0)
    return; // no keys: nothing listens to it
  MadeBy made = addGenerated(engine, source, builder);
  uint32_t neuron = source - firstSource_[slices_[own].node] - slices_[own].lo;
  arrive(engine, source, own, core.key() + neuron, core.mask(), made[source], builder);
  for (auto &[sender, rows] : made)
    if (sender != source)
      addStage(engine, sender, rows, builder);
}

/// What is found where the key of a sender arrives.
void Network::arrive(const Engine &engine, uint32_t sender, uint32_t core, uint32_t key,
                     uint32_t mask, Made &made, RowBuilder &builder) {
  std::call_once(leads_[core].once, [&] { follow(key & mask, mask, core, leads_[core]); });
  Lead single;
  if (!leads_[core].path.whole)
    follow(key, ~uint32_t(0), core, single);
  const Lead &lead = leads_[core].path.whole ? leads_[core] : single;
  if (ways_)
    ways_->lead(sender, lead.hops);
  KeyFate &fate = fates_[sender];
  fate.sent = true;
  fate.defaultRouted = lead.path.defaultRouted;
  fate.unrouted = lead.path.unrouted;
  fate.synapses += made.synapses;
  std::vector<Row> rows;
  std::vector<LearningRow> learning;
  std::vector<PlasticRow> plastic;
  for (const Reached &reached : lead.reached) {
    rows.clear(), learning.clear();
    bool known = reached.generates;
    if (reached.listed)
      known |= tables_[reached.core].lookUp(key, rows, &learning);
    fate.misses += !known;
    const uint64_t before = fate.synapses;
    for (Row row : rows) {
      fate.synapses += row.size();
      addRow(engine, reached.core, row, builder);
    }
    for (const LearningRow &row : learning) {
      plastic.push_back(learningRow(sender, reached.core, row));
      plastic.back().number = static_cast<uint32_t>(plastic.size() - 1);
      fate.synapses += plastic.back().synapses.size();
    }
    if (!ways_ || reached.core == cores())
      continue;
    Landing landing = made.landings[reached.core];
    made.landings.erase(reached.core);
    landing.core = reached.core, landing.known = known;
    landing.rows += static_cast<uint32_t>(rows.size() + learning.size());
    landing.synapses += static_cast<uint32_t>(fate.synapses - before);
    ways_->land(sender, landing);
  }
  if (!made.landings.empty())
    throw ImageError(nameOf(*program_.cores()->Get(made.landings.begin()->first)) +
                     ": it has generated synapses of key " + std::to_string(key) +
                     ", which does not reach it");
  if (plastic.empty())
    return;
  std::lock_guard lock(mutex_);
  std::move(plastic.begin(), plastic.end(), std::back_inserter(learning_));
}

PlasticRow Network::learningRow(uint32_t source, uint32_t index, const LearningRow &row) const {
  const Slice &slice = slices_[index];
  const fb::SpinnNode &values = *program_.nodes()->Get(slice.node);
  std::string where = nameOf(*program_.cores()->Get(index));
  int32_t use = row.address < learn_[index].size() ? learn_[index][row.address] : -1;
  if (use < 0)
    throw ImageError(where + ": a row learns, but its matrix has no rule");
  PlasticLayout layout{values.delay_bits(), values.type_bits(), values.index_bits(),
                       slice.hi - slice.lo, static_cast<uint32_t>(values.shift()->size())};
  PlasticRow result{source, 0, static_cast<uint32_t>(use), {}};
  result.synapses = readPlasticRow(row.words, header_[static_cast<size_t>(use)], layout, where);
  for (PlasticSynapse &synapse : result.synapses)
    synapse.neuron += slice.lo;
  return result;
}

namespace {

/// Rules of an image as the engine runs them.
class RuleReader {
public:
  RuleReader(const image::Image &image, const KernelFinder &find)
      : image_(image), meta_(image.meta()), find_(find) {}

  std::shared_ptr<const PlasticRule> read(const fb::RuleUse &use) {
    const fb::Rule &rule = *meta_.rules()->Get(use.rule());
    values_ = image_.array<int32_t>(*use.param());
    auto result = std::make_shared<PlasticRule>();
    result->pre = traces(*use.pre());
    result->post = traces(*use.post());
    result->onPre = part(rule.on_pre());
    result->onPost = part(rule.on_post());
    result->preTrace = part(rule.pre_trace());
    result->postTrace = part(rule.post_trace());
    result->postFirst = rule.post_first();
    result->preSeesPost = rule.pre_sees_post();
    result->postSeesPre = rule.post_sees_pre();
    result->backprop = rule.backprop();
    const auto &shift = *meta_.program_as_Spinn()->nodes()->Get(use.target())->shift();
    result->shift.assign(shift.begin(), shift.end());
    return result;
  }

private:
  std::vector<PlasticTrace>
  traces(const flatbuffers::Vector<flatbuffers::Offset<fb::RuleTrace>> &list) const {
    std::vector<PlasticTrace> result;
    for (const fb::RuleTrace *trace : list) {
      PlasticTrace &t = result.emplace_back();
      t.initial = static_cast<int16_t>(std::nearbyint(trace->initial() * number::kTraceOne));
      t.stored = trace->stored();
      t.decays = trace->tau() > 0.0;
      if (!t.decays)
        continue;
      auto table = image_.array<uint16_t>(*trace->table());
      t.table.assign(table.begin(), table.end());
    }
    return result;
  }

  PlasticPart part(int32_t index) {
    PlasticPart result;
    if (index < 0)
      return result;
    const fb::Model &model = *meta_.models()->Get(static_cast<uint32_t>(index));
    result.run = find_(model.kernel()->string_view());
    for (uint32_t i = 0; i < model.param()->size(); ++i) {
      result.param.push_back({values_.front()}); // the kernel reads one value for all synapses
      values_ = values_.subspan(1);
    }
    return result;
  }

  const image::Image &image_;
  const fb::Image &meta_;
  const KernelFinder &find_;
  std::span<const int32_t> values_;
};

} // namespace

PlasticNetwork Network::takeLearning(const KernelFinder &find) {
  PlasticNetwork network;
  if (!meta_.rule_uses())
    return network;
  RuleReader reader(image_, find);
  for (const fb::RuleUse *use : *meta_.rule_uses())
    network.uses.push_back({use->source(), use->target(),
                            static_cast<uint32_t>(meta_.nodes()->Get(use->target())->size()),
                            use->gain(), use->rule(), reader.read(*use)});
  network.rows = std::move(learning_);
  std::sort(network.rows.begin(), network.rows.end(), [](const PlasticRow &a, const PlasticRow &b) {
    return std::pair(a.source, a.number) < std::pair(b.source, b.number);
  });
  for (const PlasticRow &row : network.rows)
    for (const PlasticSynapse &synapse : row.synapses)
      network.longestDelay = std::max(network.longestDelay, synapse.delay);
  return network;
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
