// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/SpinnMachine.h"

#include "runtime/machine/Phases.h"
#include "sim/number/Fixed.h"
#include "sim/spinn/Checkpoint.h"
#include "sim/spinn/Network.h"
#include "sim/spinn/Provenance.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

/// The watches of a run: what its hooks ask for, and what graded populations emit.
std::vector<Watch> watchesOf(const Engine &engine, const RunHooks &hooks) {
  std::vector<Watch> watches;
  for (StateRef state : hooks.states())
    watches.push_back({state.node, state.term});
  for (uint32_t node = 0; node < engine.populations().size(); ++node)
    if (!engine.populations()[node].spiking)
      watches.push_back({node, Watch::kEmitted});
  return watches;
}

class SpinnMachine final : public Machine {
public:
  SpinnMachine(std::shared_ptr<const image::Image> image, const MachineOptions &options,
               const KernelFinder &find, std::shared_ptr<KernelLibrary> kernels)
      : image_(std::move(image)), kernels_(std::move(kernels)), phases_(image_->meta()),
        ranks_(options.ranks), network_(*image_),
        engine_(network_.populations(find, options.seed), {options, true, false}),
        events_(engine_.populations().size()) {
    if (options.provenance.any())
      accounts_ = std::make_unique<Accounts>(*image_, engine_, network_, options.provenance);
    engine_.build([this](uint32_t source,
                         RowBuilder &builder) { network_.addRows(engine_, source, builder); },
                  [&] {
                    PlasticNetwork learning = network_.takeLearning(find);
                    learning.phases = &phases_;
                    return learning;
                  });
    if (accounts_)
      accounts_->begin();
  }

  void reset() override {
    engine_.reset();
    if (accounts_)
      accounts_->begin();
    seen_ = kNothing;
  }
  void inject(uint32_t node, std::span<const Event> events) override;
  void step() override {
    engine_.run(1);
    seen_ = kNothing;
  }
  uint64_t run(uint64_t steps, RunHooks &hooks) override;
  uint64_t now() const override { return engine_.now(); }
  std::span<const Event> events(uint32_t node) const override;
  void observe(uint32_t node, uint32_t term, std::span<double> out) const override;
  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override;
  std::vector<NodeTally> tallies() const override;
  std::vector<LearntWeights> learnt() const override;
  std::map<std::string, uint64_t> counters() const override;
  std::optional<Provenance> provenance() const override {
    return accounts_ ? std::optional(accounts_->result()) : std::nullopt;
  }
  std::vector<std::byte> checkpoint() const override {
    return saveEngine(engine_, image_->checksum());
  }
  void restore(std::span<const std::byte> bytes) override {
    restoreEngine(engine_, image_->checksum(), bytes);
    if (accounts_)
      accounts_->begin();
    seen_ = kNothing;
  }

private:
  const fb::Node &node(uint32_t index) const { return *image_->meta().nodes()->Get(index); }
  void checkEvents(uint32_t index, std::span<const Event> events) const;
  void inject(uint32_t index, std::span<const Event> events, uint64_t t);
  void checkTerm(uint32_t index, uint32_t term, size_t size) const;
  void toReal(uint32_t index, uint32_t term, std::span<const int32_t> raw,
              std::span<double> out) const;
  template <typename Emitted> void collect(uint64_t t, Emitted emitted) const;
  std::span<const Event> shown(uint32_t node, uint64_t t) const;

  std::vector<Watch> sharedWatches(std::vector<Watch> watches) const;
  bool goOn(RunHooks &hooks) const;

  class Block;

  static constexpr uint64_t kNothing = ~uint64_t(0);
  static constexpr uint64_t kWatched = uint64_t(1) << 22; ///< numbers kept at a time

  std::shared_ptr<const image::Image> image_;
  std::shared_ptr<KernelLibrary> kernels_;
  Phases phases_;
  std::shared_ptr<const Ranks> ranks_;
  Network network_;
  Engine engine_;
  std::unique_ptr<Accounts> accounts_;
  // What events() shows is put together when it is first asked for after a step.
  mutable std::vector<std::vector<Event>> events_;
  mutable std::vector<bool> drawn_; ///< per node: what its source draws is there
  mutable std::vector<Spike> spikes_;
  mutable uint64_t seen_ = kNothing; ///< the tick that `events_` are of
};

