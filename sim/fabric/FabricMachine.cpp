// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The way in: unpack the program, make the engine.
#include "sim/fabric/FabricMachine.h"

#include "sim/fabric/Engines.h"

namespace spindle {

std::unique_ptr<Machine> makeFabricMachine(std::shared_ptr<const image::Image> image,
                                           const MachineOptions &options, FabricEngine engine,
                                           const FabricDebug &debug) {
  if (options.instances != 1)
    throw UserError("the fabric runs one instance of a network at a time");
  fabric::Fabric program = fabric::readFabric(std::move(image));
  return engine == FabricEngine::Functional
             ? fabric::makeFunctional(std::move(program), options, debug)
             : fabric::makeRtl(std::move(program), debug);
}

} // namespace spindle
