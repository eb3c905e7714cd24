// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/import/nir/Reader.h"

#include "compiler/import/nir/Flat.h"
#include "runtime/image/Errors.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SPINDLE_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SPINDLE_SHADOW_MEMORY 1
#endif
#endif

namespace spindle::nir {
namespace {

constexpr const char *kDamaged =
    "the file is damaged or hostile: its reader stopped (it holds no readable NIR network)";
[[maybe_unused]] constexpr rlim_t kChildMemory =
    rlim_t{6} << 30; // beyond what the process has mapped at the start
// A network of many small nodes costs HDF5 a few seconds for every 10 MB.
constexpr rlim_t kChildSeconds = 10, kBytesPerSecond = 1 << 18, kMaxChildSeconds = 600;
constexpr rlim_t kChildFiles = 16;
constexpr uint32_t kErrorFrame = 0xffffffff;

void limit(int resource, rlim_t value) {
  rlimit l{value, value};
  if (setrlimit(static_cast<__rlimit_resource>(resource), &l) != 0)
    _exit(3);
}

/// Address space in use: the limit is counted from there, since a forked child shares it.
[[maybe_unused]] rlim_t mapped() {
  unsigned long long pages = 0;
  if (std::FILE *f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%llu", &pages) != 1)
      pages = 0;
    std::fclose(f);
  }
  return static_cast<rlim_t>(pages) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void child(const std::string &file, uint64_t fileBytes, int pipe,
                        [[maybe_unused]] rlim_t used) {
  // Descriptor 3 is the pipe, everything above is closed.
  if (pipe != 3 && dup2(pipe, 3) < 0)
    _exit(3);
  closefrom(4);
  std::signal(SIGPIPE, SIG_DFL); // the parent gave up: end
  for (int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, SIG_DFL);
#ifndef SPINDLE_SHADOW_MEMORY // shadow memory maps terabytes
  limit(RLIMIT_AS, used + kChildMemory);
#endif
  limit(RLIMIT_CPU,
        std::min<rlim_t>(kChildSeconds + fileBytes / kBytesPerSecond, kMaxChildSeconds));
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, kChildFiles);
  // An exception that got out of here would unwind into the parent's copy of the program.
  try {
    streamFile(file, 3, maxFlatBytes(fileBytes));
  } catch (...) {
    _exit(3);
  }
  _exit(0);
}

/// Reads `bytes` bytes or says that the other end closed first.
bool readAll(int fd, void *to, size_t bytes) {
  auto *at = static_cast<char *>(to);
  while (bytes > 0) {
    ssize_t n = read(fd, at, bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    at += n;
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

/// True when the stream came to its proper end; `error` is set when the child reported one.
bool collect(int fd, uint64_t maxBytes, std::vector<std::byte> &flat, std::string &error) {
  constexpr uint32_t kMaxFrame = 1 << 20;
  for (;;) {
    uint32_t bytes = 0;
    if (!readAll(fd, &bytes, sizeof bytes))
      return false;
    if (bytes == 0)
      return true;
    if (bytes == kErrorFrame) {
      if (!readAll(fd, &bytes, sizeof bytes) || bytes == 0 || bytes > kMaxFrame)
        return false;
      error.resize(bytes);
      return readAll(fd, error.data(), bytes);
    }
    if (bytes > kMaxFrame || flat.size() + bytes > maxBytes)
      return false;
    size_t had = flat.size();
    flat.resize(had + bytes);
    if (!readAll(fd, flat.data() + had, bytes))
      return false;
  }
}

/// What can be said without opening the file as HDF5; its size.
uint64_t checkFile(const std::string &file) {
  std::error_code failure;
  auto status = std::filesystem::status(file, failure);
  if (!std::filesystem::exists(status))
    throw UserError("there is no such file");
  if (!std::filesystem::is_regular_file(status))
    throw UserError("is not a regular file");
  auto size = std::filesystem::file_size(file, failure);
  if (size > kMaxFileBytes)
    throw UserError("has " + std::to_string(size) + " bytes; at most 4 GiB are read");
  std::FILE *f = std::fopen(file.c_str(), "rb");
  if (!f)
    throw UserError(std::string("cannot be opened: ") + std::strerror(errno));
  bool found = false;
  // The signature stands at 0 or at a power of two from 512 on.
  for (uintmax_t at = 0; !found && at + 8 <= size; at = at == 0 ? 512 : 2 * at) {
    char head[8];
    found = std::fseek(f, static_cast<long>(at), SEEK_SET) == 0 && std::fread(head, 1, 8, f) == 8 &&
            std::memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0;
  }
  std::fclose(f);
  if (!found)
    throw UserError("is not an HDF5 file, and a NIR network is one");
  return size;
}

} // namespace

std::vector<std::byte> readFlat(const std::string &file) {
  uint64_t fileBytes = checkFile(file);
  int ends[2];
  if (pipe(ends) != 0)
    throw UserError(std::string("cannot make a pipe: ") + std::strerror(errno));
#ifdef SPINDLE_SHADOW_MEMORY
  rlim_t used = 0;
#else
  rlim_t used = mapped();
#endif
  std::fflush(nullptr);
  pid_t pid = fork();
  if (pid == 0)
    child(file, fileBytes, ends[1], used);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    throw UserError(std::string("cannot start a process: ") + std::strerror(errno));
  }
  std::vector<std::byte> flat;
  std::string error;
  bool whole = false;
  try {
    whole = collect(ends[0], maxFlatBytes(fileBytes), flat, error);
  } catch (const std::bad_alloc &) {
    error = "is too large for the memory of this machine";
  }
  close(ends[0]); // a child that still writes gets SIGPIPE
  if (!whole)
    kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!error.empty())
    throw UserError(error);
  if (!whole || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw UserError(kDamaged);
  return flat;
}

} // namespace spindle::nir
