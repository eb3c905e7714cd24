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
  bool postFirst = true;      ///< of coincident events
  bool preSeesPost = true;    ///< on_pre sees a coincident spike of the target
  bool postSeesPre = false;   ///< and the other way round
  bool backprop = true;       ///< the synapse sees the target's spikes after its own delay
  std::vector<uint8_t> shift; ///< per synapse type of the target: from 16 bits to s16.15
};

inline constexpr uint32_t kPlasticWidth = 256; ///< synapses of a row at most
inline constexpr uint32_t kMaxRepeats = 256;   ///< spikes of a neuron and tick that a rule sees

/// A synapse of a row. Delay 0 stands for 2^D, which the field cannot hold.
struct PlasticSynapse {
  uint32_t neuron, type, delay;
  uint16_t weight;
};

/// How the low half-word of a synapse is put together, and what there is of each.
struct PlasticLayout {
  unsigned delayBits = 0, typeBits = 0, indexBits = 0;
  uint32_t neurons = 0, types = 0;
};

/// Words before the weights of a row: the time of the last spike, and the traces.
uint32_t plasticHeader(const PlasticRule &rule);

/// Reads a row in the machine's format, {plastic words, plastic data, fixed, controls, fixed words,
/// control half-words}, whose neurons count from the first one of the core. Throws ImageError,
/// which starts with `where`.
std::vector<PlasticSynapse> readPlasticRow(std::span<const uint32_t> row, uint32_t header,
                                           const PlasticLayout &layout, const std::string &where);

class Plasticity {
public:
  static constexpr uint32_t kHistory = 16; ///< spikes of a neuron, the dummy included

  Plasticity();

  /// A rule of synapses onto neurons [first, first + count); returns its number.
  uint32_t addRule(std::shared_ptr<const PlasticRule> rule, uint32_t first, uint32_t count);

  /// Takes a row whose source has not spiked; returns its number.
  uint32_t addRow(uint32_t rule, std::span<const PlasticSynapse> synapses);

  /// `count` spikes of the source of `row` at tick t. Calls add(neuron, type, delay, weight) for
  /// every synapse, once per spike (or with a sum that saturates a 16-bit slot all the same).
  template <typename Add> void onPre(uint32_t row, uint32_t count, uint32_t t, Add &&add);

  /// `count` spikes of a neuron at tick t, for one rule of synapses onto it.
  void onPost(uint32_t rule, uint32_t neuron, uint32_t count, uint32_t t);

  /// A rule that is not enabled sees no spikes: its rows deliver the weights as they stand.
  void enable(uint32_t rule, bool on) { uses_[rule].enabled = on; }

  /// Weights, traces and histories as at load.
  void reset();

  /// A row as it stands: the time of its last spike, then the traces, two to a word, then the
  /// weights, two to a word.
  std::span<const uint32_t> data(uint32_t row) const {
    return {words_.data() + rows_[row].words, dataWords(rows_[row])};
  }
  std::span<uint32_t> data(uint32_t row) {
    return {words_.data() + rows_[row].words, dataWords(rows_[row])};
  }
  std::vector<PlasticSynapse> learnt(uint32_t row) const;
  void setWeight(uint32_t row, uint32_t k, uint16_t weight) { setWeight(rows_[row], k, weight); }
  uint32_t synapses(uint32_t row) const { return rows_[row].synapses; }

  /// The last spikes of a neuron: their number (with a dummy at time 0), times and traces.
  struct History {
    uint8_t &count;
    std::span<uint32_t> times;
    std::span<int16_t> traces;
  };
  History history(uint32_t rule, uint32_t neuron);

  uint64_t skipped() const { return skipped_; } ///< deliveries over a delay of exactly 2^D (L9)
  uint64_t wraps() const { return wraps_; }     ///< updates that left 16 bits (L8)
  uint64_t dropped() const { return dropped_; } ///< spikes beyond kMaxRepeats

  void setCounts(uint64_t skipped, uint64_t wraps, uint64_t dropped) {
    skipped_ = skipped, wraps_ = wraps, dropped_ = dropped;
  }

private:
  struct Row {
    uint32_t rule, words, first, synapses; ///< first: of targets_
  };
  /// A rule at these neurons: the last spikes of each, oldest first. The first entry of a neuron is
  /// a dummy at time 0.
  struct Use {
    std::shared_ptr<const PlasticRule> rule;
    uint32_t first = 0, header = 1;
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
  size_t dataWords(const Row &row) const { return uses_[row.rule].header + (row.synapses + 1) / 2; }
  uint16_t weightOf(const Row &row, uint32_t k) const {
    uint32_t word = words_[row.words + uses_[row.rule].header + k / 2];
    return static_cast<uint16_t>(k % 2 ? word >> 16 : word);
  }
  void setWeight(const Row &row, uint32_t k, uint16_t weight);
  const uint32_t *times(const Use &use, uint32_t neuron) const;

  /// Where a synapse leads.
  struct Target {
    uint32_t neuron;
    uint16_t type, delay;
  };

  std::vector<Use> uses_;
  std::vector<Row> rows_;
  std::vector<uint32_t> words_, initial_; ///< plastic data of all rows
  std::vector<Target> targets_;
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
      const Target &target = targets_[row.first + k];
      uint64_t weight = weightOf(row, k);
      if (target.delay == 0) { // the field cannot hold 2^D: the machine takes it for too late
        ++skipped_;
        continue;
      }
      if (!learns) // adding `count` times and staying at the limit
        weight = std::min<uint64_t>(weight * count, 0xffff);
      if (weight != 0)
        add(target.neuron, target.type, target.delay, static_cast<uint32_t>(weight));
    }
  }
}

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_PLASTICITY_H
