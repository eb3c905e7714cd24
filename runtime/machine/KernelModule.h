// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A kernel module between the image and the code generator: parsed, refused when it reaches outside
// itself, fitted to this host. Private to runtime/machine.
#ifndef SPINDLE_RUNTIME_MACHINE_KERNELMODULE_H
#define SPINDLE_RUNTIME_MACHINE_KERNELMODULE_H

#include <cstddef>
#include <memory>
#include <span>

namespace llvm {
class LLVMContext;
class Module;
class TargetMachine;
} // namespace llvm

namespace spindle {

/// Parses and checks. Throws ImageError.
std::unique_ptr<llvm::Module> parseKernels(std::span<const std::byte> bitcode,
                                           llvm::LLVMContext &context);

/// Makes the module one for this host and optimises it: kernels come without triple and layout.
void optimizeKernels(llvm::Module &module, llvm::TargetMachine &target);

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_KERNELMODULE_H
