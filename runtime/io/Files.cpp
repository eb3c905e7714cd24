// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/io/Files.h"

#include "runtime/image/Errors.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace spindle::io {

namespace fs = std::filesystem;

std::vector<std::byte> readFile(const fs::path &file) {
  std::error_code error;
  if (!fs::exists(file, error))
    throw InputError(file.string() + ": no such file");
  if (!fs::is_regular_file(file, error))
    throw InputError(file.string() + ": not a regular file");
  std::ifstream stream(file, std::ios::binary);
  uintmax_t size = fs::file_size(file, error);
  if (!stream || error)
    throw InputError(file.string() + ": cannot be read");
  std::vector<std::byte> bytes(size);
  stream.read(reinterpret_cast<char *>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<uintmax_t>(stream.gcount()) != size)
    throw InputError(file.string() + ": cannot be read to its end");
  return bytes;
}

fs::path temporaryName(const fs::path &target) {
  fs::path name = target;
  name += ".part";
  return name;
}

AtomicFile::AtomicFile(fs::path target)
    : target_(std::move(target)), temporary_(temporaryName(target_)),
      file_(std::fopen(temporary_.c_str(), "wb")) {
  if (!file_)
    fail();
}

AtomicFile::~AtomicFile() {
  if (!file_)
    return;
  file_.reset();
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void AtomicFile::fail() const {
  throw UserError(target_.string() + ": cannot be written: " + std::strerror(errno));
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (!bytes.empty() && std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
    fail();
}

void AtomicFile::rewrite(std::span<const std::byte> bytes) {
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0)
    fail();
  write(bytes);
}

void AtomicFile::commit() {
  if (std::fflush(file_.get()) != 0)
    fail();
  file_.reset();
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error)
    throw UserError(target_.string() + ": cannot be written: " + error.message());
}

void writeText(const fs::path &file, std::string_view text) {
  AtomicFile out(file);
  out.write(text);
  out.commit();
}

} // namespace spindle::io
