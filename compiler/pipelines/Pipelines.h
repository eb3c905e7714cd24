// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The named ways from an snn network to an image, one file a target, each with its options.
//
// Failures are reported through MLIR diagnostics located at the user's node; a diagnostic that says
// that the network does not fit carries the prefix "does not fit: " (the command exits with 2).
#ifndef SPINDLE_COMPILER_PIPELINES_PIPELINES_H
#define SPINDLE_COMPILER_PIPELINES_PIPELINES_H

#include "mlir/IR/BuiltinOps.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spindle {

struct ReferenceOptions {
  bool retime = false;     ///< run the retimed network, as a hardware target would
  bool fixedPoint = false; ///< kernels in s16.15 as on spinn, weights stay exact
  std::string
      quantize; ///< "", "spinn" or "xbar": weights as that target stores them, read back as reals
  unsigned levels = 32;       ///< conductance levels for quantize = "xbar"
  bool hostTruncated = false; ///< as in SpinnOptions, where kernels are in s16.15
};

struct SpinnOptions {
  std::string board = "spinn5"; ///< "spinn3", "spinn5", or the chips of a spinn5 machine: "12x12"
  unsigned boards = 0;          ///< of "spinn5"; 0: as many as the network needs
  std::string deadChips, deadCores, deadLinks; ///< "x,y:…", "x,y,p:…", "x,y,link:…"
  std::string placement = "optimised";         ///< or "radial"
  std::string routing = "congestion";          ///< or "dimension"
  std::string minimise = "auto"; ///< too large tables; or none, range, pair, ordered-covering, best
  unsigned neuronsPerCore = 256;
  int weightShift = -1; ///< -1: chosen per population and synapse type
  /// Derived constants as older releases of the machine's host computed them, not as its cores do.
  bool hostTruncated = false;
};

struct XbarOptions {
  unsigned rows = 128, cols = 128, banks = 8;
  unsigned levels = 32, adcBits = 9;
  unsigned meshWidth = 16, meshHeight = 16;
  bool floatNeurons =
      false; ///< neuron unit in float64 (functional engine only): the fixed-point effect off
};

/// Runs the target's passes on `module` (which holds one snn.network), leaving the mapped module:
/// what
/// --emit=target prints. For the reference that is the snn network after its transforms.
mlir::LogicalResult lowerToReference(mlir::ModuleOp module, const ReferenceOptions &options);
mlir::LogicalResult lowerToSpinn(mlir::ModuleOp module, const SpinnOptions &options);
mlir::LogicalResult lowerToXbar(mlir::ModuleOp module, const XbarOptions &options);

/// Writes the image of a module that one of the functions above left.
mlir::FailureOr<std::vector<std::byte>> writeReferenceImage(mlir::ModuleOp module,
                                                            const ReferenceOptions &options);
mlir::FailureOr<std::vector<std::byte>> writeSpinnImage(mlir::ModuleOp module,
                                                        const SpinnOptions &options);
mlir::FailureOr<std::vector<std::byte>> writeXbarImage(mlir::ModuleOp module,
                                                       const XbarOptions &options);

/// The neuron datapaths of an xbar module as SystemVerilog: what --emit=verilog prints.
mlir::FailureOr<std::string> emitXbarVerilog(mlir::ModuleOp module);

} // namespace spindle

#endif // SPINDLE_COMPILER_PIPELINES_PIPELINES_H
