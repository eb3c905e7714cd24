// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything that our developer tools know: dialects and passes, in one place.
#ifndef SPINDLE_TOOLS_REGISTRY_H
#define SPINDLE_TOOLS_REGISTRY_H

namespace mlir {
class DialectRegistry;
}

namespace spindle {
void registerDialects(mlir::DialectRegistry &registry);
void registerPasses();
} // namespace spindle

#endif // SPINDLE_TOOLS_REGISTRY_H
