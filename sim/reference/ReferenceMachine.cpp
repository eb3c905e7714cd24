// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tick of the reference engine: in evaluation order, gather, add drives, run, deliver.
#include "sim/reference/ReferenceMachine.h"

#include "runtime/machine/Phases.h"
#include "sim/reference/Learning.h"
#include "sim/reference/Neurons.h"
#include "sim/reference/Synapses.h"
#include "sim/stimulus/Stimulus.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <utility>

namespace spindle {
namespace {
namespace fb = image::fb;
using reference::Neurons;
using reference::Synapses;

struct Drive {
  uint32_t port;
  uint64_t from;
  std::span<const double> values; // one, or one per neuron
};

/// Bytes of a checkpoint, in the order in which they are visited.
struct Archive {
  std::vector<std::byte> bytes;
  size_t position = 0;
  bool reading = false;

  template <typename T> void visit(T *values, size_t count) {
    size_t n = count * sizeof(T);
    if (reading) {
      if (n > 0) // an empty column has no address to copy to
        std::memcpy(values, bytes.data() + position, n);
      position += n;
    } else {
      auto raw = std::as_bytes(std::span<const T>(values, count));
      bytes.insert(bytes.end(), raw.begin(), raw.end());
    }
  }
};

class ReferenceMachine final : public Machine {
public:
  ReferenceMachine(std::shared_ptr<const image::Image> image, const MachineOptions &options)
      : image_(std::move(image)), phases_(image_->meta()) {
    const fb::Image &meta = image_->meta();
    const fb::Reference *program = meta.program_as_Reference();
    if (!program)
      throw ImageError("the image was not compiled for the reference engine");
    if (options.instances != 1)
      throw UserError("the reference engine runs one instance at a time");
    if (meta.kernels() && meta.kernels()->bytes() != 0)
      kernels_ = KernelLibrary::load(image_->bytes(*meta.kernels()));
    for (uint32_t n = 0; n < meta.nodes()->size(); ++n)
      nodes_.emplace_back(*image_, n, kernels_.get());
    pending_.resize(nodes_.size());
    for (uint32_t n = 0; n < nodes_.size(); ++n)
      if (meta.nodes()->Get(n)->kind() == fb::NodeKind_Source) {
        sources_.push_back(n);
        pending_[n].reserve(nodes_[n].size());
      }
    incoming_.resize(nodes_.size());
    outgoing_.resize(nodes_.size());
    drives_.resize(nodes_.size());
    if (program->order())
      order_.assign(program->order()->begin(), program->order()->end());
    network::Expander expander(*image_);
    if (program->projections()) {
      for (const fb::Projection *p : *program->projections()) {
        uint64_t size = nodes_[p->target()].size();
        if (p->generated())
          synapses_.emplace_back(expander.expand(*p->generated()), nodes_[p->source()].size(),
                                 size);
        else
          synapses_.emplace_back(*image_, *p, size);
      }
    }
    learning_.resize(synapses_.size());
    for (uint32_t s = 0; s < synapses_.size(); ++s) {
      incoming_[synapses_[s].target()].push_back(s);
      if (int32_t use = program->projections()->Get(s)->learn(); use >= 0)
        learning_[s] = makeLearning(*program->projections()->Get(s), static_cast<uint32_t>(use));
      else
        outgoing_[synapses_[s].source()].push_back(s);
    }
    if (program->drives())
      for (const fb::Drive *d : *program->drives())
        drives_[d->node()].push_back(
            {d->port(), d->from(), image_->array<double>(*d->values()->data())});
    poisson_ = stimulus::poissonOf(*image_, options.seed);
    currents_.resize(nodes_.size());
    for (stimulus::CurrentInput &input : stimulus::currentsOf(*image_, options.seed))
      currents_[input.node].push_back(std::move(input));
  }

  void reset() override {
    for (Neurons &n : nodes_)
      n.reset();
    for (Synapses &s : synapses_)
      s.reset();
    for (auto &learning : learning_)
      if (learning)
        learning->reset();
    for (auto &events : pending_)
      events.clear();
    now_ = spikes_ = synapticEvents_ = 0;
  }

  void inject(uint32_t node, std::span<const Event> events) override {
    if (node >= nodes_.size() || image_->meta().nodes()->Get(node)->kind() != fb::NodeKind_Source)
      throw InputError("events can be injected into sources only");
    for (const Event &e : events)
      if (e.neuron >= nodes_[node].size() || !std::isfinite(e.value))
        throw InputError("source '" + image_->meta().nodes()->Get(node)->name()->str() +
                         "': neuron " + std::to_string(e.neuron) + " or its value is out of range");
    pending_[node].assign(events.begin(), events.end());
  }

