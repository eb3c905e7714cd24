// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "examples/hw-dnn/Runner.h"

#include "runtime/image/Errors.h"

#include <atomic>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <thread>

namespace spindle::hwdnn {

Values valuesOf(const learning::TrainingResult &r) {
  return {{"accuracy", 100 * r.accuracy},
          {"pulses", double(r.counters.pulses)},
          {"refreshes", double(r.counters.refreshes)},
          {"resets", double(r.counters.resets)},
          {"rewrite-pulses", double(r.counters.rewritePulses)},
          {"clips", double(r.counters.clips)}};
}

Runner::Runner(const Data &data, size_t seeds, size_t threads, std::string file)
    : data_(data), seeds_(seeds), threads_(std::max<size_t>(threads, 1)), file_(std::move(file)) {
  if (!file_.empty())
    load();
}

/// Lines of: key, tab, seed, then for each value a tab, its name, =, its number.
void Runner::load() {
  std::ifstream stream(file_);
  std::string line;
  while (std::getline(stream, line)) {
    std::istringstream fields(line);
    std::string key, seed, field;
    if (!std::getline(fields, key, '\t') || !std::getline(fields, seed, '\t'))
      throw UserError(file_ + ": not a file of kept results");
    Values values;
    while (std::getline(fields, field, '\t')) {
      size_t equals = field.find('=');
      if (equals == std::string::npos)
        throw UserError(file_ + ": not a file of kept results");
      values[field.substr(0, equals)] = std::strtod(field.c_str() + equals + 1, nullptr);
    }
    results_[{key, std::strtoull(seed.c_str(), nullptr, 10)}] = values;
  }
}

void Runner::done(const std::string &key, uint64_t seed, const Values &values) {
  std::lock_guard lock(mutex_);
  results_[{key, seed}] = values;
  std::string line = fmt::format("{}\t{}", key, seed);
  for (const auto &[name, value] : values)
    line += fmt::format("\t{}={}", name, value);
  std::fprintf(stderr, "%s\n", line.c_str());
  if (!file_.empty())
    std::ofstream(file_, std::ios::app) << line << '\n';
}

std::vector<double> Runner::ask(const std::string &key, const Job &job, const std::string &name) {
  jobs_.emplace(key, job);
  std::vector<double> values;
  for (uint64_t seed = 1; seed <= seeds_; ++seed) {
    auto found = results_.find({key, seed});
    values.push_back(found == results_.end() ? 0.0 : found->second[name]);
  }
  return values;
}

std::vector<double> Runner::ask(const Options &options, const std::string &name) {
  Job job = [this, options](uint64_t seed) {
    learning::TrainingSettings s = options.settings();
    s.network.seed = seed;
    return valuesOf(learning::train(s, data_.training, data_.test));
  };
  return ask(options.key(), job, name);
}

void Runner::run() {
  std::vector<std::pair<std::string, uint64_t>> open;
  for (uint64_t seed = 1; seed <= seeds_; ++seed)
    for (const auto &[key, job] : jobs_)
      if (!results_.count({key, seed}))
        open.emplace_back(key, seed);
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i; (i = next++) < open.size();)
      done(open[i].first, open[i].second, jobs_.at(open[i].first)(open[i].second));
  };
  std::vector<std::thread> threads;
  for (size_t t = 1; t < threads_; ++t)
    threads.emplace_back(work);
  work();
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace spindle::hwdnn
