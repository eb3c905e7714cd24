// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/SpinnMachine.h"

#include "sim/number/Fixed.h"
#include "sim/spinn/Checkpoint.h"
#include "sim/spinn/Network.h"

#include <cmath>
#include <stdexcept>
#include <utility>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

class SpinnMachine final : public Machine {
public:
  SpinnMachine(std::shared_ptr<const image::Image> image, const MachineOptions &options,
               const KernelFinder &find, std::shared_ptr<KernelLibrary> kernels)
      : image_(std::move(image)), kernels_(std::move(kernels)),
        engine_(populationsOf(*image_, find), {options, true, false}), network_(*image_),
        events_(engine_.populations().size()) {
    engine_.build([this](uint32_t source, RowBuilder &builder) {
      network_.addRows(engine_, source, builder);
    });
  }

  void reset() override {
    engine_.reset();
    seen_ = kNothing;
  }
  void inject(uint32_t node, std::span<const Event> events) override;
  void step() override {
    engine_.run(1);
    seen_ = kNothing;
  }
  uint64_t now() const override { return engine_.now(); }
  std::span<const Event> events(uint32_t node) const override;
  void observe(uint32_t node, uint32_t term, std::span<double> out) const override;
  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override;
  std::map<std::string, uint64_t> counters() const override;
  std::vector<std::byte> checkpoint() const override {
    return saveEngine(engine_, image_->checksum());
  }
  void restore(std::span<const std::byte> bytes) override {
    restoreEngine(engine_, image_->checksum(), bytes);
    seen_ = kNothing;
  }

private:
  const fb::Node &node(uint32_t index) const { return *image_->meta().nodes()->Get(index); }
  void collect(uint64_t t) const;
  void collectGraded(uint32_t node) const;

  static constexpr uint64_t kNothing = ~uint64_t(0);

  std::shared_ptr<const image::Image> image_;
  std::shared_ptr<KernelLibrary> kernels_;
  Engine engine_;
  Network network_;
  // What events() shows is put together when it is first asked for after a step.
  mutable std::vector<std::vector<Event>> events_;
  mutable std::vector<Spike> spikes_;
  mutable uint64_t seen_ = kNothing; ///< the tick that `events_` are of
};

void SpinnMachine::inject(uint32_t index, std::span<const Event> events) {
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
  std::vector<Spike> &list = engine_.injected(engine_.now());
  for (const Event &event : events)
    if (event.value > 0.0)
      list.push_back({engine_.sourceOf(index, event.neuron), static_cast<uint32_t>(event.value)});
}

/// Deals out the spikes of tick `t` to their nodes.
void SpinnMachine::collect(uint64_t t) const {
  for (auto &list : events_)
    list.clear();
  engine_.spikes(t, spikes_);
  uint32_t node = 0;
  for (const Spike &spike : spikes_) {
    while (spike.source >= engine_.firstSource(node + 1))
      ++node;
    events_[node].push_back({spike.source - engine_.firstSource(node), double(spike.count)});
  }
  for (node = 0; node < events_.size(); ++node)
    if (!engine_.populations()[node].spiking)
      collectGraded(node);
}

void SpinnMachine::collectGraded(uint32_t index) const {
  std::vector<int32_t> values(node(index).size());
  engine_.readEmitted(index, values);
  for (uint32_t i = 0; i < values.size(); ++i)
    if (values[i] != 0)
      events_[index].push_back({i, number::fromS1615(values[i])});
}

std::span<const Event> SpinnMachine::events(uint32_t index) const {
  if (seen_ != now()) {
    if (now() > 0)
      collect(now() - 1);
    else
      for (auto &list : events_)
        list.clear();
    seen_ = now();
  }
  return events_.at(index);
}

void SpinnMachine::observeRaw(uint32_t index, uint32_t term, std::span<int32_t> out) const {
  const fb::Node &population = node(index);
  if (population.kind() != fb::NodeKind_Population || out.size() != population.size() ||
      term >= engine_.populations()[index].init.size())
    throw std::logic_error("observe: no such term, or a wrong size");
  engine_.readState(index, term, out);
}

void SpinnMachine::observe(uint32_t index, uint32_t term, std::span<double> out) const {
  std::vector<int32_t> raw(out.size());
  observeRaw(index, term, raw);
  const fb::Model &model = *image_->meta().models()->Get(node(index).model());
  bool fraction = model.state()->Get(term)->number() == fb::Number_U032;
  for (size_t i = 0; i < raw.size(); ++i)
    out[i] = fraction ? number::fromU032(static_cast<uint32_t>(raw[i])) : number::fromS1615(raw[i]);
}

/// Packets are counted by neuron; what they met on their way follows from that.
std::map<std::string, uint64_t> SpinnMachine::counters() const {
  uint64_t spikes = 0, injected = 0, packets = 0, events = 0, misses = 0, straight = 0,
           unrouted = 0, saturated = 0;
  for (uint32_t n = 0; n < events_.size(); ++n) {
    bool source = !engine_.populations()[n].kernel;
    for (uint32_t s = engine_.firstSource(n); s < engine_.firstSource(n + 1); ++s) {
      saturated += engine_.saturations()[s];
      (source ? injected : spikes) += engine_.spikeCounts()[s];
      const KeyFate &fate = network_.fates()[s];
      if (!fate.sent)
        continue;
      uint64_t sent = engine_.packets()[s];
      packets += sent;
      events += engine_.spikeCounts()[s] * fate.synapses;
      misses += sent * fate.misses;
      straight += sent * fate.defaultRouted;
      unrouted += sent * fate.unrouted;
    }
  }
  return {{"default_routed", straight},    {"injected", injected}, {"packets", packets},
          {"ring_saturations", saturated}, {"row_misses", misses}, {"spikes", spikes},
          {"synaptic_events", events},     {"unrouted", unrouted}};
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
