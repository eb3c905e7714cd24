// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/conversion/snn-to-xbar/TileCodes.h"

#include "compiler/transforms/Quantize.h"

#include <algorithm>
#include <cmath>

namespace spindle::xbarmap {

namespace {

constexpr double kScaleEnd = 0x1p31;
constexpr unsigned kMaxShift = 62;

/// The largest sum that a physical column of a bank can have, all rows driven.
int64_t largestSum(const std::vector<int16_t> &codes, size_t rows, size_t width,
                   unsigned rowsPerBank) {
  int64_t largest = 0;
  for (size_t first = 0; first < rows; first += rowsPerBank) {
    std::vector<int64_t> sums(width, 0);
    for (size_t r = first; r < std::min<size_t>(rows, first + rowsPerBank); ++r)
      for (size_t c = 0; c < width; ++c)
        sums[c] += codes[r * width + c];
    largest = std::max(largest, *std::max_element(sums.begin(), sums.end()));
  }
  return largest;
}

} // namespace

bool chooseScale(const std::vector<double> &steps, std::vector<int32_t> &scale, unsigned &shift) {
  double largest = 0.0;
  for (double step : steps)
    largest = std::max(largest, step * 0x1p15);
  if (!(std::nearbyint(largest) < kScaleEnd))
    return false;
  shift = 0;
  while (shift < kMaxShift &&
         std::nearbyint(std::ldexp(largest, static_cast<int>(shift) + 1)) < kScaleEnd)
    ++shift;
  scale.clear();
  for (double step : steps)
    scale.push_back(
        static_cast<int32_t>(std::nearbyint(std::ldexp(step * 0x1p15, static_cast<int>(shift)))));
  return true;
}

TileCodes encodeTile(const std::vector<Column> &columns, const TilePlan &tile, TileFormat format) {
  TileCodes result;
  size_t rows = tile.rows.size(), width = 2 * tile.columns.size();
  result.codes.assign(rows * width, 0);
  for (size_t c = 0; c < tile.columns.size(); ++c) {
    const std::vector<Synapse> &synapses = columns[tile.columns[c]].synapses;
    std::vector<double> weights;
    for (const Synapse &s : synapses)
      weights.push_back(s.weight);
    ColumnCodes column = quantizeColumn(weights, format.levels);
    result.steps.push_back(column.step);
    for (size_t i = 0; i < synapses.size(); ++i) {
      size_t row =
          std::lower_bound(tile.rows.begin(), tile.rows.end(), synapses[i].row) - tile.rows.begin();
      int16_t code = column.codes[i];
      result.codes[row * width + 2 * c + (code < 0 ? 1 : 0)] = static_cast<int16_t>(std::abs(code));
    }
  }
  int64_t top = (int64_t{1} << format.adcBits) - 1;
  int64_t largest = largestSum(result.codes, rows, width, format.rowsPerBank);
  while (largest >> result.adcShift > top)
    ++result.adcShift;
  return result;
}

} // namespace spindle::xbarmap
