// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle-lsp-server: editor support for textual networks and mapped modules.
#include "tools/Registry.h"

#include "mlir/IR/Dialect.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  spindle::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
