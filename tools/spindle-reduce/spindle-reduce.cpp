// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle-reduce: makes a failing module small. See docs/developing.md.
#include "tools/Registry.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  spindle::registerDialects(registry);
  spindle::registerPasses();
  mlir::MLIRContext context(registry);
  return mlir::failed(mlir::mlirReduceMain(argc, argv, context));
}
