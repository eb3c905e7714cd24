// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Interrupt.h"

#include <csignal>

namespace spindle::tool {
namespace {

volatile std::sig_atomic_t flag = 0;

void onInterrupt(int signal) {
  flag = 1;
  std::signal(signal, SIG_DFL);
}

} // namespace

void watchInterrupt() { std::signal(SIGINT, onInterrupt); }
bool interrupted() { return flag != 0; }

} // namespace spindle::tool
