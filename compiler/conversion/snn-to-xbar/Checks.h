// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a fabric cannot hold, said at the user's node before anything is mapped.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_CHECKS_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_CHECKS_H

#include "compiler/transforms/Connectivity.h"

namespace spindle::xbarmap {

/// Sources, relays, models, projections and drives of the network, one diagnostic for the first
/// that a fabric has no means for.
mlir::LogicalResult checkNetwork(const transforms::Dataflow &flow);

} // namespace spindle::xbarmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_CHECKS_H
