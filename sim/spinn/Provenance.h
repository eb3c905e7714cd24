// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The accounts of a run, per core and per chip. Counts cost nothing while it goes on: they follow
// from how often each neuron sent and from where its key goes. The cycle model and the stress mode
// go through the spikes of every tick, in an order that no number of threads changes.
#ifndef SPINDLE_SIM_SPINN_PROVENANCE_H
#define SPINDLE_SIM_SPINN_PROVENANCE_H

#include "runtime/image/Image.h"
#include "runtime/machine/Provenance.h"
#include "sim/spinn/CycleModel.h"
#include "sim/spinn/Engine.h"
#include "sim/spinn/Network.h"
#include "sim/spinn/Stress.h"
#include "sim/spinn/Ways.h"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace spindle::spinn {

class Accounts {
public:
  /// Before the engine is built; all outlive it. Throws UserError where the cycle model needs a
  /// time step and the image has none.
  Accounts(const image::Image &image, Engine &engine, Network &network,
           const ProvenanceOptions &options);

  /// Once the engine is built, and again after each reset or restore.
  void begin();

  Provenance result() const;

private:
  void plan();
  void ticks(uint64_t from, uint64_t count);
  void cycles(uint64_t t);
  void delay(uint64_t t);
  bool updates(uint32_t core) const;
  uint32_t turns(uint32_t core) const;
  void countSender(uint32_t sender, const SourceCounts &counts, Provenance &result) const;
  void countCore(uint32_t core, const SourceCounts &counts, Provenance &result) const;

  const image::Image &image_;
  const image::fb::Spinn &program_;
  const Engine &engine_;
  const Network &network_;
  ProvenanceOptions options_;
  Ways ways_;
  double dt_ = 0;
  uint64_t cyclesPerTick_ = 0, seen_ = 0;
  std::vector<uint64_t> at_;   ///< per sender: cycles into a tick at which it sends
  std::vector<uint32_t> rank_; ///< per sender: its place when all are sorted by that
  std::vector<CoreClock> clocks_;
  std::vector<std::vector<Arrival>> arrivals_; ///< per core, of the tick at hand
  std::vector<uint64_t> sent_, quietFrom_;     ///< per core
  std::vector<uint32_t> busy_;                 ///< cores with any of these
  std::vector<Spike> spikes_, together_;
  std::map<uint64_t, std::vector<Spike>> delayed_; ///< by tick: what extensions will send
  std::unique_ptr<Stress> stress_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_PROVENANCE_H
