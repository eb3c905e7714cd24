// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A tick (S1): [A] every core takes its ring slot and updates its neurons, [B] sources emit what
// was injected, [C] all packets of the tick are delivered. Each worker owns some cores and alone
// writes to them, and ring slots sum without order, so threads do not show in any result.
#include "sim/spinn/SpinnMachine.h"

#include "runtime/machine/Workers.h"
#include "sim/number/Fixed.h"
#include "sim/spinn/Program.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace spindle::spinn {
namespace fb = image::fb;
namespace {

struct Tally {
  uint64_t spikes = 0, packets = 0, synapticEvents = 0, misses = 0, defaultRouted = 0, unrouted = 0,
           injected = 0;
};

constexpr size_t kCoresPerWorker = 16;
constexpr double kNeuron = 2, kSynapse = 3; // nanoseconds, about (docs/bench.md)

size_t coresOf(const image::Image &image) {
  const fb::Spinn *program = image.meta().program_as_Spinn();
  return program ? program->cores()->size() : 0;
}

class SpinnMachine final : public Machine {
public:
  SpinnMachine(std::shared_ptr<const image::Image> image, const MachineOptions &options,
               const KernelFinder &find, std::shared_ptr<KernelLibrary> kernels)
      : image_(std::move(image)), kernels_(std::move(kernels)),
        workers_(options, coresOf(*image_) / kCoresPerWorker),
        program_(loadProgram(*image_, workers_.count(), find)), tally_(workers_.count()) {
    events_.resize(program_.ofNode.size());
    injected_.resize(program_.ofNode.size());
    sourceSpikes_.resize(program_.slices.size());
    for (const Slice &slice : program_.slices)
      neurons_ += slice.core ? slice.core->neurons() : 0;
    reset();
  }

  void reset() override {
    for (Slice &slice : program_.slices)
      if (slice.core)
        slice.core->reset();
    for (auto &list : sourceSpikes_)
      list.clear();
    for (uint32_t node = 0; node < events_.size(); ++node) {
      events_[node].clear();
      injected_[node].clear();
    }
    std::fill(tally_.begin(), tally_.end(), Tally());
    now_ = 0;
  }

  void inject(uint32_t node, std::span<const Event> events) override;
  void step() override;
  uint64_t now() const override { return now_; }
  std::span<const Event> events(uint32_t node) const override { return events_.at(node); }
  void observe(uint32_t node, uint32_t term, std::span<double> out) const override;
  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override;
  std::map<std::string, uint64_t> counters() const override;
  std::vector<std::byte> checkpoint() const override;
  void restore(std::span<const std::byte> bytes) override;

private:
  const fb::Node &node(uint32_t index) const { return *image_->meta().nodes()->Get(index); }
  const std::vector<Spike> &spikesOf(const Slice &slice, uint32_t index) const {
    return slice.core ? slice.core->spikes() : sourceSpikes_[index];
  }
  void emitSources();
  void deliver(size_t worker);
  void account(const Slice &slice, const Spike &spike, Tally &tally) const;
  void collect(uint32_t node);
  uint64_t synapticEvents() const;
  template <typename F> void memory(F &&f);

