// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is refused before anything is mapped.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_CHECKS_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_CHECKS_H

#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"
#include "compiler/transforms/Connectivity.h"

namespace spindle::spinnmap {

/// Options out of range, and what the machine has nothing for. Fails with a diagnostic.
mlir::LogicalResult checkNetwork(snn::NetworkOp network, const transforms::Dataflow &flow,
                                 const ManyCoreOptions &options);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_CHECKS_H
