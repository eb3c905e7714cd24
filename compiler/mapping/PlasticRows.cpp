// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/PlasticRows.h"

#include <algorithm>

namespace spindle::map {
namespace {

constexpr uint32_t kHeader = 3, kMaxBody = 256;

constexpr uint32_t halfWords(uint32_t count) { return (count + 1) / 2; }

} // namespace

uint32_t plasticRowLimit(uint32_t historyWords) {
  return (kMaxBody - historyWords) / 2 * 2; // weights and controls take half a word each
}

uint32_t plasticRowWords(uint32_t historyWords, uint32_t synapses) {
  return historyWords + 2 * halfWords(synapses);
}

void appendPlasticMatrix(std::vector<uint32_t> &sdram, const Matrix &matrix,
                         const std::vector<uint32_t> &lengths, uint32_t from, uint32_t width,
                         RingBits ring) {
  const uint32_t history = matrix.historyWords;
  size_t first = 0;
  for (uint32_t source = 0; source < matrix.sources; ++source) {
    uint32_t length = lengths[source];
    uint32_t begin = std::min(from, length), end = std::min(from + width, length);
    size_t row = sdram.size();
    sdram.resize(row + kHeader + plasticRowWords(history, width));
    uint32_t count = end - begin, plastic = history + halfWords(count);
    if (count > 0) {
      sdram[row] = plastic;
      sdram[row + plastic + 2] = count;
    }
    for (uint32_t k = 0; k < count; ++k) {
      const Synapse &s = matrix.synapses[first + begin + k];
      uint32_t delay = s.delay & ((uint64_t(1) << ring.delay) - 1);
      uint32_t control = delay << (ring.type + ring.index) | s.type << ring.index | s.target;
      sdram[row + 1 + history + k / 2] |= uint32_t(s.weight) << (k % 2 * 16);
      sdram[row + plastic + kHeader + k / 2] |= control << (k % 2 * 16);
    }
    first += length;
  }
}

} // namespace spindle::map
