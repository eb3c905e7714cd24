// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Layout.h"

#include <algorithm>

namespace spindle::spinn {
Layout::Layout(std::span<const uint32_t> sizes, uint32_t shards, uint32_t step)
    : shards_(std::max(shards, 1u)) {
  uint64_t total = 0;
  for (uint32_t size : sizes)
    total += size;
  while (total / shards_ > kLimit || !deal(sizes))
    shards_ += std::max(step, 1u);
  for (uint32_t node = 0; node < sizes.size(); ++node) {
    firstPlace_.push_back(places_.size());
    for (uint32_t neuron = 0; neuron < sizes[node]; ++neuron) {
      Place at = place(node, neuron);
      places_.push_back(at.shard << 16 | at.local);
    }
  }
}

bool Layout::deal(std::span<const uint32_t> sizes) {
  offset_.assign(sizes.size(), 0);
  base_.assign(sizes.size() * shards_, 0);
  size_.assign(shards_, 0);
  parts_.assign(shards_, {});
  uint32_t next = 0; // the shard whose turn it is
  for (uint32_t node = 0; node < sizes.size(); ++node) {
    uint32_t groups = sizes[node] / kGroup + (sizes[node] % kGroup != 0);
    offset_[node] = next;
    for (uint32_t s = 0; s < shards_; ++s) {
      uint32_t first = (s + shards_ - next) % shards_;
      base_[size_t(node) * shards_ + s] = size_[s];
      if (first >= groups)
        continue;
      uint32_t count = (groups - first - 1) / shards_ + 1, last = first + (count - 1) * shards_;
      uint32_t size = count * kGroup;
      if (last == groups - 1)
        size -= groups * kGroup - sizes[node];
      parts_[s].push_back({node, first, size_[s], size});
      size_[s] += (size + kVector - 1) / kVector * kVector;
      if (size_[s] > kLimit)
        return false;
    }
    next = (next + groups) % shards_;
  }
  return true;
}

} // namespace spindle::spinn
