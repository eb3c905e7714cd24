// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What acts on the nodes of an image by itself, for every engine: current and Poisson sources.
#ifndef SPINDLE_SIM_STIMULUS_STIMULUS_H
#define SPINDLE_SIM_STIMULUS_STIMULUS_H

#include "runtime/image/Image.h"
#include "sim/number/Current.h"
#include "sim/number/Poisson.h"

#include <cstdint>
#include <vector>

namespace spindle::stimulus {

/// A current into a port; `neurons` is empty where all of the node get it.
struct CurrentInput {
  uint32_t node, port;
  number::Current current;
  std::vector<uint32_t> neurons;
};
std::vector<CurrentInput> currentsOf(const image::Image &image, uint64_t seed);

/// A source node that draws its own spikes, from step `start` until before `stop`.
struct PoissonInput {
  uint32_t node;
  uint64_t start, stop;
  number::Poisson source;
  std::vector<uint16_t> counts; ///< of the last step that was drawn

  bool active(uint64_t step) const { return step >= start && step < stop; }
  /// Draws the counts of all neurons in `step`.
  void draw(uint64_t step) {
    source.counts(static_cast<uint32_t>(step), 0, static_cast<uint32_t>(counts.size()),
                  counts.data());
  }
};
std::vector<PoissonInput> poissonOf(const image::Image &image, uint64_t seed);

} // namespace spindle::stimulus

#endif // SPINDLE_SIM_STIMULUS_STIMULUS_H
