// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files read whole, and files that appear whole or not at all.
#ifndef SPINDLE_RUNTIME_IO_FILES_H
#define SPINDLE_RUNTIME_IO_FILES_H

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace spindle::io {

/// The bytes of a regular file; throws InputError naming it.
std::vector<std::byte> readFile(const std::filesystem::path &file);

/// Writes beside the target under a temporary name; commit() renames, destruction without it
/// removes. Throws UserError when the disk does not take it.
class AtomicFile {
public:
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile &) = delete;
  AtomicFile &operator=(const AtomicFile &) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  /// Overwrites from the start of the file.
  void rewrite(std::span<const std::byte> bytes);
  void commit();

private:
  [[noreturn]] void fail() const;
  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  std::filesystem::path target_, temporary_;
  std::unique_ptr<std::FILE, Close> file_;
};

/// The name under which a file is written before it is complete.
std::filesystem::path temporaryName(const std::filesystem::path &target);

/// Replaces the file by `text`, whole or not at all.
void writeText(const std::filesystem::path &file, std::string_view text);

} // namespace spindle::io

#endif // SPINDLE_RUNTIME_IO_FILES_H
