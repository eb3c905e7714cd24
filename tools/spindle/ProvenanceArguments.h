// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of `spindle run` that ask for accounts of the machine.
#ifndef SPINDLE_TOOLS_SPINDLE_PROVENANCEARGUMENTS_H
#define SPINDLE_TOOLS_SPINDLE_PROVENANCEARGUMENTS_H

#include "runtime/machine/Provenance.h"

#include <CLI/CLI.hpp>

#include <string>

namespace spindle::tool {

struct ProvenanceArguments {
  bool counts = false;
  std::string cycles, stress; ///< empty: not given; "true": given without a value
  double timeScale = 0;

  void addTo(CLI::App &command);
  /// Throws UserError for values that make no sense, and where `target` has no cores and chips.
  ProvenanceOptions options(const std::string &target) const;
};

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_PROVENANCEARGUMENTS_H
