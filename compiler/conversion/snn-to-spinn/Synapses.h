// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapses onto one population, with weights as the machine holds them.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H

#include "compiler/transforms/Connectivity.h"
#include "sim/number/Connections.h"

#include <functional>
#include <string>
#include <vector>

namespace spindle::spinnmap {

/// One synapse of a population; neurons count over whole nodes.
struct Synapse {
  mlir::Value source;
  uint32_t from, to, type;
  uint64_t delay;
  uint16_t weight;
  int32_t learn; ///< which of the network's projections that learn, -1: none
};

/// A generated projection, which only the machine expands.
struct Generated {
  snn::ProjectOp op;
  unsigned type = 0; ///< synapse type
  int gain = 0;      ///< of the port: binary places by which weights are scaled up
  number::ConnectionRule rule;

  /// Whether a source neuron of [lo, hi) can reach a target neuron of [from, to).
  bool joins(uint32_t lo, uint32_t hi, uint32_t from, uint32_t to) const;
  /// The most synapses of a source neuron onto target neurons of [from, to); where the rule draws
  /// them, a bound that few rows exceed.
  uint64_t rowLength(uint32_t from, uint32_t to) const;
  /// Likewise the most synapses of one target neuron.
  double fanIn() const;
  /// The share of its synapses in each stage of `step` steps of delay (S10): the first is of delays
  /// 1 to `step`. No stage after the last one has any.
  std::vector<double> stageShares(uint64_t step) const;
};

/// The longest row that the rows of `length` synapses leave where each synapse is in it with
/// probability `share`; a bound that few exceed.
uint64_t shareOfRow(uint64_t length, double share);

/// A weight for a message, with enough digits that it and a limit just below it are not the same
/// text.
std::string weightText(double value);

/// All projections onto one population; stored ones are expanded.
class Inputs {
public:
  /// Expands; fails with a diagnostic at a projection that cannot be.
  static mlir::FailureOr<Inputs> of(snn::PopulationOp population, const transforms::Dataflow &flow);

  unsigned types() const { return count; }
  uint64_t longestDelay() const;       ///< at least 1
  uint64_t longestStoredDelay() const; ///< of projections that are expanded; 0 without any
  /// The longest delay for which the ring needs bits. The machine gives a delay of 1 a bit too;
  /// only for synapses that learn it makes a difference (L10).
  uint64_t ringDelay() const;

  /// Chooses the shift of each synapse type (rule S5; `fixedShift` where it is not negative, else
  /// what population or projection ask for), then checks that the weights fit 16 bits and warns of
  /// those that vanish. `dt` is the step in seconds, 0 where it is not known.
  mlir::LogicalResult chooseShifts(int fixedShift, double dt);
  const std::vector<int> &shifts() const { return shift; }

  /// Calls `f` with each synapse that learns or is not rounded to 0.
  void forEach(llvm::function_ref<void(const Synapse &)> f) const;
  const std::vector<Generated> &generated() const { return drawn; }

private:
  struct Projection {
    snn::ProjectOp op;
    unsigned port;
    transforms::Connectivity synapses;
    int32_t learn;      ///< -1: it does not
    bool negative;      ///< some weight is
    double limit = 0.0; ///< a weight that learning may reach, in the target's scale
  };
  /// The synapse types of a port: those of both signs, or one of magnitudes, or none.
  struct Port {
    unsigned first, types;
  };
  unsigned typeOf(const Projection &p, uint64_t synapse) const {
    const Port &port = ports[p.port];
    bool negative = p.learn >= 0 ? p.negative : p.synapses.weight[synapse] < 0;
    return port.first + (port.types == 2 && negative);
  }

  snn::PopulationOp population;
  std::vector<Port> ports;
  unsigned count = 0; ///< of synapse types
  /// What the choice of a shift needs to know of all projections of a type.
  struct Load {
    std::vector<double> sums; ///< per neuron: what stored maps may bring it in a step
    double total = 0;         ///< of the others: spikes in a step * largest weight * fan-in, summed
    double biggest = 0;       ///< weight
    double synapses = 0;      ///< of one target neuron, generated and listed
    double weights = 0, squares = 0, rates = 0; ///< summed over those synapses
    int64_t shortest = 0, longest = 0;          ///< delay, of all of the type
    bool stored = false, any = false;
    void addDelays(int64_t least, int64_t most);
    double largestInput(double ticksPerSecond) const;
  };
  Load loadOf(unsigned type, double ticksPerSecond) const;
  void addStored(Load &load, const Projection &p, unsigned type, double ticksPerSecond) const;
  mlir::FailureOr<int> requestedShift(unsigned type) const;
  mlir::LogicalResult checkWeights(unsigned type, double biggest, bool fixed) const;
  void warnOfVanished(unsigned type) const;

  std::vector<Projection> projections;
  std::vector<Generated> drawn;
  std::vector<int> shift;
};

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H
