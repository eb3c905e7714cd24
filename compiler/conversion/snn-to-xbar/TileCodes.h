// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The numbers of one tile: device codes, scales, converter shift. Plain data: no IR here.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_TILECODES_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_TILECODES_H

#include "compiler/conversion/snn-to-xbar/Packing.h"

namespace spindle::xbarmap {

/// What the numbers of a tile depend on besides its weights.
struct TileFormat {
  unsigned levels, adcBits, rowsPerBank;
};

struct TileCodes {
  std::vector<double> steps;  ///< per column: the weight of one code
  std::vector<int32_t> scale; ///< per column: s16.15 = (sum * scale) >> shift
  unsigned shift = 0, adcShift = 0;
  std::vector<int16_t> codes; ///< rows x 2 columns: positive and negative device of each
};

/// Rules X4 to X6 of docs/semantics.md.
TileCodes encodeTile(const std::vector<Column> &columns, const TilePlan &tile, TileFormat format);

/// Scales of 31 bits for `steps`, with the largest shift that all of them allow (at most 62). False
/// when a step is too large for s16.15 even unshifted.
bool chooseScale(const std::vector<double> &steps, std::vector<int32_t> &scale, unsigned &shift);

} // namespace spindle::xbarmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_TILECODES_H
