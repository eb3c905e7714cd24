// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Engines without an image: populations of a trivial model, synapses given one by one.
#ifndef SPINDLE_TESTS_UNIT_SIM_SPINN_ENGINERIG_H
#define SPINDLE_TESTS_UNIT_SIM_SPINN_ENGINERIG_H

#include "sim/spinn/Engine.h"

#include <memory>
#include <vector>

namespace spindle::spinn::test {

struct Synapse {
  uint32_t node, neuron; ///< the source
  uint32_t target, to;   ///< node and neuron
  uint32_t type, delay, weight;
};

/// Builds the rows of `synapses`.
inline void connect(Engine &engine, const std::vector<Synapse> &synapses) {
  engine.build([&](uint32_t source, RowBuilder &builder) {
    for (const Synapse &s : synapses)
      if (engine.sourceOf(s.node, s.neuron) == source) {
        Layout::Place place = engine.layout().place(s.target, s.to);
        builder.add(place.shard, s.type, s.delay, place.local, s.weight);
      }
  });
}

inline EngineOptions threads(int count, int shards = 0) {
  EngineOptions options;
  options.machine.threads = count;
  options.machine.allThreads = true;
  options.machine.shards = shards;
  return options;
}

} // namespace spindle::spinn::test

#endif // SPINDLE_TESTS_UNIT_SIM_SPINN_ENGINERIG_H
