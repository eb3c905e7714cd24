// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Synapses that learn, as the machine runs them: deferred, a row at a time, when its source spikes
// (docs/semantics.md L1-L12). One object holds the rows and post-synaptic histories of the neurons
// that one thread owns; it knows nothing of cores, packets or rings.
#ifndef SPINDLE_SIM_SPINN_PLASTICITY_H
#define SPINDLE_SIM_SPINN_PLASTICITY_H

#include "runtime/machine/Kernel.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace spindle::spinn {

/// A trace in s4.11 and the table by which it falls.
struct PlasticTrace {
  int16_t initial = 0;
  bool stored = true; ///< false: it is `initial` after every spike and takes no memory
  bool decays = false;
  std::vector<int16_t> table; ///< by elapsed ticks; 0 beyond its end

  int32_t decay(int32_t value, uint32_t elapsed) const {
    if (!decays)
      return value;
    return elapsed < table.size() ? (value * table[elapsed]) >> 11 : 0;
  }
};

/// One part of a rule, compiled, with its parameters: a column of kPlasticWidth equal values each.
struct PlasticPart {
  KernelFn run = nullptr;
  std::vector<std::vector<int32_t>> param;
};

/// A rule with the numbers of one projection.
struct PlasticRule {
  std::vector<PlasticTrace> pre, post;
  PlasticPart onPre, onPost, preTrace, postTrace;
  bool postFirst = true;    ///< of coincident events
  bool preSeesPost = true;  ///< on_pre sees a coincident spike of the target
  bool postSeesPre = false; ///< and the other way round
  bool backprop = true;     ///< the synapse sees the target's spikes after its own delay
};

inline constexpr uint32_t kPlasticWidth = 256; ///< synapses of a row at most
inline constexpr uint32_t kMaxRepeats = 256;   ///< spikes of a neuron and tick that a rule sees

/// How the low half-word of a synapse is put together.
struct PlasticLayout {
  unsigned delayBits = 0, typeBits = 0, indexBits = 0;
  std::vector<uint8_t> shift; ///< per synapse type
};

/// A synapse and its weight as it stands.
struct LearntSynapse {
  uint32_t neuron, type, delay;
  uint16_t weight;
};

class Plasticity {
public:
  Plasticity(uint32_t neurons, PlasticLayout layout);

  /// Returns the number of the rule.
  uint32_t addRule(std::shared_ptr<const PlasticRule> rule);

  /// Takes a row in the machine's format, {plastic words, plastic data, fixed, controls, fixed
  /// words, control half-words}, whose targets count from `firstNeuron` and lie below `neurons`
  /// from there; returns its number. Throws ImageError, which starts with `where`.
  uint32_t addRow(uint32_t rule, std::span<const uint32_t> row, uint32_t firstNeuron,
                  uint32_t neurons, const std::string &where);

  /// Words before the weights of a row: the time of the last spike, and the traces.
  static uint32_t headerWords(const PlasticRule &rule);

  /// `count` spikes of the source of `row` at tick t. Calls add(neuron, type, delay, weight) for
  /// every synapse, once per spike (or with a sum that saturates a 16-bit slot all the same).
  template <typename Add> void onPre(uint32_t row, uint32_t count, uint32_t t, Add &&add);

  /// `count` spikes of one of the neurons at tick t.
  void onPost(uint32_t neuron, uint32_t count, uint32_t t);

  /// A rule that is not enabled sees no spikes: its rows deliver the weights as they stand.
  void enable(uint32_t rule, bool on) { uses_[rule].enabled = on; }

  /// Weights, traces and histories as at load.
  void reset();

  std::vector<LearntSynapse> learnt(uint32_t row) const;
  /// The history of a row: the time of its last spike, then the traces, two to a word.
  std::span<const uint32_t> header(uint32_t row) const {
    return {words_.data() + rows_[row].words, headerWords(*uses_[rows_[row].rule].rule)};
  }
  uint32_t synapses(uint32_t row) const { return rows_[row].synapses; }

  uint64_t skipped() const { return skipped_; } ///< deliveries over a delay of exactly 2^D (L9)
  uint64_t wraps() const { return wraps_; }     ///< updates that left 16 bits (L8)
  uint64_t dropped() const { return dropped_; } ///< spikes beyond kMaxRepeats

