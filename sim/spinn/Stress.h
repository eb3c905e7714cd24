// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Routers that can hold up and lose packets: what would have happened to those of a run if outputs
// had queues of a finite length. It changes no result.
#ifndef SPINDLE_SIM_SPINN_STRESS_H
#define SPINDLE_SIM_SPINN_STRESS_H

#include "runtime/machine/Provenance.h"
#include "sim/spinn/Population.h"
#include "sim/spinn/Ways.h"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <span>
#include <vector>

namespace spindle::spinn {

/// A router takes packets in the order in which they come in. One that finds an output's queue full
/// waits, and all behind it wait with it; after wait1 it tries ways round the blocked links, after
/// wait2 more it is dropped, whole, and kept to be sent again when the router has nothing to do.
class Stress {
public:
  /// `core`: cycles that a packet occupies the way into a core. `ways` and the mesh's links outlive
  /// it.
  Stress(const StressOptions &options, uint64_t core, const Ways &ways, Mesh mesh);

  /// The spikes of the next tick, in the order of `at`, which has the cycle of each source.
  void tick(std::span<const Spike> spikes, std::span<const uint64_t> at, uint64_t cyclesPerTick);

  /// Adds to the chips; the packets that are still to be sent again.
  uint64_t addTo(const std::function<ChipProvenance &(ChipAt)> &chip) const;

private:
  static constexpr int kLinks = 6, kOutputs = 24;
  static constexpr int kNone = -1;
  struct Event {
    uint64_t time, order;
    uint32_t source;
    int32_t hop;    ///< kNone: the chip looks at what it has to send again
    int32_t detour; ///< half way round a blocked link: the link to go on by, and `hop` is beyond
    uint32_t chip;  ///< in chips_
    bool operator>(const Event &other) const {
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  struct Chip {
    ChipAt at;
    std::array<uint64_t, kOutputs> busyUntil{}; ///< when the last packet in the queue has gone
    uint64_t free = 0;                          ///< the router takes its next packet
    std::deque<Event> again;
    bool checking = false;
    uint64_t blocked = 0, detours = 0, dropped = 0, reinjected = 0, lost = 0, longest = 0;
  };

  uint32_t chipAt(ChipAt at);
  void push(const Event &event);
  uint64_t service(int output) const { return output < 6 ? options_.link : core_; }
  uint64_t opens(const Chip &chip, int output) const;
  uint64_t opens(const Chip &chip, const Event &event, bool detours) const;
  int wayRound(const Chip &chip, int link) const;
  uint32_t outputsOf(const Event &event) const;
  void route(const Event &event);
  void send(const Event &event, uint64_t time);
  void pass(const Event &event, int link, uint64_t time);
  void drop(const Event &event, uint64_t time);
  void check(const Event &event);
  uint64_t occupy(uint32_t chip, int output, uint64_t time);

  StressOptions options_;
  uint64_t core_;
  const Ways &ways_;
  Mesh mesh_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::vector<Chip> chips_;
  std::map<ChipAt, uint32_t> index_;
  uint64_t begin_ = 0, order_ = 0;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_STRESS_H
