// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One reader per spike format, and what they share. Private to runtime/io.
#ifndef SPINDLE_RUNTIME_IO_SPIKEREADERS_H
#define SPINDLE_RUNTIME_IO_SPIKEREADERS_H

#include "runtime/io/SpikeInput.h"

namespace spindle::io {

/// One event of a camera recording. `where` (line or event number, from 1) is for messages.
struct CameraEvent {
  uint64_t timeUs, where;
  uint64_t x, y, polarity;
};

/// The index of a camera event in a source of shape (2, H, W): channel = polarity, then y, then x.
class CameraShape {
public:
  explicit CameraShape(std::span<const int64_t> shape);
  uint32_t index(const CameraEvent &event) const; ///< throws InputError when it lies outside

private:
  uint64_t height_, width_;
};

/// Counts per window of options.windowUs from the first event on; the last, incomplete one is
/// dropped.
SpikeInput bin(std::span<const CameraEvent> events, std::span<const int64_t> shape,
               const LoadOptions &options);

/// Adds a spike; steps grow as needed. Throws InputError beyond options.maxSteps.
void addSpike(SpikeInput &input, uint64_t step, uint32_t neuron, const LoadOptions &options);

/// Orders each step by neuron, summing events of the same one.
void order(SpikeInput &input);

uint64_t sizeOf(std::span<const int64_t> shape);

SpikeInput readSpikeNpy(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                        const LoadOptions &options);
SpikeInput readSpikeCsv(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                        const LoadOptions &options);
SpikeInput readSpikeNmnist(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                           const LoadOptions &options);

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_SPIKEREADERS_H
