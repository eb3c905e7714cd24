// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A spinn program of an image as the engine runs it: populations, and for every neuron the way of
// its key through the machine and the rows that it finds there.
#ifndef SPINDLE_SIM_SPINN_NETWORK_H
#define SPINDLE_SIM_SPINN_NETWORK_H

#include "runtime/image/Image.h"
#include "sim/network/Expansion.h"
#include "sim/spinn/Engine.h"
#include "sim/spinn/Router.h"
#include "sim/spinn/Rows.h"
#include "sim/spinn/SpinnMachine.h"
#include "sim/spinn/Ways.h"

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

  const std::vector<KeyFate> &fates() const { return fates_; } ///< per source
  const std::vector<Slice> &slices() const { return slices_; } ///< in the image's order
  const Mesh &mesh() const { return router_.mesh(); }
  /// The slice of a source; the number of slices where it has none.
  uint32_t sliceOf(uint32_t source) const { return sliceOf_[source]; }

private:
  /// A generated projection, its weights as the machine holds them.
  struct Generated {
    network::Expansion rows;
    uint32_t type;
    std::vector<uint16_t> weights;
  };
  /// Where the keys of a slice go, found once for all of them.
  struct Reached {
    uint32_t slice;         ///< the number of slices where there is none
    bool generates, listed; ///< synapses are expanded; the population table has some, maybe
  };
  struct Lead {
    std::once_flag once;
    Path path;
    std::vector<Hop> hops;
    std::vector<Reached> reached;
  };
  void follow(uint32_t key, uint32_t mask, uint32_t slice, Lead &lead) const;
  void readGenerated(const image::Image &image);
  void drawAtTargets(std::vector<Population> &populations) const;
  std::optional<std::vector<std::pair<uint32_t, Noise>>>
  noisesOf(uint32_t source, const std::vector<Population> &populations) const;
  /// Whether `source`'s node has generated synapses onto the slice's node.
  bool generatesFor(uint32_t sourceNode, uint32_t targetNode) const;
  /// Returns the synapses; `made` (may be null) gets those of each slice, and their rows.
  uint64_t addGenerated(const Engine &engine, uint32_t node, uint32_t neuron, RowBuilder &builder,
                        std::map<uint32_t, Landing> *made) const;
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
  std::vector<uint32_t> sliceOf_; ///< per source; the number of slices where it has none
  std::vector<PopulationTable> tables_;
  std::map<std::tuple<int, int, int>, uint32_t> at_;
  Router router_;
  Ways *ways_ = nullptr;
  std::vector<std::vector<Generated>> generated_; ///< by source node
  std::vector<KeyFate> fates_;
  std::deque<Lead> leads_; ///< per slice
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_NETWORK_H
