// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lays out an image file: header, metadata, data section.
#include "runtime/image/Hash.h"
#include "runtime/image/Header.h"
#include "runtime/image/Image.h"

#include <cstring>

namespace spindle::image {

fb::Blob Writer::add(std::span<const std::byte> bytes) {
  uint64_t offset = alignUp(data_.size());
  data_.resize(offset + bytes.size());
  if (!bytes.empty())
    std::memcpy(data_.data() + offset, bytes.data(), bytes.size());
  return fb::Blob(offset, bytes.size());
}

std::vector<std::byte> Writer::finish(flatbuffers::Offset<fb::Image> root) {
  builder_.Finish(root, kIdentifier);
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.metaOffset = sizeof(Header);
  header.metaBytes = builder_.GetSize();
  header.dataOffset = alignUp(header.metaOffset + header.metaBytes);
  header.dataBytes = data_.size();
  auto *meta = reinterpret_cast<const std::byte *>(builder_.GetBufferPointer());
  header.metaHash = hash64({meta, header.metaBytes});
  header.dataHash = hash64(data_);

  std::vector<std::byte> file(header.dataOffset + header.dataBytes);
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + header.metaOffset, meta, header.metaBytes);
  if (!data_.empty())
    std::memcpy(file.data() + header.dataOffset, data_.data(), data_.size());
  return file;
}

} // namespace spindle::image
