// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a core's own memory (DTCM) holds of a population.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_COREMEMORY_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_COREMEMORY_H

#include "compiler/conversion/snn-to-spinn/Synapses.h"
#include "compiler/mapping/Rows.h"

namespace spindle::spinnmap {

/// Of `neurons` neurons; `learning`: the network's projections that learn.
map::DtcmUse memoryOf(snn::PopulationOp population, llvm::ArrayRef<snn::ProjectOp> learning,
                      uint32_t neurons, const map::RingBits &ring, uint64_t tableWords);

/// How many neurons a core has room for, its population table aside: `most`, or half as many, and
/// so on.
unsigned roomOn(snn::PopulationOp population, const Inputs &in,
                llvm::ArrayRef<snn::ProjectOp> learning, unsigned most);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOSPINN_COREMEMORY_H
