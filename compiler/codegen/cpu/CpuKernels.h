// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neuron models as machine-independent LLVM bitcode: one function per model with the interface of
// KernelFn (runtime/machine/Kernel.h). A machine compiles it for its host when it loads the image.
#ifndef SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H
#define SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H

#include "compiler/codegen/ScalarStep.h"

#include <cstddef>
#include <string>
#include <vector>

namespace spindle::codegen {

struct CpuKernel {
  std::string model;
  std::string symbol; ///< "spindle_step_<model>"
  StepInfo info;      ///< the columns of its tables, in their order
};

struct CpuKernels {
  std::vector<std::byte> bitcode;
  std::vector<CpuKernel> kernels; ///< in the order of the models
};

/// Compiles the step of each model in `format`. The models must be of one context. No triple, no
/// data layout, no relaxed arithmetic: every host computes the same numbers. Fails with a
/// diagnostic at the operation that the format cannot express.
mlir::FailureOr<CpuKernels> emitCpuKernels(llvm::ArrayRef<snn::ModelOp> models, Format format);

/// All models of a network, in program order; no models give empty bitcode.
mlir::FailureOr<CpuKernels> emitCpuKernels(snn::NetworkOp network, Format format);

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H
