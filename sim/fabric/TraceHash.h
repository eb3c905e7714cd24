// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A running hash of what a tile computed, by which two engines are compared step by step.
#ifndef SPINDLE_SIM_FABRIC_TRACEHASH_H
#define SPINDLE_SIM_FABRIC_TRACEHASH_H

#include <cstdint>

namespace spindle::fabric {

struct TraceHash {
  uint64_t value = 0xcbf29ce484222325u;

  void add(uint64_t word) {
    value = (value ^ word) * 0x9E3779B97F4A7C15u;
    value ^= value >> 29;
  }
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_TRACEHASH_H
