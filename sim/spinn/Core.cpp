// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Core.h"

#include <algorithm>
#include <utility>

namespace spindle::spinn {
namespace {
constexpr uint8_t kArrived = 1, kSaturated = 2;
}

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
    unsigned up = layout_.shift[2 * port], down = layout_.shift[2 * port + 1];
    for (uint32_t i = 0; i < neurons_; ++i)
      input[i] = static_cast<int32_t>((uint32_t(plus[i]) << up) - (uint32_t(minus[i]) << down));
  }
  if (touched_[slot])
    clearSlot(slot);
  for (const CoreDrive &drive : drives_)
    if (t >= drive.from)
      for (uint32_t i = 0; i < neurons_; ++i)
        input_[drive.port][i] =
            static_cast<int32_t>(uint32_t(input_[drive.port][i]) + uint32_t(drive.values[i]));
}

void Core::tick(uint64_t t) {
  spikes_.clear();
  transfer(t);
  if (t < onset_)
    return;
  kernel_(0, neurons_, statePtr_.data(), paramPtr_.data(), inputPtr_.data(), emitted_.data());
  if (!spiking_)
    return;
  for (uint32_t i = 0; i < neurons_; ++i)
    if (emitted_[i] > 0)
      spikes_.push_back({i, static_cast<uint32_t>(emitted_[i])});
}

void Core::deliver(Row row, uint32_t count, uint64_t t) {
  unsigned low = layout_.typeBits + layout_.indexBits;
  uint32_t lowMask = (uint32_t(1) << low) - 1;
  uint32_t slots = (uint32_t(1) << layout_.delayBits) - 1;
  for (uint32_t word : row) {
    uint32_t slot = (uint32_t(t) + (word >> low)) & slots;
    uint32_t at = (slot << low) | (word & lowMask);
    // Adding `count` times and staying at the limit is the same as adding once and clipping.
    uint64_t sum = ring_[at] + uint64_t(word >> 16) * count;
    touched_[slot] |= kArrived;
    if (sum > 0xffff) {
      sum = 0xffff;
      touched_[slot] |= kSaturated;
      saturations_ += saturated_[at] == 0;
      saturated_[at] = 1;
    }
    ring_[at] = static_cast<uint16_t>(sum);
  }
}

} // namespace spindle::spinn
