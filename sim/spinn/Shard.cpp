// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Shard.h"

#include "sim/number/Fixed.h"
#include "sim/spinn/Loops.h"
#include "sim/spinn/ShardNeurons.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstring>

namespace spindle::spinn {
namespace {

constexpr uint32_t kInCache = 8192; ///< neurons of a shard that stay in the second cache

/// What synapses may add to a sum of 32 bits: it leaves room for noise and packets with a count.
constexpr uint64_t kMostAdded = 0x80000000;

uint64_t clockNow() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

} // namespace

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
      neurons->draws.emplace_back(noise.counted ? part.size : 0, most);
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
  for (auto &neurons : neurons_) {
    for (size_t i = 0; i < neurons->population->ports.size(); ++i)
      neurons->inputPointers.push_back(scratch_->input[i].data());
    if (!neurons->population->ring)
      continue;
    for (const Port &port : neurons->population->ports)
      for (uint32_t plane : {port.plus, port.minus})
        if (plane != Port::kNone)
          neurons->planes.push_back(plane);
    neurons->bits.resize((neurons->part.size + kBitsStretch - 1) / kBitsStretch * kBitsStretch /
                         kRingLanes);
    neurons->inputPointers.resize(
        std::max(neurons->inputPointers.size(), neurons->planes.size() + 1));
  }
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
    rows.forEach(source, [&](const uint32_t *row, uint32_t plane, bool) {
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
    neurons->pointersAt = Neurons::kNowhere;
  }
  forget(0);
  if (learning_)
    learning_->reset();
}

void Shard::forget(uint64_t now) {
  std::fill(sums_.begin(), sums_.end(), 0);
  for (auto &neurons : neurons_)
    for (Draws &draws : neurons->draws)
      draws.clear();
  calendar_->clear();
  std::fill(taken_.begin(), taken_.end(), now);
}

namespace {

/// What a delay extension hands on of a tick's `spikes[i]` (S10). Those of one neuron stand side by
/// side.
uint32_t handedOn(std::span<const Spike> spikes, size_t i) {
  uint64_t before = 0;
  for (size_t k = i; k > 0 && spikes[k - 1].source == spikes[i].source && before < kMostDelayed;)
    before += spikes[--k].count;
  return static_cast<uint32_t>(
      std::min<uint64_t>(spikes[i].count, kMostDelayed - std::min<uint64_t>(before, kMostDelayed)));
}

} // namespace

void Shard::restore(std::span<const Spike> spikes, uint64_t t, uint64_t now) {
  for (size_t i = 0; i < spikes.size(); ++i)
    rows_->forEach(spikes[i].source, [&](const uint32_t *row, uint32_t plane, bool delayed) {
      calendar_->add(row, plane, delayed ? handedOn(spikes, i) : spikes[i].count, t, now);
    });
}

void Shard::tick(uint64_t t, std::deque<Lane> &lanes) {
  uint64_t begin = profile_ ? clockNow() : 0;
  take(t, lanes);
  uint64_t taken = profile_ ? clockNow() : 0;
  uint32_t arrived = calendar_->deliver(t, sums_.data());
  if (learning_ && learning_->deliver(t, sums_.data()))
    arrived = ~uint32_t(0);
  uint64_t delivered = profile_ ? clockNow() : 0;
  Lane &lane = lanes[index_];
  std::vector<Spike> &out = lane.list(t);
  out.clear();
  updateAll(t, arrived, out);
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
  for (size_t i = 0; i < spikes.size(); ++i)
    rows_->forEach(spikes[i].source, [&](const uint32_t *row, uint32_t plane, bool delayed) {
      calendar_->add(row, plane, delayed ? handedOn(spikes, i) : spikes[i].count, t);
    });
  if (learning_)
    for (const Spike &spike : spikes)
      learning_->pre(spike.source, spike.count, t);
}

/// The bits of a ring kernel are looked at after the next kernel: a processor does not read bytes
/// together that it has just written apart until all writes before them are done.
void Shard::updateAll(uint64_t t, uint32_t arrived, std::vector<Spike> &out) {
  Neurons *before = nullptr;
  auto emitBefore = [&] {
    if (before)
      emitBits(*before, t, out);
    before = nullptr;
  };
  for (auto &neurons : neurons_) {
    bool ring = !neurons->bits.empty();
    if (!ring)
      emitBefore(); // spikes come in the order of nodes
    update(*neurons, t, arrived, out);
    emitBefore();
    before = ring && t >= neurons->population->onset ? neurons.get() : nullptr;
  }
  emitBefore();
}

void Shard::update(Neurons &neurons, uint64_t t, uint32_t arrived, std::vector<Spike> &out) {
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

void Shard::block(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, uint32_t arrived,
                  std::vector<Spike> &out) {
  arrived |= addNoise(neurons, begin, end, t);
  if (neurons.population->ring && t >= neurons.population->onset)
    return runRingKernel(neurons, begin, end, t, arrived);
  input(neurons, begin, end, t, arrived != 0);
  if (t >= neurons.population->onset)
    runKernel(neurons, begin, end, t, out);
}

/// Of most parts there is one block, whose pointers stay.
void Shard::setPointers(Neurons &neurons, uint32_t begin, uint64_t t) {
  bool unobserved = neurons.unobserved(t == lastTick_);
  if (neurons.pointersAt == begin && neurons.pointersUnobserved == unobserved)
    return;
  neurons.pointersAt = begin;
  neurons.pointersUnobserved = unobserved;
  for (size_t i = 0; i < neurons.state.size(); ++i)
    neurons.statePointers[i] = neurons.state[i].data() + begin;
  if (unobserved)
    neurons.statePointers[neurons.kept()] = nullptr;
  for (size_t i = 0; i < neurons.param.size(); ++i)
    neurons.paramPointers[i] = neurons.param[i].data() + (neurons.param[i].size() == 1 ? 0 : begin);
}

void Shard::runKernel(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t,
                      std::vector<Spike> &out) {
  setPointers(neurons, begin, t);
  bool spiking = neurons.population->spiking;
  int32_t *emitted = spiking ? scratch_->emitted.data() : neurons.emitted.data() + begin;
  neurons.population->kernel(0, wholeVectors(end - begin), neurons.statePointers.data(),
                             neurons.paramPointers.data(), neurons.inputPointers.data(), emitted);
  if (spiking)
    emit(neurons, begin, end, t, out);
}

/// The kernel takes the sums as they are.
void Shard::runRingKernel(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t,
                          uint32_t arrived) {
  setPointers(neurons, begin, t);
  const std::vector<uint32_t> &planes = neurons.planes;
  for (size_t k = 0; k < planes.size(); ++k) {
    bool absent = planes.size() <= kMostAbsent && !(arrived & planeBit(planes[k]));
    neurons.inputPointers[k] =
        absent ? nullptr : sums_.data() + size_t(planes[k]) * stride_ + neurons.part.base + begin;
  }
  std::array<uint64_t, kRingLanes / 2> &left = scratch_->left;
  neurons.inputPointers[planes.size()] = left.data();
  neurons.population->kernel(0, wholeVectors(end - begin), neurons.statePointers.data(),
                             neurons.paramPointers.data(), neurons.inputPointers.data(),
                             neurons.bits.data() + begin / kRingLanes);
  uint64_t any = 0;
  for (uint64_t words : left)
    any |= words;
  if (any)
    for (uint32_t plane : planes)
      countLeft(neurons, plane, begin, end);
}

/// What a ring kernel has left in a plane was above the limit of a slot.
void Shard::countLeft(const Neurons &neurons, uint32_t plane, uint32_t begin, uint32_t end) {
  uint32_t *sums = sums_.data() + size_t(plane) * stride_ + neurons.part.base;
  for (uint32_t i = begin; i < end; ++i)
    if (sums[i])
      countSaturated(neurons, i);
  std::fill(sums + begin, sums + begin + wholeVectors(end - begin), 0);
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
  uint32_t count = wholeVectors(end - begin);
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

void Shard::countSaturated(const Neurons &neurons, uint32_t plane, uint32_t begin, uint32_t end) {
  const uint32_t *sums = sums_.data() + size_t(plane) * stride_ + neurons.part.base;
  for (uint32_t i = begin; i < end; ++i)
    if (sums[i] > 0xffff)
      countSaturated(neurons, i);
}

void Shard::countSaturated(const Neurons &neurons, uint32_t index) {
  ++context_.saturations[context_.sourceBase[neurons.part.node] +
                         context_.layout->neuron(neurons.part, index)];
}

void Shard::emit(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t,
                 std::vector<Spike> &out) {
  const int32_t *emitted = scratch_->emitted.data();
  uint32_t found = loops().positive(emitted, end - begin, scratch_->places.data());
  for (uint32_t k = 0; k < found; ++k) {
    uint32_t place = scratch_->places[k], count = static_cast<uint32_t>(emitted[place]);
    emitOne(neurons, begin + place, count, t, out);
    if (count > kMostDelayed)
      context_.cut[out.back().source] += count - kMostDelayed;
  }
}

/// Most ticks have few spikes: several words without any are passed over at once.
void Shard::emitBits(Neurons &neurons, uint64_t t, std::vector<Spike> &out) {
  constexpr uint32_t kWords = kBitsStretch / 64;
  uint32_t end = neurons.part.size;
  for (uint32_t from = 0; from < end; from += kBitsStretch) {
    std::array<uint64_t, kWords> words;
    std::memcpy(words.data(), neurons.bits.data() + from / kRingLanes, sizeof words);
    uint64_t any = 0;
    for (uint64_t word : words)
      any |= word;
    if (!any)
      continue;
    for (uint32_t i = from; i < std::min(end, from + kBitsStretch); i += 64)
      for (uint64_t bits = words[(i - from) / 64] & (~uint64_t(0) >> (64 - std::min(end - i, 64u)));
           bits; bits &= bits - 1)
        emitOne(neurons, i + static_cast<uint32_t>(std::countr_zero(bits)), 1, t, out);
  }
}

void Shard::emitOne(Neurons &neurons, uint32_t index, uint32_t count, uint64_t t,
                    std::vector<Spike> &out) {
  uint32_t source =
      context_.sourceBase[neurons.part.node] + context_.layout->neuron(neurons.part, index);
  out.push_back({source, count});
  ++context_.packets[source];
  context_.spikes[source] += count;
  if (learning_)
    learning_->post(neurons.part.node, neurons.part.base + index, count, t);
}

} // namespace spindle::spinn
