// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The neuron models that every network may name: PyNN's, written in the dialect's own language
// (*.mlir beside this file) and embedded in the compiler. docs/models.md describes them.
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

/// All of them, by name.
const std::vector<Entry> &library();

/// Copies into each network the models of the library that its populations name and that it does
/// not hold itself. The module need not verify before, since such populations lack their model.
/// Fails with a diagnostic at a population whose model is in neither.
mlir::LogicalResult link(mlir::ModuleOp module);

/// Copies one model into a network, unless it is there; null where the library does not have it.
snn::ModelOp link(snn::NetworkOp network, llvm::StringRef name);

} // namespace spindle::models

#endif // SPINDLE_COMPILER_MODELS_LIBRARY_H
