// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The many-core machine as its rules say, tick by tick, synapse by synapse, slot by slot
// (docs/semantics.md N and S). It shares no code with the compiler or the emulator and is what both
// are compared with: it takes the network as its user wrote it, cuts it into slices, chooses delay
// bits and weight shifts, quantises, and runs.
#ifndef SPINDLE_TESTS_SUPPORT_MANYCOREORACLE_H
#define SPINDLE_TESTS_SUPPORT_MANYCOREORACLE_H

#include "tests/support/ManyCoreOracleLearning.h"
#include "tests/support/ManyCoreOracleNeuron.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace spindle::oracle {

/// A current that is injected into some neurons: `values[i]` (nA) from `times[i]` (ms) until the
/// next time, 0 before the first one.
struct StepCurrent {
  std::vector<uint32_t> neurons;
  std::vector<double> times, values;
};

/// A population, or a source where `model` is empty. What a source emits comes from outside: a run
/// feeds it, or it is a Poisson source and whoever draws for it tells.
struct Node {
  std::string name, model;
  uint32_t size = 1;
  int subSteps = 1;
  /// Parameters and initial states that are not the model's defaults: one for all, or one each.
  std::map<std::string, std::vector<double>> values;
  std::vector<StepCurrent> currents;
  double rate = 0; ///< of each neuron of a Poisson source, in spikes/s
};

enum Receptor { Excitatory = 0, Inhibitory = 1 };

struct Synapse {
  uint32_t from, to;
  double weight;  ///< its magnitude counts
  uint32_t delay; ///< ticks
};

/// How the user writes the synapses down.
enum class Written { List, OneToOne, AllToAll, AllButSelf };

struct Projection {
  uint32_t source, target; ///< nodes
  Receptor receptor = Excitatory;
  std::vector<Synapse> synapses;
  int rule = -1; ///< of Network::rules; -1: fixed
  Written written = Written::List;
};

struct Network {
  double dt = 1; ///< ms
  Constants constants = Constants::OnCore;
  uint32_t neuronsPerCore = 256;
  std::optional<unsigned> weightShift; ///< of all synapse types; none: chosen
  std::vector<Node> nodes;
  std::vector<Projection> projections;
  std::vector<Rule> rules;
};

/// `count` spikes of a neuron in one tick.
struct Emitted {
  uint32_t neuron, count;
};

class Oracle {
public:
  explicit Oracle(const Network &network);

  /// One tick; `fed[node]` is what a source emits in it.
  void tick(const std::map<uint32_t, std::vector<Emitted>> &fed);

  /// What a node emitted in the last tick.
  const std::vector<Emitted> &emitted(uint32_t node) const { return emitted_[node]; }
  const Neuron &neuron(uint32_t node, uint32_t index) const { return parts_[node].neurons[index]; }
  unsigned delayBits(uint32_t node) const { return parts_[node].delayBits; }
  unsigned shift(uint32_t node, Receptor type) const { return parts_[node].shift[type]; }
  /// Slots that saturated, per core of a population.
  const std::vector<uint64_t> &saturations(uint32_t node) const { return parts_[node].saturations; }
  /// How often something happened that a test may want to have seen, by name.
  const std::map<std::string, uint64_t> &witnessed() const { return witnessed_; }
  /// The 16-bit weights of a projection, in the order of its synapses.
  std::vector<uint16_t> weights(uint32_t projection) const;

private:
  struct Slot {
    uint16_t value = 0;
    bool saturated = false;
  };
  /// A population on the machine.
  struct Part {
    std::vector<Neuron> neurons;
    std::map<int, std::vector<Learning::History>> histories; ///< of each rule that it hears
    unsigned delayBits = 1;
    std::array<unsigned, 2> shift{0, 0};
    std::vector<std::array<std::vector<Slot>, 2>> ring; ///< [slot][type][neuron]
    uint32_t neuronsPerCore = 256;
    std::vector<uint64_t> saturations;
  };
  struct Word {
    uint32_t target, stored; ///< delay field
    uint16_t weight;
    size_t synapse; ///< where the user wrote it
  };
  /// The synapses of one source neuron in one projection that one delay stage reaches.
  struct Row {
    Traced pre;
    std::vector<Word> words;
  };
  using Matrix = std::vector<std::map<uint32_t, Row>>; ///< [source neuron], by stage
  struct Waiting {
    size_t projection;
    uint32_t neuron, stage, count;
  };

  void buildPart(uint32_t node);
  void buildMatrix(size_t projection);
  unsigned chooseShift(uint32_t node, Receptor type) const;
  Accum injected(uint32_t node, uint32_t neuron) const;
  void update(uint32_t node);
  void send(uint32_t node);
  void wait(size_t projection, const Emitted &spike, uint32_t stage);
  const Learning *learningOf(const Projection &projection) const;
  void hear(size_t projection, Row &row, uint32_t count);
  void process(size_t projection, Row &row);
  void learn(const Projection &projection, const Learning &learning, const Row &row, Word &word);
  void addTo(Part &part, Receptor type, const Word &word);

  Network network_;
  std::vector<Part> parts_;
  std::vector<Matrix> matrices_;
  std::map<std::pair<uint32_t, int>, Learning> learning_; ///< by target and rule
  std::vector<std::vector<Emitted>> emitted_;
  std::map<std::string, uint64_t> witnessed_;
  std::map<uint32_t, std::vector<Waiting>> delayed_; ///< by the tick of their stage
  uint32_t now_ = 0;
};

} // namespace spindle::oracle

#endif // SPINDLE_TESTS_SUPPORT_MANYCOREORACLE_H
