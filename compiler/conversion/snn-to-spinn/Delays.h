// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices and ring buffers of a population, and what becomes of delays that the ring does not reach.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_DELAYS_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_DELAYS_H

#include "compiler/conversion/snn-to-spinn/Synapses.h"
#include "compiler/mapping/Partition.h"

#include <optional>

namespace spindle::spinnmap {

/// Rule S10. Stored synapses with long delays make slices smaller. Generated ones take the ring
/// that full slices leave room for, and go through delay extensions (Extensions.h) beyond it: an
/// error where these end. Diagnostics stand at the population.
mlir::FailureOr<map::Partition> partition(snn::PopulationOp population, const Inputs &in,
                                          unsigned neuronsPerCore);

/// The ring that partition() would give slices of at most `neuronsPerCore`; nothing where it fails.
std::optional<map::RingBits> ringOf(snn::PopulationOp population, const Inputs &in,
                                    unsigned neuronsPerCore);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_DELAYS_H
