// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The float64 engine: defines what a network means (docs/semantics.md R1-R9).
#ifndef SPINDLE_SIM_REFERENCE_REFERENCEMACHINE_H
#define SPINDLE_SIM_REFERENCE_REFERENCEMACHINE_H

#include "runtime/machine/Machine.h"

namespace spindle {

/// Loads the Reference program of `image`. Throws ImageError when the image is for another target.
/// Runs on one thread whatever `options.threads` says: results are the same for any number.
std::unique_ptr<Machine> makeReferenceMachine(std::shared_ptr<const image::Image> image,
                                              const MachineOptions &options);

} // namespace spindle

#endif // SPINDLE_SIM_REFERENCE_REFERENCEMACHINE_H
