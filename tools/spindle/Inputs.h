// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The spike files of a run, matched to the network's sources.
#ifndef SPINDLE_TOOLS_SPINDLE_INPUTS_H
#define SPINDLE_TOOLS_SPINDLE_INPUTS_H

#include "runtime/image/Image.h"
#include "runtime/machine/Machine.h"
#include "tools/spindle/Options.h"

#include <cstdint>
#include <string>
#include <vector>

namespace spindle::tool {

/// What --input, --steps, --for and the window options say.
struct InputOptions {
  std::vector<std::string> files; ///< FILE, or SOURCE:FILE
  std::optional<uint64_t> steps;
  std::string duration; ///< --for
  std::string window;   ///< --window: length of a step for files of timed events

  void addTo(CLI::App &command);
};

/// The rows of one source: events per step.
struct SourceRows {
  uint32_t node = 0;
  std::string source, file; ///< file: without its folder
  std::vector<std::vector<Event>> rows;
};

struct Inputs {
  std::vector<SourceRows> sources;
  uint64_t steps = 0; ///< how many steps to run
};

/// Reads the files and checks them against the image: source names, widths, and whole counts on a
/// target that takes nothing else. Throws InputError or UserError.
Inputs readInputs(const image::Image &image, const InputOptions &options);

/// Throws InputError where `target` cannot take a value of the inputs.
void checkValues(const Inputs &inputs, const std::string &target);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_INPUTS_H
