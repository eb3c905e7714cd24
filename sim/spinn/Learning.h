// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Learning in shards: the plastic rows of a network, and what one shard does for them. A row of the
// machine may lead to neurons of several shards; each keeps its synapses and a copy of the row's
// history, which depends on the source alone.
#ifndef SPINDLE_SIM_SPINN_LEARNING_H
#define SPINDLE_SIM_SPINN_LEARNING_H

#include "runtime/machine/Phases.h"
#include "sim/spinn/Layout.h"
#include "sim/spinn/Plasticity.h"

#include <compare>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spindle::spinn {

/// A rule with its numbers, and the population that it leads to.
struct PlasticUse {
  uint32_t source, target; ///< nodes
  uint32_t neurons;        ///< of the target
  uint8_t gain;            ///< binary places by which weights are scaled beyond their shift
  uint32_t number;         ///< of the rule, for phases
  std::shared_ptr<const PlasticRule> rule;
};

/// The `number`th plastic row of a source. Neurons of its synapses are those of the target node.
struct PlasticRow {
  uint32_t source, number, use;
  std::vector<PlasticSynapse> synapses;
};

struct PlasticNetwork {
  std::vector<PlasticUse> uses;
  std::vector<PlasticRow> rows; ///< by source, then number
  const Phases *phases = nullptr;
  uint32_t longestDelay = 0;
};

/// What has been learnt, independent of the host's layout: data of all rows in their order
/// (history, then weights of 16 bits), histories of all neurons of all uses, and what is on its
/// way.
struct LearningState {
  std::vector<uint32_t> histories; ///< per row
  std::vector<uint16_t> weights;   ///< per row and synapse
  std::vector<uint8_t> counts;     ///< per use and neuron, ...
  std::vector<uint32_t> times;
  std::vector<int16_t> traces;
  struct Pending {
    uint64_t tick;
    uint32_t node, neuron, type, sum;
    auto operator<=>(const Pending &) const = default;
  };
  std::vector<Pending> pending;
  std::vector<uint64_t> counters; ///< skipped, wraps, dropped

  /// Of a network in which nothing has happened.
  explicit LearningState(const PlasticNetwork &network);
  LearningState() = default;
};

class ShardLearning {
public:
  /// `stride`: sums of a plane. The network and the layout outlive it.
  ShardLearning(const PlasticNetwork &network, const Layout &layout, uint32_t shard,
                uint32_t stride);

  /// A spike of a source in tick t, which all neurons' spikes up to t precede.
  void pre(uint32_t source, uint32_t count, uint64_t t);
  /// A spike of a neuron here in tick t; `local` is its number in the shard.
  void post(uint32_t node, uint32_t local, uint32_t count, uint64_t t);
  /// Adds up what is due in tick `t`; false if nothing was.
  bool deliver(uint64_t t, uint32_t *sums);

  void reset();
  uint64_t skipped() const { return plasticity_.skipped(); }
  uint64_t wraps() const { return plasticity_.wraps(); }
  uint64_t dropped() const { return plasticity_.dropped(); }
  /// Writes what is here into `state`, or takes it from there.
  void save(LearningState &state, uint64_t now);
  /// `counts`: the counters of all shards are kept here.
  void restore(const LearningState &state, bool counts);

private:
  struct Due {
    uint32_t index, weight;
  };
  struct Part { ///< of a row of the network
    uint32_t row, here;
    std::vector<uint32_t> synapses;
  };

  void enable(uint64_t t);
  /// Calls row(part, place of its history, place of its weights) and neuron(history, place, place
  /// of its traces) for what is here.
  template <typename Row, typename Neuron> void visit(Row row, Neuron neuron);

  const PlasticNetwork &network_;
  const Layout &layout_;
  uint32_t shard_, stride_;
  Plasticity plasticity_;
  std::vector<const spinn::Part *> neurons_; ///< of each use, null where it has none here
  std::vector<Part> parts_;
  std::vector<uint32_t> sourceStart_, sources_; ///< parts by source: start per distinct source
  std::vector<std::vector<Due>> due_;           ///< by tick modulo their number
  size_t phase_ = ~size_t(0);
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_LEARNING_H
