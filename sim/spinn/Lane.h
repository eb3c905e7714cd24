// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spikes of one shard, tick by tick, for all shards to read. A shard publishes a tick by
// raising `done`; others need the spikes of tick t no earlier than the smallest delay after it, so
// that shards run side by side without meeting at a barrier. The last ticks stay readable: they are
// what recordings and checkpoints are made of.
#ifndef SPINDLE_SIM_SPINN_LANE_H
#define SPINDLE_SIM_SPINN_LANE_H

#include "sim/spinn/Population.h"

#include <atomic>
#include <bit>
#include <cstdint>
#include <thread>
#include <vector>

namespace spindle::spinn {

class Lane {
public:
  /// Keeps at least the last `ticks` ticks.
  explicit Lane(uint64_t ticks) : lists_(std::bit_ceil(ticks)) {}

  std::vector<Spike> &list(uint64_t t) { return lists_[t & (lists_.size() - 1)]; }
  const std::vector<Spike> &list(uint64_t t) const { return lists_[t & (lists_.size() - 1)]; }

  uint64_t done() const { return done_.load(std::memory_order_acquire); }
  void publish(uint64_t ticks) { done_.store(ticks, std::memory_order_release); }

  /// Waits until `ticks` ticks are done; returns how many are.
  uint64_t await(uint64_t ticks) const {
    uint64_t now = done();
    for (unsigned turn = 0; now < ticks; now = done(), ++turn) {
      if (turn < kSpins)
        pause();
      else
        std::this_thread::yield();
    }
    return now;
  }

  void clear() {
    for (auto &list : lists_)
      list.clear();
    publish(0);
  }

private:
  static constexpr unsigned kSpins = 4096; // some 50 us
  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  std::vector<std::vector<Spike>> lists_;
  alignas(64) std::atomic<uint64_t> done_{0};
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_LANE_H
