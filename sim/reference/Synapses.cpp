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
  uint64_t longest = 0;
  if (projection.delays()) {
    extraDelay_ = image.array<uint32_t>(*projection.delays());
    for (uint32_t d : extraDelay_)
      longest = std::max<uint64_t>(longest, d);
  }
  constexpr uint64_t kMaxSlots = uint64_t{1} << 32; // of 8 bytes
  if (delay_ >= kMaxSlots || (width_ != 0 && delay_ + longest + 1 > kMaxSlots / width_))
    throw FitError("a projection of " + std::to_string(std::max(delay_, longest)) +
                   " steps of delay onto " + std::to_string(width_) +
                   " neurons needs more than 32 GiB of buffers; shorten the delay or use a "
                   "larger dt");
  depth_ = delay_ + longest + 1;
  slots_.assign(depth_ * width_, 0.0);
  filled_.assign(depth_, 0);
}

uint64_t Synapses::deliver(std::span<const Event> events, uint64_t now) {
  if (events.empty())
    return 0;
  uint64_t passed = 0;
  const uint64_t base = (now + delay_) % depth_;
  for (const Event &event : events) {
    const uint64_t begin = rowStart_[event.neuron], end = rowStart_[event.neuron + 1];
    if (begin == end)
      continue;
    uint64_t slot = base + (extraDelay_.empty() ? 0 : extraDelay_[event.neuron]);
    if (slot >= depth_) // an extra delay is below the depth: one turn at most
      slot -= depth_;
    filled_[slot] = 1;
    addRow(targetIndex_.data() + begin, weight_.data() + begin, end - begin, event.value,
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
