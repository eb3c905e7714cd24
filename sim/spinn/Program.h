// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A spinn program of an image as the emulator runs it: cores, and the way of every key.
#ifndef SPINDLE_SIM_SPINN_PROGRAM_H
#define SPINDLE_SIM_SPINN_PROGRAM_H

#include "runtime/image/Image.h"
#include "sim/spinn/Core.h"
#include "sim/spinn/SpinnMachine.h"

#include <memory>
#include <vector>

namespace spindle::spinn {

/// A row of a key at one core.
struct Delivery {
  Core *core;
  Row row;
};

/// The rows of all keys of a slice at the cores of one worker: those of neuron i are
/// list[start[i]..start[i + 1]).
struct Deliveries {
  std::vector<uint32_t> start{0};
  std::vector<Delivery> list;

  std::span<const Delivery> of(uint32_t neuron) const {
    return {list.data() + start[neuron], list.data() + start[neuron + 1]};
  }
};

/// What becomes of a key on its way, found once at load.
struct KeyFate {
  uint32_t defaultRouted = 0, misses = 0;
  bool unrouted = false;
};

/// Part of a node on a core; `core` is null for a source, which only owns keys.
struct Slice {
  uint32_t node, lo, hi;
  std::unique_ptr<Core> core;
  std::vector<KeyFate> keys;          ///< per neuron; empty where nothing listens (mask 0)
  std::vector<Deliveries> deliveries; ///< per worker, unless `keys` is empty
};

struct Program {
  std::vector<Slice> slices;                 ///< in the image's order
  std::vector<std::vector<uint32_t>> ofNode; ///< slices of each node, by first neuron
};

/// Slices are dealt out to `workers` in turn.
inline size_t workerOf(uint32_t slice, size_t workers) { return slice % workers; }

Program loadProgram(const image::Image &image, size_t workers, const KernelFinder &find);

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_PROGRAM_H
