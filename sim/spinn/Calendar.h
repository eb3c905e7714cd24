// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What is due in which tick: pieces of rows whose spikes are on their way. A piece that has been
// delivered leaves its place to the next piece of its row, in the list of that one's tick.
#ifndef SPINDLE_SIM_SPINN_CALENDAR_H
#define SPINDLE_SIM_SPINN_CALENDAR_H

#include "sim/spinn/RowStore.h"

#include <cstdint>
#include <vector>

namespace spindle::spinn {

/// Planes as bits of a word; the last one stands for all that come after.
inline uint32_t planeBit(uint32_t plane) { return uint32_t(1) << (plane < 31 ? plane : 31); }

class Calendar {
public:
  /// For gaps of at most `longest` ticks between pieces; `stride`: sums of a plane.
  Calendar(uint32_t longest, uint32_t stride);

  void clear();

  /// A spike of tick `t` sets out on a row, `count` times; what would have been due before `now` is
  /// left out.
  void add(const uint32_t *row, uint32_t plane, uint32_t count, uint64_t t, uint64_t now = 0);

  /// Adds up what is due in tick `t`. Returns the planes that got some, as bits (planeBit()).
  uint32_t deliver(uint64_t t, uint32_t *sums);

  /// Every sum is looked at as it grows: for networks of which a sum could exceed 32 bits.
  void setCareful(bool careful) { careful_ = careful; }

  /// Synapses delivered so far, those that fill up pieces included.
  uint64_t delivered() const { return delivered_; }

private:
  struct Piece {
    const uint32_t *synapses;
    uint32_t count, plane;
  };
  struct Many {
    Piece piece;
    uint32_t spikes;
  };
  std::vector<Piece> &due(uint64_t t) { return due_[t & mask_]; }
  uint32_t deliverMany(uint64_t t, uint32_t *sums);
  /// The piece after `piece`, in its list.
  void follow(const Piece &piece, uint64_t t);

  uint64_t mask_;
  uint32_t stride_;
  bool careful_ = false;
  uint64_t delivered_ = 0;
  std::vector<std::vector<Piece>> due_;
  std::vector<std::vector<Many>> many_; ///< packets with a count; sums stay at their limit
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_CALENDAR_H
