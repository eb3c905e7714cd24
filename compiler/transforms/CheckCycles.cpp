// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"

namespace spindle {
#define GEN_PASS_DEF_SNNCHECKCYCLES
#include "compiler/transforms/Passes.h.inc"

namespace {
struct CheckCycles : impl::SnnCheckCyclesBase<CheckCycles> {
  void runOnOperation() override {
    if (failed(transforms::evaluationOrder(getOperation())))
      signalPassFailure();
    markAllAnalysesPreserved();
  }
};
} // namespace
} // namespace spindle
