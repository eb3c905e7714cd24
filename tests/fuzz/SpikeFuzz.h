// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the fuzzers of spike files share: every accepted file must keep the promises of
// SpikeInput.h.
#ifndef SPINDLE_TESTS_FUZZ_SPIKEFUZZ_H
#define SPINDLE_TESTS_FUZZ_SPIKEFUZZ_H

#include "runtime/io/SpikeInput.h"

#include <cmath>
#include <cstdlib>
#include <string>

namespace spindle::test {

inline void requirePromises(const io::SpikeInput &input, uint64_t size) {
  uint64_t events = 0;
  for (const auto &step : input.steps)
    for (size_t i = 0; i < step.size(); ++i) {
      ++events;
      bool ordered = i == 0 || step[i - 1].neuron < step[i].neuron;
      if (!ordered || step[i].neuron >= size || !std::isfinite(step[i].value))
        std::abort();
    }
  if (events != input.events)
    std::abort();
}

inline int fuzzSpikes(const std::string &name, const uint8_t *data, size_t size) {
  static const std::vector<int64_t> kShapes[] = {{4}, {2, 3, 4}, {2, 34, 34}, {1}};
  io::LoadOptions options;
  options.dt = 1e-3;
  options.maxSteps = 1 << 12;
  for (const std::vector<int64_t> &shape : kShapes)
    try {
      uint64_t neurons = 1;
      for (int64_t extent : shape)
        neurons *= static_cast<uint64_t>(extent);
      requirePromises(io::parseSpikes(std::as_bytes(std::span(data, size)), name, shape, options),
                      neurons);
    } catch (const InputError &) {
    }
  return 0;
}

} // namespace spindle::test

#endif // SPINDLE_TESTS_FUZZ_SPIKEFUZZ_H
