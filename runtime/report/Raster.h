// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a population emitted over a run, and how two such rasters differ.
#ifndef SPINDLE_RUNTIME_REPORT_RASTER_H
#define SPINDLE_RUNTIME_REPORT_RASTER_H

#include <cstdint>
#include <optional>
#include <vector>

namespace spindle::report {

/// One non-zero entry of a raster.
struct Entry {
  uint64_t step;
  uint32_t neuron;
  double value;
  friend bool operator==(const Entry &, const Entry &) = default;
};

/// All of a population's emissions: the non-zero entries, ordered by step, then neuron.
struct Raster {
  uint64_t steps = 0;
  uint32_t size = 0;
  std::vector<Entry> entries;

  /// Sum of all values: the number of spikes of a spiking population.
  double total() const { return total(0, steps); }
  /// The same of the steps [begin, end).
  double total(uint64_t begin, uint64_t end) const;
  /// Sum of the values per neuron.
  std::vector<double> perNeuron() const;
  /// The neuron with the largest sum; the lowest index where several are equal.
  uint32_t winner() const;
};

struct Difference {
  uint64_t compared = 0;   ///< entries compared: rows in common times neurons
  uint64_t mismatches = 0; ///< entries whose values differ
  std::vector<Entry>
      at; ///< the differing entries in the left raster's steps, with the right one's value
  std::optional<Entry> first() const;
};

/// Compares row t of `left` with row t + shift of `right`, over the rows that both have.
Difference compare(const Raster &left, const Raster &right, int64_t shift = 0);

struct Alignment {
  int64_t shift = 0;
  Difference difference;
};

/// The shift within [lowest, highest] with the fewest mismatches; among equals the one nearest to
/// 0, the positive one first. Shifts that leave no common row are not considered.
Alignment align(const Raster &left, const Raster &right, int64_t lowest, int64_t highest);

} // namespace spindle::report

#endif // SPINDLE_RUNTIME_REPORT_RASTER_H
