// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layout (S6, S7): table = {entries, addresses}, then 5 words per entry, then one word per address;
// row = {plastic words, plastic..., fixed count, plastic count, fixed...}.
#include "sim/spinn/Rows.h"

#include "runtime/image/Errors.h"

#include <algorithm>
#include <utility>

namespace spindle::spinn {
namespace {
constexpr uint32_t kEntryWords = 5, kHeaderWords = 2, kRowHeader = 3;
constexpr uint32_t kInvalidAddress = 0xffffff;
} // namespace

PopulationTable::PopulationTable(std::span<const uint32_t> words, std::span<const uint32_t> sdram,
                                 std::string where)
    : sdram_(sdram), where_(std::move(where)) {
  if (words.empty()) // a core without incoming synapses
    return;
  if (words.size() < kHeaderWords ||
      words.size() != kHeaderWords + uint64_t(words[0]) * kEntryWords + words[1])
    throw ImageError(where_ + ": the population table has a wrong length");
  addresses_ = words.subspan(kHeaderWords + uint64_t(words[0]) * kEntryWords);
  for (uint32_t i = 0; i < words[0]; ++i) {
    auto w = words.subspan(kHeaderWords + i * kEntryWords, kEntryWords);
    Entry e{w[0],       w[1],          w[2] & 0x1fff, (w[2] >> 13) & 7,
            w[2] >> 16, w[3] & 0xffff, w[3] >> 16,    w[4] & 0xffff};
    if (i > 0 && e.key <= entries_.back().key)
      throw ImageError(where_ + ": the population table is not sorted by key");
    if (uint64_t(e.start) + e.count > addresses_.size() || e.coreShift > 31)
      throw ImageError(where_ + ": an entry of the population table leaves the address list");
    entries_.push_back(e);
  }
}

std::span<const uint32_t> PopulationTable::row(uint32_t addressWord, uint32_t neuron) const {
  uint32_t length = (addressWord & 0xff) + 1, address = addressWord >> 8;
  if (address == kInvalidAddress)
    return {};
  // Addresses count 16 bytes, rows are read by words.
  uint64_t at = uint64_t(address) * 4 + uint64_t(neuron) * (length + kRowHeader);
  if (at + length + kRowHeader > sdram_.size())
    throw ImageError(where_ + ": a synaptic row lies outside the core's SDRAM");
  return sdram_.subspan(at, length + kRowHeader);
}

bool PopulationTable::hasAny(uint32_t key, uint32_t mask) const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry &e) { return ((key ^ e.key) & mask & e.mask) == 0; });
}

bool PopulationTable::lookUp(uint32_t key, std::vector<Row> &rows,
                             std::vector<LearningRow> *learning) const {
  // Blocks of keys do not overlap, so only the last entry that is not above the key can match: the
  // one that the machine's binary search ends at.
  auto it = std::upper_bound(entries_.begin(), entries_.end(), key,
                             [](uint32_t k, const Entry &e) { return k < e.key; });
  if (it == entries_.begin())
    return false;
  const Entry &e = *--it;
  if ((key & e.mask) != e.key)
    return false;
  uint32_t inCore = key & ~(e.mask | (e.coreMask << e.coreShift));
  uint32_t neuron = (inCore >> e.colourBits) + ((key >> e.coreShift) & e.coreMask) * e.neurons;
  for (uint32_t i = 0; i < e.count; ++i) {
    std::span<const uint32_t> words = row(addresses_[e.start + i], neuron);
    if (words.empty())
      continue;
    if (words[0] != 0 && learning) {
      learning->push_back({words, e.start + i});
      continue;
    }
    if (words[0] != 0 || words[2] != 0)
      throw ImageError(where_ + ": a row holds plastic synapses, which this machine does not run");
    if (words[1] > words.size() - kRowHeader)
      throw ImageError(where_ + ": a row holds more synapses than its matrix is wide");
    if (words[1] > 0)
      rows.push_back(words.subspan(kRowHeader, words[1]));
  }
  return true;
}

} // namespace spindle::spinn
