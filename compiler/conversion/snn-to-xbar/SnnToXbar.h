// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a retimed network to tiles of a crossbar fabric.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_SNNTOXBAR_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_SNNTOXBAR_H

#include "mlir/IR/BuiltinOps.h"

namespace spindle {

/// The fabric to map to.
struct FabricOptions {
  unsigned rows = 128, cols = 128, banks = 8;
  unsigned levels = 32, adcBits = 9;
  unsigned meshWidth = 16, meshHeight = 16;
};

/// Places the network of `module` on tiles: adds an xbar.fabric and removes the projections that it
/// now holds. Wants every delay to be at least one step and no relays (snn-fold-relays,
/// snn-retime). What does not fit is reported at the node with the prefix "does not fit: ".
mlir::LogicalResult convertSnnToXbar(mlir::ModuleOp module, const FabricOptions &options);

/// Registers --snn-to-xbar.
void registerSnnToXbar();

} // namespace spindle

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_SNNTOXBAR_H
