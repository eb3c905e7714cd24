// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ctrl-C as a flag: long work finishes its step, writes what it has, and the command exits with
// 130.
#ifndef SPINDLE_TOOLS_SPINDLE_INTERRUPT_H
#define SPINDLE_TOOLS_SPINDLE_INTERRUPT_H

namespace spindle::tool {

/// Takes over SIGINT. The second one ends the process at once, as without us.
void watchInterrupt();
bool interrupted();

/// Thrown where there is nothing to write: main exits with 130.
struct Interrupted {};

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_INTERRUPT_H
