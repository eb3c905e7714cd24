// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle-opt: reads a module, runs passes, prints it. For developers and for the lit tests.
#include "tools/Registry.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  spindle::registerDialects(registry);
  spindle::registerPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "Spindle's optimizer driver\n", registry));
}
