// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tick of the reference engine: in evaluation order, gather, add drives, run, deliver.
#include "sim/reference/ReferenceMachine.h"

#include "sim/reference/Neurons.h"
#include "sim/reference/Synapses.h"

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
      : image_(std::move(image)) {
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
    if (program->projections())
      for (const fb::Projection *p : *program->projections())
        synapses_.emplace_back(*image_, *p, nodes_[p->target()].size());
    for (uint32_t s = 0; s < synapses_.size(); ++s) {
      incoming_[synapses_[s].target()].push_back(s);
      outgoing_[synapses_[s].source()].push_back(s);
    }
    if (program->drives())
      for (const fb::Drive *d : *program->drives())
        drives_[d->node()].push_back(
            {d->port(), d->from(), image_->array<double>(*d->values()->data())});
  }

  void reset() override {
    for (Neurons &n : nodes_)
      n.reset();
    for (Synapses &s : synapses_)
      s.reset();
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
    return {{"spikes", spikes_}, {"steps", now_}, {"synaptic_events", synapticEvents_}};
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
  }

  std::shared_ptr<const image::Image> image_;
  std::shared_ptr<KernelLibrary> kernels_;
  std::vector<Neurons> nodes_;
  std::vector<Synapses> synapses_;
  std::vector<uint32_t> order_;
  std::vector<std::vector<uint32_t>> incoming_, outgoing_; // per node: projections in program order
  std::vector<std::vector<Drive>> drives_;
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
