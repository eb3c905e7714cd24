// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The programs that the run-time build needs: found on the PATH, asked for their versions once.
#ifndef SPINDLE_SIM_FABRIC_RTLTOOLS_H
#define SPINDLE_SIM_FABRIC_RTLTOOLS_H

#include <string>
#include <vector>

namespace spindle::fabric {

struct Tools {
  std::string verilator, verilatorVersion, verilatorRoot;
  std::string compiler, compilerVersion;
};

/// Throws UserError naming what is missing and how to get it.
const Tools &tools();
/// The same, asked anew.
Tools findTools();

/// Runs a program without a shell and returns what it printed (both streams). Throws UserError with
/// that text when it fails; `doing` names the job, `folder` is where it runs (empty: here).
std::string runTool(const std::vector<std::string> &command, const std::string &doing,
                    const std::string &folder = "");

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_RTLTOOLS_H
