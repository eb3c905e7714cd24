// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every decision of the conversion: slices, cores, keys, tables, rows. The conversion writes it
// down as IR.
#ifndef SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_PLAN_H
#define SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_PLAN_H

#include "compiler/conversion/snn-to-spinn/Words.h"
#include "compiler/mapping/Placement.h"
#include "compiler/mapping/Routing.h"
#include "compiler/transforms/Connectivity.h"

#include <cstdint>
#include <vector>

namespace spindle::spinnmap {

struct PlanOptions {
  uint64_t neuronsPerCore = 256;
  int weightShift = -1; ///< -1: chosen per core and synapse type
};

/// What one core holds. A source's core owns keys and nothing else.
struct CorePlan {
  map::Slice slice; ///< slice.node: position in Dataflow::nodes
  map::Core core;
  map::KeyRange keys;
  WordLayout layout;
  std::vector<uint8_t> shift; ///< per synapse type
  CoreWords words;
};

struct Plan {
  std::vector<CorePlan> cores;
  map::Tables tables;
  uint64_t vanished = 0; ///< synapses whose weight rounds to 0 under the chosen shift
};

/// Plans a network without relays whose delays are all at least 1 (after snn-fold-relays and
/// snn-retime). Fails with a diagnostic "does not fit: node 'n': ..." that names resource, needed
/// and available.
mlir::FailureOr<Plan> makePlan(const transforms::Dataflow &flow,
                               const map::MachineDescription &machine, const PlanOptions &options);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_PLAN_H
