// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The words that a core reads: synaptic rows and the master population table (rules S5-S7 of
// docs/semantics.md).
#ifndef SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_WORDS_H
#define SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_WORDS_H

#include <cstdint>
#include <vector>

namespace spindle::spinnmap {

/// How a synaptic word is put together: weight in bits 31..16, below it delay | type | neuron.
struct WordLayout {
  unsigned delayBits = 0, typeBits = 0, indexBits = 0;
};

/// Bits that ring-buffer indices may have in all: 16384 slots of 16 bits are half of a core's data
/// memory.
inline constexpr unsigned kRingBits = 14;
/// Synapses that one row of one matrix holds.
inline constexpr uint64_t kRowSynapses = 256;

struct Synapse {
  uint32_t source; ///< neuron of the source slice
  uint32_t target; ///< neuron of the target slice
  uint32_t delay;  ///< ticks, 1 .. 2^delayBits
  uint8_t type;    ///< 2 * port, + 1 for negative weights
  uint16_t weight; ///< magnitude
};

/// Everything that one source slice sends to one core.
struct SourceBlock {
  uint32_t key = 0, mask = 0; ///< the slice's key range
  uint32_t neurons = 0;
  std::vector<Synapse>
      synapses; ///< in any order; rows keep them ordered by (source, target, delay, type)
};

struct CoreWords {
  std::vector<uint32_t> table; ///< {entries, addresses}, 5 words an entry, one word an address
  std::vector<uint32_t>
      sdram; ///< matrices of rows {0, synapses, 0, synapses...}, each 16-byte aligned
};

/// Rows and table of a core. A source neuron with more than 256 synapses on the core gets several
/// matrices.
CoreWords layOut(std::vector<SourceBlock> blocks, WordLayout layout);

} // namespace spindle::spinnmap

#endif // SPINDLE_COMPILER_CONVERSION_SNN_TO_SPINN_WORDS_H
