// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices onto cores.
#ifndef SPINDLE_COMPILER_MAPPING_PLACE_H
#define SPINDLE_COMPILER_MAPPING_PLACE_H

#include "compiler/mapping/Machine.h"

#include <cstdint>
#include <vector>

namespace spindle::map {

/// What is placed: one slice with the SDRAM that its rows take.
struct Item {
  uint64_t sdramBytes = 0;
};

/// Items in order onto chips in breadth-first order from the first chip, so that what follows one
/// another lies side by side. A chip whose SDRAM is too full for an item is passed over for it.
Result<std::vector<CoreId>> place(const Machine &machine, const std::vector<Item> &items);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PLACE_H
