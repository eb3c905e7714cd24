// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The two engines, each made from an unpacked program.
#ifndef SPINDLE_SIM_FABRIC_ENGINES_H
#define SPINDLE_SIM_FABRIC_ENGINES_H

#include "sim/fabric/FabricImage.h"
#include "sim/fabric/FabricMachine.h"

namespace spindle::fabric {

std::unique_ptr<Machine> makeFunctional(Fabric fabric, const MachineOptions &options,
                                        const FabricDebug &debug);
std::unique_ptr<Machine> makeRtl(Fabric fabric, const FabricDebug &debug);

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_ENGINES_H
