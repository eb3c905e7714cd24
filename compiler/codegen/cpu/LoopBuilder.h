// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A scalar step as a loop over neurons. Private to compiler/codegen/cpu.
#ifndef SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H
#define SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H

#include "compiler/codegen/ScalarStep.h"

namespace spindle::codegen {

/// Turns `step` (what buildScalarStep made for `info`) into a function `symbol` with the interface
/// of KernelFn beside it, and erases `step`.
void buildNeuronLoop(mlir::func::FuncOp step, const StepInfo &info, llvm::StringRef symbol);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H
