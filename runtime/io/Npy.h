// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's .npy files: numbers and bool; written little-endian in C order, read in any.
#ifndef SPINDLE_RUNTIME_IO_NPY_H
#define SPINDLE_RUNTIME_IO_NPY_H

#include "runtime/image/Errors.h"
#include "runtime/io/Files.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace spindle::io {

enum class NpyType { Bool, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64 };
size_t bytesOf(NpyType type);
const char *nameOf(NpyType type);                   ///< "uint8" as NumPy says it
std::string textOf(std::span<const int64_t> shape); ///< "(310, 2, 34, 34)"

struct NpyArray {
  NpyType type;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;

  uint64_t size() const { return bytes.size() / bytesOf(type); }
  double at(uint64_t index) const; ///< element in C order as a real
};

/// Throws InputError naming the file: not .npy, damaged, an unsupported type.
NpyArray readNpy(const std::filesystem::path &file);
/// The same from memory; `name` stands in the messages, unless empty.
NpyArray parseNpy(std::span<const std::byte> bytes, const std::string &name);

void writeNpy(const std::filesystem::path &file, NpyType type, std::span<const int64_t> shape,
              std::span<const std::byte> data);
template <typename T>
void writeNpy(const std::filesystem::path &file, NpyType type, std::span<const int64_t> shape,
              std::span<const T> data) {
  writeNpy(file, type, shape, std::as_bytes(data));
}

/// Writes an array row by row; the number of rows is known at the end. The file appears with
/// finish().
class NpyWriter {
public:
  NpyWriter(const std::filesystem::path &file, NpyType type, std::vector<int64_t> rowShape);
  /// One row: the product of the row's shape, elements of the type given above.
  void append(std::span<const std::byte> row);
  uint64_t rows() const { return rows_; }
  void finish();

private:
  std::vector<std::byte> header() const;
  AtomicFile file_;
  NpyType type_;
  std::vector<int64_t> rowShape_;
  size_t rowBytes_;
  uint64_t rows_ = 0;
};

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_NPY_H
