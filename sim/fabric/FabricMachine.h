// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The crossbar fabric as a Machine, on either of its two engines. They run the same image and agree
// in every event, ADC code and neuron state; only the RTL counts clock cycles.
#ifndef SPINDLE_SIM_FABRIC_FABRICMACHINE_H
#define SPINDLE_SIM_FABRIC_FABRICMACHINE_H

#include "runtime/machine/Kernel.h"
#include "runtime/machine/Machine.h"

#include <functional>

namespace spindle {

enum class FabricEngine {
  Functional, ///< integer model, fast
  Rtl,        ///< the SystemVerilog, compiled by Verilator at load (cached)
};

/// What tests and benches may change; nothing here changes a result.
struct FabricDebug {
  /// Counters adc_hash (every ADC code) and state_hash (every neuron state after every step) are
  /// kept.
  bool hashes = false;
  /// RTL: modules without work are not clocked.
  bool skipIdle = true;
  /// RTL: compiled with the assertions of rtl/*_sva.sv.
  bool assertions = false;
  /// Functional: where neuron steps come from, in place of the image's bitcode.
  std::function<KernelFn(std::string_view)> kernels;
};

/// Throws ImageError when the image has no fabric program or a wrong one, UserError when the RTL
/// cannot be built on this host (no verilator, no compiler).
std::unique_ptr<Machine> makeFabricMachine(std::shared_ptr<const image::Image> image,
                                           const MachineOptions &options, FabricEngine engine,
                                           const FabricDebug &debug = {});

} // namespace spindle

#endif // SPINDLE_SIM_FABRIC_FABRICMACHINE_H
