// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every engine is: load an image, inject, step, observe.
#ifndef SPINDLE_RUNTIME_MACHINE_MACHINE_H
#define SPINDLE_RUNTIME_MACHINE_MACHINE_H

#include "runtime/image/Image.h"
#include "runtime/machine/Provenance.h"
#include "runtime/machine/Ranks.h"
#include "runtime/machine/Run.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace spindle {

struct MachineOptions {
  int threads = 1;         ///< host threads at most; results do not depend on it
  bool allThreads = false; ///< take them all, even where fewer are faster (for tests)
  uint64_t seed = 0;       ///< key of every random draw
  int instances = 1;       ///< networks side by side; only 1 so far
  int shards = 0;          ///< parts that the neurons are dealt to; 0: one per thread
  std::shared_ptr<const Ranks> ranks = {}; ///< processes that run the network together, if any
  bool pin = false;                        ///< threads stay on processors of their own
  ProvenanceOptions provenance;
};

/// The synapses of one projection that learns, with their weights as they stand: by source neuron,
/// then target neuron.
struct LearntWeights {
  uint32_t source = 0, target = 0; ///< nodes
  std::string rule;
  std::vector<uint32_t> from, to; ///< neurons
  std::vector<double> weight;
};

/// How often each neuron of a node has emitted since reset, and how many spikes that was.
struct NodeTally {
  bool kept = false; ///< else the engine keeps no account, and who wants to know looks at events()
  std::vector<uint64_t> events = {}, spikes = {};
};

/// A loaded network on one engine. Not thread-safe from outside. Nodes are numbered as in the
/// image. As a view it shows the last step.
class Machine : public StepView {
public:
  /// Back to step 0: the next run repeats the first one exactly.
  virtual void reset() = 0;

  /// Events of source node `node` in the coming step; once per source and step at most, ordered by
  /// neuron. Throws InputError where the engine cannot take a value (not a count, on a spiking
  /// target).
  virtual void inject(uint32_t node, std::span<const Event> events) = 0;

  /// Simulates one step.
  virtual void step() = 0;

  /// Simulates up to `steps` steps, with input from and everything shown to `hooks`; returns how
  /// many were done. The same steps as with inject() and step(), faster where the engine can.
  virtual uint64_t run(uint64_t steps, RunHooks &hooks) {
    std::vector<uint32_t> sources = hooks.sources();
    uint64_t done = 0;
    for (; done < steps && hooks.goOn(); ++done) {
      for (uint32_t source : sources)
        if (std::span<const Event> events = hooks.input(source, done); !events.empty())
          inject(source, events);
      step();
      hooks.sample(*this, done);
    }
    return done;
  }

  /// Number of steps done since reset.
  virtual uint64_t now() const = 0;

  /// What the projections that learn have learnt up to the last step, in program order.
  virtual std::vector<LearntWeights> learnt() const { return {}; }

  /// By node; of an engine that counts by itself, which is cheaper than to look at every step.
  virtual std::vector<NodeTally> tallies() const { return {}; }

  /// Counters since reset by name (sorted), e.g. "spikes", "synaptic_events", "ring_saturations".
  virtual std::map<std::string, uint64_t> counters() const = 0;

  /// What each core and chip had to do, where the engine has such and the options asked for it.
  virtual std::optional<Provenance> provenance() const { return std::nullopt; }

  /// Full state as bytes, and back. A restored machine continues bit-exactly.
  virtual std::vector<std::byte> checkpoint() const = 0;
  virtual void restore(std::span<const std::byte> bytes) = 0;
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_MACHINE_H
