// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One projection of the reference engine: its synapses by source neuron, and what is under way on
// it.
#ifndef SPINDLE_SIM_REFERENCE_SYNAPSES_H
#define SPINDLE_SIM_REFERENCE_SYNAPSES_H

#include "runtime/image/Image.h"
#include "runtime/machine/Machine.h"
#include "sim/network/Expansion.h"

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::reference {

/// Every projection accumulates in slots of its own, and a target adds up its projections in
/// program order. So the order of every sum is independent of delays, and retiming changes no bit
/// of it.
class Synapses {
public:
  Synapses(const image::Image &image, const image::fb::Projection &projection, uint64_t targetSize);
  /// A generated projection, drawn here.
  Synapses(const network::Expansion &expansion, uint64_t sourceSize, uint64_t targetSize);

  uint32_t target() const { return target_; }
  uint32_t port() const { return port_; }
  uint32_t source() const { return source_; }

  /// Events of the source in step `now`. Returns the number of synapses that they passed.
  uint64_t deliver(std::span<const Event> events, uint64_t now) {
    return deliver(events, now, weight_);
  }
  /// The same with other weights, for synapses that learn.
  uint64_t deliver(std::span<const Event> events, uint64_t now, std::span<const double> weights);

  /// True when something is due at `now`.
  bool due(uint64_t now) const { return filled_[now % depth_]; }

  /// What is due at `now`: becomes `sum` where `first`, else is added to it; then it is cleared.
  void gather(uint64_t now, std::span<double> sum, bool first);

  void reset();

  /// What is under way, for checkpoints: the slots, and which of them hold something.
  std::vector<double> &slots() { return slots_; }
  std::vector<uint8_t> &filled() { return filled_; }

private:
  void allocate(uint64_t longest, uint64_t width);
  uint64_t deliverDrawn(const Event &event, uint64_t now);
  uint64_t deliverDelayed(const Event &event, uint64_t slot, std::span<const double> weights);

  uint32_t source_, target_, port_;
  uint64_t delay_, depth_, width_;
  std::span<const uint32_t> extraDelay_; // per source neuron, or empty
  std::span<const uint64_t> rowStart_;
  std::span<const uint32_t> targetIndex_;
  std::span<const double> weight_;
  std::span<const uint32_t> synapseDelay_; // per synapse, or empty
  int64_t drawnBase_ = 0;                  // added to the delay of each drawn synapse
  std::vector<uint64_t> drawnStart_;       // of a generated projection
  std::vector<number::Drawn> drawn_;
  std::vector<double> drawnWeights_;
  std::vector<double> slots_; // depth_ slots of width_ targets
  std::vector<uint8_t> filled_;
};

} // namespace spindle::reference

#endif // SPINDLE_SIM_REFERENCE_SYNAPSES_H
