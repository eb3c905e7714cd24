// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rows of synapses that learn, as the words that the machine reads: {plastic words, history,
// weights, 0, controls, control half-words}.
#ifndef SPINDLE_COMPILER_MAPPING_PLASTICROWS_H
#define SPINDLE_COMPILER_MAPPING_PLASTICROWS_H

#include "compiler/mapping/Rows.h"

#include <cstdint>
#include <vector>

namespace spindle::map {

/// Spikes of a neuron that the machine remembers, a dummy included.
inline constexpr uint64_t kPostHistory = 16;

/// Synapses of a row at most: its words after the three of the header are 256.
uint32_t plasticRowLimit(uint32_t historyWords);

/// Words of a row, without those three, for that many synapses.
uint32_t plasticRowWords(uint32_t historyWords, uint32_t synapses);

/// Bytes of a neuron's history with that many stored traces.
constexpr uint64_t postHistoryBytes(uint64_t traces) { return 4 + kPostHistory * (4 + 2 * traces); }

/// Appends the rows of one matrix: synapses [from, from + width) of each source neuron, of which
/// `lengths` has the number. Synapses are sorted by source.
void appendPlasticMatrix(std::vector<uint32_t> &sdram, const Matrix &matrix,
                         const std::vector<uint32_t> &lengths, uint32_t from, uint32_t width,
                         RingBits ring);

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_PLASTICROWS_H
