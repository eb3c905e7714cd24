// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Synaptic rows as the host delivers them: those of one source neuron in one shard, sorted by
// delay, so that in each tick a piece of the row is due as it stands.
//
// A row is a stream of 32-bit words: a head, as many synapses as the head says, the next head, ...,
// a head of 0. Head: synapses (20 bits) | ticks since the piece before (12 bits above; since the
// spike for the first). Synapse: weight (upper half) | neuron of the shard (lower half). A row
// leads to one plane, which is a synapse type: sums of different types stand apart.
#ifndef SPINDLE_SIM_SPINN_ROWSTORE_H
#define SPINDLE_SIM_SPINN_ROWSTORE_H

#include "sim/spinn/Memory.h"

#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace spindle::spinn {

constexpr unsigned kCountBits = 20;
constexpr uint32_t kMostSynapses = (1u << kCountBits) - 1, kLongestGap = (1u << 12) - 1;

inline uint32_t headOf(uint32_t gap, uint32_t count) { return gap << kCountBits | count; }
inline uint32_t countOf(uint32_t head) { return head & kMostSynapses; }
inline uint32_t gapOf(uint32_t head) { return head >> kCountBits; }

/// Where a row begins, and its plane, in 64 bits; 0: there is none.
class RowRef {
public:
  RowRef() = default;
  RowRef(const uint32_t *row, uint32_t plane, bool delayed = false)
      : bits_(reinterpret_cast<uintptr_t>(row) | uint64_t(plane) << kAddressBits |
              (delayed ? kDelayed : 0)) {}
  static RowRef list(uint32_t index) {
    RowRef ref;
    ref.bits_ = kList | index;
    return ref;
  }
  explicit operator bool() const { return bits_ != 0; }
  bool isList() const { return bits_ & kList; } ///< several rows
  /// A delay extension stands between; only in lists.
  bool delayed() const { return bits_ & kDelayed; }
  uint32_t index() const { return static_cast<uint32_t>(bits_); }
  const uint32_t *row() const {
    return reinterpret_cast<const uint32_t *>(bits_ & ((uint64_t(1) << kAddressBits) - 1));
  }
  uint32_t plane() const { return static_cast<uint32_t>((bits_ & ~kDelayed) >> kAddressBits); }

private:
  static constexpr unsigned kAddressBits = 48;
  static constexpr uint64_t kList = uint64_t(1) << 63, kDelayed = uint64_t(1) << 62;
  uint64_t bits_ = 0;
};

/// What is in a store, or was put there by one builder.
struct RowCounts {
  uint64_t synapses = 0, words = 0;
  uint32_t minDelay = ~0u; ///< of what neurons send; spikes from outside are there early enough
  uint32_t maxDelay = 0, maxGap = 0;
  void add(const RowCounts &other);
};

/// The rows of one shard, by source.
class RowStore {
public:
  /// Where `here` is false the shard is another process's: nothing is kept.
  explicit RowStore(uint32_t sources, bool here = true) : refs_(here ? sources : 0), here_(here) {}

  const RowRef *refs() const { return refs_.data(); }
  uint32_t sources() const { return static_cast<uint32_t>(refs_.size()); }
  /// Calls f(row, plane, delayed) for each row of `source`.
  template <typename F> void forEach(uint32_t source, F f) const {
    RowRef ref = refs_[source];
    if (ref && !ref.isList())
      f(ref.row(), ref.plane(), false);
    else if (ref)
      for (RowRef part : lists_[ref.index()])
        f(part.row(), part.plane(), part.delayed());
  }
  const RowCounts &counts() const { return counts_; }

private:
  friend class RowBuilder;
  std::vector<RowRef> refs_;
  bool here_;
  std::deque<std::vector<RowRef>> lists_;
  std::deque<Arena> arenas_;
  RowCounts counts_;
  std::mutex mutex_; ///< of all but refs_, while rows are built
};

/// Builds rows, all of one source after another; several builders can work at a time, on different
/// sources.
class RowBuilder {
public:
  /// `sizes`: neurons of each shard. With `pad`, pieces are filled up to a multiple of 4 with
  /// synapses of weight 0.
  RowBuilder(std::deque<RowStore> &stores, std::vector<uint32_t> sizes, uint32_t planes, bool pad);
  ~RowBuilder(); ///< hands over the memory

  void add(uint32_t shard, uint32_t plane, uint32_t delay, uint32_t local, uint32_t weight) {
    entries_.push_back({uint32_t(shard * planes_ + plane), delay, weight << 16 | local});
    longest_ = delay > longest_ ? delay : longest_;
  }
  /// The same with a place as Layout::places() has it.
  void add(uint32_t place, uint32_t plane, uint32_t delay, uint32_t weight) {
    add(place >> 16, plane, delay, place & 0xffff, weight);
  }
  /// The same for a synapse to which a delay extension hands at most kMostDelayed spikes of a tick.
  void addDelayed(uint32_t place, uint32_t plane, uint32_t delay, uint32_t weight) {
    delayed_.push_back(
        {uint32_t((place >> 16) * planes_ + plane), delay, weight << 16 | (place & 0xffff)});
    longest_ = delay > longest_ ? delay : longest_;
  }
  /// The rows of `source` are those added since the last finish(). `outside`: its spikes come from
  /// outside.
  void finish(uint32_t source, bool outside = false);

private:
  struct Entry {
    uint32_t where, delay, word;
  };
  struct Output {
    Arena arena;
    RowCounts counts;
    std::vector<RowRef> rows; ///< of the source at hand
  };
  void writeRows(bool delayed);
  void sort();
  void write(uint32_t where, size_t begin, size_t end, bool delayed);
  size_t pieceWords(size_t count) const;

  std::deque<RowStore> &stores_;
  std::vector<uint32_t> sizes_;
  uint32_t planes_, longest_ = 0, filler_ = 0;
  bool pad_, outside_ = false;
  std::vector<Entry> entries_, delayed_, sorted_;
  std::vector<uint32_t> start_;
  std::vector<Output> outputs_; ///< per shard
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_ROWSTORE_H
