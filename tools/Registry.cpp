// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/Registry.h"

#include "compiler/codegen/verilog/NeuronUnit.h"
#include "compiler/conversion/snn-to-spinn/SnnToSpinn.h"
#include "compiler/conversion/snn-to-xbar/SnnToXbar.h"
#include "compiler/transforms/Passes.h"
#include "dialects/snn/Snn.h"
#include "dialects/spinn/Spinn.h"
#include "dialects/xbar/Xbar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Transforms/Passes.h"

void spindle::registerDialects(mlir::DialectRegistry &registry) {
  registry
      .insert<snn::SnnDialect, spinn::SpinnDialect, xbar::XbarDialect, mlir::arith::ArithDialect,
              mlir::func::FuncDialect, mlir::math::MathDialect, mlir::LLVM::LLVMDialect>();
}

void spindle::registerPasses() {
  mlir::registerTransformsPasses();
  codegen::registerPrintNeuronUnit();
  registerSpindlePasses();
  registerSnnToSpinn();
  registerSnnToXbar();
}
