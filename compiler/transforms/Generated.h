// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Generated projections as the rule that every engine expands (sim/number/Connections.h).
#ifndef SPINDLE_COMPILER_TRANSFORMS_GENERATED_H
#define SPINDLE_COMPILER_TRANSFORMS_GENERATED_H

#include "dialects/snn/Snn.h"
#include "sim/number/Connections.h"

namespace spindle::transforms {

/// Whether the connections are resolved (snn-resolve-connections): no unit is left, constant delays
/// are the projection's, and the object is numbered.
bool isResolved(snn::ProjectOp project);

number::Distribution distributionOf(snn::DistributionAttr attr);

/// The rule of a resolved projection with a generated map, over everything that the map counts;
/// a diagnostic at the projection where it cannot be.
mlir::FailureOr<number::ConnectionRule> connectionRule(snn::ProjectOp project);

} // namespace spindle::transforms

#endif // SPINDLE_COMPILER_TRANSFORMS_GENERATED_H
