// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run-time build. All C++ of a model is one unit, which compiles about four times faster than
// Verilator's split files; the Verilated library is compiled once per compiler. Results appear
// under their final name by a rename, so that builds that run at the same time do not meet.
#include "sim/fabric/RtlBuild.h"

#include "runtime/image/Errors.h"
#include "sim/fabric/RtlTools.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
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

/// A folder that goes away with everything in it.
struct Scratch {
  fs::path path;

  explicit Scratch(const fs::path &parent) {
    static std::atomic<unsigned> next{0};
    path = parent / ("tmp-" + std::to_string(getpid()) + "-" + std::to_string(next++));
    fs::create_directories(path);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

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

std::vector<std::string> verilatorCommand(const ModelSource &source, const fs::path &folder) {
  std::vector<std::string> command = {tools().verilator};
  command.insert(command.end(), kVerilatorFlags.begin(), kVerilatorFlags.end());
  if (source.assertions)
    command.push_back("--assert");
  for (const auto &[name, value] : source.parameters)
    command.push_back("-G" + name + "=" + std::to_string(value));
  command.insert(command.end(), {"--top-module", source.top, "--Mdir", (folder / "cpp").string(),
                                 "-I" + folder.string()});
  for (const auto &[name, text] : source.files)
    if (fs::path(name).extension() == ".sv")
      command.push_back((folder / name).string());
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
  fs::rename(scratch.path / "support.o", object);
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
  fs::path support = supportObject(cache);
  Scratch scratch(cache);
  for (const auto &[name, text] : source.files)
    writeFile(scratch.path / name, text);
  runTool(verilatorCommand(source, scratch.path), "verilating " + source.top);
  writeUnit(source, scratch.path);
  auto command = compilerCommand();
  command.insert(command.end(), {"-I" + (scratch.path / "cpp").string(), "-shared",
                                 "-Wl,--no-undefined", (scratch.path / "unit.cpp").string(),
                                 support.string(), "-o", (scratch.path / "model.so").string()});
  runTool(command, "compiling " + source.top);
  fs::rename(scratch.path / "model.so", result);
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
    throw UserError("cannot make the cache folder " + cache.string() + ": " + error.message() +
                    " (set SPINDLE_CACHE to another)");
  fs::path result = cache / (source.top + "-" + keyOf(source) + ".so");
  if (!fs::exists(result))
    build(source, cache, result);
  return std::make_shared<Library>(result);
}

} // namespace spindle::fabric
