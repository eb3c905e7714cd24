// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// XXH64, written from its published specification; all reads are little-endian.
#include "runtime/image/Hash.h"

#include <bit>
#include <cstring>

namespace spindle::image {

static_assert(std::endian::native == std::endian::little,
              "images are little-endian and mapped as they are");

namespace {

constexpr uint64_t kPrime1 = 0x9E3779B185EBCA87u, kPrime2 = 0xC2B2AE3D27D4EB4Fu,
                   kPrime3 = 0x165667B19E3779F9u, kPrime4 = 0x85EBCA77C2B2AE63u,
                   kPrime5 = 0x27D4EB2F165667C5u;

template <typename T> T read(const std::byte *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

uint64_t mixRound(uint64_t lane, uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

uint64_t mergeRound(uint64_t hash, uint64_t lane) {
  return (hash ^ mixRound(0, lane)) * kPrime1 + kPrime4;
}

uint64_t finishTail(uint64_t hash, const std::byte *at, const std::byte *end) {
  for (; end - at >= 8; at += 8)
    hash = std::rotl(hash ^ mixRound(0, read<uint64_t>(at)), 27) * kPrime1 + kPrime4;
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (read<uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at != end; ++at)
    hash = std::rotl(hash ^ (static_cast<uint64_t>(*at) * kPrime5), 11) * kPrime1;
  hash = (hash ^ (hash >> 33)) * kPrime2;
  hash = (hash ^ (hash >> 29)) * kPrime3;
  return hash ^ (hash >> 32);
}

} // namespace

uint64_t hash64(std::span<const std::byte> bytes, uint64_t seed) {
  const std::byte *at = bytes.data(), *end = at + bytes.size();
  uint64_t hash = seed + kPrime5;
  if (bytes.size() >= 32) {
    uint64_t lanes[4] = {seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1};
    for (; end - at >= 32; at += 32)
      for (int lane = 0; lane < 4; ++lane)
        lanes[lane] = mixRound(lanes[lane], read<uint64_t>(at + 8 * lane));
    hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
           std::rotl(lanes[3], 18);
    for (uint64_t lane : lanes)
      hash = mergeRound(hash, lane);
  }
  return finishTail(hash + bytes.size(), at, end);
}

} // namespace spindle::image
