// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way of each neuron's key through the machine and what it finds at its end, kept for those who
// account for it.
#ifndef SPINDLE_SIM_SPINN_WAYS_H
#define SPINDLE_SIM_SPINN_WAYS_H

#include "sim/spinn/Router.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spindle::spinn {

/// A core that a key reaches, in the image's order of cores.
struct Landing {
  uint32_t core = 0, rows = 0, synapses = 0;
  bool known = false; ///< to the core's population table
};

/// By sender, as the network numbers them: neurons, then what delay extensions send. Filled by
/// several threads at a time, each sender by one.
class Ways {
public:
  explicit Ways(size_t sources) : hops_(sources), landings_(sources), way_(sources) {}

  void lead(uint32_t source, std::vector<Hop> hops) { hops_[source] = std::move(hops); }
  void land(uint32_t source, Landing landing) { landings_[source].push_back(landing); }

  /// After the last of them: neighbours with one way share it. Again, it does nothing.
  void share() {
    if (std::exchange(shared_, true))
      return;
    for (uint32_t source = 0; source < hops_.size(); ++source) {
      way_[source] = source;
      if (source > 0 && hops_[source] == hops_[way_[source - 1]]) {
        way_[source] = way_[source - 1];
        hops_[source] = {};
      }
    }
  }

  /// Empty where nothing is sent.
  const std::vector<Hop> &hops(uint32_t source) const { return hops_[way_[source]]; }
  std::span<const Landing> landings(uint32_t source) const { return landings_[source]; }

private:
  std::vector<std::vector<Hop>> hops_;
  std::vector<std::vector<Landing>> landings_;
  std::vector<uint32_t> way_; ///< per source: whose hops are its own
  bool shared_ = false;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_WAYS_H
