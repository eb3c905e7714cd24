// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The snn -> snn passes, and the functions behind them for callers that hold a network.
#ifndef SPINDLE_COMPILER_TRANSFORMS_PASSES_H
#define SPINDLE_COMPILER_TRANSFORMS_PASSES_H

#include "dialects/snn/Snn.h"

#include "mlir/Pass/Pass.h"

#include <memory>

namespace spindle {

#define GEN_PASS_DECL
#include "compiler/transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/transforms/Passes.h.inc"

namespace transforms {

mlir::LogicalResult checkTarget(snn::NetworkOp network, llvm::StringRef target);
mlir::LogicalResult foldRelays(snn::NetworkOp network, bool trivialOnly = false);
mlir::LogicalResult resolveConnections(snn::NetworkOp network);
mlir::LogicalResult retime(snn::NetworkOp network);
mlir::LogicalResult quantizeWeights(snn::NetworkOp network, llvm::StringRef target,
                                    unsigned levels);

/// Latency of a node after retiming (0 before): a population's onset, a relay's `snn.latency`.
int64_t latencyOf(mlir::Value pop);

} // namespace transforms
} // namespace spindle

#endif // SPINDLE_COMPILER_TRANSFORMS_PASSES_H
