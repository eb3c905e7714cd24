// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Emulator of a SpiNNaker-like many-core machine: cores with ring buffers and synaptic rows, joined
// by routers. Bit-exact in its arithmetic; docs/semantics.md S1-S9 are the rules it follows.
#ifndef SPINDLE_SIM_SPINN_SPINNMACHINE_H
#define SPINDLE_SIM_SPINN_SPINNMACHINE_H

#include "runtime/machine/Kernel.h"
#include "runtime/machine/Machine.h"

#include <functional>
#include <memory>
#include <string_view>

namespace spindle::spinn {

/// The compiled step of the model whose kernel has that name.
using KernelFinder = std::function<KernelFn(std::string_view)>;

/// Loads the spinn program of `image` and compiles its kernels. Throws ImageError when the image
/// holds another program, or rows, tables or routes that the machine could not run.
std::unique_ptr<Machine> makeSpinnMachine(std::shared_ptr<const image::Image> image,
                                          const MachineOptions &options);

/// The same, with kernels from elsewhere; `find` must outlive the machine's loading only, what it
/// returns must outlive the machine.
std::unique_ptr<Machine> makeSpinnMachine(std::shared_ptr<const image::Image> image,
                                          const MachineOptions &options, const KernelFinder &find);

} // namespace spindle::spinn

namespace spindle {
using spinn::makeSpinnMachine; // beside the makers of the other engines
}

#endif // SPINDLE_SIM_SPINN_SPINNMACHINE_H