  std::shared_ptr<const image::Image> image_;
  std::shared_ptr<KernelLibrary> kernels_;
  Workers workers_;
  Program program_;
  std::vector<Tally> tally_; ///< per worker
  double neurons_ = 0;       ///< of all cores
  double lastEvents_ = 0;    ///< synaptic events of the last tick
  std::vector<std::vector<Event>> events_, injected_;
  std::vector<std::vector<Spike>> sourceSpikes_; ///< per slice
  uint64_t now_ = 0;
};

void SpinnMachine::inject(uint32_t index, std::span<const Event> events) {
  if (index >= injected_.size() || node(index).kind() != fb::NodeKind_Source)
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
  for (const Event &event : events)
    if (event.value > 0.0)
      injected_[index].push_back(event);
}

void SpinnMachine::emitSources() {
  for (uint32_t n = 0; n < injected_.size(); ++n) {
    if (node(n).kind() != fb::NodeKind_Source)
      continue;
    events_[n].swap(injected_[n]);
    injected_[n].clear();
    for (uint32_t index : program_.ofNode[n]) {
      const Slice &slice = program_.slices[index];
      sourceSpikes_[index].clear();
      for (const Event &event : events_[n])
        if (event.neuron >= slice.lo && event.neuron < slice.hi)
          sourceSpikes_[index].push_back(
              {event.neuron - slice.lo, static_cast<uint32_t>(event.value)});
    }
  }
}

void SpinnMachine::account(const Slice &slice, const Spike &spike, Tally &tally) const {
  (slice.core ? tally.spikes : tally.injected) += spike.count;
  if (slice.keys.empty())
    return;
  ++tally.packets;
  const KeyFate &fate = slice.keys[spike.neuron];
  tally.misses += fate.misses;
  tally.defaultRouted += fate.defaultRouted;
  tally.unrouted += fate.unrouted;
}

void SpinnMachine::deliver(size_t worker) {
  Tally &tally = tally_[worker];
  for (uint32_t s = 0; s < program_.slices.size(); ++s) {
    const Slice &slice = program_.slices[s];
    bool mine = workerOf(s, workers_.count()) == worker;
    for (const Spike &spike : spikesOf(slice, s)) {
      if (mine)
        account(slice, spike, tally);
      if (slice.keys.empty())
        continue;
      for (const Delivery &d : slice.deliveries[worker].of(spike.neuron)) {
        d.core->deliver(d.row, spike.count, now_);
        tally.synapticEvents += uint64_t(spike.count) * d.row.size();
      }
    }
  }
}

void SpinnMachine::collect(uint32_t n) {
  events_[n].clear();
  bool graded = node(n).emit() == fb::Emit_Graded;
  for (uint32_t index : program_.ofNode[n]) {
    const Slice &slice = program_.slices[index];
    if (!graded) {
      for (const Spike &spike : slice.core->spikes())
        events_[n].push_back({slice.lo + spike.neuron, double(spike.count)});
      continue;
    }
    auto values = slice.core->emitted();
    for (uint32_t i = 0; i < values.size(); ++i)
      if (values[i] != 0)
        events_[n].push_back({slice.lo + i, number::fromS1615(values[i])});
  }
}

void SpinnMachine::step() {
  size_t count = workers_.count();
  workers_.run(count, kNeuron * neurons_, [&](size_t worker) {
    for (size_t s = worker; s < program_.slices.size(); s += count)
      if (Core *core = program_.slices[s].core.get())
        core->tick(now_);
  });
  emitSources();
  // As many as in the tick before, more or less.
  uint64_t before = synapticEvents();
  workers_.run(count, kSynapse * lastEvents_, [&](size_t worker) { deliver(worker); });
  lastEvents_ = static_cast<double>(synapticEvents() - before);
  for (uint32_t n = 0; n < events_.size(); ++n)
    if (node(n).kind() == fb::NodeKind_Population)
      collect(n);
  ++now_;
}

uint64_t SpinnMachine::synapticEvents() const {
  uint64_t sum = 0;
  for (const Tally &tally : tally_)
    sum += tally.synapticEvents;
  return sum;
}

void SpinnMachine::observeRaw(uint32_t index, uint32_t term, std::span<int32_t> out) const {
  const fb::Node &population = node(index);
  if (population.kind() != fb::NodeKind_Population || out.size() != population.size() ||
      term >= image_->meta().models()->Get(population.model())->state()->size())
    throw std::logic_error("observe: no such term, or a wrong size");
  for (uint32_t s : program_.ofNode[index]) {
    auto values = program_.slices[s].core->state(term);
    std::copy(values.begin(), values.end(), out.begin() + program_.slices[s].lo);
  }
}

void SpinnMachine::observe(uint32_t index, uint32_t term, std::span<double> out) const {
  std::vector<int32_t> raw(out.size());
  observeRaw(index, term, raw);
  const fb::Model &model = *image_->meta().models()->Get(node(index).model());
  bool fraction = model.state()->Get(term)->number() == fb::Number_U032;
  for (size_t i = 0; i < raw.size(); ++i)
    out[i] = fraction ? number::fromU032(static_cast<uint32_t>(raw[i])) : number::fromS1615(raw[i]);
}

std::map<std::string, uint64_t> SpinnMachine::counters() const {
  Tally sum;
  for (const Tally &t : tally_) {
    sum.spikes += t.spikes, sum.packets += t.packets, sum.synapticEvents += t.synapticEvents;
    sum.misses += t.misses, sum.defaultRouted += t.defaultRouted, sum.unrouted += t.unrouted;
    sum.injected += t.injected;
  }
  uint64_t saturations = 0;
  for (const Slice &slice : program_.slices)
    saturations += slice.core ? slice.core->saturations() : 0;
  return {
      {"default_routed", sum.defaultRouted},   {"injected", sum.injected}, {"packets", sum.packets},
      {"ring_saturations", saturations},       {"row_misses", sum.misses}, {"spikes", sum.spikes},
      {"synaptic_events", sum.synapticEvents}, {"unrouted", sum.unrouted}};
}

//===- Checkpoints ----------------------------------------------------------------------------===//

/// Everything that a later tick, or what is still to be read of this one, depends on. Calls `f`
/// with plain values and with vectors of them; only lists of events change their length.
template <typename F> void SpinnMachine::memory(F &&f) {
  uint64_t network = image_->checksum();
  f(network);
  if (network != image_->checksum())
    throw UserError("checkpoint: it belongs to another network");
  f(now_);
  for (Slice &slice : program_.slices)
    if (slice.core)
      slice.core->memory(f);
  for (auto &list : events_)
    f(list);
  for (auto &list : injected_)
    f(list);
  f(tally_[0]);
}

struct Saver {
  std::vector<std::byte> &out;
  void raw(const void *data, size_t bytes) {
    auto *p = static_cast<const std::byte *>(data);
    out.insert(out.end(), p, p + bytes);
  }
  template <typename T> void operator()(T &value) { raw(&value, sizeof value); }
  template <typename T> void operator()(std::vector<T> &list) {
    uint64_t size = list.size();
    raw(&size, sizeof size);
    raw(list.data(), size * sizeof(T));
  }
  void operator()(std::vector<Event> &list) { // without the padding, whose bytes are anything
    uint64_t size = list.size();
    raw(&size, sizeof size);
    for (Event &event : list)
      raw(&event.neuron, sizeof event.neuron), raw(&event.value, sizeof event.value);
  }
};

struct Restorer {
  std::span<const std::byte> in;
  void raw(void *data, size_t bytes) {
    if (bytes > in.size())
      throw UserError("checkpoint: it is too short for this network");
    if (bytes > 0)
      std::memcpy(data, in.data(), bytes);
    in = in.subspan(bytes);
  }
  template <typename T> void operator()(T &value) { raw(&value, sizeof value); }
  template <typename T> void operator()(std::vector<T> &list) {
    uint64_t size;
    raw(&size, sizeof size);
    // Columns must stay where kernels point.
    if (size != list.size())
      throw UserError("checkpoint: it belongs to another network");
    raw(list.data(), size * sizeof(T));
  }
  void operator()(std::vector<Event> &list) { // of any length
    uint64_t size;
    raw(&size, sizeof size);
    if (size > in.size() / (sizeof(Event::neuron) + sizeof(Event::value)))
      throw UserError("checkpoint: it is too short for this network");
    list.resize(size);
    for (Event &event : list)
      raw(&event.neuron, sizeof event.neuron), raw(&event.value, sizeof event.value);
  }
};

std::vector<std::byte> SpinnMachine::checkpoint() const {
  auto *self = const_cast<SpinnMachine *>(this); // `memory` only reads here
  std::vector<std::byte> bytes;
  // Tallies differ by worker; the sum does not.
  std::vector<Tally> tallies = tally_;
  for (size_t i = 1; i < tallies.size(); ++i) {
    Tally &a = self->tally_[0];
    const Tally &b = tallies[i];
    a.spikes += b.spikes, a.packets += b.packets, a.synapticEvents += b.synapticEvents;
    a.misses += b.misses, a.defaultRouted += b.defaultRouted, a.unrouted += b.unrouted;
    a.injected += b.injected;
    self->tally_[i] = Tally();
  }
  self->memory(Saver{bytes});
  return bytes;
}

void SpinnMachine::restore(std::span<const std::byte> bytes) {
  std::vector<std::byte> before = checkpoint();
  auto load = [&](std::span<const std::byte> from) {
    Restorer restorer{from};
    memory(restorer);
    if (!restorer.in.empty())
      throw UserError("checkpoint: it belongs to another network");
    std::fill(tally_.begin() + 1, tally_.end(), Tally());
  };
  try {
    load(bytes);
  } catch (const UserError &) {
    load(before); // a refused checkpoint leaves the machine as it was
    throw;
  }
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
