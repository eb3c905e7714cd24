// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A spinn program of an image as the engine runs it: populations, and for every neuron the way of
// its key through the machine and the rows that it finds there.
//
// Senders are what has a key of its own: the neurons, which are the engine's sources, and after
// them what delay extensions send, a sender for each stage of a neuron. The engine knows nothing of
// the latter: it delivers at the whole delay.
#ifndef SPINDLE_SIM_SPINN_NETWORK_H
#define SPINDLE_SIM_SPINN_NETWORK_H

#include "runtime/image/Image.h"
#include "sim/network/Expansion.h"
#include "sim/spinn/Engine.h"
#include "sim/spinn/Router.h"
#include "sim/spinn/Rows.h"
#include "sim/spinn/SpinnMachine.h"
#include "sim/spinn/Ways.h"

#include <bit>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace spindle::spinn {

/// What becomes of a key on its way, found once at load.
struct KeyFate {
  uint32_t defaultRouted = 0, misses = 0;
  bool unrouted = false, sent = false; ///< not sent: nothing listens
  uint64_t synapses = 0;               ///< that a packet reaches
};

/// Part of a node on a core of the machine; for a source it only owns keys.
struct Slice {
  uint32_t node, lo, hi;
};

/// A core that sends the spikes of a slice again, later (S10).
struct Extension {
  uint32_t slice;
  uint32_t stages, step;
  uint32_t first; ///< its first sender: stage 1 of the slice's first neuron; stage by stage
};

/// What extensions count of the spikes of a tick, which come by source: a count for each source.
void countTogether(std::vector<Spike> &spikes);

class Network {
public:
  /// The image must outlive it.
  explicit Network(const image::Image &image);

  /// Populations and sources of the program, with what acts on them by itself.
  std::vector<Population> populations(const KernelFinder &find, uint64_t seed) const;

  /// What learns, once all rows are there: the rows that addRows() set apart. Throws ImageError.
  PlasticNetwork takeLearning(const KernelFinder &find);

  /// Adds the rows of one neuron; for several threads at a time, each neuron once. Throws
  /// ImageError.
  void addRows(const Engine &engine, uint32_t source, RowBuilder &builder);

  /// Has addRows() write down there what it finds; before the first call.
  void writeDown(Ways *ways) { ways_ = ways; }

  const std::vector<KeyFate> &fates() const { return fates_; }             ///< per sender
  const std::vector<Slice> &slices() const { return slices_; }             ///< in the image's order
  const std::vector<Extension> &extensions() const { return extensions_; } ///< likewise
  uint32_t senders() const { return static_cast<uint32_t>(fates_.size()); }
  /// Cores are the slices, and then the extensions.
  uint32_t cores() const { return static_cast<uint32_t>(slices_.size() + extensions_.size()); }
  const Mesh &mesh() const { return router_.mesh(); }
  /// The core of a sender; cores() where it has none.
  uint32_t coreOf(uint32_t sender) const;
  /// The slice whose neurons a core sends for.
  const Slice &sliceOf(uint32_t core) const {
    return slices_[core < slices_.size() ? core : extensions_[core - slices_.size()].slice];
  }

