// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random123's Philox under our counter.
#include "sim/number/Philox.h"

#include "sim/number/Wide.h"

#include <Random123/philox.h>

#include <algorithm>

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

namespace {

/// As many blocks side by side as keep the vector units busy.
constexpr uint32_t kLanes = 8;

/// The low half of a product as two words, kept in 64-bit lanes: that is what vector units
/// multiply.
SPINDLE_WIDEST void lanes(const uint64_t (&start)[4][kLanes], uint64_t key, uint64_t *out) {
  uint64_t c[4][kLanes];
  for (int w = 0; w < 4; ++w)
    for (uint32_t i = 0; i < kLanes; ++i)
      c[w][i] = start[w][i];
  auto k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    for (uint32_t i = 0; i < kLanes; ++i) {
      uint64_t p0 = (c[0][i] & 0xFFFFFFFF) * 0xD2511F53;
      uint64_t p1 = (c[2][i] & 0xFFFFFFFF) * 0xCD9E8D57;
      c[0][i] = (p1 >> 32) ^ c[1][i] ^ k0;
      c[1][i] = p1 & 0xFFFFFFFF;
      c[2][i] = (p0 >> 32) ^ c[3][i] ^ k1;
      c[3][i] = p0 & 0xFFFFFFFF;
    }
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  for (uint32_t i = 0; i < kLanes; ++i) {
    out[2 * i] = c[1][i] << 32 | c[0][i];
    out[2 * i + 1] = c[3][i] << 32 | c[2][i];
  }
}

} // namespace

void philoxFill(uint64_t seed, Purpose purpose, uint32_t object, uint32_t index, uint32_t firstStep,
                uint32_t blocks, uint64_t *out) {
  uint64_t start[4][kLanes];
  for (uint32_t i = 0; i < kLanes; ++i) {
    start[0][i] = static_cast<uint32_t>(purpose);
    start[1][i] = object;
    start[2][i] = index;
  }
  for (uint32_t done = 0; done < blocks; done += kLanes) {
    for (uint32_t i = 0; i < kLanes; ++i)
      start[3][i] = firstStep + done + i;
    if (blocks - done >= kLanes) {
      lanes(start, seed, out + 2 * size_t{done});
      continue;
    }
    uint64_t rest[2 * kLanes];
    lanes(start, seed, rest);
    std::copy_n(rest, 2 * (blocks - done), out + 2 * size_t{done});
  }
}

} // namespace spindle::number
