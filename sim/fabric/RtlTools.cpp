// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starting verilator and the C++ compiler.
#include "sim/fabric/RtlTools.h"

#include "runtime/image/Errors.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace spindle::fabric {

namespace {

namespace fs = std::filesystem;

/// The program on the PATH as an absolute path, or nothing.
std::string find(const std::string &name) {
  const char *path = std::getenv("PATH");
  std::string rest = path ? path : "/usr/bin:/bin";
  for (size_t begin = 0; begin <= rest.size();) {
    size_t end = std::min(rest.find(':', begin), rest.size());
    fs::path candidate = fs::path(rest.substr(begin, end - begin)) / name;
    if (access(candidate.c_str(), X_OK) == 0 && fs::is_regular_file(candidate))
      return fs::absolute(candidate).string(); // tools run in other folders
    begin = end + 1;
  }
  return "";
}

struct Pipe {
  int ends[2] = {-1, -1};

  Pipe() {
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw UserError("cannot make a pipe");
  }
  ~Pipe() {
    closeEnd(0);
    closeEnd(1);
  }
  void closeEnd(int i) {
    if (ends[i] >= 0)
      close(ends[i]);
    ends[i] = -1;
  }
};

std::string drain(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got > 0)
      text.append(buffer.data(), size_t(got));
    else if (got == 0 || errno != EINTR)
      return text;
  }
}

} // namespace

Tools findTools() {
  Tools t;
  t.verilator = find("verilator");
  if (t.verilator.empty())
    throw UserError(
        "the RTL engine compiles the fabric with Verilator, which is not on the PATH (install "
        "the package 'verilator', or use --engine=functional)");
  for (const char *name : {"clang++-19", "clang++", "g++"})
    if (t.compiler.empty())
      t.compiler = find(name);
  if (t.compiler.empty())
    throw UserError(
        "the RTL engine needs a C++ compiler on the PATH (install the package 'clang-19', or "
        "use --engine=functional)");
  t.verilatorVersion = runTool({t.verilator, "--version"}, "asking verilator for its version");
  t.verilatorRoot =
      runTool({t.verilator, "--getenv", "VERILATOR_ROOT"}, "asking verilator for its folder");
  while (!t.verilatorRoot.empty() && t.verilatorRoot.back() == '\n')
    t.verilatorRoot.pop_back();
  t.compilerVersion = runTool({t.compiler, "--version"}, "asking the compiler for its version");
  return t;
}

std::string runTool(const std::vector<std::string> &command, const std::string &doing,
                    const std::string &folder) {
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);

  Pipe pipe;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, pipe.ends[1], 2);
  if (!folder.empty())
    posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t pid = 0;
  int failed = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    throw UserError(doing + ": cannot start " + command[0]);
  pipe.closeEnd(1);
  std::string text = drain(pipe.ends[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw UserError(doing + " failed:\n" + text);
  return text;
}

const Tools &tools() {
  static const Tools found = findTools();
  return found;
}

} // namespace spindle::fabric
