// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/mapping/Rows.h"

#include "compiler/mapping/PlasticRows.h"

#include <algorithm>
#include <tuple>

namespace spindle::map {
namespace {

constexpr uint32_t kRowHeader = 3, kEntryWords = 5;
constexpr uint64_t kMaxAddress = 0xfffffe, kMaxStart = 0x1fff; // all ones means invalid

/// Weight above, then delay (modulo the ring), type, neuron.
uint32_t fixedWord(const Synapse &s, RingBits ring) {
  uint32_t delay = s.delay & ((uint64_t(1) << ring.delay) - 1);
  return uint32_t(s.weight) << 16 | delay << (ring.type + ring.index) | s.type << ring.index |
         s.target;
}

std::vector<uint32_t> rowLengths(const Matrix &matrix) {
  std::vector<uint32_t> lengths(matrix.sources);
  for (const Synapse &s : matrix.synapses)
    ++lengths[s.source];
  return lengths;
}

/// Widths of the matrices that rows of up to `longest` synapses take.
std::vector<uint32_t> widths(uint32_t longest, uint32_t limit = kRowLimit) {
  std::vector<uint32_t> result;
  for (uint32_t done = 0; done < longest; done += limit)
    result.push_back(std::min(limit, longest - done));
  return result;
}

constexpr uint64_t align4(uint64_t words) { return (words + 3) & ~uint64_t(3); }

/// The rows of one matrix: synapses [from, from + width) of each source neuron.
void appendMatrix(std::vector<uint32_t> &sdram, const Matrix &matrix,
                  const std::vector<uint32_t> &lengths, uint32_t from, uint32_t width,
                  RingBits ring) {
  size_t first = 0;
  for (uint32_t source = 0; source < matrix.sources; ++source) {
    uint32_t length = lengths[source];
    uint32_t begin = std::min(from, length), end = std::min(from + width, length);
    size_t row = sdram.size();
    sdram.resize(row + kRowHeader + width);
    sdram[row + 1] = end - begin;
    for (uint32_t i = begin; i < end; ++i)
      sdram[row + kRowHeader + i - begin] = fixedWord(matrix.synapses[first + i], ring);
    first += length;
  }
}

} // namespace

uint64_t sdramBytes(const std::vector<uint32_t> &perSource) {
  uint32_t longest = perSource.empty() ? 0 : *std::max_element(perSource.begin(), perSource.end());
  uint64_t words = 0;
  for (uint32_t width : widths(longest))
    words += align4(uint64_t(perSource.size()) * (width + kRowHeader));
  return words * 4;
}

uint64_t sdramBytes(const Matrix &matrix) {
  std::vector<uint32_t> lengths = rowLengths(matrix);
  if (matrix.learn < 0)
    return sdramBytes(lengths);
  uint32_t longest = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
  uint64_t words = 0;
  for (uint32_t width : widths(longest, plasticRowLimit(matrix.historyWords)))
    words += align4(uint64_t(matrix.sources) *
                    (kRowHeader + plasticRowWords(matrix.historyWords, width)));
  return words * 4;
}

uint64_t tableWords(const Matrix &matrix) {
  std::vector<uint32_t> lengths = rowLengths(matrix);
  uint32_t longest = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
  return kEntryWords +
         widths(longest, matrix.learn < 0 ? kRowLimit : plasticRowLimit(matrix.historyWords))
             .size();
}

Result<CoreWords> buildRows(std::vector<Matrix> matrices, RingBits ring) {
  std::erase_if(matrices, [](const Matrix &m) { return m.synapses.empty(); });
  std::sort(matrices.begin(), matrices.end(), [](const Matrix &a, const Matrix &b) {
    return std::tie(a.keys.key, a.learn) < std::tie(b.keys.key, b.learn);
  });
  CoreWords words;
  std::vector<uint32_t> entries, addresses;
  uint64_t start = 0; ///< of the addresses of the entry at hand
  bool learns = false;
  for (size_t i = 0; i < matrices.size(); ++i) {
    Matrix &matrix = matrices[i];
    std::sort(matrix.synapses.begin(), matrix.synapses.end(),
              [](const Synapse &a, const Synapse &b) {
                return std::tie(a.source, a.target, a.delay, a.type, a.weight) <
                       std::tie(b.source, b.target, b.delay, b.type, b.weight);
              });
    std::vector<uint32_t> lengths = rowLengths(matrix);
    bool plastic = matrix.learn >= 0;
    uint32_t from = 0;
    for (uint32_t width : widths(*std::max_element(lengths.begin(), lengths.end()),
                                 plastic ? plasticRowLimit(matrix.historyWords) : kRowLimit)) {
      uint64_t address = align4(words.sdram.size()) / 4;
      if (address > kMaxAddress)
        return Shortage{"blocks of 16 bytes of synaptic rows", address, kMaxAddress, ""};
      uint32_t rowWords = plastic ? plasticRowWords(matrix.historyWords, width) : width;
      addresses.push_back(static_cast<uint32_t>(address) << 8 | (rowWords - 1));
      words.learn.push_back(matrix.learn);
      words.sdram.resize(align4(words.sdram.size()));
      (plastic ? appendPlasticMatrix : appendMatrix)(words.sdram, matrix, lengths, from, width,
                                                     ring);
      from += width;
    }
    learns |= plastic;
    if (addresses.size() > kMaxStart)
      return Shortage{"entries of a core's address list", addresses.size(), kMaxStart, ""};
    if (i + 1 < matrices.size() && matrices[i + 1].keys.key == matrix.keys.key)
      continue; // the same source slice
    // No colour bits, no split of keys over cores, no bit-field.
    entries.insert(entries.end(), {matrix.keys.key, matrix.keys.mask,
                                   static_cast<uint32_t>((addresses.size() - start) << 16 | start),
                                   0u, matrix.sources});
    start = addresses.size();
  }
  if (!learns)
    words.learn.clear();
  if (!entries.empty()) {
    words.table = {static_cast<uint32_t>(entries.size() / kEntryWords),
                   static_cast<uint32_t>(addresses.size())};
    words.table.insert(words.table.end(), entries.begin(), entries.end());
    words.table.insert(words.table.end(), addresses.begin(), addresses.end());
  }
  return words;
}

uint64_t DtcmUse::bytes() const {
  uint64_t slots = uint64_t(1) << (ring.delay + ring.type + ring.index);
  constexpr uint64_t kFixed = 9 * 4, kRowBuffers = 2 * (255 + 3) * 4, kInputBuffer = 256 * 4;
  return slots * 2 + (neurons * termWords + tableWords) * 4 + learningBytes + kFixed + kRowBuffers +
         kInputBuffer;
}

} // namespace spindle::map
