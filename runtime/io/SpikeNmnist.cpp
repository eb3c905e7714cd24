// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// N-MNIST's records: x, y, then 24 bits big-endian: polarity, time in microseconds.
#include "runtime/io/SpikeReaders.h"

namespace spindle::io {

SpikeInput readSpikeNmnist(std::span<const std::byte> bytes, std::span<const int64_t> shape,
                           const LoadOptions &options) {
  constexpr size_t kRecord = 5;
  if (bytes.size() % kRecord != 0)
    throw InputError("is cut short: " + std::to_string(bytes.size()) +
                     " bytes are not whole events of 5");
  std::vector<CameraEvent> events;
  events.reserve(bytes.size() / kRecord);
  for (size_t at = 0; at < bytes.size(); at += kRecord) {
    auto byte = [&](size_t i) { return static_cast<uint64_t>(bytes[at + i]); };
    uint64_t word = byte(2) << 16 | byte(3) << 8 | byte(4);
    events.push_back({word & 0x7fffff, events.size() + 1, byte(0), byte(1), word >> 23});
  }
  SpikeInput input = bin(events, shape, options);
  input.note = "N-MNIST events";
  return input;
}

} // namespace spindle::io
