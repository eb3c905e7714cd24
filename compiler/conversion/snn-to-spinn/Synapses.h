// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The synapses onto one population, with weights as the machine holds them.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H

#include "compiler/transforms/Connectivity.h"

#include <functional>
#include <vector>

namespace spindle::spinnmap {

/// One synapse of a population; neurons count over whole nodes.
struct Synapse {
  mlir::Value source;
  uint32_t from, to, type;
  uint64_t delay;
  uint16_t weight;
};

/// All projections onto one population, expanded.
class Inputs {
public:
  /// Expands; fails with a diagnostic at a projection that cannot be.
  static mlir::FailureOr<Inputs> of(snn::PopulationOp population, const transforms::Dataflow &flow);

  unsigned types() const { return count; }
  uint64_t longestDelay() const; ///< at least 1

  /// Chooses the shift of each synapse type (`fixedShift` where it is not negative), then checks
  /// that the weights fit 16 bits.
  mlir::LogicalResult chooseShifts(int fixedShift);
  const std::vector<int> &shifts() const { return shift; }

  /// Calls `f` with each synapse that is not rounded to 0.
  void forEach(llvm::function_ref<void(const Synapse &)> f) const;

private:
  struct Projection {
    snn::ProjectOp op;
    unsigned port;
    transforms::Connectivity synapses;
  };
  /// The synapse types of a port: those of both signs, or one of magnitudes, or none.
  struct Port {
    unsigned first, types;
  };
  unsigned typeOf(const Projection &p, uint64_t synapse) const {
    const Port &port = ports[p.port];
    return port.first + (port.types == 2 && p.synapses.weight[synapse] < 0);
  }

  snn::PopulationOp population;
  std::vector<Port> ports;
  unsigned count = 0; ///< of synapse types
  std::vector<Projection> projections;
  std::vector<int> shift;
};

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SYNAPSES_H
