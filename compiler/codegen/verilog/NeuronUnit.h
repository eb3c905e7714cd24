// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The neuron unit of a tile: the datapaths of a network's models as SystemVerilog text, which the
// tile includes as neuron_unit.svh.
#ifndef SPINDLE_COMPILER_CODEGEN_VERILOG_NEURONUNIT_H
#define SPINDLE_COMPILER_CODEGEN_VERILOG_NEURONUNIT_H

#include "dialects/snn/Snn.h"

#include <string>

namespace spindle::codegen {

/// One function per model, and `neuron_step` that chooses by the model's position in `models`.
/// Numbers are s16.15 that saturate. A model with more than one input port is refused.
mlir::FailureOr<std::string> emitNeuronUnit(llvm::ArrayRef<snn::ModelOp> models);

/// Registers --snn-print-neuron-unit.
void registerPrintNeuronUnit();

} // namespace spindle::codegen

#endif // SPINDLE_COMPILER_CODEGEN_VERILOG_NEURONUNIT_H