  void step() override {
    for (stimulus::PoissonInput &source : poisson_)
      emit(source);
    for (uint32_t n : sources_) {
      nodes_[n].eventBuffer().swap(pending_[n]);
      pending_[n].clear();
      deliver(n);
    }
    for (uint32_t n : order_) {
      gather(n);
      nodes_[n].run(now_);
      if (!nodes_[n].graded())
        for (const Event &e : nodes_[n].events())
          spikes_ += static_cast<uint64_t>(e.value);
      deliver(n);
    }
    for (uint32_t s = 0; s < learning_.size(); ++s)
      if (learning_[s])
        learn(s);
    ++now_;
  }

  uint64_t now() const override { return now_; }

  std::span<const Event> events(uint32_t node) const override { return nodes_[node].events(); }

  void observe(uint32_t node, uint32_t term, std::span<double> out) const override {
    const reference::Column &column = nodes_[node].states().at(term);
    if (nodes_[node].fixedPoint())
      std::transform(column.fixed.begin(), column.fixed.end(), out.begin(),
                     [unit = nodes_[node].unit(term)](int32_t v) { return v * unit; });
    else
      std::copy(column.real.begin(), column.real.end(), out.begin());
  }

  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override {
    if (!nodes_[node].fixedPoint())
      throw std::logic_error("the reference engine has no raw integers");
    const reference::Column &column = nodes_[node].states().at(term);
    std::copy(column.fixed.begin(), column.fixed.end(), out.begin());
  }

  std::map<std::string, uint64_t> counters() const override {
    std::map<std::string, uint64_t> result = {
        {"spikes", spikes_}, {"steps", now_}, {"synaptic_events", synapticEvents_}};
    uint64_t dropped = 0, learning = 0;
    for (const auto &l : learning_)
      if (l)
        ++learning, dropped += l->dropped();
    if (learning > 0)
      result["learning_dropped"] = dropped;
    return result;
  }

  std::vector<LearntWeights> learnt() const override {
    std::vector<LearntWeights> result;
    for (uint32_t s = 0; s < learning_.size(); ++s) {
      if (!learning_[s])
        continue;
      const reference::LearningSynapses &synapses = learning_[s]->synapses();
      LearntWeights &weights = result.emplace_back();
      weights.source = synapses_[s].source(), weights.target = synapses_[s].target();
      weights.rule = image_->meta().rules()->Get(learning_[s]->rule())->name()->str();
      weights.to = synapses.target;
      for (uint64_t from = 0; from + 1 < synapses.rowStart.size(); ++from)
        weights.from.insert(weights.from.end(),
                            synapses.rowStart[from + 1] - synapses.rowStart[from],
                            static_cast<uint32_t>(from));
      for (double w : synapses.weight)
        weights.weight.push_back(synapses.sign * w);
    }
    return result;
  }

  std::vector<std::byte> checkpoint() const override {
    Archive archive;
    const_cast<ReferenceMachine *>(this)->visit(
        archive); // reads only: the archive is not in reading mode
    return std::move(archive.bytes);
  }

  void restore(std::span<const std::byte> bytes) override {
    if (size_t own = checkpoint().size(); bytes.size() != own)
      throw InputError("the checkpoint has " + std::to_string(bytes.size()) +
                       " bytes, this network's state " + std::to_string(own));
    Archive archive{{bytes.begin(), bytes.end()}, 0, true};
    visit(archive);
  }

private:
  void gather(uint32_t n) {
    Neurons &node = nodes_[n];
    written_.assign(node.ports(), 0);
    for (uint32_t s : incoming_[n]) {
      uint32_t port = synapses_[s].port();
      if (synapses_[s].due(now_))
        synapses_[s].gather(now_, node.input(port), !std::exchange(written_[port], 1));
    }
    for (uint32_t port = 0; port < node.ports(); ++port)
      if (!written_[port])
        std::fill(node.input(port).begin(), node.input(port).end(), 0.0);
    for (const Drive &drive : drives_[n])
      if (now_ >= drive.from)
        add(drive, node.input(drive.port));
    for (const stimulus::CurrentInput &input : currents_[n])
      add(input, now_, node.input(input.port));
  }

  /// The drawn spikes are the events of the coming step.
  void emit(stimulus::PoissonInput &source) {
    if (!source.active(now_))
      return;
    source.draw(now_);
    std::vector<Event> &events = pending_[source.node];
    for (uint32_t i = 0; i < source.counts.size(); ++i)
      if (source.counts[i])
        events.push_back({i, double(source.counts[i])});
  }

  static void add(const stimulus::CurrentInput &input, uint64_t now, std::span<double> sum) {
    const number::Current &current = input.current;
    double shared = current.eachNeuron() ? 0.0 : current.at(now);
    auto one = [&](uint32_t neuron) {
      sum[neuron] += current.eachNeuron() ? current.at(now, neuron) : shared;
    };
    for (uint32_t neuron : input.neurons)
      one(neuron);
    if (input.neurons.empty())
      for (uint32_t neuron = 0; neuron < sum.size(); ++neuron)
        one(neuron);
  }

