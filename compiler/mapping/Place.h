// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Slices onto cores.
#ifndef SPINDLE_COMPILER_MAPPING_PLACE_H
#define SPINDLE_COMPILER_MAPPING_PLACE_H

#include "compiler/mapping/Machine.h"

#include <cstdint>
#include <vector>

namespace spindle::map {

struct CoreId {
  ChipId chip;
  int p = 0;
  friend auto operator<=>(const CoreId &, const CoreId &) = default;
};

/// What is placed: one slice with the SDRAM that its rows take.
struct Item {
  uint64_t sdramBytes = 0;
};

/// Items in order onto chips in breadth-first order from the first chip, so that what follows one
/// another lies side by side. A chip whose SDRAM is too full for an item is passed over for it.
Result<std::vector<CoreId>> place(const Board &board, const std::vector<Item> &items);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PLACE_H
