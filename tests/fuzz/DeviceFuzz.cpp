// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Device files: what is accepted can be used, and reads the same after it has been written.
#include "sim/device/DeviceFile.h"
#include "sim/device/PulseConversion.h"
#include "sim/device/Synapse.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace spindle::device;
  std::string_view text(reinterpret_cast<const char *>(data), size);
  // The text after a line "---" is the measurement that the file may name.
  size_t cut = text.find("\n---\n");
  std::string measured(cut == text.npos ? "" : text.substr(cut + 5));
  auto load = [&](const std::string &) { return measured; };
  try {
    Device device = parseDevice(text.substr(0, cut), "in.toml", load);
    std::string written = toToml(device);
    if (toToml(parseDevice(written, "out.toml", load)) != written)
      std::abort();
    Synapse synapse(device, {1, 2, 3, 4}, {8, 8});
    for (int32_t n : {1, 5, -1, -3, 100}) {
      if (n > 0 || device.down)
        synapse.pulse(n);
      if (!(synapse.state() >= 0 && synapse.state() <= 1))
        std::abort();
    }
    PulseResponse response = pulseResponse(synapse.drawn());
    afterPulses(uint16_t(100), Pulse::Up, 100, response);
    if (!std::isfinite(synapse.conductanceAfter(1e3)))
      std::abort();
  } catch (const DeviceFileError &) {
  }
  return 0;
}
