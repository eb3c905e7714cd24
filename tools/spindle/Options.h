// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options that several commands share, and how they are written down in an image.
#ifndef SPINDLE_TOOLS_SPINDLE_OPTIONS_H
#define SPINDLE_TOOLS_SPINDLE_OPTIONS_H

#include "compiler/import/nir/Nir.h"
#include "compiler/pipelines/Pipelines.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace spindle::tool {

using Json = nlohmann::ordered_json;

enum class Target { Reference, Spinn, Xbar };
std::string nameOf(Target target);
/// Throws UserError for a name that is no target.
Target targetNamed(const std::string &name);

/// Options of every command.
struct CommonOptions {
  std::string dt; ///< as given: "1e-4", "0.1ms"
  std::string profile, weights;
  std::optional<uint64_t> seed;
  int threads = 0; ///< 0: one per processor
  bool quiet = false, json = false;

  void addTo(CLI::App &command);
  nir::ImportOptions import() const;
  int threadCount() const;
};

/// Options of the compiler's back ends; absent means the target's default.
struct TargetOptions {
  std::optional<unsigned> rows, cols, banks, levels, adcBits, neuronsPerCore;
  std::string tiles; ///< "WxH"
  std::optional<int> weightShift;
  std::string board, boards, deadChips, deadCores, deadLinks;
  std::string constants; ///< "on-core" or "host-truncated"
  std::string placement, routing, minimise;

  void addTo(CLI::App &command);
  SpinnOptions spinn() const;
  XbarOptions xbar() const;
};

/// Names of the options given that only a compiler can obey, e.g. "--levels": an image refuses
/// them.
std::vector<std::string> compileOptionsGiven(const CLI::App &command);

/// A time with an optional unit (s, ms, us, ns) in seconds. Throws UserError naming `option`.
double parseSeconds(const std::string &text, const std::string &option);

/// The target's options as they are in force.
Json toJson(const ReferenceOptions &options);
Json toJson(const SpinnOptions &options);
Json toJson(const XbarOptions &options);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_OPTIONS_H
