// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first 64 bytes of an image file, as they lie on disk.
#ifndef SPINDLE_RUNTIME_IMAGE_HEADER_H
#define SPINDLE_RUNTIME_IMAGE_HEADER_H

#include <cstdint>

namespace spindle::image {

inline constexpr char kMagic[8] = {'S', 'P', 'I', 'N', 'D', 'L', 'E', '\n'};
inline constexpr uint64_t kAlignment = 64;
inline constexpr char kIdentifier[] = "SPN1";

struct Header {
  char magic[8];
  uint32_t version, flags;
  uint64_t metaOffset, metaBytes, dataOffset, dataBytes;
  uint64_t metaHash, dataHash;
};
static_assert(sizeof(Header) == 64);

inline constexpr uint64_t alignUp(uint64_t value) {
  return (value + kAlignment - 1) & ~(kAlignment - 1);
}

} // namespace spindle::image

#endif // SPINDLE_RUNTIME_IMAGE_HEADER_H
