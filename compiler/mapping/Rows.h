// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Synaptic rows and the master population table of one core, as the words that the machine reads.
#ifndef SPINDLE_COMPILER_MAPPING_ROWS_H
#define SPINDLE_COMPILER_MAPPING_ROWS_H

#include "compiler/mapping/Entry.h"
#include "compiler/mapping/Machine.h"
#include "compiler/mapping/Partition.h"

#include <cstdint>
#include <vector>

namespace spindle::map {

/// One synapse of a core: neurons count from the start of their slices, delay from 1 to 2^D.
struct Synapse {
  uint32_t source, target, type;
  uint64_t delay;
  uint16_t weight;
};

/// All synapses from one source slice.
struct Matrix {
  KeyRange keys;
  uint32_t sources = 0; ///< neurons of the source slice
  std::vector<Synapse> synapses;
  int32_t learn = -1;        ///< the projection that learns, -1: fixed synapses
  uint32_t historyWords = 0; ///< of a row that learns: time of the last spike, and traces
};

struct CoreWords {
  std::vector<uint32_t> table; ///< {entries, addresses}, entries of 5 words, address list
  std::vector<uint32_t> sdram; ///< rows, each matrix at a multiple of 16 bytes
  std::vector<int32_t> learn;  ///< per address; empty where none learns
};

/// A row holds at most that many synapses; what is more goes to a further matrix.
inline constexpr uint32_t kRowLimit = 256;

/// Bytes that buildRows will take in SDRAM, from the synapses per source neuron.
uint64_t sdramBytes(const std::vector<uint32_t> &synapsesPerSource);

/// Likewise for the rows of one matrix, whose keys do not matter yet.
uint64_t sdramBytes(const Matrix &matrix);

/// Words of a population table that its rows take at most: an entry and the addresses.
uint64_t tableWords(const Matrix &matrix);

/// The words of a core. Matrices without synapses take no room; those of one source slice share an
/// entry of the table. Fails when an address or the address list is longer than its field.
Result<CoreWords> buildRows(std::vector<Matrix> matrices, RingBits ring);

/// What a core needs of its own memory.
struct DtcmUse {
  uint64_t neurons = 0, termWords = 0, tableWords = 0;
  uint64_t learningBytes = 0; ///< histories and tables of rules
  RingBits ring;
  uint64_t bytes() const;
};

} // namespace spindle::map

#endif // SPINDLE_COMPILER_MAPPING_ROWS_H
