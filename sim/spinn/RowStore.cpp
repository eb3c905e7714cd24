// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/spinn/RowStore.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace spindle::spinn {
namespace {
constexpr size_t kBlock = 4;  ///< synapses that the delivery takes at a time, at least
constexpr size_t kFewest = 3; ///< pieces up to this size are left as they are
constexpr size_t kBuckets = 4096;
} // namespace

void RowCounts::add(const RowCounts &other) {
  synapses += other.synapses;
  words += other.words;
  minDelay = std::min(minDelay, other.minDelay);
  maxDelay = std::max(maxDelay, other.maxDelay);
  maxGap = std::max(maxGap, other.maxGap);
}

RowBuilder::RowBuilder(std::deque<RowStore> &stores, std::vector<uint32_t> sizes, uint32_t planes,
                       bool pad)
    : stores_(stores), sizes_(std::move(sizes)), planes_(planes), pad_(pad),
      outputs_(stores.size()) {}

RowBuilder::~RowBuilder() {
  for (size_t s = 0; s < outputs_.size(); ++s) {
    RowStore &store = stores_[s];
    std::lock_guard lock(store.mutex_);
    store.arenas_.push_back(std::move(outputs_[s].arena));
    store.counts_.add(outputs_[s].counts);
  }
}

/// Orders the entries by shard, plane and delay.
void RowBuilder::sort() {
  size_t delays = size_t(longest_) + 1, buckets = outputs_.size() * planes_ * delays;
  auto key = [&](const Entry &e) { return e.where * delays + e.delay; };
  if (buckets > kBuckets + 4 * entries_.size()) {
    std::sort(entries_.begin(), entries_.end(),
              [&](const Entry &a, const Entry &b) { return key(a) < key(b); });
    return;
  }
  start_.assign(buckets + 1, 0);
  for (const Entry &e : entries_)
    ++start_[key(e) + 1];
  for (size_t i = 1; i <= buckets; ++i)
    start_[i] += start_[i - 1];
  sorted_.resize(entries_.size());
  for (const Entry &e : entries_)
    sorted_[start_[key(e)]++] = e;
  entries_.swap(sorted_);
}

size_t RowBuilder::pieceWords(size_t count) const {
  return pad_ && count > kFewest ? (count + kBlock - 1) / kBlock * kBlock : count;
}

/// All that is in entries_.
void RowBuilder::writeRows(bool delayed) {
  sort();
  for (size_t begin = 0, end; begin < entries_.size(); begin = end) {
    uint32_t where = entries_[begin].where;
    for (end = begin; end < entries_.size() && entries_[end].where == where;)
      ++end;
    write(where, begin, end, delayed);
  }
}

void RowBuilder::finish(uint32_t source, bool outside) {
  outside_ = outside;
  writeRows(false);
  if (!delayed_.empty()) {
    entries_.swap(delayed_);
    writeRows(true);
    delayed_.clear();
  }
  for (size_t s = 0; s < outputs_.size(); ++s) {
    std::vector<RowRef> &rows = outputs_[s].rows;
    if (rows.empty())
      continue;
    RowStore &store = stores_[s];
    if (rows.size() == 1 && !rows[0].delayed()) {
      store.refs_[source] = rows[0];
    } else {
      std::lock_guard lock(store.mutex_);
      store.refs_[source] = RowRef::list(static_cast<uint32_t>(store.lists_.size()));
      store.lists_.push_back(rows);
    }
    rows.clear();
  }
  entries_.clear();
  longest_ = 0;
}

/// Entries [begin, end), which are of one shard and plane, as one row.
void RowBuilder::write(uint32_t where, size_t begin, size_t end, bool delayed) {
  uint32_t shard = where / planes_, before = 0;
  if (!stores_[shard].here_)
    return;
  Output &out = outputs_[shard];
  // Pieces: entries of one delay, but no more than a head can count.
  auto pieceEnd = [&](size_t from) {
    size_t to = from;
    while (to < end && to - from < kMostSynapses - kBlock &&
           entries_[to].delay == entries_[from].delay)
      ++to;
    return to;
  };
  size_t words = 1;
  for (size_t i = begin, to; i < end; i = to) {
    to = pieceEnd(i);
    words += 1 + (entries_[i].delay - before) / kLongestGap + pieceWords(to - i);
    before = entries_[i].delay;
  }
  uint32_t *next = out.arena.take(words);
  out.rows.emplace_back(next, where % planes_, delayed);
  before = 0;
  for (size_t i = begin, to; i < end; i = to) {
    to = pieceEnd(i);
    uint32_t gap = entries_[i].delay - before;
    before = entries_[i].delay;
    out.counts.maxGap = std::max(out.counts.maxGap, std::min(gap, kLongestGap));
    for (; gap > kLongestGap; gap -= kLongestGap)
      *next++ = headOf(kLongestGap, 0);
    size_t full = pieceWords(to - i);
    *next++ = headOf(gap, static_cast<uint32_t>(full));
    for (size_t k = i; k < to; ++k)
      *next++ = entries_[k].word;
    for (size_t k = to - i; k < full; ++k) { // scattered, so that no sum waits for another
      filler_ = (filler_ + 4099) % sizes_[shard];
      *next++ = filler_;
    }
  }
  *next = 0;
  out.counts.synapses += end - begin;
  out.counts.words += words;
  if (!outside_)
    out.counts.minDelay = std::min(out.counts.minDelay, entries_[begin].delay);
  out.counts.maxDelay = std::max(out.counts.maxDelay, entries_[end - 1].delay);
}

} // namespace spindle::spinn
