// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A pass that prints the neuron unit of a network: for developers and the tests of the emitter.
#include "compiler/codegen/verilog/NeuronUnit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace spindle::codegen {

namespace {

struct PrintNeuronUnit : PassWrapper<PrintNeuronUnit, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrintNeuronUnit)

  StringRef getArgument() const override { return "snn-print-neuron-unit"; }
  StringRef getDescription() const override {
    return "print the SystemVerilog neuron unit of the network's models";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, func::FuncDialect>();
  }
  void runOnOperation() override {
    SmallVector<snn::ModelOp> models;
    getOperation().walk([&](snn::ModelOp model) { models.push_back(model); });
    FailureOr<std::string> text = emitNeuronUnit(models);
    if (failed(text))
      return signalPassFailure();
    llvm::outs() << *text;
    markAllAnalysesPreserved();
  }
};

} // namespace

void registerPrintNeuronUnit() { PassRegistration<PrintNeuronUnit>(); }

} // namespace spindle::codegen
