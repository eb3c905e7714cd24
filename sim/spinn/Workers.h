// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A fixed set of threads that run one phase after another in step.
#ifndef SPINDLE_SIM_SPINN_WORKERS_H
#define SPINDLE_SIM_SPINN_WORKERS_H

#include <barrier>
#include <functional>
#include <thread>
#include <vector>

namespace spindle::spinn {

class Workers {
public:
  explicit Workers(int threads) : barrier_(threads) {
    for (int i = 1; i < threads; ++i)
      threads_.emplace_back([this, i] { serve(i); });
  }
  ~Workers() {
    stop_ = true;
    if (!threads_.empty())
      barrier_.arrive_and_wait();
    for (std::thread &thread : threads_)
      thread.join();
  }
  Workers(const Workers &) = delete;
  Workers &operator=(const Workers &) = delete;

  int count() const { return static_cast<int>(threads_.size()) + 1; }

  /// Calls `job(i)` for every worker i at once; the caller is worker 0. `job` does not throw.
  void run(const std::function<void(int)> &job) {
    job_ = &job;
    if (!threads_.empty())
      barrier_.arrive_and_wait();
    job(0);
    if (!threads_.empty())
      barrier_.arrive_and_wait();
  }

private:
  void serve(int index) {
    while (true) {
      barrier_.arrive_and_wait();
      if (stop_)
        return;
      (*job_)(index);
      barrier_.arrive_and_wait();
    }
  }

  std::barrier<> barrier_;
  const std::function<void(int)> *job_ = nullptr; // written before, read after the barrier
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

} // namespace spindle::spinn

#endif // SPINDLE_SIM_SPINN_WORKERS_H
