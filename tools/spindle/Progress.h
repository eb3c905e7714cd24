// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A progress bar with an ETA on a terminal, plain lines elsewhere, nothing when quiet.
#ifndef SPINDLE_TOOLS_SPINDLE_PROGRESS_H
#define SPINDLE_TOOLS_SPINDLE_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

namespace spindle::tool {

/// Writes to stderr. A plain line appears when something has taken ten seconds, then every ten.
class Progress {
public:
  Progress(std::string label, uint64_t total, bool quiet);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void update(uint64_t done);

private:
  using Clock = std::chrono::steady_clock;
  void drawBar(uint64_t done, double seconds);
  void clearBar();

  std::string label_;
  uint64_t total_;
  bool quiet_, terminal_, drawn_ = false;
  Clock::time_point begin_, last_;
};

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_PROGRESS_H
