// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sources of a network that draw their own spikes. Where all that a source feeds is drawn by
// the shards (Noise), only those who look at its spikes draw them once more.
#ifndef SPINDLE_SIM_SPINN_POISSONSOURCES_H
#define SPINDLE_SIM_SPINN_POISSONSOURCES_H

#include "sim/spinn/Population.h"

#include <cstdint>
#include <span>
#include <vector>

namespace spindle::spinn {

class PoissonSources {
public:
  /// `base`: the first source of each node. Both outlive it.
  PoissonSources(const std::vector<Population> &populations, const std::vector<uint32_t> &base);

  bool direct(uint32_t node) const {
    return populations_[node].poisson && populations_[node].poisson->direct;
  }
  /// Adds what is sent in tick `t`; the list stays sorted by source.
  void send(uint64_t t, std::vector<Spike> &list);
  /// Appends what a direct source draws in tick `t`.
  void drawn(uint32_t node, uint64_t t, std::vector<Spike> &out) const;
  /// The same of all direct sources; the list is sorted by source then.
  void allDrawn(uint64_t t, std::vector<Spike> &list) const;

  /// Shards count what they draw when it acts: adds what was drawn before `now` and acts later.
  void addUnderWay(uint64_t now, std::span<uint64_t> packets, std::span<uint64_t> spikes) const;

private:
  const std::vector<Population> &populations_;
  const std::vector<uint32_t> &base_;
  std::vector<uint32_t> sent_, direct_; ///< nodes
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_POISSONSOURCES_H
