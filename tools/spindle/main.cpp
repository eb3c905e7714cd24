// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle: compiles networks of neurons to neuromorphic hardware, and simulates it.
#include "runtime/image/Errors.h"
#include "runtime/machine/Ranks.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/Interrupt.h"

#include <fmt/format.h>

#include <cstdio>
#include <new>

using namespace spindle;
using namespace spindle::tool;

namespace {

int report(int code, const std::string &message) {
  // Every line of a message with several stands for itself.
  size_t begin = 0;
  while (begin <= message.size()) {
    size_t end = std::min(message.find('\n', begin), message.size());
    fmt::print(stderr, "spindle: error: {}\n", message.substr(begin, end - begin));
    begin = end + 1;
  }
  std::fflush(stderr);
  if (auto ranks = startedRanks())
    ranks->abort(code);
  return code;
}

int run(int argc, char **argv) {
  CLI::App app("Compiles networks of neurons to neuromorphic hardware, and simulates it.",
               "spindle");
  app.require_subcommand(1);
  app.set_version_flag("--version", "spindle " SPINDLE_VERSION);
  app.get_formatter()->column_width(34);
  app.footer("Exit codes: 0 ok, 1 user error, 2 does not fit the machine, 3 internal error, "
             "130 interrupted.\n`spindle COMMAND --help` lists a command's options.");
  int exitCode = Ok;
  addCheck(app, exitCode);
  addCompile(app, exitCode);
  addRun(app, exitCode);
  addCompare(app, exitCode);
  addDevice(app, exitCode);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return app.exit(error) == 0 ? Ok : UserFault;
  }
  return exitCode;
}

} // namespace

int main(int argc, char **argv) {
  watchInterrupt();
  try {
    return run(argc, argv);
  } catch (const Interrupted &) {
    return report(Cancelled, "interrupted");
  } catch (const FitError &error) {
    return report(DoesNotFit, error.what());
  } catch (const UserError &error) {
    return report(UserFault, error.what());
  } catch (const std::bad_alloc &) {
    return report(UserFault, "not enough memory for this network and input");
  } catch (const std::exception &error) {
    return report(Internal, fmt::format("internal: {}", error.what()));
  }
}
