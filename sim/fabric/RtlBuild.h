// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SystemVerilog to a loaded shared library: verilator, then one C++ unit, cached on disk by
// everything that determines the result.
#ifndef SPINDLE_SIM_FABRIC_RTLBUILD_H
#define SPINDLE_SIM_FABRIC_RTLBUILD_H

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace spindle::fabric {

struct ModelSource {
  std::string top; ///< the module
  std::vector<std::pair<std::string, std::string>>
      files; ///< name and text; those ending in .sv are read in order
  std::vector<std::pair<std::string, long>> parameters;
  std::string shim; ///< C++ after the model's class, Vmodel; defines spindle_model_api
  bool assertions = false;
};

/// A loaded model; unloaded with the last reference.
class ModelLibrary {
public:
  virtual ~ModelLibrary() = default;
  virtual void *symbol(const char *name) const = 0;
};

/// Throws UserError, with what the tools said, when a tool is missing or fails.
std::shared_ptr<ModelLibrary> buildModel(const ModelSource &source);

/// SPINDLE_CACHE, else spindle under XDG_CACHE_HOME or ~/.cache.
std::filesystem::path cacheFolder();

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLBUILD_H
