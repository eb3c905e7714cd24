// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/Npy.h"

#include "runtime/io/NpyHeader.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace spindle::io {
namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr size_t kMagicBytes = 6;
constexpr size_t kMaxHeader = 1 << 20;
// Room for any row count, so that a streamed file's header can be written over.
constexpr size_t kHeaderBytes = 128;

struct TypeInfo {
  NpyType type;
  const char *code, *name;
  size_t bytes;
};
constexpr TypeInfo kTypes[] = {
    {NpyType::Bool, "b1", "bool", 1},   {NpyType::I8, "i1", "int8", 1},
    {NpyType::I16, "i2", "int16", 2},   {NpyType::I32, "i4", "int32", 4},
    {NpyType::I64, "i8", "int64", 8},   {NpyType::U8, "u1", "uint8", 1},
    {NpyType::U16, "u2", "uint16", 2},  {NpyType::U32, "u4", "uint32", 4},
    {NpyType::U64, "u8", "uint64", 8},  {NpyType::F32, "f4", "float32", 4},
    {NpyType::F64, "f8", "float64", 8},
};

const TypeInfo &infoOf(NpyType type) { return kTypes[static_cast<size_t>(type)]; }

NpyType typeOf(const std::string &descr) {
  if (descr.size() == 3 &&
      (descr[0] == '<' || descr[0] == '|' || descr[0] == '=' || descr[0] == '>'))
    for (const TypeInfo &info : kTypes)
      if (descr.substr(1) == info.code)
        return info.type;
  throw InputError("has elements of type '" + descr +
                   "'; integers, floats (4 or 8 bytes) and bool are read");
}

template <typename T> T load(const std::byte *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Splits off the header's text; returns the offset of the data.
size_t splitHeader(std::span<const std::byte> bytes, std::string_view &text) {
  if (bytes.size() < 10 || std::memcmp(bytes.data(), kMagic, kMagicBytes) != 0)
    throw InputError("is not a .npy file");
  unsigned version = static_cast<unsigned>(bytes[6]);
  if (version < 1 || version > 3)
    throw InputError("is a .npy file of version " + std::to_string(version) + "; 1 to 3 are read");
  size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start)
    throw InputError("is cut short");
  size_t length = version == 1 ? load<uint16_t>(&bytes[8]) : load<uint32_t>(&bytes[8]);
  if (length > kMaxHeader || length > bytes.size() - start)
    throw InputError("is cut short or its header is damaged");
  text = {reinterpret_cast<const char *>(&bytes[start]), length};
  return start + length;
}

/// Turns the bytes of each element round.
void swapBytes(NpyArray &array) {
  size_t width = bytesOf(array.type);
  for (auto at = array.bytes.begin(); at != array.bytes.end(); at += static_cast<ptrdiff_t>(width))
    std::reverse(at, at + static_cast<ptrdiff_t>(width));
}

/// The elements of a column-major array (Fortran order) in C order.
std::vector<std::byte> toRowMajor(const NpyArray &array) {
  size_t width = bytesOf(array.type);
  std::vector<std::byte> result(array.bytes.size());
  std::vector<int64_t> index(array.shape.size(), 0);
  for (uint64_t to = 0; to < array.size(); ++to) {
    uint64_t from = 0;
    for (size_t axis = index.size(); axis-- > 0;)
      from = from * static_cast<uint64_t>(array.shape[axis]) + static_cast<uint64_t>(index[axis]);
    std::memcpy(&result[to * width], &array.bytes[from * width], width);
    for (size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < array.shape[axis])
        break;
      index[axis] = 0;
    }
  }
  return result;
}

NpyArray parse(std::span<const std::byte> bytes) {
  std::string_view text;
  size_t start = splitHeader(bytes, text);
  NpyHeader header = parseNpyHeader(text);
  NpyArray array{typeOf(header.type), std::move(header.shape), {}};
  uint64_t available = bytes.size() - start, needed = bytesOf(array.type);
  for (int64_t extent : array.shape)
    if (__builtin_mul_overflow(needed, static_cast<uint64_t>(extent), &needed))
      throw InputError("has an impossible shape " + textOf(array.shape));
  if (needed != available)
    throw InputError("has " + std::to_string(available) + " bytes of data, its shape " +
                     textOf(array.shape) + " needs " + std::to_string(needed));
  array.bytes.assign(bytes.begin() + static_cast<ptrdiff_t>(start), bytes.end());
  if (header.type[0] == '>')
    swapBytes(array);
  if (header.fortran && array.shape.size() > 1)
    array.bytes = toRowMajor(array);
  return array;
}

