// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Columns of one population into tiles. Plain data: no IR here.
#ifndef SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_PACKING_H
#define SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_PACKING_H

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace spindle::xbarmap {

/// What one row of a tile stands for: events of a source neuron that take effect `delay` steps
/// later.
struct RowKey {
  uint32_t node = 0, neuron = 0, delay = 0;
  auto operator<=>(const RowKey &) const = default;
};

struct Synapse {
  RowKey row;
  double weight = 0.0;
};

/// The synapses of one target neuron.
struct Column {
  uint32_t neuron = 0;
  std::vector<Synapse> synapses;

  /// Sorts by row and adds up the weights of equal rows; what adds up to 0 is no synapse.
  void merge();
};

/// Columns (indices) and rows that share a tile.
struct TilePlan {
  std::vector<size_t> columns;
  std::vector<RowKey> rows; ///< sorted
};

/// Fills tile after tile with columns in the order of their row lists, so that columns which share
/// inputs are neighbours. Columns must be merged and have at most `maxRows` synapses each.
std::vector<TilePlan> packColumns(const std::vector<Column> &columns, size_t maxColumns,
                                  size_t maxRows);

} // namespace spindle::xbarmap

#endif // SPINDLE_COMPILER_CONVERSION_SNNTOXBAR_PACKING_H