  /// Calls f(sender, ticks) for what extensions send for a source, that much later.
  template <typename F> void forEachStage(uint32_t source, F f) const {
    if (extensions_.empty() || sliceOf_[source] == cores())
      return;
    for (uint32_t e : extensionsOf_[sliceOf_[source]])
      for (uint32_t stage = 1; stage <= extensions_[e].stages; ++stage)
        if (uint32_t sender = senderOf(extensions_[e], stage, source); fates_[sender].sent)
          f(sender, stage * extensions_[e].step);
  }
  /// What was sent up to now, by sender.
  SourceCounts sent(const Engine &engine) const;
  /// Spikes that extensions did not count.
  uint64_t cut(const SourceCounts &counts) const;

private:
  /// A generated projection, its weights as the machine holds them.
  struct Generated {
    network::Expansion rows;
    uint32_t type;
    uint32_t step; ///< of the extensions that it needs; 0: the ring reaches all of its delays
    bool counts;   ///< a neuron of the source may send more than kMostDelayed spikes in a tick
    std::vector<uint16_t> weights;
    /// The stage of a synapse; 0: the source's own key reaches it.
    uint32_t stageOf(const number::Drawn &d) const {
      return step == 0
                 ? 0
                 : (static_cast<uint32_t>(rows.base()) + d.delay - 1) >> std::countr_zero(step);
    }
  };
  /// What a sender's generated rows hold.
  struct Made {
    uint64_t synapses = 0;
    std::map<uint32_t, Landing> landings; ///< by slice; only where ways are written down
  };
  using MadeBy = std::map<uint32_t, Made>; ///< by sender
  /// Where the keys of a core go, found once for all of them.
  struct Reached {
    uint32_t core;          ///< cores() where there is none
    bool generates, listed; ///< it knows the keys; the population table has some, maybe
  };
  struct Lead {
    std::once_flag once;
    Path path;
    std::vector<Hop> hops;
    std::vector<Reached> reached;
  };
  void addCores(const image::Image &image);
  void addExtensions();
  uint32_t senderOf(const Extension &extension, uint32_t stage, uint32_t source) const {
    const Slice &slice = slices_[extension.slice];
    return extension.first + (stage - 1) * (slice.hi - slice.lo) +
           (source - firstSource_[slice.node] - slice.lo);
  }
  const Extension &extensionFor(uint32_t source, uint32_t step, uint64_t delay) const;
  ChipAt chipOf(uint32_t core) const;
  void follow(uint32_t key, uint32_t mask, uint32_t core, Lead &lead) const;
  void arrive(const Engine &engine, uint32_t sender, uint32_t core, uint32_t key, uint32_t mask,
              Made &made, RowBuilder &builder);
  void addStage(const Engine &engine, uint32_t sender, Made &made, RowBuilder &builder);
  void readGenerated(const image::Image &image);
  void drawAtTargets(std::vector<Population> &populations) const;
  std::optional<std::vector<std::pair<uint32_t, Noise>>>
  noisesOf(uint32_t source, const std::vector<Population> &populations) const;
  bool knows(uint32_t core, uint32_t origin) const;
  MadeBy addGenerated(const Engine &engine, uint32_t source, RowBuilder &builder) const;
  void countRows(const Engine &engine, const Generated &g, std::span<const number::Drawn> row,
                 std::span<const uint32_t> senders, MadeBy &made) const;
  void addStaged(const Engine &engine, uint32_t source, const Generated &g,
                 std::span<const number::Drawn> row, RowBuilder &builder, MadeBy &made) const;
  void addRow(const Engine &engine, uint32_t slice, Row row, RowBuilder &builder) const;
  PlasticRow learningRow(uint32_t source, uint32_t slice, const LearningRow &row) const;

  const image::Image &image_;
  const image::fb::Image &meta_;
  const image::fb::Spinn &program_;
  std::vector<Slice> slices_;
  std::vector<std::span<const int32_t>> learn_; ///< per slice: the rule use of each address
  std::vector<uint32_t> header_;                ///< per rule use: words of a row's history
  std::mutex mutex_;                            ///< of what follows
  std::vector<PlasticRow> learning_;
  std::vector<Extension> extensions_;
  std::vector<std::vector<uint32_t>> extensionsOf_; ///< per slice
  std::vector<uint32_t> firstSource_;               ///< per node
  std::vector<uint32_t> sliceOf_;                   ///< per source; cores() where it has none
  std::vector<PopulationTable> tables_;
  std::map<std::tuple<int, int, int>, uint32_t> at_;
  Router router_;
  Ways *ways_ = nullptr;
  std::vector<std::vector<Generated>> generated_; ///< by source node
  std::vector<KeyFate> fates_;
  std::deque<Lead> leads_; ///< per core
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_NETWORK_H
