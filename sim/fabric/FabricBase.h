// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the two engines of the fabric share: host injection, collecting emissions by node,
// observation.
#ifndef SPINDLE_SIM_FABRIC_FABRICBASE_H
#define SPINDLE_SIM_FABRIC_FABRICBASE_H

#include "runtime/machine/Machine.h"
#include "sim/fabric/FabricImage.h"

namespace spindle::fabric {

/// What one column of a tile emitted in a step: a count or a graded value.
struct Emission {
  uint32_t column;
  double value;
};

class FabricBase : public Machine {
public:
  explicit FabricBase(Fabric fabric);

  void reset() override;
  void inject(uint32_t node, std::span<const Event> events) override;
  void step() override;
  uint64_t now() const override { return now_; }
  std::span<const Event> events(uint32_t node) const override;
  void observe(uint32_t node, uint32_t term, std::span<double> out) const override;
  void observeRaw(uint32_t node, uint32_t term, std::span<int32_t> out) const override;
  std::map<std::string, uint64_t> counters() const override;

protected:
  /// One step: deliver `hostFlits`, run every tile that is past its onset, and leave what tile t
  /// emitted, by column, in emissions_[t] (empty on entry).
  virtual void runStep(std::span<const uint32_t> hostFlits) = 0;
  /// Term `term` of tile `tile`, one value per column.
  virtual TileColumn state(uint32_t tile, uint32_t term) const = 0;

  const image::fb::Image &meta() const { return fabric_.image->meta(); }

  const Fabric fabric_;
  uint64_t now_ = 0;
  std::vector<std::vector<Emission>> emissions_;
  std::vector<std::vector<Event>> events_; ///< of the last step, by node

  uint64_t spikes_ = 0;
  uint64_t hostSaturations_ = 0;

private:
  uint32_t countOf(uint32_t node, const Event &event) const;
  [[noreturn]] void refuse(uint32_t node, const Event &event) const;
  void collect();
  const image::fb::Term &checkTerm(uint32_t node, uint32_t term, size_t outSize) const;

  std::vector<const Source *> sourceOfNode_;
  std::vector<std::vector<Event>> injected_;
  std::vector<uint32_t> hostFlits_;
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_FABRICBASE_H