void SpinnMachine::checkEvents(uint32_t index, std::span<const Event> events) const {
  if (index >= events_.size() || node(index).kind() != fb::NodeKind_Source)
    throw InputError("the spinn machine takes events for sources only");
  const fb::Node &target = node(index);
  for (const Event &event : events) { // all are looked at before the first one counts
    if (event.neuron >= target.size())
      throw InputError("input '" + target.name()->str() + "' has no neuron " +
                       std::to_string(event.neuron));
    if (!(event.value >= 0.0 && event.value <= 4294967295.0) ||
        event.value != std::floor(event.value))
      throw InputError("input '" + target.name()->str() + "': neuron " +
                       std::to_string(event.neuron) + " gets " + std::to_string(event.value) +
                       "; the spinn machine takes spike counts only, whole numbers from 0 on");
  }
}

void SpinnMachine::inject(uint32_t index, std::span<const Event> events) {
  checkEvents(index, events);
  inject(index, events, now());
}

void SpinnMachine::inject(uint32_t index, std::span<const Event> events, uint64_t t) {
  std::vector<Spike> &list = engine_.injected(t);
  for (const Event &event : events)
    if (event.value > 0.0)
      list.push_back({engine_.sourceOf(index, event.neuron), static_cast<uint32_t>(event.value)});
}

/// Deals out the spikes of tick `t` to their nodes; `emitted` reads what a graded one emitted.
template <typename Emitted> void SpinnMachine::collect(uint64_t t, Emitted emitted) const {
  for (auto &list : events_)
    list.clear();
  drawn_.assign(events_.size(), false);
  engine_.spikes(t, spikes_);
  uint32_t node = 0;
  for (const Spike &spike : spikes_) {
    while (spike.source >= engine_.firstSource(node + 1))
      ++node;
    events_[node].push_back({spike.source - engine_.firstSource(node), double(spike.count)});
  }
  std::vector<int32_t> values;
  for (node = 0; node < events_.size(); ++node)
    if (!engine_.populations()[node].spiking) {
      values.resize(engine_.populations()[node].size);
      emitted(node, values);
      for (uint32_t i = 0; i < values.size(); ++i)
        if (values[i] != 0)
          events_[node].push_back({i, number::fromS1615(values[i])});
    }
  seen_ = t + 1;
}

/// What collect() found of a node, with what a source drew whose spikes are not sent.
std::span<const Event> SpinnMachine::shown(uint32_t index, uint64_t t) const {
  std::vector<Event> &list = events_.at(index);
  if (!engine_.poisson().direct(index) || drawn_[index])
    return list;
  drawn_[index] = true;
  spikes_.clear();
  engine_.poisson().drawn(index, t, spikes_);
  bool injected = !list.empty();
  for (const Spike &spike : spikes_)
    list.push_back({spike.source - engine_.firstSource(index), double(spike.count)});
  if (injected)
    std::sort(list.begin(), list.end(), [](const Event &a, const Event &b) {
      return std::pair(a.neuron, a.value) < std::pair(b.neuron, b.value);
    });
  return list;
}

std::span<const Event> SpinnMachine::events(uint32_t index) const {
  if (seen_ != now() && now() > 0)
    collect(now() - 1, [&](uint32_t n, std::span<int32_t> out) { engine_.readEmitted(n, out); });
  return now() > 0 ? shown(index, now() - 1) : std::span<const Event>();
}

void SpinnMachine::checkTerm(uint32_t index, uint32_t term, size_t size) const {
  const fb::Node &population = node(index);
  if (population.kind() != fb::NodeKind_Population || size != population.size() ||
      term >= engine_.populations()[index].init.size())
    throw std::logic_error("observe: no such term, or a wrong size");
}

void SpinnMachine::observeRaw(uint32_t index, uint32_t term, std::span<int32_t> out) const {
  checkTerm(index, term, out.size());
  engine_.readState(index, term, out);
}

void SpinnMachine::observe(uint32_t index, uint32_t term, std::span<double> out) const {
  std::vector<int32_t> raw(out.size());
  observeRaw(index, term, raw);
  toReal(index, term, raw, out);
}

void SpinnMachine::toReal(uint32_t index, uint32_t term, std::span<const int32_t> raw,
                          std::span<double> out) const {
  const fb::Model &model = *image_->meta().models()->Get(node(index).model());
  fb::Number held = model.state()->Get(term)->number();
  for (size_t i = 0; i < raw.size(); ++i)
    out[i] = held == fb::Number_U032  ? number::fromU032(static_cast<uint32_t>(raw[i]))
             : held == fb::Number_I32 ? raw[i]
                                      : number::fromS1615(raw[i]);
}

