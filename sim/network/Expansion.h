// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated projections of an image: what a machine expands when it loads. The same rows for every
// engine, whatever it makes of them.
#ifndef SPINDLE_SIM_NETWORK_EXPANSION_H
#define SPINDLE_SIM_NETWORK_EXPANSION_H

#include "runtime/image/Image.h"
#include "sim/number/Connections.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace spindle::network {

/// Neurons [first, first + count) of a source that lead, each by one synapse, to neurons
/// [begin, begin + count) of a target; all after the same delay and with the first weight.
struct Straight {
  uint32_t first, begin, count;
  uint64_t delay;
};

/// The synapses from one node to another. All functions are const and may be called from any
/// thread.
class Expansion {
public:
  uint32_t source() const { return source_; }
  uint32_t target() const { return target_; }
  uint32_t port() const { return port_; }

  /// Replaces `out` by the synapses of neuron `neuron` of the source: targets are neurons of the
  /// target node, the delay of each is base() + its own, its weight weights()[its own].
  void row(uint32_t neuron, std::vector<number::Drawn> &out) const;
  int64_t base() const { return base_; }
  const std::vector<double> &weights() const { return connections_->weights(); }
  uint64_t shortestDelay() const { return base_ + connections_->shortestDelay(); }
  uint64_t longestDelay() const { return base_ + connections_->longestDelay(); }
  /// The whole of it, where it is no more than that.
  std::optional<Straight> straight() const;
  /// How many synapses all projections of this rule have together: exact, or the mean.
  double synapses() const { return connections_->synapses(); }
  const number::Connections &connections() const { return *connections_; }

private:
  friend class Expander;
  struct Part {
    bool whole = true;
    uint32_t offset = 0, count = 0, first = 0;
    int64_t step = 1;
    std::span<const uint32_t> neurons;
    uint32_t neuron(uint32_t position) const {
      return neurons.empty() ? static_cast<uint32_t>(first + position * step) : neurons[position];
    }
  };

  uint32_t source_ = 0, target_ = 0, port_ = 0;
  int64_t base_ = 0;
  std::shared_ptr<const number::Connections> connections_;
  Part targetPart_;
  std::vector<uint32_t> position_; ///< by source neuron; empty: the same number
};

/// Makes expansions; projections that share a rule share what is drawn for all of them.
class Expander {
public:
  explicit Expander(const image::Image &image) : image_(image) {}
  /// Throws ImageError where the rule is impossible.
  Expansion expand(const image::fb::Generated &generated);

private:
  const image::Image &image_;
  /// By seed and object, with the rule that they stand for.
  std::map<std::pair<uint64_t, uint32_t>, std::shared_ptr<const number::Connections>> known_;
};

} // namespace spindle::network

#endif // SPINDLE_SIM_NETWORK_EXPANSION_H
