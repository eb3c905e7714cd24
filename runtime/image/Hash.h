// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The image's checksum: XXH64 (Yann Collet's xxHash, 64 bits). It catches corruption; it is no
// signature.
#ifndef SPINDLE_RUNTIME_IMAGE_HASH_H
#define SPINDLE_RUNTIME_IMAGE_HASH_H

#include <cstddef>
#include <cstdint>
#include <span>

namespace spindle::image {

uint64_t hash64(std::span<const std::byte> bytes, uint64_t seed = 0);

} // namespace spindle::image

#endif // SPINDLE_RUNTIME_IMAGE_HASH_H
