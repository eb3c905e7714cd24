// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An array that learns whose operations run in RTL: rtl/xb_learn.sv under Verilator, around the
// devices of a device::PairArray. The digital parts, rounding and sequencing, are the RTL's; the
// devices and the random bits are those of the functional model.
#ifndef SPINDLE_SIM_FABRIC_RTLLEARN_H
#define SPINDLE_SIM_FABRIC_RTLLEARN_H

#include "sim/fabric/RtlBuild.h"
#include "sim/fabric/learning/ArrayEngine.h"
#include "sim/fabric/shim/RtlAbi.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace spindle::fabric {

/// Clocks of a tile that learns (rtl/README.md), and its converters.
struct LearnTiming {
  uint32_t setup = 1, integrate = 2, mux = 0, sample = 1, pulse = 10, reset = 20; ///< 0..255
  uint32_t share = 8;     ///< lines per converter
  uint32_t inputBits = 8; ///< of the pulse width of an input
};

/// What xb_learn.sv is compiled from, for `rows` x `columns` synapses, multiples of `share`.
ModelSource learnSource(size_t rows, size_t columns, uint32_t share);

class RtlArray final : public learning::ArrayEngine {
public:
  /// Throws UserError where the RTL cannot do what the settings ask for: converters of 1 to 24 bits
  /// are needed, no tile rows, no accumulators. Builds the model, or takes it from the cache.
  RtlArray(const device::PairArraySettings &settings, const LearnTiming &timing = {});
  ~RtlArray() override;
  RtlArray(const RtlArray &) = delete;
  RtlArray &operator=(const RtlArray &) = delete;

  void read(const device::Drive &inputs, std::span<int32_t> sums) override;
  void readTransposed(std::span<const int16_t> errors, std::span<int32_t> sums) override;
  void update(const device::Drive &inputs, const device::UpdateOperation &operation) override;
  void refreshRow(size_t row, const device::RefreshOperation &operation) override;
  device::PairArray &devices() override { return devices_; }
  device::ArrayCounters counters() const override;

  /// Clocks of the last operation.
  uint32_t lastCycles() const { return out_.cycles; }

private:
  void clock() { api_->clock(model_, &in_, &out_); }
  void write(uint32_t space, uint32_t index, uint32_t word, uint32_t data);
  uint32_t get(uint32_t space, uint32_t index, uint32_t word);
  void run(uint32_t operation, size_t row = 0);
  void drive(const device::Drive &inputs);
  void configure(const LearnTiming &timing);
  void makePort();

  device::PairArraySettings settings_;
  device::PairArray devices_; ///< without converters
  size_t rows_, columns_;     ///< of the tile
  uint32_t share_;
  std::shared_ptr<ModelLibrary> library_;
  const abi::LearnApi *api_;
  void *model_;
  abi::Pairs port_ = {};
  abi::LearnIn in_ = {};
  abi::LearnOut out_ = {};
  std::vector<uint8_t> driven_; ///< inputs that the tile holds
  std::vector<int32_t> sums_;   ///< of the last read, of all lines
  std::vector<uint32_t> rowChances_, columnChances_;
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLLEARN_H
