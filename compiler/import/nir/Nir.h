// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// From a NIR file to an snn network.
#ifndef SPINDLE_COMPILER_IMPORT_NIR_NIR_H
#define SPINDLE_COMPILER_IMPORT_NIR_NIR_H

#include "compiler/import/nir/NirGraph.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <optional>
#include <string>

namespace spindle::nir {

struct ImportOptions {
  std::optional<double> dt; ///< seconds
  std::string profile;      ///< empty: metadata, else euler-value
  std::string weights;      ///< "", "in_out" or "out_in": orientation of Linear and Affine
};

/// What was decided and why; `spindle check` prints it.
struct ImportReport {
  std::optional<double> dt;
  std::string dtReason, profile, profileReason, unitReason;
  bool needsDt = false;
  std::vector<std::string> repairs, warnings, defaults; ///< as in Graph
};

/// Loads, repairs and lowers to a module with one snn.network. Throws UserError (file, node,
/// reason, remedy) when the file is refused; a network whose dt is needed but unknown is refused
/// here, not in load().
mlir::OwningOpRef<mlir::ModuleOp> importNir(const Graph &graph, const std::string &file,
                                            const ImportOptions &options,
                                            mlir::MLIRContext *context, ImportReport &report);

/// dt, profile and units as importNir would choose them, without refusing an unknown dt.
ImportReport decide(const Graph &graph, const ImportOptions &options);

} // namespace spindle::nir

#endif // SPINDLE_COMPILER_IMPORT_NIR_NIR_H
