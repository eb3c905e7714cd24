// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The neuron models and learning rules that every network may name: PyNN's, written in the
// dialect's own language (*.mlir beside this file, and in rules/) and embedded in the compiler.
// docs/models.md and docs/learning.md describe them.
#ifndef SPINDLE_COMPILER_MODELS_LIBRARY_H
#define SPINDLE_COMPILER_MODELS_LIBRARY_H

#include "dialects/snn/Snn.h"

#include "mlir/IR/BuiltinOps.h"

#include <string_view>
#include <vector>

namespace spindle::models {

struct Entry {
  std::string_view name, text; ///< text: an snn.network that holds the model
};

/// All models, by name.
const std::vector<Entry> &library();
/// All learning rules: timing dependence, '_', weight dependence.
const std::vector<Entry> &rules();

/// Copies into each network the models and rules of the library that its populations and
/// projections name and that it does not hold itself. The module need not verify before, since such
/// populations lack their model. Fails with a diagnostic at what names one that is in neither.
mlir::LogicalResult link(mlir::ModuleOp module);

/// Copies one model into a network, unless it is there; null where the library does not have it.
snn::ModelOp link(snn::NetworkOp network, llvm::StringRef name);
/// The same for a rule.
snn::RuleOp linkRule(snn::NetworkOp network, llvm::StringRef name);

} // namespace spindle::models

#endif // SPINDLE_COMPILER_MODELS_LIBRARY_H
