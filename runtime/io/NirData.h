// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Spikes of several populations as one HDF5 file in NIR's data format (NIRGraphData). The same
// spikes give the same bytes: no object carries a time.
#ifndef SPINDLE_RUNTIME_IO_NIRDATA_H
#define SPINDLE_RUNTIME_IO_NIRDATA_H

#include "runtime/machine/Machine.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace spindle::io {

/// Hands over the events of step `step` (ordered by neuron); called for steps 0, 1, … in turn.
using StepEvents = std::function<std::span<const Event>(uint64_t step)>;

/// What is known of a recording before it is written.
struct NirDataInfo {
  std::string node;
  uint64_t neurons = 0, steps = 0;
  uint64_t events = 0; ///< entries in all steps
  bool single = true;  ///< every entry is one spike: written as EventData, else as TimeGriddedData
  bool integer = true; ///< whole numbers (TimeGriddedData as uint32, else float64)
};

class NirDataWriter {
public:
  /// `dt` in seconds; 0 (unknown) makes the step the unit of time.
  NirDataWriter(const std::filesystem::path &file, double dt);
  ~NirDataWriter();
  /// Observable "spikes" of one node.
  void addSpikes(const NirDataInfo &info, const StepEvents &events);
  /// The file appears.
  void finish();

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_NIRDATA_H
