// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/Idx.h"

#include "runtime/image/Errors.h"
#include "runtime/io/Files.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <zlib.h>

namespace spindle::io {

namespace {

constexpr uint64_t kLargest = uint64_t{1} << 30;
/// Deflate codes at most 258 bytes in 2 bits.
constexpr uint64_t kLargestRatio = 1032;

/// The bytes of a file one after another, unpacked where they are packed.
class Bytes {
public:
  Bytes(std::span<const std::byte> data, const std::string &name) : name_(name), rest_(data) {
    packed_ = data.size() >= 2 && data[0] == std::byte{0x1f} && data[1] == std::byte{0x8b};
    if (!packed_)
      return;
    if (data.size() > std::numeric_limits<uInt>::max())
      fail("is too large");
    stream_.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(data.data()));
    stream_.avail_in = static_cast<uInt>(data.size());
    if (inflateInit2(&stream_, 16 + MAX_WBITS) != Z_OK)
      fail("cannot be unpacked");
  }
  ~Bytes() {
    if (packed_)
      inflateEnd(&stream_);
  }
  Bytes(const Bytes &) = delete;
  Bytes &operator=(const Bytes &) = delete;

  /// No more than this can follow.
  uint64_t most() const {
    return packed_ ? (uint64_t{stream_.avail_in} + 64) * kLargestRatio + 65536 : rest_.size();
  }

  size_t read(uint8_t *out, size_t count) {
    if (packed_)
      return unpack(out, count);
    count = std::min(count, rest_.size());
    if (count)
      std::memcpy(out, rest_.data(), count);
    rest_ = rest_.subspan(count);
    return count;
  }

  [[noreturn]] void fail(const std::string &what) const { throw InputError(name_ + ": " + what); }

private:
  size_t unpack(uint8_t *out, size_t count) {
    stream_.next_out = out;
    stream_.avail_out = static_cast<uInt>(count);
    while (stream_.avail_out != 0 && !end_) {
      int code = inflate(&stream_, Z_NO_FLUSH);
      end_ = code == Z_STREAM_END;
      if (code == Z_BUF_ERROR)
        break;
      if (code != Z_OK && !end_)
        fail("is damaged: its gzip data cannot be unpacked");
    }
    return count - stream_.avail_out;
  }

  std::string name_;
  std::span<const std::byte> rest_;
  z_stream stream_{};
  bool packed_ = false, end_ = false;
};

void header(Bytes &bytes, uint8_t *out, size_t count) {
  if (bytes.read(out, count) != count)
    bytes.fail("is cut short in its header");
}

} // namespace

IdxArray parseIdx(std::span<const std::byte> data, const std::string &name) {
  Bytes bytes(data, name);
  uint8_t magic[4];
  header(bytes, magic, 4);
  if (magic[0] != 0 || magic[1] != 0)
    bytes.fail("is not an IDX file");
  if (magic[2] != 0x08)
    bytes.fail("holds elements of IDX type " + std::to_string(magic[2]) +
               "; only bytes (type 8) are read");
  if (magic[3] < 1 || magic[3] > 4)
    bytes.fail("has " + std::to_string(magic[3]) + " dimensions; 1 to 4 are read");
  IdxArray array;
  uint64_t size = 1;
  for (int d = 0; d < magic[3]; ++d) {
    uint8_t word[4];
    header(bytes, word, 4);
    uint32_t extent = uint32_t{word[0]} << 24 | uint32_t{word[1]} << 16 | uint32_t{word[2]} << 8 |
                      uint32_t{word[3]};
    array.shape.push_back(extent);
    size *= extent; // at most 2^30 * 2^32 so far
    if (size > kLargest)
      bytes.fail("has more than 2^30 elements");
  }
  if (size > bytes.most())
    bytes.fail("is cut short: its header promises " + std::to_string(size) + " elements");
  array.bytes.resize(size);
  if (bytes.read(array.bytes.data(), size) != size)
    bytes.fail("is cut short: its header promises " + std::to_string(size) + " elements");
  uint8_t more;
  if (bytes.read(&more, 1) != 0)
    bytes.fail("has more bytes than its header says");
  return array;
}

IdxArray readIdx(const std::filesystem::path &file) {
  return parseIdx(readFile(file), file.string());
}

std::filesystem::path findIdx(const std::filesystem::path &folder, const std::string &stem) {
  for (const char *ending : {"", ".gz"})
    if (std::filesystem::exists(folder / (stem + ending)))
      return folder / (stem + ending);
  throw InputError((folder / stem).string() + ": no such file, nor with .gz");
}

} // namespace spindle::io