/// One tick of a block that the engine has run, with the states that were watched.
class SpinnMachine::Block final : public StepView {
public:
  Block(const SpinnMachine &machine, std::span<const Watch> watches)
      : machine_(machine), watches_(watches) {}
  void show(uint64_t t) { t_ = t; }

  std::span<const Event> events(uint32_t node) const override {
    if (machine_.seen_ != t_ + 1)
      machine_.collect(t_, [&](uint32_t n, std::span<int32_t> out) {
        machine_.engine_.watched(find(n, Watch::kEmitted), t_, out);
      });
    return machine_.shown(node, t_);
  }
  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override {
    machine_.checkTerm(node, term, out.size());
    machine_.engine_.watched(find(node, term), t_, out);
  }
  void observe(uint32_t node, uint32_t term, std::span<double> out) const override {
    std::vector<int32_t> raw(out.size());
    observeRaw(node, term, raw);
    machine_.toReal(node, term, raw, out);
  }

private:
  uint32_t find(uint32_t node, uint32_t term) const {
    for (uint32_t i = 0; i < watches_.size(); ++i)
      if (watches_[i].node == node && watches_[i].term == term)
        return i;
    throw std::logic_error("observe: the run was not asked to keep that state");
  }
  const SpinnMachine &machine_;
  std::span<const Watch> watches_;
  uint64_t t_ = 0;
};

/// What the first process watches, all do: it is where recordings are.
std::vector<Watch> SpinnMachine::sharedWatches(std::vector<Watch> watches) const {
  if (!ranks_)
    return watches;
  std::vector<uint32_t> words;
  if (ranks_->rank() == 0)
    for (const Watch &watch : watches)
      words.insert(words.end(), {watch.node, watch.term});
  words = ranks_->gather(words);
  watches.clear();
  for (size_t i = 0; i < words.size(); i += 2)
    watches.push_back({words[i], words[i + 1]});
  return watches;
}

/// A run goes on until one process wants it to end.
bool SpinnMachine::goOn(RunHooks &hooks) const {
  uint32_t stop[] = {!hooks.goOn()};
  if (ranks_)
    ranks_->sum(std::span<uint32_t>(stop));
  return stop[0] == 0;
}

uint64_t SpinnMachine::run(uint64_t steps, RunHooks &hooks) {
  std::vector<Watch> watches = sharedWatches(watchesOf(engine_, hooks));
  std::vector<uint32_t> sources = hooks.sources();
  uint64_t perTick = 1; // numbers that are kept
  for (const Watch &watch : watches)
    perTick += engine_.populations().at(watch.node).size;
  uint64_t most = std::clamp<uint64_t>(kWatched / perTick, 1, Engine::kBlockTicks);
  Block block(*this, watches);
  uint64_t done = 0;
  while (done < steps && goOn(hooks)) {
    uint64_t ticks = std::min(most, steps - done), begin = now();
    for (uint64_t i = 0; i < ticks; ++i)
      for (uint32_t source : sources) {
        std::span<const Event> events = hooks.input(source, done + i);
        checkEvents(source, events);
        inject(source, events, begin + i);
      }
    engine_.run(ticks, watches);
    seen_ = kNothing;
    for (uint64_t i = 0; i < ticks; ++i) {
      block.show(begin + i);
      hooks.sample(block, done + i);
    }
    done += ticks;
  }
  seen_ = kNothing;
  return done;
}

