// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One straight-line function of integers (compiler/codegen/ScalarStep.h) as a SystemVerilog
// function.
#ifndef SPINDLE_COMPILER_CODEGEN_VERILOG_STEPFUNCTION_H
#define SPINDLE_COMPILER_CODEGEN_VERILOG_STEPFUNCTION_H

#include "compiler/codegen/ScalarStep.h"
#include "compiler/codegen/verilog/Ast.h"

namespace spindle::codegen::verilog {

/// A model's step, and which of its arguments the datapath reads (the others are no inputs of it).
struct StepFunction {
  Function function;
  StepInfo info;
  std::vector<bool> readsState, readsParam;
  bool readsInput = false;
};

/// Prints `step` (what buildScalarStep made for `info`); the result is {emitted, padding, states}
/// of `stateWords` + 1 words. Fails with a diagnostic at an operation that has no datapath.
mlir::FailureOr<StepFunction> buildStepFunction(mlir::func::FuncOp step, const StepInfo &info,
                                                const std::string &name, unsigned stateWords);

} // namespace spindle::codegen::verilog

#endif // SPINDLE_COMPILER_CODEGEN_VERILOG_STEPFUNCTION_H
