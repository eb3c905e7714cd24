// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-spinn/CoreMemory.h"

#include "compiler/conversion/snn-to-spinn/Delays.h"
#include "compiler/conversion/snn-to-spinn/Learning.h"

#include <algorithm>

using namespace mlir;

namespace spindle::spinnmap {

map::DtcmUse memoryOf(snn::PopulationOp population, ArrayRef<snn::ProjectOp> learning,
                      uint32_t neurons, const map::RingBits &ring, uint64_t tableWords) {
  auto model =
      SymbolTable::lookupNearestSymbolFrom<snn::ModelOp>(population, population.getModelAttr());
  uint64_t terms = model.getState().size() + model.getObserve().size() + model.getParams().size() +
                   model.getDerived().size() + model.getInputs().size();
  return {neurons, terms, tableWords, learningBytes(learning, population, neurons), ring};
}

unsigned roomOn(snn::PopulationOp population, const Inputs &in, ArrayRef<snn::ProjectOp> learning,
                unsigned most) {
  auto neurons = static_cast<uint32_t>(transforms::sizeOf(population.getPop()));
  for (; most > 1; most /= 2) {
    std::optional<map::RingBits> ring = ringOf(population, in, most);
    if (!ring)
      break; // which is told when it is partitioned
    uint32_t held = std::min({neurons, most, uint32_t(1) << ring->index});
    if (memoryOf(population, learning, held, *ring, 0).bytes() <= map::kDtcmBytes)
      break;
  }
  return most;
}

} // namespace spindle::spinnmap
