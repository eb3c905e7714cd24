// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Several processes that run one network together, each a part of it. All call the same functions
// of a machine in the same order.
#ifndef SPINDLE_RUNTIME_MACHINE_RANKS_H
#define SPINDLE_RUNTIME_MACHINE_RANKS_H

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace spindle {

class Ranks {
public:
  virtual ~Ranks() = default;
  virtual uint32_t count() const = 0;
  virtual uint32_t rank() const = 0;

  // Every rank calls these alike, and waits for all others there.

  /// The words of all ranks, in their order.
  virtual std::vector<uint32_t> gather(std::span<const uint32_t> mine) const = 0;
  /// The sums over all ranks, modulo 2^32 and 2^64.
  virtual void sum(std::span<uint32_t> values) const = 0;
  virtual void sum(std::span<uint64_t> values) const = 0;

  /// Ends all processes, when this one cannot go on and the others would wait for it.
  virtual void abort(int code) const = 0;
};

/// The processes that were started together with this one (mpirun); null for one that was started
/// alone, or without MPI in the build. May be asked again.
std::shared_ptr<const Ranks> startedRanks();

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_RANKS_H
