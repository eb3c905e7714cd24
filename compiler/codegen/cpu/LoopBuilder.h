// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A step as a loop over neurons. Private to compiler/codegen/cpu.
#ifndef SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H
#define SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H

#include "compiler/codegen/cpu/CpuKernels.h"

namespace spindle::codegen {

/// The steps to loop over: what buildScalarStep made for `info`, of one neuron and (fixed point
/// only, else null) of `lanes` neurons side by side.
struct LoopSteps {
  mlir::func::FuncOp one, several;
  unsigned lanes = 1;
};

/// Builds a function `symbol` with the interface of KernelFn beside the steps, and erases them.
/// With `how.shifts`, which needs `several`, the function is a ring kernel.
void buildNeuronLoop(LoopSteps steps, const StepInfo &info, const Specialisation &how,
                     llvm::StringRef symbol);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_CPU_LOOPBUILDER_H
