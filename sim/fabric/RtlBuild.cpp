// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time build. All C++ of a model is one unit, which compiles about four times faster than
// Verilator's split files; the Verilated library is compiled once per compiler. Results appear
// under their final name by a rename, so that builds that run at the same time do not meet.
#include "sim/fabric/RtlBuild.h"

#include "runtime/image/Errors.h"
#include "sim/fabric/RtlTools.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <unistd.h>

namespace spindle::fabric {

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kVerilatorFlags = {
    "--cc", "-O3",       "--x-assign", "fast",     "--x-initial",
    "fast", "-Wno-lint", "-Wno-style", "--prefix", "Vmodel"};
const std::vector<std::string> kCompilerFlags = {"-std=c++17",          "-O2",     "-fPIC", "-w",
                                                 "-fvisibility=hidden", "-pthread"};

struct Hash {
  uint64_t low = 0xcbf29ce484222325u, high = 0x9ae16a3b2f90404fu;

  void add(const std::string &text) {
    for (unsigned char c : text) {
      low = (low ^ c) * 0x100000001b3u;
      high = (high ^ c) * 0x9E3779B97F4A7C15u;
      high ^= high >> 32;
    }
    low = (low ^ text.size()) * 0x100000001b3u;
  }
  std::string hex() const {
    char text[33];
    std::snprintf(text, sizeof text, "%016llx%016llx", (unsigned long long)low,
                  (unsigned long long)high);
    return text;
  }
};

[[noreturn]] void noCache(const std::string &doing, const fs::path &path,
                          const std::string &reason) {
  throw UserError("cannot " + doing + " " + path.string() + ": " + reason +
                  " (set SPINDLE_CACHE to another folder)");
}

constexpr const char *kScratchPrefix = "tmp-";

/// A folder that goes away with everything in it. Its name is free even among hosts that share the
/// cache.
struct Scratch {
  fs::path path;

  explicit Scratch(const fs::path &parent) {
    std::string name = (parent / (std::string(kScratchPrefix) + "XXXXXX")).string();
    if (!mkdtemp(name.data()))
      noCache("write to the cache folder", parent, std::strerror(errno));
    path = name;
  }
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

/// What a build that was killed left behind. A day is far more than a build takes.
void sweep(const fs::path &cache) {
  std::error_code ignored;
  auto old = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const auto &entry : fs::directory_iterator(cache, ignored))
    if (entry.path().filename().string().starts_with(kScratchPrefix) &&
        entry.last_write_time(ignored) < old)
      fs::remove_all(entry.path(), ignored);
}

/// Gives a finished file its name in one step.
void publish(const fs::path &made, const fs::path &result) {
  std::error_code error;
  fs::rename(made, result, error);
  if (error)
    noCache("write", result, error.message());
}

void writeFile(const fs::path &path, const std::string &text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush())
    throw UserError("cannot write " + path.string());
}

class Library : public ModelLibrary {
public:
  explicit Library(const fs::path &path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle_)
      throw UserError("cannot load the compiled RTL: " + std::string(dlerror()));
  }
  ~Library() override { dlclose(handle_); }
  void *symbol(const char *name) const override {
    void *found = dlsym(handle_, name);
    if (!found)
      throw UserError("the compiled RTL lacks " + std::string(name));
    return found;
  }

private:
  void *handle_;
};

/// To be run in the folder of the sources: verilator expands $ and ~ in the paths that it is given.
std::vector<std::string> verilatorCommand(const ModelSource &source) {
  std::vector<std::string> command = {tools().verilator};
  command.insert(command.end(), kVerilatorFlags.begin(), kVerilatorFlags.end());
  if (source.assertions)
    command.push_back("--assert");
  for (const auto &[name, value] : source.parameters)
    command.push_back("-G" + name + "=" + std::to_string(value));
  command.insert(command.end(), {"--top-module", source.top, "--Mdir", "cpp", "-I."});
  for (const auto &[name, text] : source.files)
    if (fs::path(name).extension() == ".sv")
      command.push_back(name);
  return command;
}

