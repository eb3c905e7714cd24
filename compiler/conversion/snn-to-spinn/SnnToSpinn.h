// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a retimed network to cores, rows and routes of a many-core machine.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SNNTOSPINN_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SNNTOSPINN_H

#include "dialects/snn/Snn.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>

namespace spindle {

/// The machine to map to.
struct ManyCoreOptions {
  std::string board = "spinn5"; ///< "spinn3", "spinn5", or the chips of a spinn5 machine: "12x12"
  unsigned boards = 0;          ///< of "spinn5"; 0: as many as the network needs
  std::string deadChips, deadCores, deadLinks; ///< as map::DeadParts reads them
  std::string placement = "optimised";         ///< or "radial"
  std::string routing = "congestion";          ///< or "dimension"
  std::string minimise = "auto"; ///< the largest tables only; or a map::Method for all tables
  unsigned neuronsPerCore = 256;
  int weightShift = -1; ///< of all synapse types; -1: chosen for each
};

/// Places the network of `module` on a board: adds a spinn.machine and removes the projections that
/// it now holds. Wants every delay to be at least one step and no relays (snn-fold-relays,
/// snn-retime). What does not fit is reported at the node with the prefix "does not fit: ".
mlir::LogicalResult convertSnnToSpinn(mlir::ModuleOp module, const ManyCoreOptions &options);

/// Packets of a neuron per step, from the rate of its source, else 30 per second: a step in which
/// it emits is one packet, whatever it emits.
double expectedPackets(snn::NetworkOp network, mlir::Value node);

/// Registers --snn-to-spinn.
void registerSnnToSpinn();

} // namespace spindle

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_SNNTOSPINN_H