  static void add(const Drive &drive, std::span<double> sum) {
    if (drive.values.size() == 1)
      for (double value = drive.values[0]; double &x : sum)
        x += value;
    else
      std::transform(sum.begin(), sum.end(), drive.values.begin(), sum.begin(), std::plus<>());
  }

  void deliver(uint32_t n) {
    for (uint32_t s : outgoing_[n])
      synapticEvents_ += synapses_[s].deliver(nodes_[n].events(), now_);
  }

  std::unique_ptr<reference::Learning> makeLearning(const fb::Projection &p, uint32_t use) const {
    reference::LearningSynapses synapses;
    auto rowStart = image_->array<uint64_t>(*p.row_start());
    auto target = image_->array<uint32_t>(*p.target_index());
    auto weight = image_->array<double>(*p.weight());
    std::span<const uint32_t> extra;
    if (p.delays())
      extra = image_->array<uint32_t>(*p.delays());
    synapses.rowStart.assign(rowStart.begin(), rowStart.end());
    synapses.target.assign(target.begin(), target.end());
    for (uint64_t s = 0; s + 1 < rowStart.size(); ++s)
      synapses.delay.insert(synapses.delay.end(), rowStart[s + 1] - rowStart[s],
                            static_cast<uint32_t>(p.delay() + (extra.empty() ? 0 : extra[s])));
    if (p.synapse_delay()) {
      auto own = image_->array<uint32_t>(*p.synapse_delay());
      for (size_t k = 0; k < own.size(); ++k)
        synapses.delay[k] += own[k];
    }
    for (double w : weight) {
      synapses.weight.push_back(std::fabs(w));
      if (w < 0)
        synapses.sign = -1.0;
    }
    synapses.targets = static_cast<uint32_t>(nodes_[p.target()].size());
    return std::make_unique<reference::Learning>(*image_, use, std::move(synapses), *kernels_);
  }

  /// What a projection learns in this step, and what it delivers after that.
  void learn(uint32_t s) {
    reference::Learning &learning = *learning_[s];
    auto deliver = [&](uint32_t source, double factor) {
      Event event{source, factor * learning.synapses().sign};
      synapticEvents_ += synapses_[s].deliver({&event, 1}, now_, learning.synapses().weight);
    };
    auto source = nodes_[synapses_[s].source()].events();
    if (phases_.enabled(learning.rule(), now_))
      learning.step(now_, source, nodes_[synapses_[s].target()].events(), deliver);
    else
      learning.rest(source, deliver);
  }

  void visit(Archive &archive) {
    uint64_t network = image_->checksum();
    archive.visit(&network, 1);
    if (network != image_->checksum())
      throw InputError("the checkpoint belongs to another network");
    archive.visit(&now_, 1);
    archive.visit(&spikes_, 1);
    archive.visit(&synapticEvents_, 1);
    for (Neurons &n : nodes_)
      for (reference::Column &c : n.states()) {
        archive.visit(c.real.data(), c.real.size());
        archive.visit(c.fixed.data(), c.fixed.size());
      }
    for (Synapses &s : synapses_) {
      archive.visit(s.slots().data(), s.slots().size());
      archive.visit(s.filled().data(), s.filled().size());
    }
    for (auto &learning : learning_)
      if (learning)
        learning->memory([&](auto &list) { archive.visit(list.data(), list.size()); });
  }

  std::shared_ptr<const image::Image> image_;
  std::shared_ptr<KernelLibrary> kernels_;
  std::vector<Neurons> nodes_;
  Phases phases_;
  std::vector<Synapses> synapses_;
  std::vector<std::unique_ptr<reference::Learning>> learning_; // per projection, if it learns
  std::vector<uint32_t> order_;
  std::vector<std::vector<uint32_t>> incoming_, outgoing_; // per node: projections in program order
  std::vector<std::vector<Drive>> drives_;
  std::vector<stimulus::PoissonInput> poisson_;
  std::vector<std::vector<stimulus::CurrentInput>> currents_; // per node
  std::vector<uint8_t> written_; // scratch of gather(): ports that hold a sum already
  std::vector<uint32_t> sources_;
  std::vector<std::vector<Event>> pending_; // per source: injected for the coming step
  uint64_t now_ = 0, spikes_ = 0, synapticEvents_ = 0;
};

} // namespace

std::unique_ptr<Machine> makeReferenceMachine(std::shared_ptr<const image::Image> image,
                                              const MachineOptions &options) {
  return std::make_unique<ReferenceMachine>(std::move(image), options);
}

} // namespace spindle
