// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neuron models as machine-independent LLVM bitcode: functions with the interface of KernelFn
// (runtime/machine/Kernel.h). A machine compiles them for its host when it loads the image.
#ifndef SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H
#define SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H

#include "compiler/codegen/ScalarStep.h"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

namespace spindle::codegen {

/// Neurons of a vector: a 512-bit register of words, or two of 256 bits.
constexpr unsigned kLanes = 16;
/// Ring kernels of at most that many synapse types have a loop for every set of them that is
/// absent.
constexpr size_t kMostAbsentTypes = 2;

struct CpuKernel {
  std::string model;
  std::string symbol; ///< "spindle_step_<model>", a kernel with full columns
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

/// What a kernel may be built for besides its model.
struct Specialisation {
  unsigned substeps = 1;
  std::vector<bool> uniform; ///< per parameter: one value for all neurons, only it is read
  std::vector<bool> silent;  ///< per input: nothing ever comes in, it is not read
  /// Per parameter: a value that is part of the code, as raw word (fixed point only).
  std::vector<std::optional<int32_t>> known = {};
  /// Per synapse type: how its sum is raised. With any, the kernel takes its input from sums of the
  /// machine's ring, and spikes are bits (RingKernel in runtime/machine/Kernel.h).
  std::vector<uint8_t> shifts = {};

  auto operator<=>(const Specialisation &) const = default;
};

/// Collects the kernels of a network's populations, each specialised to its node; equal ones stand
/// once.
class KernelCollection {
public:
  KernelCollection(mlir::MLIRContext *context, Format format);
  ~KernelCollection();

  /// The terms of a model's step; a model is always asked for in one format.
  mlir::FailureOr<StepInfo> infoOf(snn::ModelOp model) { return infoOf(model, format); }
  mlir::FailureOr<StepInfo> infoOf(snn::ModelOp model, Format in);
  /// The symbol of the model's kernel for `how`.
  mlir::FailureOr<std::string> symbolOf(snn::ModelOp model, const Specialisation &how) {
    return symbolOf(model, how, format);
  }
  mlir::FailureOr<std::string> symbolOf(snn::ModelOp model, const Specialisation &how, Format in);
  size_t size() const { return symbols.size(); }
  /// The code of all kernels asked for; empty if there are none.
  mlir::FailureOr<std::vector<std::byte>> bitcode();

private:
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Format format;
  std::map<std::string, StepInfo> infos;
  std::map<std::pair<std::string, Specialisation>, std::string> symbols;
};

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_CPU_CPUKERNELS_H
