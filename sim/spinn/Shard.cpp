// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Shard.h"

#include "sim/number/Fixed.h"
#include "sim/spinn/Loops.h"

#include <algorithm>
#include <chrono>

namespace spindle::spinn {
namespace {

/// Neurons that are taken through input, kernel and emission together, so that what they hand on
/// stays in the nearest cache.
constexpr uint32_t kBlock = 2048;
constexpr uint32_t kInCache = 8192; ///< neurons of a shard that stay in the second cache

/// What synapses may add to a sum of 32 bits: it leaves room for noise and packets with a count.
constexpr uint64_t kMostAdded = 0x80000000;

uint32_t whole(uint32_t neurons) {
  return (neurons + Layout::kVector - 1) / Layout::kVector * Layout::kVector;
}

uint64_t clockNow() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

} // namespace

namespace {

/// What was drawn for neurons of a part and not yet counted by source.
struct Draws {
  std::vector<uint16_t> packets, spikes;
  uint32_t ticks = 0, mostTicks = 0; ///< since it was; in which 16 bits suffice
};

} // namespace

/// The neurons of one population in this shard.
struct Shard::Neurons {
  const Population *population;
  Part part;
  std::vector<Lines<int32_t>> state, param;
  std::vector<std::vector<int32_t>> drive; ///< per drive: one value or one per neuron here
  std::vector<Draws> draws;                ///< per noise that is counted
  Lines<int32_t> emitted;                  ///< of graded populations only
  std::vector<void *> statePointers;       ///< of the block at hand
  std::vector<const void *> paramPointers, inputPointers;

  bool watched = false;   ///< an observed value is
  std::vector<bool> idle; ///< per port: nothing ever comes, and the kernel does not read it

  /// States proper.
  size_t kept() const { return state.size() - population->observed; }
  /// Observed values are written when someone looks at them, after the last tick of a block too.
  bool unobserved(bool last) const { return population->observed > 0 && !watched && !last; }