/// Packets are counted by neuron; what they met on their way follows from that.
std::map<std::string, uint64_t> SpinnMachine::counters() const {
  uint64_t spikes = 0, injected = 0, packets = 0, events = 0, misses = 0, straight = 0,
           unrouted = 0, saturated = 0;
  const SourceCounts counts = network_.sent(engine_);
  for (uint32_t n = 0; n < events_.size(); ++n) {
    bool source = !engine_.populations()[n].kernel;
    for (uint32_t s = engine_.firstSource(n); s < engine_.firstSource(n + 1); ++s) {
      saturated += counts.saturations[s];
      (source ? injected : spikes) += counts.spikes[s];
    }
  }
  for (uint32_t s = 0; s < network_.senders(); ++s) {
    const KeyFate &fate = network_.fates()[s];
    if (!fate.sent)
      continue;
    uint64_t sent = counts.packets[s];
    packets += sent;
    events += counts.spikes[s] * fate.synapses;
    misses += sent * fate.misses;
    straight += sent * fate.defaultRouted;
    unrouted += sent * fate.unrouted;
  }
  std::map<std::string, uint64_t> result = {
      {"default_routed", straight},    {"injected", injected}, {"packets", packets},
      {"ring_saturations", saturated}, {"row_misses", misses}, {"spikes", spikes},
      {"synaptic_events", events},     {"unrouted", unrouted}};
  if (!network_.extensions().empty())
    result["delay_counts_cut"] = network_.cut(counts);
  if (!engine_.learning().rows.empty()) {
    LearningState state = engine_.learnt();
    result["plastic_skipped"] = state.counters[0];
    result["weight_wraps"] = state.counters[1];
    result["learning_dropped"] = state.counters[2];
  }
  return result;
}

std::vector<NodeTally> SpinnMachine::tallies() const {
  const SourceCounts counts = engine_.counts();
  std::vector<NodeTally> result(events_.size());
  for (uint32_t n = 0; n < events_.size(); ++n) {
    if (!engine_.populations()[n].spiking)
      continue;
    auto part = [&](const std::vector<uint64_t> &all) {
      return std::vector(all.begin() + engine_.firstSource(n),
                         all.begin() + engine_.firstSource(n + 1));
    };
    result[n] = {true, part(counts.packets), part(counts.spikes)};
  }
  return result;
}

std::vector<LearntWeights> SpinnMachine::learnt() const {
  const PlasticNetwork &network = engine_.learning();
  const LearningState state = network.rows.empty() ? LearningState() : engine_.learnt();
  std::vector<LearntWeights> result(network.uses.size());
  for (size_t u = 0; u < network.uses.size(); ++u) {
    result[u].source = network.uses[u].source, result[u].target = network.uses[u].target;
    result[u].rule = image_->meta().rules()->Get(network.uses[u].number)->name()->str();
  }
  struct Synapse {
    uint32_t from, to;
    size_t order;
    double weight;
  };
  std::vector<std::vector<Synapse>> synapses(network.uses.size());
  size_t weight = 0;
  for (const PlasticRow &row : network.rows) {
    const PlasticUse &use = network.uses[row.use];
    const fb::RuleUse &numbers = *image_->meta().rule_uses()->Get(row.use);
    const fb::Model &model = *image_->meta().models()->Get(node(use.target).model());
    uint32_t first = 0; // the first synapse type of the port
    for (uint32_t p = 0; p < numbers.port(); ++p)
      first += model.input()->Get(p)->types();
    bool signs = model.input()->Get(numbers.port())->types() == 2;
    for (const PlasticSynapse &s : row.synapses) {
      double value =
          std::ldexp(double(state.weights[weight++]), use.rule->shift[s.type] - 15 - use.gain);
      synapses[row.use].push_back({row.source - engine_.firstSource(use.source), s.neuron, weight,
                                   signs && s.type != first ? -value : value});
    }
  }
  for (size_t u = 0; u < synapses.size(); ++u) { // rows come by cores
    std::sort(synapses[u].begin(), synapses[u].end(), [](const Synapse &a, const Synapse &b) {
      return std::tie(a.from, a.to, a.order) < std::tie(b.from, b.to, b.order);
    });
    for (const Synapse &s : synapses[u]) {
      result[u].from.push_back(s.from);
      result[u].to.push_back(s.to);
      result[u].weight.push_back(s.weight);
    }
  }
  return result;
}

} // namespace

std::unique_ptr<Machine> makeSpinnMachine(std::shared_ptr<const image::Image> image,
                                          const MachineOptions &options, const KernelFinder &find) {
  if (options.instances != 1)
    throw UserError("the spinn machine runs one instance of a network at a time");
  return std::make_unique<SpinnMachine>(std::move(image), options, find, nullptr);
}

std::unique_ptr<Machine> makeSpinnMachine(std::shared_ptr<const image::Image> image,
                                          const MachineOptions &options) {
  auto kernels = KernelLibrary::load(image->bytes(*image->meta().kernels()));
  return std::make_unique<SpinnMachine>(
      std::move(image), options, [&](std::string_view name) { return kernels->find(name); },
      kernels);
}

} // namespace spindle::spinn