  /// Calls `f` with every vector and number that a later tick depends on (for checkpoints).
  template <typename F> void memory(F &&f) {
    f(words_);
    for (Use &use : uses_)
      f(use.count), f(use.times), f(use.traces);
    f(skipped_), f(wraps_), f(dropped_);
  }

private:
  struct Row {
    uint32_t rule, words, controls, synapses, firstNeuron;
  };
  /// A rule at these neurons: the last spikes of each, oldest first. The first entry of a neuron is
  /// a dummy at time 0.
  struct Use {
    std::shared_ptr<const PlasticRule> rule;
    bool enabled = true;
    std::vector<uint8_t> count; ///< entries per neuron, the dummy included
    std::vector<uint32_t> times;
    std::vector<int16_t> traces; ///< per entry, all traces of the post side
    std::vector<const void *> param[4];
  };
  /// The spikes of one target that a row has not seen.
  struct Window {
    uint32_t begin, end; ///< entries of the history
  };
  struct Moment; ///< what the synapses of a row share during an update

  Window window(const Use &use, uint32_t neuron, uint32_t lastPre, uint32_t t, uint32_t late) const;
  void update(const Row &row, uint32_t t);
  void applyPost(const Moment &m, uint32_t synapse, uint32_t entry);
  bool prepareOnPre(const Moment &m, uint32_t synapse, const Window &w);
  void run(const Use &use, const PlasticPart &part, unsigned which, uint32_t begin, uint32_t end);
  void advance(const std::vector<PlasticTrace> &traces, const Use &use, const PlasticPart &part,
               unsigned which, uint32_t elapsed, int32_t *values);
  void clear(Use &use);
  uint16_t weightOf(const Row &row, uint32_t k) const {
    uint32_t word = words_[row.words + headerWords(*uses_[row.rule].rule) + k / 2];
    return static_cast<uint16_t>(k % 2 ? word >> 16 : word);
  }
  void setWeight(const Row &row, uint32_t k, uint16_t weight);
  uint32_t neuronOf(uint16_t control) const { return control & ((1u << layout_.indexBits) - 1); }
  uint32_t typeOf(uint16_t control) const {
    return (control >> layout_.indexBits) & ((1u << layout_.typeBits) - 1);
  }
  uint32_t delayOf(uint16_t control) const {
    return (control >> (layout_.indexBits + layout_.typeBits)) & ((1u << layout_.delayBits) - 1);
  }

  uint32_t neurons_;
  PlasticLayout layout_;
  std::vector<Use> uses_;
  std::vector<Row> rows_;
  std::vector<uint32_t> words_, initial_; ///< plastic data of all rows
  std::vector<uint16_t> controls_;
  uint64_t skipped_ = 0, wraps_ = 0, dropped_ = 0;
  // Columns that kernels work on, one element per synapse of the row in hand.
  std::vector<std::vector<int32_t>> state_, input_;
  std::vector<void *> statePointers_;
  std::vector<const void *> inputPointers_;
  std::vector<int32_t> emitted_;
  std::vector<uint8_t> valid_; ///< on_pre runs for the synapse
};

template <typename Add>
void Plasticity::onPre(uint32_t number, uint32_t count, uint32_t t, Add &&add) {
  const Row &row = rows_[number];
  bool learns = uses_[row.rule].enabled;
  uint32_t repeats = learns ? std::min(count, kMaxRepeats) : 1;
  dropped_ += learns ? count - repeats : 0;
  for (uint32_t i = 0; i < repeats; ++i) {
    if (learns)
      update(row, t);
    for (uint32_t k = 0; k < row.synapses; ++k) {
      uint16_t control = controls_[row.controls + k];
      uint32_t delay = delayOf(control);
      uint64_t weight = weightOf(row, k);
      if (delay == 0) { // the field cannot hold 2^D: the machine takes it for too late
        ++skipped_;
        continue;
      }
      if (!learns) // adding `count` times and staying at the limit
        weight = std::min<uint64_t>(weight * count, 0xffff);
      if (weight != 0)
        add(row.firstNeuron + neuronOf(control), typeOf(control), delay,
            static_cast<uint32_t>(weight));
    }
  }
}

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_PLASTICITY_H
