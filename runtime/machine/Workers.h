// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host threads that run the parts of a step side by side. Which thread runs which part does not
// matter to a result: parts share nothing until all are done. So a step that is too short to pay
// for waking the others is run by the caller alone.
#ifndef SPINDLE_RUNTIME_MACHINE_WORKERS_H
#define SPINDLE_RUNTIME_MACHINE_WORKERS_H

#include "runtime/machine/Machine.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif
#include <vector>

namespace spindle {

class Workers {
public:
  /// As many threads as the options allow, the caller's included, but no more than `most` (unless
  /// they say allThreads).
  Workers(const MachineOptions &options, size_t most) : always_(options.allThreads) {
    size_t threads = std::max(options.threads, 1);
    if (!always_)
      threads = std::clamp<size_t>(most, 1, threads);
    for (size_t i = 1; i < threads; ++i)
      threads_.emplace_back([this, i] { work(i); });
    if (options.pin)
      pin();
  }
  ~Workers() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread &thread : threads_)
      thread.join();
#ifdef __linux__
    if (pinned_)
      pthread_setaffinity_np(caller_, sizeof before_, &before_);
#endif
  }
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  size_t count() const { return threads_.size() + 1; }

  /// Whether to share out what takes about that long on one thread.
  bool pays(double nanoseconds) const {
    double saved = nanoseconds - nanoseconds / static_cast<double>(count());
    return !threads_.empty() && (always_ || saved >= kHandOver);
  }

  /// Runs task(i) for i in [0, count) and returns when all are done. A task must not throw.
  /// `nanoseconds` is about what all of them take on one thread; it decides who runs them.
  void run(size_t count, double nanoseconds, const std::function<void(size_t)> &task) {
    if (!pays(nanoseconds)) {
      for (size_t i = 0; i < count; ++i)
        task(i);
      return;
    }
    start(count, task);
  }

  /// Runs task(i) for every thread i, all at the same time: they may wait for one another.
  void together(const std::function<void(size_t)> &task) { start(count(), task); }

private:
  /// Waking sleeping threads and waiting for them: measured 60 to 90 us (docs/bench.md).
  static constexpr double kHandOver = 90'000;

  void start(size_t count, const std::function<void(size_t)> &task) {
    {
      std::lock_guard lock(mutex_);
      task_ = &task;
      count_ = count;
      left_ = threads_.size();
      ++round_;
    }
    wake_.notify_all();
    share(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return left_ == 0; });
  }

  /// One processor for each thread, the caller's too, out of those that the process may use.
  void pin() {
#ifdef __linux__
    caller_ = pthread_self();
    if (threads_.empty() || sched_getaffinity(0, sizeof before_, &before_) != 0)
      return;
    std::vector<int> processors;
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &before_))
        processors.push_back(cpu);
    if (processors.size() <= threads_.size())
      return; // two threads on one processor would wait for each other
    pinned_ = true;
    auto place = [&](pthread_t thread, size_t i) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(processors[i % processors.size()], &one);
      pthread_setaffinity_np(thread, sizeof one, &one);
    };
    for (size_t i = 0; i < threads_.size(); ++i)
      place(threads_[i].native_handle(), i + 1);
    place(caller_, 0);
#endif
  }
  void share(size_t which) {
    size_t parts = count();
    for (size_t i = count_ * which / parts; i < count_ * (which + 1) / parts; ++i)
      (*task_)(i);
  }
  void work(size_t which) {
    size_t seen = 0;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stop_ || round_ != seen; });
        if (stop_)
          return;
        seen = round_;
      }
      share(which);
      std::lock_guard lock(mutex_);
      if (--left_ == 0)
        done_.notify_one();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void(size_t)> *task_ = nullptr;
  size_t count_ = 0, left_ = 0, round_ = 0;
  bool stop_ = false, always_;
#ifdef __linux__
  bool pinned_ = false;
  pthread_t caller_{};
  cpu_set_t before_; ///< where the caller could run before it was pinned
#endif
};

} // namespace spindle

#endif // SPINDLE_RUNTIME_MACHINE_WORKERS_H
