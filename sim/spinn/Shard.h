// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One shard: its neurons, the sums of what arrives at them, and the rows that lead to them. It is
// stepped by one thread at a time and shares nothing but the lanes of spikes.
#ifndef SPINDLE_SIM_SPINN_SHARD_H
#define SPINDLE_SIM_SPINN_SHARD_H

#include "sim/spinn/Calendar.h"
#include "sim/spinn/Lane.h"
#include "sim/spinn/Layout.h"
#include "sim/spinn/Learning.h"
#include "sim/spinn/Population.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace spindle::spinn {

/// Where the time of a shard goes, in clocks of the processor's counter; for benchmarks.
struct ShardTimes {
  uint64_t wait = 0, take = 0, deliver = 0, update = 0;
};

/// A state, or what a graded population emits, that is kept for every tick of a block.
struct Watch {
  static constexpr uint32_t kEmitted = ~uint32_t(0);
  uint32_t node, term;
};

/// What all shards of an engine know of it.
struct ShardContext {
  const Layout *layout;
  const std::vector<Population> *populations;
  const uint32_t *sourceBase; ///< number of the first neuron of each node
  uint32_t planes;
  uint64_t *packets, *spikes; ///< per neuron: counted by the shard that holds it
  uint32_t *saturations;      ///< likewise
  uint64_t *cut;              ///< likewise: SourceCounts
};

class Shard {
public:
  Shard(const ShardContext &context, uint32_t index);
  ~Shard();
  Shard(const Shard &) = delete;
  Shard &operator=(const Shard &) = delete;

  /// Before prepare(): rows that learn; the network outlives the shard.
  void learn(const PlasticNetwork &network);
  ShardLearning *learning() { return learning_.get(); }
  const ShardLearning *learning() const { return learning_.get(); }
  /// Takes up all spikes before tick `t`, which is to come.
  void settle(uint64_t t, std::deque<Lane> &lanes) { take(t, lanes); }

  /// Before the first tick: rows are built, spikes wait for at most `slack` ticks.
  void prepare(const RowStore &rows, uint64_t slack, bool profile);
  void reset();

  /// A whole tick: takes up spikes, delivers what is due, updates neurons, publishes their spikes.
  void tick(uint64_t t, std::deque<Lane> &lanes);

  /// Everything up to tick `now` was taken up from all lanes, except the spikes in `history`, which
  /// are taken up by restore().
  void forget(uint64_t now);
  void restore(std::span<const Spike> spikes, uint64_t t, uint64_t now);

  /// Keeps `watches` of each of the coming `ticks` ticks, from tick `from` on.
  void watch(std::span<const Watch> watches, uint64_t from, uint64_t ticks);
  /// Copies one watched tick of the neurons here into the node's column.
  void watched(uint32_t watch, uint64_t t, std::span<int32_t> column) const;

  /// The state's (or emitted values') neurons here to or from the node's column.
  void readState(uint32_t node, uint32_t term, std::span<int32_t> column) const;
  void writeState(uint32_t node, uint32_t term, std::span<const int32_t> column);
  void readEmitted(uint32_t node, std::span<int32_t> column) const;
  void writeEmitted(uint32_t node, std::span<const int32_t> column);

  /// Adds, per neuron, what Poisson sources have sent and is not among the counts of the context.
  void addDrawn(std::span<uint64_t> packets, std::span<uint64_t> spikes) const;

  const ShardTimes &times() const { return times_; }
  void clearTimes() { times_ = {}; }
  /// Synapses delivered so far, about (filled-up pieces count whole).
  uint64_t delivered() const { return calendar_->delivered(); }

private:
  struct Neurons;
  struct Scratch;
  struct Watched {
    const Neurons *neurons; ///< null: none here
    uint32_t term;
    std::vector<int32_t> values; ///< a row per tick
  };

  Neurons *neuronsOf(uint32_t node) const;
  void take(uint64_t t, std::deque<Lane> &lanes);
  void takeUp(std::span<const Spike> spikes, uint64_t t);
  void updateAll(uint64_t t, uint32_t arrived, std::vector<Spike> &out);
  void update(Neurons &neurons, uint64_t t, uint32_t arrived, std::vector<Spike> &out);
  void block(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, uint32_t arrived,
             std::vector<Spike> &out);
  void runKernel(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t,
                 std::vector<Spike> &out);
  void runRingKernel(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, uint32_t arrived);
  void setPointers(Neurons &neurons, uint32_t begin, uint64_t t);
  void addCurrent(const Neurons &neurons, size_t d, uint32_t begin, uint32_t end, uint64_t t,
                  int32_t *input) const;
  void input(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, bool arrived);
  uint32_t addNoise(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t);
  void addDrawn(const Neurons &neurons, uint64_t *packets, uint64_t *spikes) const;
  void countDraws(Neurons &neurons);
  void fetch(const Neurons &neurons, uint32_t begin, uint32_t end) const;
  void countSaturated(const Neurons &neurons, uint32_t plane, uint32_t begin, uint32_t end);
  void countSaturated(const Neurons &neurons, uint32_t index);
  void countLeft(const Neurons &neurons, uint32_t plane, uint32_t begin, uint32_t end);
  void emit(Neurons &neurons, uint32_t begin, uint32_t end, uint64_t t, std::vector<Spike> &out);
  void emitBits(Neurons &neurons, uint64_t t, std::vector<Spike> &out);
  void emitOne(Neurons &neurons, uint32_t index, uint32_t count, uint64_t t,
               std::vector<Spike> &out);

  ShardContext context_;
  Arena arena_; ///< of sums and columns
  uint32_t index_, stride_;
  std::vector<std::unique_ptr<Neurons>> neurons_; ///< by node
  std::unique_ptr<Scratch> scratch_;
  Lines<uint32_t> sums_; ///< planes of stride_
  const RowStore *rows_ = nullptr;
  std::unique_ptr<Calendar> calendar_;
  std::unique_ptr<ShardLearning> learning_; ///< null where nothing learns
  uint64_t slack_ = 1, watchFrom_ = 0, watchTicks_ = 0;
  uint64_t lastTick_ = 0;       ///< of the block at hand
  std::vector<uint64_t> taken_; ///< per lane: ticks
  std::vector<Watched> watched_;
  bool profile_ = false;
  ShardTimes times_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_SHARD_H
