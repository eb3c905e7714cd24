// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Host threads that run the tiles of a step side by side. Which thread runs which tile does not
// matter: tiles share nothing until the step is over.
#ifndef SPINDLE_SIM_FABRIC_WORKERS_H
#define SPINDLE_SIM_FABRIC_WORKERS_H

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace spindle::fabric {

class Workers {
public:
  /// `threads` in all, the caller's included.
  explicit Workers(size_t threads) {
    for (size_t i = 1; i < threads; ++i)
      threads_.emplace_back([this, i] { work(i); });
  }
  ~Workers() {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    wake_.notify_all();
    for (std::thread &thread : threads_)
      thread.join();
  }
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  /// Runs task(i) for i in [0, count) and returns when all are done. A task must not throw.
  void run(size_t count, const std::function<void(size_t)> &task) {
    if (threads_.empty()) {
      for (size_t i = 0; i < count; ++i)
        task(i);
      return;
    }
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

private:
  void share(size_t which) {
    size_t parts = threads_.size() + 1;
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
  bool stop_ = false;
};

} // namespace spindle::fabric

#endif // SPINDLE_SIM_FABRIC_WORKERS_H
