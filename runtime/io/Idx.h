// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The IDX format of the MNIST family (two zero bytes, the type, the number of dimensions, each size
// big-endian, then the elements), plain or compressed by gzip. Bytes only (type 0x08).
#ifndef SPINDLE_RUNTIME_IO_IDX_H
#define SPINDLE_RUNTIME_IO_IDX_H

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace spindle::io {

struct IdxArray {
  std::vector<uint32_t> shape; ///< 1 to 4 dimensions
  std::vector<uint8_t> bytes;  ///< their product, last dimension fastest
};

/// Throws InputError naming the file: absent, not IDX, damaged, too large (more than 1 GiB).
/// Nothing is allocated by a size in the file before that size is known to be possible.
IdxArray readIdx(const std::filesystem::path &file);
/// The same from memory; `name` stands in the messages.
IdxArray parseIdx(std::span<const std::byte> bytes, const std::string &name);

/// `stem` or `stem`.gz in `folder`, whichever exists; throws InputError if neither does.
std::filesystem::path findIdx(const std::filesystem::path &folder, const std::string &stem);

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_IDX_H
