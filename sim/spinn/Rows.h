// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Synaptic rows and the master population table, read from the words that the machine reads.
#ifndef SPINDLE_SIM_SPINN_ROWS_H
#define SPINDLE_SIM_SPINN_ROWS_H

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace spindle::spinn {

/// The fixed synapses of one row: weight in the upper half of a word, delay | type | neuron below.
using Row = std::span<const uint32_t>;

/// A row of synapses that learn, whole: {plastic words, ...}; `address`: its place in the address
/// list.
struct LearningRow {
  std::span<const uint32_t> words;
  uint32_t address;
};

/// A core's master population table over its stretch of SDRAM.
class PopulationTable {
public:
  /// Checks lengths and order; throws ImageError, which starts with `where`.
  PopulationTable(std::span<const uint32_t> words, std::span<const uint32_t> sdram,
                  std::string where);

  /// Appends the non-empty rows of `key` to `rows`, those that learn to `learning`; false if no
  /// entry matches. Throws ImageError for a row that leaves the SDRAM, or learns where that is not
  /// asked for.
  bool lookUp(uint32_t key, std::vector<Row> &rows,
              std::vector<LearningRow> *learning = nullptr) const;
  /// Whether it has an entry for any of the keys `key`, whose bits outside `mask` may be any.
  bool hasAny(uint32_t key, uint32_t mask) const;
  /// Entries of the address list.
  size_t addresses() const { return addresses_.size(); }

private:
  struct Entry {
    uint32_t key, mask, start, colourBits, count, coreMask, coreShift, neurons;
  };
  /// A row with its header, as wide as its matrix; empty where there is none.
  std::span<const uint32_t> row(uint32_t addressWord, uint32_t neuron) const;

  std::vector<Entry> entries_;
  std::span<const uint32_t> addresses_, sdram_;
  std::string where_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_ROWS_H
