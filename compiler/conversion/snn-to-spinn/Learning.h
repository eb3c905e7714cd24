// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the machine needs of a rule: whether it can follow it, and the memory that it takes.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_LEARNING_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_LEARNING_H

#include "compiler/conversion/snn-to-spinn/Synapses.h"
#include "dialects/snn/Snn.h"

namespace spindle::spinnmap {

/// Refuses what a rule may do and the machine cannot.
mlir::LogicalResult checkRule(snn::ProjectOp project);

/// Warns of delays of 2^D, D being `bits`: they do not fit their field, which then says 0, too late
/// for the machine.
void warnOfLateSynapses(snn::PopulationOp population, const Inputs &in, unsigned bits);

/// Words of a row's history: the time of its last spike, and the stored traces.
uint32_t historyWords(snn::ProjectOp project);

/// Histories of the neurons of a core, and the tables of traces. `learning`: all projections that
/// do.
uint64_t learningBytes(llvm::ArrayRef<snn::ProjectOp> learning, snn::PopulationOp population,
                       uint64_t neurons);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_LEARNING_H
