// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opens an image: header, sizes and checksums first, then structure, then meaning (Verify.h).
#include "runtime/image/Image.h"

#include "runtime/image/Hash.h"
#include "runtime/image/Header.h"
#include "runtime/image/Verify.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spindle::image {
namespace {

// Deeper or wider metadata than any network of ours needs; a hostile file could otherwise keep the
// verifier busy.
constexpr unsigned kMaxDepth = 16;
constexpr unsigned kMaxTables = 16u << 20;

struct Sections {
  std::span<const std::byte> meta, data;
};

Header readHeader(std::span<const std::byte> file) {
  if (file.size() < sizeof kMagic || std::memcmp(file.data(), kMagic, sizeof kMagic) != 0)
    throw ImageError("not a Spindle image");
  Header header{};
  if (file.size() < sizeof header)
    throw ImageError("the image is cut short: " + std::to_string(file.size()) +
                     " bytes, the header has 64");
  std::memcpy(&header, file.data(), sizeof header);
  if (header.version > kVersion)
    throw ImageError("written by a newer Spindle (format " + std::to_string(header.version) +
                     ", this one reads " + std::to_string(kVersion) + ")");
  if (header.version == 0 || header.flags != 0)
    throw ImageError("the image's header is damaged");
  return header;
}

Sections checkSections(std::span<const std::byte> file, const Header &header) {
  if (header.metaOffset != sizeof(Header) || header.metaBytes >= FLATBUFFERS_MAX_BUFFER_SIZE ||
      header.dataOffset != alignUp(header.metaOffset + header.metaBytes) ||
      header.dataBytes > UINT64_MAX - header.dataOffset)
    throw ImageError("the image's header is damaged");
  uint64_t expected = header.dataOffset + header.dataBytes;
  if (file.size() < expected)
    throw ImageError("the image is cut short: " + std::to_string(file.size()) + " bytes of " +
                     std::to_string(expected));
  if (file.size() > expected)
    throw ImageError("the image has " + std::to_string(file.size() - expected) + " bytes too many");
  Sections sections{file.subspan(header.metaOffset, header.metaBytes),
                    file.subspan(header.dataOffset, header.dataBytes)};
  if (hash64(sections.meta) != header.metaHash || hash64(sections.data) != header.dataHash)
    throw ImageError("the image is damaged: a checksum does not match");
  // The padding is the one stretch that no checksum covers.
  for (std::byte pad : file.subspan(header.metaOffset + header.metaBytes,
                                    header.dataOffset - header.metaOffset - header.metaBytes))
    if (pad != std::byte{0})
      throw ImageError("the image is damaged: its padding is not empty");
  return sections;
}

/// An image over bytes that somebody else keeps.
class LoadedImage : public Image {
protected:
  void load(std::span<const std::byte> file) {
    Header header = readHeader(file);
    Sections sections = checkSections(file, header);
    data_ = sections.data;
    checksum_ = hash64(std::as_bytes(std::span(&header, 1)));
    auto *meta = reinterpret_cast<const uint8_t *>(sections.meta.data());
    flatbuffers::Verifier verifier(meta, sections.meta.size(), kMaxDepth, kMaxTables);
    if (!fb::VerifyImageBuffer(verifier))
      throw ImageError("the image's metadata is malformed");
    meta_ = fb::GetImage(meta);
    verify(*meta_, data_);
  }
};

class MappedImage final : public LoadedImage {
public:
  explicit MappedImage(const std::filesystem::path &path) {
    int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
      throw ImageError(std::string("cannot open: ") + std::strerror(errno));
    struct stat status{};
    bool regular = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (regular && status.st_size > 0) {
      bytes_ = static_cast<size_t>(status.st_size);
      base_ = ::mmap(nullptr, bytes_, PROT_READ, MAP_PRIVATE, file, 0);
    }
    ::close(file);
    if (!regular)
      throw ImageError("not a regular file");
    if (base_ == MAP_FAILED)
      throw ImageError(std::string("cannot map: ") + std::strerror(errno));
    try {
      load({static_cast<const std::byte *>(base_), bytes_});
    } catch (...) {
      unmap();
      throw;
    }
  }
  ~MappedImage() override { unmap(); }

private:
  void unmap() {
    if (base_)
      ::munmap(base_, bytes_);
  }
  void *base_ = nullptr;
  size_t bytes_ = 0;
};

class OwnedImage final : public LoadedImage {
public:
  explicit OwnedImage(std::span<const std::byte> bytes)
      : bytes_(
            static_cast<std::byte *>(std::aligned_alloc(kAlignment, alignUp(bytes.size() + 1)))) {
    if (!bytes_)
      throw std::bad_alloc();
    if (!bytes.empty())
      std::memcpy(bytes_.get(), bytes.data(), bytes.size());
    load({bytes_.get(), bytes.size()});
  }

private:
  struct Free {
    void operator()(std::byte *bytes) const { std::free(bytes); }
  };
  std::unique_ptr<std::byte[], Free> bytes_; // 64-byte aligned, as a mapped file is
};

} // namespace

std::span<const std::byte> Image::bytes(const fb::Blob &blob) const {
  if (blob.offset() > data_.size() || blob.bytes() > data_.size() - blob.offset())
    throw ImageError("image: an array lies outside the data section");
  return data_.subspan(blob.offset(), blob.bytes());
}

std::shared_ptr<const Image> Image::open(const std::filesystem::path &file) {
  try {
    return std::make_shared<MappedImage>(file);
  } catch (const ImageError &error) {
    throw ImageError(file.string() + ": " + error.what());
  }
}

std::shared_ptr<const Image> Image::fromBytes(std::vector<std::byte> bytes) {
  return std::make_shared<OwnedImage>(bytes);
}

} // namespace spindle::image
