// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace spindle::tool {
namespace {

std::string duration(double seconds) {
  auto whole = static_cast<uint64_t>(seconds + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

} // namespace

Progress::Progress(std::string label, uint64_t total, bool quiet)
    : label_(std::move(label)), total_(total), quiet_(quiet), terminal_(isatty(STDERR_FILENO)),
      begin_(Clock::now()), last_(begin_) {}

Progress::~Progress() { clearBar(); }

void Progress::update(uint64_t done) {
  if (quiet_ || total_ == 0)
    return;
  Clock::time_point now = Clock::now();
  double sinceLast = std::chrono::duration<double>(now - last_).count();
  if (sinceLast < (terminal_ ? 0.1 : 10.0))
    return;
  last_ = now;
  double seconds = std::chrono::duration<double>(now - begin_).count();
  if (terminal_) {
    drawBar(done, seconds);
    return;
  }
  std::string eta = done ? duration(seconds / double(done) * double(total_ - done)) : "unknown";
  fmt::print(stderr, "{}: {} of {} steps, {} left\n", label_, done, total_, eta);
}

void Progress::drawBar(uint64_t done, double seconds) {
  constexpr uint64_t kWidth = 30;
  uint64_t filled = std::min(kWidth, done * kWidth / total_);
  std::string eta = done ? duration(seconds / double(done) * double(total_ - done)) : "-:--";
  fmt::print(stderr, "\r{} [{}{}] {:3}% {}/{} ETA {}\033[K", label_, std::string(filled, '='),
             std::string(kWidth - filled, ' '), done * 100 / total_, done, total_, eta);
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::clearBar() {
  if (drawn_)
    fmt::print(stderr, "\r\033[K");
}

} // namespace spindle::tool
