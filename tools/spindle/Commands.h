// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The commands of `spindle`. Each adds its options to the parser; the parser runs the one chosen.
#ifndef SPINDLE_TOOLS_SPINDLE_COMMANDS_H
#define SPINDLE_TOOLS_SPINDLE_COMMANDS_H

#include <CLI/CLI.hpp>

namespace spindle::tool {

enum ExitCode { Ok = 0, UserFault = 1, DoesNotFit = 2, Internal = 3, Cancelled = 130 };

void addCheck(CLI::App &app, int &exitCode);
void addCompile(CLI::App &app, int &exitCode);
void addRun(CLI::App &app, int &exitCode);
void addCompare(CLI::App &app, int &exitCode);
void addDevice(CLI::App &app, int &exitCode);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_COMMANDS_H
