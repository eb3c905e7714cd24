// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapses of one projection that learn, in float64: every spike acts on every synapse in the
// step in which the synapse sees it (docs/semantics.md L1-L7).
#ifndef SPINDLE_SIM_REFERENCE_LEARNING_H
#define SPINDLE_SIM_REFERENCE_LEARNING_H

#include "runtime/image/Image.h"
#include "runtime/machine/Kernel.h"
#include "runtime/machine/Machine.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace spindle::reference {

/// Synapses by source neuron, with a delay each.
struct LearningSynapses {
  std::vector<uint64_t> rowStart;
  std::vector<uint32_t> target, delay;
  std::vector<double> weight; ///< magnitudes
  uint32_t targets = 0;       ///< neurons of the target population
  double sign = 1.0;
};

class Learning {
public:
  /// `use` is the number of a rule with its numbers in the image.
  Learning(const image::Image &image, uint32_t use, LearningSynapses synapses,
           const KernelLibrary &kernels);

  /// One step of the rule: what source and target emitted in step `now` acts, late by the delays.
  /// Calls deliver(source, factor) for every event of the source when the weights are those that it
  /// delivers: once per spike with factor 1, and once more with what is left of a larger value.
  void step(uint64_t now, std::span<const Event> source, std::span<const Event> target,
            const std::function<void(uint32_t, double)> &deliver);
  /// The same while the rule is not enabled: it sees no spikes.
  void rest(std::span<const Event> source, const std::function<void(uint32_t, double)> &deliver);

  const LearningSynapses &synapses() const { return synapses_; }
  uint32_t rule() const { return ruleIndex_; }

  void reset();
  /// Calls `f` with every vector that a later step depends on.
  template <typename F> void memory(F &&f) {
    f(synapses_.weight), f(terms_), f(counts_);
    for (Side *side : {&pre_, &post_})
      f(side->last), f(side->before), f(side->seen), f(side->seenBefore), f(side->value),
          f(side->valueBefore);
    listSpikes();
  }
  uint64_t dropped() const { return dropped_; }

private:
  struct Part {
    KernelFn run = nullptr;
    std::vector<std::vector<double>> param; ///< one value each
    std::vector<const void *> pointers;
  };
  /// Traces of the source neurons, or of the target neurons as one delay sees them.
  struct Side {
    std::vector<double> initial, tau;  ///< per trace; tau 0: it does not decay
    std::vector<int64_t> last, before; ///< step of the last spike, and before this step's spikes
    std::vector<uint8_t> seen, seenBefore;  ///< it has spiked
    std::vector<double> value, valueBefore; ///< per neuron and trace, after the last spike
    void resize(size_t neurons);
    void clear();
    void takeBack(size_t neuron);
    size_t traces() const { return initial.size(); }
  };

  double decayed(const Side &side, size_t neuron, size_t trace, bool before, int64_t elapsed) const;
  void spike(Side &side, const Part &part, size_t neuron, int64_t now, int64_t elapsed, bool first);
  void arrivals(int64_t now, bool tracesOnly);
  void applyPost(int64_t now, uint32_t slot, uint32_t neuron);
  void applyPre(int64_t now, uint32_t source, bool first);
  void gather(size_t column, uint64_t synapse);
  void scatter(size_t column, uint64_t synapse);
  void run(const Part &part, size_t columns);
  void onStep(int64_t now);
  uint32_t repeats(double value);
  void listSpikes();

  const image::fb::Rule *rule_;
  uint32_t ruleIndex_;
  LearningSynapses synapses_;
  std::vector<double> initialWeight_;
  std::vector<double> terms_, termInitial_; ///< per synapse and term besides the weight
  std::vector<uint32_t> delays_;            ///< distinct ones: slots
  std::vector<uint32_t> slotOf_;            ///< per synapse
  std::vector<uint32_t> sourceOf_;          ///< per synapse
  std::vector<uint64_t> reverseStart_;      ///< per slot and target neuron
  std::vector<uint64_t> reverse_;           ///< synapses
  Part onPre_, onPost_, preTrace_, postTrace_, onStep_;
  Side pre_, post_; ///< post_: per slot and target neuron
  // What the targets emitted in the last steps: counts per neuron by step modulo depth, and which
  // of them are not 0.
  uint64_t depth_ = 1;
  std::vector<uint32_t> counts_;
  std::vector<std::vector<uint32_t>> spiked_;
  uint64_t dropped_ = 0;
  // Columns that kernels work on.
  std::vector<std::vector<double>> state_, input_;
  std::vector<void *> statePointers_;
  std::vector<const void *> inputPointers_;
  std::vector<double> emitted_;
};

} // namespace spindle::reference

#endif // SPINDLE_SIM_REFERENCE_LEARNING_H
