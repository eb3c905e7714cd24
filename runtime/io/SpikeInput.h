// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Spikes for one source from any format that Spindle reads (docs/spikes.md), as sparse events per
// step.
#ifndef SPINDLE_RUNTIME_IO_SPIKEINPUT_H
#define SPINDLE_RUNTIME_IO_SPIKEINPUT_H

#include "runtime/machine/Machine.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace spindle::io {

struct LoadOptions {
  double windowUs = 1000; ///< length of a step of a camera recording, in microseconds
  double dt = 0;          ///< step in seconds; needed by `t,id` files with times in a unit
  uint64_t steps = 0;     ///< cut or extended with empty steps to this; 0: as many as the file has
  /// More is refused: a stray time stamp would otherwise ask for all memory.
  uint64_t maxSteps = uint64_t(1) << 24;
};

struct SpikeInput {
  std::vector<std::vector<Event>> steps; ///< events of each step, ordered by neuron
  uint64_t events = 0;                   ///< entries in `steps`
  uint64_t dropped = 0;                  ///< camera events after the last complete window
  bool counts = true;                    ///< every value is a whole number >= 0
  std::string note;                      ///< how the file was read: format, unit
};

/// Reads `file` for a source of that shape. The name's ending chooses the format: .npy, .csv or
/// .txt, .bin or .bs2. Throws InputError naming file, what it has and what is expected.
SpikeInput loadSpikes(const std::filesystem::path &file, std::span<const int64_t> shape,
                      const LoadOptions &options = {});

/// The same from memory: `name` gives the format and stands in the messages.
SpikeInput parseSpikes(std::span<const std::byte> bytes, const std::string &name,
                       std::span<const int64_t> shape, const LoadOptions &options = {});

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_SPIKEINPUT_H
