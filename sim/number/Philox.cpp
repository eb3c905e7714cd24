// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random123's Philox under our counter.
#include "sim/number/Philox.h"

#include <Random123/philox.h>

namespace spindle::number {

std::array<uint32_t, 4> philoxBlock(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  r123::Philox4x32::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
  r123::Philox4x32::key_type k = {{key[0], key[1]}};
  r123::Philox4x32::ctr_type r = r123::Philox4x32()(c, k);
  return {r[0], r[1], r[2], r[3]};
}

std::array<uint32_t, 4> philox(uint64_t seed, Purpose purpose, uint32_t object, uint32_t index,
                               uint32_t step) {
  return philoxBlock({static_cast<uint32_t>(purpose), object, index, step},
                     {static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)});
}

} // namespace spindle::number
