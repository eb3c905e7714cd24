// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An image (.spn): the only bridge between the compiler and the machines.
//
// File: 64-byte header {magic "SPINDLE\n", u32 version, u32 flags, u64 meta offset, u64 meta bytes,
// u64 data offset, u64 data bytes, u64 checksum of meta, u64 checksum of data}, then the
// FlatBuffers metadata, then the data section (64-byte aligned). Little-endian. Checksums catch
// corruption, not malice: an image is a program.
#ifndef SPINDLE_RUNTIME_IMAGE_IMAGE_H
#define SPINDLE_RUNTIME_IMAGE_IMAGE_H

#include "runtime/image/Errors.h"
#include "runtime/image/image_generated.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace spindle::image {

inline constexpr uint32_t kVersion = 4; ///< 4: ring kernels

/// Collects the data section while the metadata is built.
class Writer {
public:
  flatbuffers::FlatBufferBuilder &builder() { return builder_; }

  /// Appends raw bytes, 64-byte aligned.
  fb::Blob add(std::span<const std::byte> bytes);
  template <typename T> fb::Blob addArray(std::span<const T> values) {
    return add(std::as_bytes(values));
  }
  template <typename T> fb::Blob addArray(const std::vector<T> &values) {
    return addArray(std::span<const T>(values));
  }

  /// The whole file; `root` is the finished Image table.
  std::vector<std::byte> finish(flatbuffers::Offset<fb::Image> root);

private:
  flatbuffers::FlatBufferBuilder builder_;
  std::vector<std::byte> data_;
};

/// A loaded, checked image. Everything reachable from meta() has been verified: FlatBuffers
/// structure, every Blob inside the data section and aligned, every index (node, model, port) in
/// range, column counts 1 or the node's size, model term lists of matching length. Throws
/// ImageError otherwise, with the reason.
class Image {
public:
  static std::shared_ptr<const Image> open(const std::filesystem::path &file); ///< memory-mapped
  static std::shared_ptr<const Image> fromBytes(std::vector<std::byte> bytes);

  const fb::Image &meta() const { return *meta_; }
  /// Of all that the file says; what tells a network from another, for checkpoints.
  uint64_t checksum() const { return checksum_; }

  std::span<const std::byte> bytes(const fb::Blob &blob) const;
  /// The blob as an array of T; throws ImageError when its length is no multiple of sizeof(T).
  template <typename T> std::span<const T> array(const fb::Blob &blob) const {
    auto raw = bytes(blob);
    if (raw.size() % sizeof(T) != 0)
      throw ImageError("image: an array has an odd length");
    return {reinterpret_cast<const T *>(raw.data()), raw.size() / sizeof(T)};
  }

  virtual ~Image() = default;

protected:
  Image() = default;
  const fb::Image *meta_ = nullptr;
  std::span<const std::byte> data_;
  uint64_t checksum_ = 0;
};

} // namespace spindle::image

#endif // SPINDLE_RUNTIME_IMAGE_IMAGE_H
