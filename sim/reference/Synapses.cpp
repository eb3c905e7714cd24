// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/reference/Synapses.h"

#include <algorithm>

namespace spindle::reference {

namespace {

// The inner loops stand apart so that nothing in them can alias a member, which would be loaded
// again for each element.
void addRow(const uint32_t *target, const double *weight, uint64_t count, double value,
            double *sum) {
  for (uint64_t s = 0; s < count; ++s)
    sum[target[s]] += value * weight[s];
}

void addColumn(const double *values, uint64_t count, double *sum) {
  for (uint64_t i = 0; i < count; ++i)
    sum[i] += values[i];
}

} // namespace

Synapses::Synapses(const image::Image &image, const image::fb::Projection &projection,
                   uint64_t targetSize)
    : source_(projection.source()), target_(projection.target()), port_(projection.port()),
      delay_(projection.delay()), width_(targetSize),
      rowStart_(image.array<uint64_t>(*projection.row_start())),
      targetIndex_(image.array<uint32_t>(*projection.target_index())),
      weight_(image.array<double>(*projection.weight())) {
  uint64_t longest = 0, perSynapse = 0;
  if (projection.delays()) {
    extraDelay_ = image.array<uint32_t>(*projection.delays());
    for (uint32_t d : extraDelay_)
      longest = std::max<uint64_t>(longest, d);
  }
  if (projection.synapse_delay()) {
    synapseDelay_ = image.array<uint32_t>(*projection.synapse_delay());
    for (uint32_t d : synapseDelay_)
      perSynapse = std::max<uint64_t>(perSynapse, d);
  }
  allocate(delay_ + longest + perSynapse, width_);
}

Synapses::Synapses(const network::Expansion &expansion, uint64_t sourceSize, uint64_t targetSize)
    : source_(expansion.source()), target_(expansion.target()), port_(expansion.port()),
      delay_(expansion.shortestDelay()), width_(targetSize), drawnBase_(expansion.base()),
      drawnWeights_(expansion.weights()) {
  std::vector<number::Drawn> row;
  drawnStart_.reserve(sourceSize + 1);
  drawnStart_.push_back(0);
  for (uint64_t s = 0; s < sourceSize; ++s) {
    expansion.row(static_cast<uint32_t>(s), row);
    drawn_.insert(drawn_.end(), row.begin(), row.end());
    drawnStart_.push_back(drawn_.size());
  }
  allocate(expansion.longestDelay(), width_);
}

void Synapses::allocate(uint64_t longest, uint64_t width) {
  constexpr uint64_t kMaxSlots = uint64_t{1} << 32; // of 8 bytes
  if (longest >= kMaxSlots || (width != 0 && longest + 1 > kMaxSlots / width))
    throw FitError("a projection of " + std::to_string(longest) + " steps of delay onto " +
                   std::to_string(width) +
                   " neurons needs more than 32 GiB of buffers; shorten the delay or use a "
                   "larger dt");
  depth_ = longest + 1;
  slots_.assign(depth_ * width, 0.0);
  filled_.assign(depth_, 0);
}

/// Every synapse of a generated row has a delay of its own.
uint64_t Synapses::deliverDrawn(const Event &event, uint64_t now) {
  const number::Drawn *row = drawn_.data() + drawnStart_[event.neuron];
  const uint64_t count = drawnStart_[event.neuron + 1] - drawnStart_[event.neuron];
  const uint64_t base = (now + static_cast<uint64_t>(drawnBase_ + 1)) % depth_, depth = depth_;
  const double *weights = drawnWeights_.data();
  double *slots = slots_.data();
  uint8_t *filled = filled_.data();
  for (uint64_t k = 0; k < count; ++k) {
    uint64_t slot = base + row[k].delay - 1; // at most one turn: the depth exceeds every delay
    if (slot >= depth)
      slot -= depth;
    slots[slot * width_ + row[k].target] += event.value * weights[row[k].weight];
    filled[slot] = 1;
  }
  return count;
}

/// The same for a stored row; `slot` is that of the shortest delay.
uint64_t Synapses::deliverDelayed(const Event &event, uint64_t slot,
                                  std::span<const double> weights) {
  const uint64_t begin = rowStart_[event.neuron], end = rowStart_[event.neuron + 1];
  for (uint64_t k = begin; k < end; ++k) {
    uint64_t at = (slot + synapseDelay_[k]) % depth_;
    slots_[at * width_ + targetIndex_[k]] += event.value * weights[k];
    filled_[at] = 1;
  }
  return end - begin;
}

uint64_t Synapses::deliver(std::span<const Event> events, uint64_t now,
                           std::span<const double> weights) {
  if (events.empty())
    return 0;
  uint64_t passed = 0;
  if (!drawnStart_.empty()) {
    for (const Event &event : events)
      passed += deliverDrawn(event, now);
    return passed;
  }
  const uint64_t base = (now + delay_) % depth_;
  for (const Event &event : events) {
    const uint64_t begin = rowStart_[event.neuron], end = rowStart_[event.neuron + 1];
    if (begin == end)
      continue;
    uint64_t slot = base + (extraDelay_.empty() ? 0 : extraDelay_[event.neuron]);
    if (slot >= depth_) // an extra delay is below the depth: one turn at most
      slot -= depth_;
    if (!synapseDelay_.empty()) {
      passed += deliverDelayed(event, slot, weights);
      continue;
    }
    filled_[slot] = 1;
    addRow(targetIndex_.data() + begin, weights.data() + begin, end - begin, event.value,
           slots_.data() + slot * width_);
    passed += end - begin;
  }
  return passed;
}

void Synapses::gather(uint64_t now, std::span<double> sum, bool first) {
  uint64_t slot = now % depth_;
  double *row = slots_.data() + slot * width_;
  // A slot holds sums that began with +0, so it has no -0 that adding to +0 would have changed.
  if (first)
    std::copy(row, row + width_, sum.begin());
  else
    addColumn(row, width_, sum.data());
  std::fill(row, row + width_, 0.0);
  filled_[slot] = 0;
}

void Synapses::reset() {
  std::fill(slots_.begin(), slots_.end(), 0.0);
  std::fill(filled_.begin(), filled_.end(), 0);
}

} // namespace spindle::reference