std::vector<std::string> compilerCommand() {
  std::vector<std::string> command = {tools().compiler};
  command.insert(command.end(), kCompilerFlags.begin(), kCompilerFlags.end());
  fs::path include = fs::path(tools().verilatorRoot) / "include";
  command.insert(command.end(), {"-I" + include.string(), "-I" + (include / "vltstd").string()});
  return command;
}

std::string keyOf(const ModelSource &source) {
  Hash hash;
  hash.add(tools().verilatorVersion);
  hash.add(tools().compilerVersion);
  for (const auto *flags : {&kVerilatorFlags, &kCompilerFlags})
    for (const std::string &flag : *flags)
      hash.add(flag);
  hash.add(source.top);
  hash.add(source.shim);
  hash.add(source.assertions ? "assert" : "");
  for (const auto &[name, text] : source.files) {
    hash.add(name);
    hash.add(text);
  }
  for (const auto &[name, value] : source.parameters)
    hash.add(name + "=" + std::to_string(value));
  return hash.hex();
}

/// The Verilated library as one object, compiled once.
fs::path supportObject(const fs::path &cache) {
  Hash hash;
  hash.add(tools().verilatorVersion);
  hash.add(tools().compilerVersion);
  for (const std::string &flag : kCompilerFlags)
    hash.add(flag);
  fs::path object = cache / ("verilated-" + hash.hex() + ".o");
  if (fs::exists(object))
    return object;
  Scratch scratch(cache);
  std::string unit = "#include \"verilated.cpp\"\n#include \"verilated_threads.cpp\"\n";
  writeFile(scratch.path / "support.cpp", unit);
  auto command = compilerCommand();
  command.insert(command.end(), {"-c", (scratch.path / "support.cpp").string(), "-o",
                                 (scratch.path / "support.o").string()});
  runTool(command, "compiling the Verilator library");
  publish(scratch.path / "support.o", object);
  return object;
}

/// All generated files, then the shim, as one unit.
void writeUnit(const ModelSource &source, const fs::path &folder) {
  std::vector<std::string> names;
  for (const auto &entry : fs::directory_iterator(folder / "cpp"))
    if (entry.path().extension() == ".cpp")
      names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  std::string unit;
  for (const std::string &name : names)
    unit += "#include \"cpp/" + name + "\"\n";
  writeFile(folder / "unit.cpp", unit + source.shim);
}

void build(const ModelSource &source, const fs::path &cache, const fs::path &result) {
  sweep(cache);
  fs::path support = supportObject(cache);
  Scratch scratch(cache);
  for (const auto &[name, text] : source.files)
    writeFile(scratch.path / name, text);
  runTool(verilatorCommand(source), "verilating " + source.top, scratch.path.string());
  writeUnit(source, scratch.path);
  auto command = compilerCommand();
  command.insert(command.end(), {"-Icpp", "-shared", "-Wl,--no-undefined", "unit.cpp",
                                 support.string(), "-o", "model.so"});
  runTool(command, "compiling " + source.top, scratch.path.string());
  publish(scratch.path / "model.so", result);
}

} // namespace

fs::path cacheFolder() {
  if (const char *own = std::getenv("SPINDLE_CACHE"); own && *own)
    return own;
  if (const char *xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg)
    return fs::path(xdg) / "spindle";
  if (const char *home = std::getenv("HOME"); home && *home)
    return fs::path(home) / ".cache" / "spindle";
  return fs::temp_directory_path() / ("spindle-cache-" + std::to_string(getuid()));
}

std::shared_ptr<ModelLibrary> buildModel(const ModelSource &source) {
  fs::path cache = fs::absolute(cacheFolder());
  std::error_code error;
  fs::create_directories(cache, error);
  if (error)
    noCache("make the cache folder", cache, error.message());
  fs::path result = cache / (source.top + "-" + keyOf(source) + ".so");
  if (fs::exists(result, error)) {
    try {
      return std::make_shared<Library>(result);
    } catch (const UserError &) { // a file that was damaged on the disk: as if it were not there
      fs::remove(result, error);
    }
  }
  build(source, cache, result);
  return std::make_shared<Library>(result);
}

} // namespace spindle::fabric
