// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the host keeps each neuron. Neurons are dealt out to shards in groups of 128, in turn, so
// that every shard has the same mix of populations. Which core of the machine a neuron is on does
// not matter here.
#ifndef SPINDLE_SIM_SPINN_LAYOUT_H
#define SPINDLE_SIM_SPINN_LAYOUT_H

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::spinn {

/// The neurons of one node in one shard: its groups `first`, `first` + shards, ...
struct Part {
  uint32_t node = 0, first = 0;
  uint32_t base = 0; ///< its first neuron's number in the shard
  uint32_t size = 0;
};

class Layout {
public:
  static constexpr uint32_t kVector = 16;     ///< parts begin at multiples of this: 64 bytes
  static constexpr uint32_t kGroup = 128;     ///< neurons dealt out together
  static constexpr uint32_t kLimit = 0x10000; ///< neurons of a shard: a synapse has 16 bits for one

  /// `sizes`: of each node; 0 for what has no neurons here. `shards` is raised until every shard
  /// keeps to the limit, by `step` at a time.
  Layout(std::span<const uint32_t> sizes, uint32_t shards, uint32_t step);

  struct Place {
    uint32_t shard, local;
  };
  Place place(uint32_t node, uint32_t neuron) const {
    uint32_t group = neuron / kGroup;
    uint32_t shard = (offset_[node] + group) % shards_;
    return {shard,
            base_[size_t(node) * shards_ + shard] + group / shards_ * kGroup + neuron % kGroup};
  }
  /// The places of a node's neurons: shard (upper half) | local.
  const uint32_t *places(uint32_t node) const { return places_.data() + firstPlace_[node]; }
  /// The neuron of the node that is number `i` of the part.
  uint32_t neuron(const Part &part, uint32_t i) const {
    return (i / kGroup * shards_ + part.first) * kGroup + i % kGroup;
  }

  uint32_t shards() const { return shards_; }
  /// Not empty ones, by node.
  const std::vector<Part> &parts(uint32_t shard) const { return parts_[shard]; }
  /// Neurons of a shard; parts begin at multiples of a vector, so it counts a few that are none.
  uint32_t size(uint32_t shard) const { return size_[shard]; }

private:
  bool deal(std::span<const uint32_t> sizes);

  uint32_t shards_;
  std::vector<uint32_t> offset_; ///< per node: shard of its first group
  std::vector<uint32_t> base_;   ///< per node and shard
  std::vector<uint32_t> size_;
  std::vector<uint32_t> places_;
  std::vector<size_t> firstPlace_;
  std::vector<std::vector<Part>> parts_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_LAYOUT_H
