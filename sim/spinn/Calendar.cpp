// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/Calendar.h"

#include <algorithm>
#include <bit>

namespace spindle::spinn {
namespace {

/// Above this a sum has reached the limit of its ring slot, by however much (S2).
constexpr uint64_t kFull = 0x10000;
constexpr size_t kAhead = 16;         ///< pieces between the one that is fetched and the one added
constexpr uint32_t kLine = 16;        ///< words of a cache line
constexpr uint32_t kFetchedLines = 5; ///< of a piece; a long one is read fast enough by itself

inline void fetch(const uint32_t *words, uint32_t count) {
  for (uint32_t line = 0; line < kFetchedLines; ++line)
    __builtin_prefetch(words + line * kLine, 0, 3);
  if (count > (kFetchedLines - 1) * kLine)
    for (uint32_t at = kFetchedLines * kLine; at < std::min(count, 16 * kLine); at += kLine)
      __builtin_prefetch(words + at, 0, 3);
}

/// The inner loop of the whole emulator: each synapse adds its weight to the sum of its neuron.
inline void addPiece(const uint32_t *__restrict words, uint32_t count, uint32_t *__restrict sums) {
  const uint32_t *end = words + (count & ~7u);
  for (; words != end; words += 8) {
    for (int k = 0; k < 8; ++k) {
      uint32_t word = words[k];
      sums[word & 0xffff] += word >> 16;
    }
  }
  if (count & 4) {
    for (int k = 0; k < 4; ++k)
      sums[words[k] & 0xffff] += words[k] >> 16;
    words += 4;
  }
  for (uint32_t k = 0; k < (count & 3); ++k)
    sums[words[k] & 0xffff] += words[k] >> 16;
}

/// The same for `spikes` spikes at once. A sum that is full need not grow.
void addPieceOften(const uint32_t *words, uint32_t count, uint32_t spikes, uint32_t *sums) {
  for (uint32_t k = 0; k < count; ++k) {
    uint32_t &sum = sums[words[k] & 0xffff];
    uint64_t more = sum + uint64_t(words[k] >> 16) * spikes;
    sum = static_cast<uint32_t>(std::max<uint64_t>(sum, std::min(more, kFull)));
  }
}

} // namespace

Calendar::Calendar(uint32_t longest, uint32_t stride)
    : mask_(std::bit_ceil(uint64_t(longest) + 1) - 1), stride_(stride), due_(mask_ + 1),
      many_(mask_ + 1) {}

void Calendar::clear() {
  for (auto &list : due_)
    list.clear();
  for (auto &list : many_)
    list.clear();
}

void Calendar::add(const uint32_t *row, uint32_t plane, uint32_t count, uint64_t t, uint64_t now) {
  uint32_t head = *row++;
  for (t += gapOf(head); t < now && head; t += gapOf(head)) {
    row += countOf(head);
    head = *row++;
  }
  if (!head)
    return;
  Piece piece{row, countOf(head), plane};
  if (count == 1 && !careful_)
    due(t).push_back(piece);
  else
    many_[t & mask_].push_back({piece, count});
}

inline void Calendar::follow(const Piece &piece, uint64_t t) {
  const uint32_t *next = piece.synapses + piece.count;
  if (uint32_t head = *next)
    due(t + gapOf(head)).push_back({next + 1, countOf(head), piece.plane});
}

uint32_t Calendar::deliver(uint64_t t, uint32_t *sums) {
  uint32_t planes = 0;
  uint64_t delivered = 0;
  for (size_t i = 0; i < std::min(kAhead, due(t).size()); ++i)
    fetch(due(t)[i].synapses, due(t)[i].count);
  // A row's next piece may be due in the same tick: then the list grows meanwhile.
  for (size_t i = 0; i < due(t).size(); ++i) {
    const std::vector<Piece> &list = due(t);
    if (i + kAhead < list.size())
      fetch(list[i + kAhead].synapses, list[i + kAhead].count);
    Piece piece = list[i];
    addPiece(piece.synapses, piece.count, sums + size_t(piece.plane) * stride_);
    planes |= planeBit(piece.plane);
    delivered += piece.count;
    follow(piece, t);
  }
  delivered_ += delivered;
  due(t).clear();
  if (!many_[t & mask_].empty())
    planes |= deliverMany(t, sums);
  return planes;
}

uint32_t Calendar::deliverMany(uint64_t t, uint32_t *sums) {
  uint32_t planes = 0;
  for (size_t i = 0; i < many_[t & mask_].size(); ++i) {
    Many entry = many_[t & mask_][i];
    addPieceOften(entry.piece.synapses, entry.piece.count, entry.spikes,
                  sums + size_t(entry.piece.plane) * stride_);
    planes |= planeBit(entry.piece.plane);
    delivered_ += entry.piece.count;
    const uint32_t *next = entry.piece.synapses + entry.piece.count;
    if (uint32_t head = *next)
      many_[(t + gapOf(head)) & mask_].push_back(
          {{next + 1, countOf(head), entry.piece.plane}, entry.spikes});
  }
  many_[t & mask_].clear();
  return planes;
}

} // namespace spindle::spinn
