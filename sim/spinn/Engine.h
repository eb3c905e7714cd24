// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engine of the emulator: populations in shards, rows that lead to them, and the loop over
// ticks. It knows nothing of images, cores and routers. No number of shards or threads shows in a
// result, since sums do not depend on the order in which they are added up.
#ifndef SPINDLE_SIM_SPINN_ENGINE_H
#define SPINDLE_SIM_SPINN_ENGINE_H

#include "runtime/machine/Machine.h"
#include "runtime/machine/Workers.h"
#include "sim/spinn/PoissonSources.h"
#include "sim/spinn/Shard.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace spindle::spinn {

struct EngineOptions {
  MachineOptions machine;
  bool pad = true;      ///< fill up pieces of rows (RowBuilder)
  bool profile = false; ///< keep ShardTimes
};

/// What neurons and sources did since reset, by number of the source.
struct SourceCounts {
  std::vector<uint64_t> packets, spikes;
  std::vector<uint32_t> saturations; ///< of a neuron's slots
  /// For delay extensions, to which all that a neuron sends in a tick is one count of 8 bits:
  /// packets after its first one in a tick, and spikes above kMostDelayed.
  std::vector<uint64_t> joined, cut;
};

class Engine {
public:
  Engine(std::vector<Population> populations, const EngineOptions &options);

  /// Builds all rows: `fill` adds those of a source, by any of several threads. Called once.
  using Fill = std::function<void(uint32_t source, RowBuilder &builder)>;
  /// `learning`, called after all rows are there, says what learns; it may be none.
  using Learns = std::function<PlasticNetwork()>;
  void build(const Fill &fill, const Learns &learns = {});

  const std::vector<Population> &populations() const { return populations_; }
  const Layout &layout() const { return layout_; }
  uint32_t sources() const { return base_.back(); }
  uint32_t sourceOf(uint32_t node, uint32_t neuron) const { return base_[node] + neuron; }
  /// The node that a source belongs to.
  uint32_t nodeOf(uint32_t source) const;
  uint32_t firstSource(uint32_t node) const { return base_[node]; }

  void reset();
  uint64_t now() const { return now_; }

  /// Spikes of neurons without a kernel in tick `t`, which is to come.
  std::vector<Spike> &injected(uint64_t t);

  /// Those of the coming tick.
  std::vector<Spike> pending() const {
    return prepared_ > now_ ? lanes_.back().list(now_) : std::vector<Spike>();
  }

  /// Runs `ticks` ticks, at most kBlockTicks.
  void run(uint64_t ticks, std::span<const Watch> watches = {});
  static constexpr uint64_t kBlockTicks = 128;

  /// Has `f(from, ticks)` called after every run, while spikes() still knows those ticks.
  void afterRun(std::function<void(uint64_t from, uint64_t ticks)> f) { afterRun_ = std::move(f); }

  /// Spikes that were sent in one of the last ticks, by source; of all nodes.
  void spikes(uint64_t t, std::vector<Spike> &out) const;
  /// What sources draw whose spikes are not sent.
  const PoissonSources &poisson() const { return poisson_; }
  void watched(uint32_t watch, uint64_t t, std::span<int32_t> column) const;
  void readState(uint32_t node, uint32_t term, std::span<int32_t> column) const;
  void readEmitted(uint32_t node, std::span<int32_t> column) const;

  /// All processes take part.
  SourceCounts counts() const;
  /// The same, where what the shards draw counts when it acts; and back.
  SourceCounts acted() const;
  void setActed(const SourceCounts &counts);

  /// Spikes of that many ticks before now() still have something to deliver.
  uint64_t memory() const { return counts_.maxDelay; }
  /// Continues from tick `now`, with states as written below and `history(t)` giving the spikes of
  /// the last memory() ticks.
  void restore(uint64_t now, const std::function<std::span<const Spike>(uint64_t)> &history);
  void writeState(uint32_t node, uint32_t term, std::span<const int32_t> column);
  void writeEmitted(uint32_t node, std::span<const int32_t> column);

  const RowCounts &rows() const { return counts_; }

  const PlasticNetwork &learning() const { return learning_; }
  LearningState learnt() const;
  /// After restore().
  void setLearnt(const LearningState &state);
  size_t threads() const { return workers_.count(); }
  uint32_t shards() const { return static_cast<uint32_t>(shards_.size()); } ///< of this process
  const Shard &shard(uint32_t index) const { return shards_[index]; }
  uint64_t delivered() const;
  void clearTimes();

private:
  void runShards(size_t thread, size_t threads, uint64_t begin, uint64_t end);
  void exchange(uint64_t begin, uint64_t end);
  void countSent(std::span<const Spike> spikes);
  void gatherWatched(std::span<const Watch> watches, uint64_t ticks);
  const Ranks *ranks() const { return options_.machine.ranks.get(); }
  uint32_t rankCount() const { return ranks() ? ranks()->count() : 1; }
  uint32_t rank() const { return ranks() ? ranks()->rank() : 0; }
  bool owns(uint32_t shard) const { return shard % rankCount() == rank(); }
  void sumColumn(std::span<int32_t> column) const;
  bool parallel(uint64_t ticks) const;

  EngineOptions options_;
  std::vector<Population> populations_;
  std::vector<uint32_t> base_; ///< first source of each node, and their number
  PoissonSources poisson_;
  Workers workers_;
  Layout layout_;
  uint32_t planes_ = 0;
  std::deque<RowStore> stores_;
  RowCounts counts_;
  SourceCounts own_;                               ///< what this process counted
  std::vector<std::vector<int32_t>> watchedOfAll_; ///< per watch: a column per tick of the block
  uint64_t watchedFrom_ = 0;
  PlasticNetwork learning_;
  std::deque<Shard> shards_; ///< of this process
  std::deque<Lane> lanes_;   ///< of each shard, and of what is injected
  uint64_t now_ = 0, prepared_ = 0;
  uint64_t slack_ = 1;
  std::function<void(uint64_t, uint64_t)> afterRun_;
  double perTick_ = 0; ///< synapses, in the block before
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_ENGINE_H