  /// Kernels take whole vectors; what is beyond the last neuron repeats it, and is not looked at.
  uint32_t padded() const { return whole(part.size); }
  /// The values of the neurons here, `size` of them or a single one.
  template <typename T>
  T pick(const Layout &layout, const Values &values, uint32_t size,
         typename T::allocator_type allocator = {}) const {
    if (values.size() == 1)
      return T(size, values[0], allocator);
    T out(std::max(size, part.size), allocator);
    for (uint32_t i = 0; i < out.size(); ++i)
      out[i] = values[layout.neuron(part, std::min(i, part.size - 1))];
    return out;
  }
};

struct Shard::Scratch {
  std::vector<Lines<int32_t>> input; ///< per port
  Lines<int32_t> emitted = Lines<int32_t>(kBlock);
  Lines<uint16_t> counts = Lines<uint16_t>(Layout::kGroup + number::Poisson::kGroup);
  std::vector<uint32_t> places = std::vector<uint32_t>(kBlock);
};

namespace {

/// About what the columns of a shard take.
size_t bytesOf(const ShardContext &context, uint32_t index) {
  size_t words = size_t(context.planes) * context.layout->size(index);
  for (const Part &part : context.layout->parts(index)) {
    const Population &population = (*context.populations)[part.node];
    size_t columns = population.init.size();
    for (const Values &values : population.param)
      columns += values.size() > 1 || population.wholeParams;
    words += columns * (part.size + LineAllocator<int32_t>::kWords);
  }
  return words * sizeof(int32_t);
}

} // namespace

Shard::Shard(const ShardContext &context, uint32_t index)
    : context_(context), arena_(bytesOf(context, index)), index_(index),
      stride_(context.layout->size(index)), scratch_(std::make_unique<Scratch>()),
      sums_(size_t(context.planes) * stride_, LineAllocator<uint32_t>(&arena_)) {
  size_t ports = 0;
  LineAllocator<int32_t> allocator(&arena_);
  for (const Part &part : context.layout->parts(index)) {
    const Population &population = (*context.populations)[part.node];
    auto neurons = std::make_unique<Neurons>();
    neurons->population = &population;
    neurons->part = part;
    for (const Values &values : population.init)
      neurons->state.push_back(
          neurons->pick<Lines<int32_t>>(*context.layout, values, neurons->padded(), allocator));
    for (const Values &values : population.param)
      neurons->param.push_back(neurons->pick<Lines<int32_t>>(
          *context.layout, values,
          population.wholeParams || values.size() > 1 ? neurons->padded() : 1, allocator));
    for (const Drive &drive : population.drives)
      neurons->drive.push_back(
          neurons->pick<std::vector<int32_t>>(*context.layout, drive.values, 1));
    for (const Noise &noise : population.noise) {
      uint32_t most = (*context.populations)[noise.source].poisson->draw->most();
      size_t size = noise.counted ? part.size : 0;
      neurons->draws.push_back({std::vector<uint16_t>(size), std::vector<uint16_t>(size), 0,
                                0xffff / std::max(most, 1u)});
    }
    if (!population.spiking)
      neurons->emitted.resize(neurons->padded());
    for (uint32_t p = 0; p < population.ports.size(); ++p)
      neurons->idle.push_back(!population.wholeParams && population.ports[p].plus == Port::kNone &&
                              std::none_of(population.drives.begin(), population.drives.end(),
                                           [&](const Drive &drive) { return drive.port == p; }));
    neurons->statePointers.resize(neurons->state.size());
    neurons->paramPointers.resize(neurons->param.size());
    ports = std::max(ports, population.ports.size());
    neurons_.push_back(std::move(neurons));
  }
  for (size_t i = 0; i < ports; ++i)
    scratch_->input.emplace_back(kBlock);
  for (auto &neurons : neurons_)
    for (size_t i = 0; i < neurons->population->ports.size(); ++i)
      neurons->inputPointers.push_back(scratch_->input[i].data());
}

Shard::~Shard() = default;

void Shard::learn(const PlasticNetwork &network) {
  learning_ = std::make_unique<ShardLearning>(network, *context_.layout, index_, stride_);
}

void Shard::prepare(const RowStore &rows, uint64_t slack, bool profile) {
  rows_ = &rows;
  slack_ = slack;
  profile_ = profile;
  taken_.assign(context_.layout->shards() + 1, 0); // one lane is of what is injected
  calendar_ = std::make_unique<Calendar>(rows.counts().maxGap, stride_);
  // Sums have 32 bits: they suffice unless one neuron's synapses could fill them all at once.
  if (rows.counts().synapses < 0x10000)
    return;
  std::vector<uint64_t> total(sums_.size());
  for (uint32_t source = 0; source < rows.sources(); ++source)
    rows.forEach(source, [&](const uint32_t *row, uint32_t plane) {
      for (uint32_t head; (head = *row++); row += countOf(head))
        for (uint32_t i = 0; i < countOf(head); ++i)
          total[size_t(plane) * stride_ + (row[i] & 0xffff)] += row[i] >> 16;
    });
  calendar_->setCareful(*std::max_element(total.begin(), total.end()) > kMostAdded);
}

void Shard::reset() {
  for (auto &neurons : neurons_) {
    for (size_t i = 0; i < neurons->state.size(); ++i)
      neurons->state[i] = neurons->pick<Lines<int32_t>>(
          *context_.layout, neurons->population->init[i], neurons->padded());
    std::fill(neurons->emitted.begin(), neurons->emitted.end(), 0);
  }
  forget(0);
  if (learning_)
    learning_->reset();
}

void Shard::forget(uint64_t now) {
  std::fill(sums_.begin(), sums_.end(), 0);
  calendar_->clear();
  std::fill(taken_.begin(), taken_.end(), now);
}

void Shard::restore(std::span<const Spike> spikes, uint64_t t, uint64_t now) {
  for (const Spike &spike : spikes)
    rows_->forEach(spike.source, [&](const uint32_t *row, uint32_t plane) {
      calendar_->add(row, plane, spike.count, t, now);
    });
}

void Shard::tick(uint64_t t, std::deque<Lane> &lanes) {
  uint64_t begin = profile_ ? clockNow() : 0;
  take(t, lanes);
  uint64_t taken = profile_ ? clockNow() : 0;
  bool arrived = calendar_->deliver(t, sums_.data());
  if (learning_)
    arrived |= learning_->deliver(t, sums_.data());
  uint64_t delivered = profile_ ? clockNow() : 0;
  Lane &lane = lanes[index_];
  std::vector<Spike> &out = lane.list(t);
  out.clear();
  for (auto &neurons : neurons_) {
    update(*neurons, t, arrived, out);
    if (t == lastTick_)
      countDraws(*neurons);
  }
  lane.publish(t + 1);
  if (profile_) {
    times_.take += taken - begin;
    times_.deliver += delivered - taken;
    times_.update += clockNow() - delivered;
  }
}

void Shard::take(uint64_t t, std::deque<Lane> &lanes) {
  for (size_t l = 0; l < lanes.size(); ++l) {
    const Lane &lane = lanes[l];
    uint64_t needed = t + 1 > slack_ ? t + 1 - slack_ : 0, done = lane.done();
    if (done < needed) {
      uint64_t begin = profile_ ? clockNow() : 0;
      done = lane.await(needed);
      if (profile_) {
        uint64_t waited = clockNow() - begin;
        times_.wait += waited;
        times_.take -= waited;
      }
    }
    for (done = std::min(done, t); taken_[l] < done; ++taken_[l])
      takeUp(lane.list(taken_[l]), taken_[l]);
  }
}

/// In three passes, since each reads what the one before asked the memory for.
void Shard::takeUp(std::span<const Spike> spikes, uint64_t t) {
  const RowRef *refs = rows_->refs();
  for (const Spike &spike : spikes)
    __builtin_prefetch(refs + spike.source);
  for (const Spike &spike : spikes)
    if (RowRef ref = refs[spike.source]; ref && !ref.isList())
      __builtin_prefetch(ref.row());
  for (const Spike &spike : spikes)
    rows_->forEach(spike.source, [&](const uint32_t *row, uint32_t plane) {
      calendar_->add(row, plane, spike.count, t);
    });
  if (learning_)
    for (const Spike &spike : spikes)
      learning_->pre(spike.source, spike.count, t);
}

void Shard::update(Neurons &neurons, uint64_t t, bool arrived, std::vector<Spike> &out) {
  for (uint32_t begin = 0; begin < neurons.part.size; begin += kBlock) {
    if (stride_ > kInCache)
      fetch(neurons, begin + kBlock, std::min(begin + 2 * kBlock, neurons.part.size));
    block(neurons, begin, std::min(begin + kBlock, neurons.part.size), t, arrived, out);
  }
  if (t - watchFrom_ >= watchTicks_)
    return;
  for (Watched &watched : watched_)
    if (watched.neurons == &neurons) {
      const auto &column =
          watched.term == Watch::kEmitted ? neurons.emitted : neurons.state[watched.term];
      std::copy_n(column.begin(), neurons.part.size,
                  watched.values.begin() +
                      static_cast<std::ptrdiff_t>((t - watchFrom_) * neurons.part.size));
    }
}

/// Asks for the states and sums of a block that comes next: rows have driven them out of the
/// caches.
void Shard::fetch(const Neurons &neurons, uint32_t begin, uint32_t end) const {
  for (uint32_t i = begin; i < end; i += LineAllocator<int32_t>::kWords) {
    for (size_t k = 0; k < neurons.kept(); ++k)
      __builtin_prefetch(neurons.state[k].data() + i, 1);
    for (uint32_t plane = 0; plane < context_.planes; ++plane)
      __builtin_prefetch(sums_.data() + size_t(plane) * stride_ + neurons.part.base + i, 1);
  }
}

void Shard::block(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, bool arrived,
                  std::vector<Spike> &out) {
  input(neurons, begin, end, t, arrived);
  if (t < neurons.population->onset)
    return;
  for (size_t i = 0; i < neurons.state.size(); ++i)
    neurons.statePointers[i] = neurons.state[i].data() + begin;
  if (neurons.unobserved(t == lastTick_))
    neurons.statePointers[neurons.kept()] = nullptr;
  for (size_t i = 0; i < neurons.param.size(); ++i)
    neurons.paramPointers[i] = neurons.param[i].data() + (neurons.param[i].size() == 1 ? 0 : begin);
  bool spiking = neurons.population->spiking;
  int32_t *emitted = spiking ? scratch_->emitted.data() : neurons.emitted.data() + begin;
  neurons.population->kernel(0, whole(end - begin), neurons.statePointers.data(),
                             neurons.paramPointers.data(), neurons.inputPointers.data(), emitted);
  if (spiking)
    emit(neurons, begin, end, t, out);
}

/// Adds drive `d`, a current, in s16.15 (N2), at most what that holds.
void Shard::addCurrent(const Neurons &neurons, size_t d, uint32_t begin, uint32_t end, uint64_t t,
                       int32_t *input) const {
  const number::Current &current = *neurons.population->drives[d].current;
  const std::vector<int32_t> &takes = neurons.drive[d];
  auto raw = [](double value) {
    double bounded = std::clamp(value, -65536.0, 65536.0) * 32768.0;
    return number::clamp32(static_cast<int64_t>(number::roundHalfEven(bounded)));
  };
  int32_t shared = current.eachNeuron() ? 0 : raw(current.at(t));
  for (uint32_t i = begin; i < end; ++i) {
    if (!takes[takes.size() == 1 ? 0 : i])
      continue;
    int32_t value = shared;
    if (current.eachNeuron())
      value = raw(current.at(t, context_.layout->neuron(neurons.part, i)));
    input[i - begin] = number::addWrap(input[i - begin], value);
  }
}

/// Transfers the sums of the tick to the inputs, and clears them.
void Shard::input(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, bool arrived) {
  const Loops &run = loops();
  uint32_t count = whole(end - begin);
  arrived |= addNoise(neurons, begin, end, t);
  const std::vector<Port> &ports = neurons.population->ports;
  for (size_t p = 0; p < ports.size(); ++p) {
    const Port &port = ports[p];
    int32_t *input = scratch_->input[p].data();
    if (neurons.idle[p])
      continue;
    if (!arrived || port.plus == Port::kNone) {
      std::fill_n(input, count, 0);
      continue;
    }
    uint32_t first = neurons.part.base + begin;
    uint32_t *plus = sums_.data() + size_t(port.plus) * stride_ + first, *minus = nullptr;
    bool full;
    if (port.minus == Port::kNone) {
      full = run.raise(plus, port.up, count, input);
    } else {
      minus = sums_.data() + size_t(port.minus) * stride_ + first;
      full = run.combine(plus, port.up, minus, port.down, count, input);
    }
    if (full) {
      countSaturated(neurons, port.plus, begin, end);
      if (minus)
        countSaturated(neurons, port.minus, begin, end);
    }
    std::fill_n(plus, count, 0);
    if (minus)
      std::fill_n(minus, count, 0);
  }
  for (size_t d = 0; d < neurons.drive.size(); ++d) {
    const Drive &drive = neurons.population->drives[d];
    int32_t *input = scratch_->input[drive.port].data();
    if (t < drive.from)
      continue;
    if (drive.current) {
      addCurrent(neurons, d, begin, end, t, input);
      continue;
    }
    if (neurons.drive[d].size() == 1)
      run.addOne(neurons.drive[d][0], count, input);
    else
      run.add(neurons.drive[d].data() + begin, end - begin, input);
  }
}

/// What Poisson sources have due for these neurons in tick `t`.
bool Shard::addNoise(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t) {
  constexpr uint32_t kGroup = number::Poisson::kGroup;
  bool any = false;
  uint16_t *counts = scratch_->counts.data();
  for (size_t k = 0; k < neurons.draws.size(); ++k) {
    const Noise &noise = neurons.population->noise[k];
    const PoissonSource &source = *(*context_.populations)[noise.source].poisson;
    if (t < noise.delay || !source.active(t - noise.delay))
      continue;
    any = true;
    Draws &draws = neurons.draws[k];
    uint32_t *sums = sums_.data() + size_t(noise.plane) * stride_ + neurons.part.base;
    for (uint32_t i = begin; i < end; i += Layout::kGroup) {
      uint32_t neuron = context_.layout->neuron(neurons.part, i);
      uint32_t from = std::max(neuron, noise.begin);
      uint32_t to = std::min(neuron + std::min(Layout::kGroup, end - i), noise.end);
      if (from >= to)
        continue;
      uint32_t first = from - noise.begin + noise.first, before = first % kGroup, n = to - from;
      source.draw->counts(static_cast<uint32_t>(t - noise.delay), first - before, first + n,
                          counts);
      uint32_t at = i + (from - neuron);
      if (noise.counted)
        loops().addDraws(counts + before, noise.weight, n, sums + at, draws.packets.data() + at,
                         draws.spikes.data() + at);
      else
        loops().addCounts(counts + before, noise.weight, n, sums + at);
    }
    if (noise.counted && end == neurons.part.size && ++draws.ticks >= draws.mostTicks)
      countDraws(neurons);
  }
  return any;
}

/// Adds what was drawn to the counts of the sources.
void Shard::countDraws(Neurons &neurons) {
  for (size_t k = 0; k < neurons.draws.size(); ++k) {
    Draws &draws = neurons.draws[k];
    if (draws.ticks == 0)
      continue;
    const Noise &noise = neurons.population->noise[k];
    uint32_t source = context_.sourceBase[noise.source] + noise.first - noise.begin;
    for (uint32_t i = 0; i < draws.packets.size(); ++i)
      if (draws.packets[i]) {
        uint32_t neuron = context_.layout->neuron(neurons.part, i);
        context_.packets[source + neuron] += draws.packets[i];
        context_.spikes[source + neuron] += draws.spikes[i];
      }
    std::fill(draws.packets.begin(), draws.packets.end(), 0);
    std::fill(draws.spikes.begin(), draws.spikes.end(), 0);
    draws.ticks = 0;
  }
}

void Shard::countSaturated(const Neurons &neurons, uint32_t plane, uint32_t begin, uint32_t end) {
  const uint32_t *sums = sums_.data() + size_t(plane) * stride_ + neurons.part.base;
  for (uint32_t i = begin; i < end; ++i)
    if (sums[i] > 0xffff)
      ++context_.saturations[context_.sourceBase[neurons.part.node] +
                             context_.layout->neuron(neurons.part, i)];
}

void Shard::emit(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t,
                 std::vector<Spike> &out) {
  const int32_t *emitted = scratch_->emitted.data();
  uint32_t found = loops().positive(emitted, end - begin, scratch_->places.data());
  for (uint32_t k = 0; k < found; ++k) {
    uint32_t place = scratch_->places[k];
    uint32_t source = context_.sourceBase[neurons.part.node] +
                      context_.layout->neuron(neurons.part, begin + place);
    auto count = static_cast<uint32_t>(emitted[place]);
    out.push_back({source, count});
    ++context_.packets[source];
    context_.spikes[source] += count;
    if (learning_)
      learning_->post(neurons.part.node, neurons.part.base + begin + place, count, t);
  }
}

//===- What is seen from outside --------------------------------------------------------------===//

Shard::Neurons *Shard::neuronsOf(uint32_t node) const {
  for (const auto &neurons : neurons_)
    if (neurons->part.node == node)
      return neurons.get();
  return nullptr;
}

void Shard::watch(std::span<const Watch> watches, uint64_t from, uint64_t ticks) {
  watched_.resize(watches.size());
  for (size_t i = 0; i < watches.size(); ++i) {
    Neurons *neurons = neuronsOf(watches[i].node);
    watched_[i].neurons = neurons;
    watched_[i].term = watches[i].term;
    watched_[i].values.resize(neurons ? ticks * neurons->part.size : 0);
  }
  for (auto &neurons : neurons_)
    neurons->watched = std::any_of(watches.begin(), watches.end(), [&](const Watch &watch) {
      return watch.node == neurons->part.node && watch.term >= neurons->kept();
    });
  lastTick_ = from + ticks - 1;
  watchFrom_ = from;
  watchTicks_ = watches.empty() ? 0 : ticks;
}

void Shard::watched(uint32_t watch, uint64_t t, std::span<int32_t> column) const {
  const Watched &watched = watched_[watch];
  if (!watched.neurons)
    return;
  const Part &part = watched.neurons->part;
  const int32_t *row = watched.values.data() + (t - watchFrom_) * part.size;
  for (uint32_t i = 0; i < part.size; ++i)
    column[context_.layout->neuron(part, i)] = row[i];
}

void Shard::readState(uint32_t node, uint32_t term, std::span<int32_t> column) const {
  if (const Neurons *neurons = neuronsOf(node))
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      column[context_.layout->neuron(neurons->part, i)] = neurons->state[term][i];
}

void Shard::writeState(uint32_t node, uint32_t term, std::span<const int32_t> column) {
  if (Neurons *neurons = neuronsOf(node))
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      neurons->state[term][i] = column[context_.layout->neuron(neurons->part, i)];
}

void Shard::readEmitted(uint32_t node, std::span<int32_t> column) const {
  if (const Neurons *neurons = neuronsOf(node); neurons && !neurons->emitted.empty())
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      column[context_.layout->neuron(neurons->part, i)] = neurons->emitted[i];
}

void Shard::writeEmitted(uint32_t node, std::span<const int32_t> column) {
  if (Neurons *neurons = neuronsOf(node); neurons && !neurons->emitted.empty())
    for (uint32_t i = 0; i < neurons->part.size; ++i)
      neurons->emitted[i] = column[context_.layout->neuron(neurons->part, i)];
}

} // namespace spindle::spinn
