// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs what tables ask for, each once per seed, on several threads, and keeps what is finished in a
// file, so that a run that was stopped goes on where it was.
#ifndef SPINDLE_EXAMPLES_HWDNN_RUNNER_H
#define SPINDLE_EXAMPLES_HWDNN_RUNNER_H

#include "examples/hw-dnn/Data.h"
#include "examples/hw-dnn/Options.h"

#include <functional>
#include <map>
#include <mutex>

namespace spindle::hwdnn {

/// What a run gives, by name.
using Values = std::map<std::string, double>;

/// The values of one training run (accuracy in percent).
Values valuesOf(const learning::TrainingResult &result);

class Runner {
public:
  /// Seeds 1..seeds. `file`: results that are kept, one a line; empty: none. Throws UserError on a
  /// file that is not one of these.
  Runner(const Data &data, size_t seeds, size_t threads, std::string file);

  /// The values of that name by seed. Before run() these are zeros, and the job is noted.
  std::vector<double> ask(const Options &options, const std::string &name = "accuracy");
  using Job = std::function<Values(uint64_t seed)>;
  std::vector<double> ask(const std::string &key, const Job &job, const std::string &name);

  /// Does all that was asked for and is not done, with a line on stderr for each.
  void run();
  const Data &data() const { return data_; }
  size_t seeds() const { return seeds_; }

private:
  void load();
  void done(const std::string &key, uint64_t seed, const Values &values);

  const Data &data_;
  size_t seeds_, threads_;
  std::string file_;
  std::map<std::string, Job> jobs_;
  std::map<std::pair<std::string, uint64_t>, Values> results_;
  std::mutex mutex_;
};

} // namespace spindle::hwdnn

#endif // SPINDLE_EXAMPLES_HWDNN_RUNNER_H
