// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "sim/fabric/learning/WeightMemory.h"

namespace spindle::learning {

void winnerTakesAll(std::span<int32_t> delta) {
  if (delta.empty())
    return;
  auto winner = std::max_element(delta.begin(), delta.end());
  for (auto d = delta.begin(); d != delta.end(); ++d)
    if (d != winner)
      *d = 0;
}

uint64_t normaliseColumns(WeightMemory &memory, int64_t sum) {
  uint64_t writes = 0;
  for (size_t c = 0; c < memory.columns(); ++c) {
    int64_t total = 0;
    for (size_t r = 0; r < memory.rows(); ++r)
      total += std::abs(int64_t{memory.at(r, c)});
    if (total == 0)
      continue;
    double scale = double(sum) / double(total);
    for (size_t r = 0; r < memory.rows(); ++r) {
      auto w = int32_t(nearest(std::clamp(memory.at(r, c) * scale, -2147483647.0, 2147483647.0)));
      writes += w != memory.at(r, c);
      memory.at(r, c) = w;
    }
  }
  return writes;
}

} // namespace spindle::learning
