// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Core.h"

#include "runtime/machine/NonZero.h"

#include <algorithm>
#include <utility>

namespace spindle::spinn {
namespace {
constexpr uint8_t kArrived = 1, kSaturated = 2;

// These loops stand apart so that nothing in them can alias a member, which would be loaded again
// for each element.

/// input[i] = plus << up - minus << down, modulo 2^32 (S3).
void subtractSlots(const uint16_t *plus, unsigned up, const uint16_t *minus, unsigned down,
                   uint32_t count, int32_t *input) {
  for (uint32_t i = 0; i < count; ++i)
    input[i] = static_cast<int32_t>((uint32_t(plus[i]) << up) - (uint32_t(minus[i]) << down));
}

void addWrapped(const int32_t *values, uint32_t count, int32_t *input) {
  for (uint32_t i = 0; i < count; ++i)
    input[i] = static_cast<int32_t>(uint32_t(input[i]) + uint32_t(values[i]));
}

} // namespace

Core::Core(uint32_t neurons, uint64_t onset, bool spiking, KernelFn kernel, RingLayout ring)
    : neurons_(neurons), onset_(onset), spiking_(spiking), kernel_(kernel),
      layout_(std::move(ring)), emitted_(neurons) {
  input_.resize(layout_.shift.size() / 2);
  for (auto &column : input_) {
    column.resize(neurons);
    inputPtr_.push_back(column.data());
  }
  ring_.resize(size_t(1) << layout_.bits());
  saturated_.resize(ring_.size());
  touched_.resize(size_t(1) << layout_.delayBits);
}

void Core::addParam(std::span<const int32_t> column) {
  param_.emplace_back(column.begin(), column.end());
  paramPtr_.push_back(param_.back().data());
}

void Core::addState(std::span<const int32_t> initial) {
  initial_.emplace_back(initial.begin(), initial.end());
  state_.push_back(initial_.back());
  statePtr_.push_back(state_.back().data());
}

void Core::reset() {
  for (size_t i = 0; i < state_.size(); ++i)
    std::copy(initial_[i].begin(), initial_[i].end(), state_[i].begin());
  std::fill(emitted_.begin(), emitted_.end(), 0);
  std::fill(ring_.begin(), ring_.end(), 0);
  std::fill(saturated_.begin(), saturated_.end(), 0);
  std::fill(touched_.begin(), touched_.end(), 0);
  saturations_ = 0;
  spikes_.clear();
}

void Core::clearSlot(uint32_t slot) {
  size_t width = size_t(1) << (layout_.typeBits + layout_.indexBits);
  std::fill_n(ring_.begin() + slot * width, width, 0);
  if (touched_[slot] & kSaturated)
    std::fill_n(saturated_.begin() + slot * width, width, 0);
  touched_[slot] = 0;
}

void Core::transfer(uint64_t t) {
  uint32_t slot = t & ((uint64_t(1) << layout_.delayBits) - 1);
  size_t base = size_t(slot) << (layout_.typeBits + layout_.indexBits);
  for (size_t port = 0; port < input_.size(); ++port) {
    int32_t *input = input_[port].data();
    if (!touched_[slot]) {
      std::fill_n(input, neurons_, 0);
      continue;
    }
    const uint16_t *plus = ring_.data() + base + (size_t(2 * port) << layout_.indexBits);
    const uint16_t *minus = ring_.data() + base + (size_t(2 * port + 1) << layout_.indexBits);
    subtractSlots(plus, layout_.shift[2 * port], minus, layout_.shift[2 * port + 1], neurons_,
                  input);
  }
  if (touched_[slot])
    clearSlot(slot);
  for (const CoreDrive &drive : drives_)
    if (t >= drive.from)
      addWrapped(drive.values.data(), neurons_, input_[drive.port].data());
}

void Core::tick(uint64_t t) {
  spikes_.clear();
  transfer(t);
  if (t < onset_)
    return;
  kernel_(0, neurons_, statePtr_.data(), paramPtr_.data(), inputPtr_.data(), emitted_.data());
  if (!spiking_)
    return;
  const int32_t *emitted = emitted_.data();
  forEachNonZero(emitted, neurons_, [&](size_t i) {
    if (emitted[i] > 0)
      spikes_.push_back({static_cast<uint32_t>(i), static_cast<uint32_t>(emitted[i])});
  });
}

void Core::deliver(Row row, uint32_t count, uint64_t t) {
  const unsigned low = layout_.typeBits + layout_.indexBits;
  // The lower bits of a word are the place in the ring of tick 0; a tick moves it by a slot.
  const uint32_t mask = (uint32_t(1) << layout_.bits()) - 1, move = uint32_t(t) << low;
  uint16_t *ring = ring_.data();
  uint32_t last = ~uint32_t(0); // slot of the word before: most rows have one delay
  for (uint32_t word : row) {
    const uint32_t at = (word + move) & mask, slot = at >> low;
    if (slot != last)
      touched_[last = slot] |= kArrived;
    // Adding `count` times and staying at the limit is the same as adding once and clipping.
    uint64_t sum = ring[at] + uint64_t(word >> 16) * count;
    if (sum > 0xffff) {
      sum = 0xffff;
      saturate(at, slot);
    }
    ring[at] = static_cast<uint16_t>(sum);
  }
}

void Core::saturate(uint32_t at, uint32_t slot) {
  touched_[slot] |= kSaturated;
  saturations_ += saturated_[at] == 0;
  saturated_[at] = 1;
}

} // namespace spindle::spinn