std::vector<std::byte> makeHeader(NpyType type, std::span<const int64_t> shape) {
  const TypeInfo &info = infoOf(type);
  std::string text = std::string("{'descr': '") + (info.bytes == 1 ? '|' : '<') + info.code +
                     "', 'fortran_order': False, 'shape': " + textOf(shape) + ", }";
  size_t total = (10 + text.size() + 1 + 63) / 64 * 64;
  total = total < kHeaderBytes ? kHeaderBytes : total;
  if (total - 10 > UINT16_MAX)
    throw std::logic_error("npy: too many dimensions");
  text.resize(total - 10, ' ');
  text.back() = '\n';
  std::vector<std::byte> header(10);
  std::memcpy(header.data(), kMagic, kMagicBytes);
  header[6] = std::byte{1};
  header[8] = static_cast<std::byte>(text.size() & 255);
  header[9] = static_cast<std::byte>(text.size() >> 8);
  auto raw = std::as_bytes(std::span(text));
  header.insert(header.end(), raw.begin(), raw.end());
  return header;
}

} // namespace

size_t bytesOf(NpyType type) { return infoOf(type).bytes; }
const char *nameOf(NpyType type) { return infoOf(type).name; }

std::string textOf(std::span<const int64_t> shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

double NpyArray::at(uint64_t index) const {
  const std::byte *p = bytes.data() + index * bytesOf(type);
  switch (type) {
  case NpyType::Bool:
    return load<uint8_t>(p) != 0;
  case NpyType::I8:
    return load<int8_t>(p);
  case NpyType::I16:
    return load<int16_t>(p);
  case NpyType::I32:
    return load<int32_t>(p);
  case NpyType::I64:
    return static_cast<double>(load<int64_t>(p));
  case NpyType::U8:
    return load<uint8_t>(p);
  case NpyType::U16:
    return load<uint16_t>(p);
  case NpyType::U32:
    return load<uint32_t>(p);
  case NpyType::U64:
    return static_cast<double>(load<uint64_t>(p));
  case NpyType::F32:
    return load<float>(p);
  case NpyType::F64:
    return load<double>(p);
  }
  throw std::logic_error("npy: no such type");
}

NpyArray parseNpy(std::span<const std::byte> bytes, const std::string &name) {
  try {
    return parse(bytes);
  } catch (const InputError &error) {
    throw InputError((name.empty() ? "" : name + ": ") + error.what());
  }
}

NpyArray readNpy(const std::filesystem::path &file) {
  return parseNpy(readFile(file), file.string());
}

void writeNpy(const std::filesystem::path &file, NpyType type, std::span<const int64_t> shape,
              std::span<const std::byte> data) {
  AtomicFile out(file);
  out.write(makeHeader(type, shape));
  out.write(data);
  out.commit();
}

NpyWriter::NpyWriter(const std::filesystem::path &file, NpyType type, std::vector<int64_t> rowShape)
    : file_(file), type_(type), rowShape_(std::move(rowShape)), rowBytes_(bytesOf(type)) {
  for (int64_t extent : rowShape_)
    rowBytes_ *= static_cast<size_t>(extent);
  file_.write(header());
}

std::vector<std::byte> NpyWriter::header() const {
  std::vector<int64_t> shape{static_cast<int64_t>(rows_)};
  shape.insert(shape.end(), rowShape_.begin(), rowShape_.end());
  std::vector<std::byte> made = makeHeader(type_, shape);
  // The row count's digits may not push the header into its next 64 bytes: widen it from the start.
  std::vector<int64_t> widest = shape;
  widest[0] = INT64_MAX;
  size_t total = makeHeader(type_, widest).size();
  if (made.size() < total) {
    made.back() = std::byte{' '};
    made.resize(total, std::byte{' '});
    made.back() = std::byte{'\n'};
    made[8] = static_cast<std::byte>((total - 10) & 255);
    made[9] = static_cast<std::byte>((total - 10) >> 8);
  }
  return made;
}

void NpyWriter::append(std::span<const std::byte> row) {
  if (row.size() != rowBytes_)
    throw std::logic_error("npy: a row of another size");
  file_.write(row);
  ++rows_;
}

void NpyWriter::finish() {
  file_.rewrite(header());
  file_.commit();
}

} // namespace spindle::io
