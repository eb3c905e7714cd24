// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated connectivity: the synapses of a source neuron as a pure function of (rule, seed,
// source), whatever else has been drawn, on any thread (docs/semantics.md C1 to C6). Nothing here
// knows of populations: sources and targets are counted from 0, and whoever joins views or several
// populations maps these indices.
#ifndef SPINDLE_SIM_NUMBER_CONNECTIONS_H
#define SPINDLE_SIM_NUMBER_CONNECTIONS_H

#include "sim/number/Distribution.h"
#include "sim/number/Space.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spindle::number {

enum class Rule : uint8_t {
  AllToAll,
  AllButSelf,
  OneToOne,
  FixedProbability,
  FixedInDegree,
  FixedOutDegree,
  FixedTotal,
  Distance
};

constexpr uint32_t kNoSelf = 0xFFFFFFFF;

/// What a generated projection is. `delay` counts in steps.
struct ConnectionRule {
  Rule rule = Rule::AllToAll;
  uint32_t sources = 0, targets = 0;
  double probability = 1; ///< of FixedProbability
  uint64_t number = 0;    ///< the degree or the total of the Fixed rules
  uint64_t seed = 0;
  uint32_t object = 0; ///< tells projections with one seed apart
  Distribution weight = {Law::Constant, 1}, delay = {Law::Constant, 1};
  bool allowSelf = true;
  bool multapses = true; ///< of FixedInDegree, FixedOutDegree and FixedTotal
  /// The target that is the same neuron as a source, or kNoSelf; empty: target i is source i. Only
  /// read where self-connections are excluded. No target may stand twice.
  std::vector<uint32_t> self;
  Space space; ///< of Distance

  /// What is wrong with the numbers; empty where nothing is.
  std::string problem() const;
  bool excludesSelf() const { return rule == Rule::AllButSelf || !allowSelf; }
  /// The target that `source` may not have, or kNoSelf.
  uint32_t selfOf(uint32_t source) const {
    if (!self.empty())
      return self[source];
    return source < targets ? source : kNoSelf;
  }
};

/// A synapse: `weight` is an index into Connections::weights().
struct Drawn {
  uint32_t target;
  uint16_t delay;
  uint16_t weight;

  bool operator==(const Drawn &) const = default;
};

/// After construction all functions are const and may be called from any thread. Construction of
/// FixedTotal counts the synapses of each source; FixedInDegree also keeps their targets (4 bytes a
/// synapse).
class Connections {
public:
  /// Throws std::invalid_argument with the rule's problem().
  explicit Connections(ConnectionRule rule);

  const ConnectionRule &rule() const { return spec; }
  /// Replaces `out` by the synapses of `source`.
  void row(uint32_t source, std::vector<Drawn> &out) const;
  /// The length of that row; only FixedProbability and Distance draw it.
  uint32_t count(uint32_t source) const;
  /// The sum of all counts: exact but for FixedProbability and Distance, where it is the mean.
  double synapses() const;

  const std::vector<double> &weights() const { return weightValues; }
  uint16_t shortestDelay() const { return shortest; }
  uint16_t longestDelay() const { return longest; }

private:
  void countTotal();
  void countTotalDistinct();
  void drawInDegree();
  template <typename TargetOf>
  void fill(uint32_t source, TargetOf target, std::vector<Drawn> &out) const;
  void rowDistinct(uint32_t source, uint32_t number, std::vector<Drawn> &out) const;
  void rowProbability(uint32_t source, std::vector<Drawn> &out) const;
  void rowDistance(uint32_t source, std::vector<Drawn> &out) const;
  Drawn finish(uint32_t target, uint32_t bits) const {
    return {target, delays[bits & delayMask],
            static_cast<uint16_t>(bits >> kDelayBits & weightMask)};
  }
  bool constantValues() const { return delayMask == 0 && weightMask == 0; }
  uint32_t candidates(uint32_t source) const {
    return spec.targets - (spec.excludesSelf() && spec.selfOf(source) != kNoSelf);
  }
  /// The target that a source without itself numbers `t`.
  uint32_t pastSelf(uint32_t t, uint32_t self) const { return t + (t >= self); }
  uint32_t excluded(uint32_t source) const {
    return spec.excludesSelf() ? spec.selfOf(source) : kNoSelf;
  }

  ConnectionRule spec;
  std::vector<double> weightValues;
  std::vector<uint16_t> delays;
  uint32_t weightMask = 0, delayMask = 0;
  uint16_t shortest = 1, longest = 1;
  std::vector<uint32_t> counts;    ///< FixedTotal
  std::vector<uint64_t> rowStart;  ///< FixedInDegree
  std::vector<uint32_t> rowTarget; ///< FixedInDegree
};

} // namespace spindle::number

#endif // SPINDLE_SIM_NUMBER_CONNECTIONS_H
