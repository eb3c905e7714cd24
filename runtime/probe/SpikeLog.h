// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The sparse events of one node while a run goes on: kept in a temporary file, so that memory does
// not grow with the run; turned into the dense array at its end, when the largest value is known.
#ifndef SPINDLE_RUNTIME_PROBE_SPIKELOG_H
#define SPINDLE_RUNTIME_PROBE_SPIKELOG_H

#include "runtime/io/NirData.h"
#include "runtime/io/Npy.h"
#include "runtime/machine/Machine.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace spindle::probe {

class SpikeLog {
public:
  /// `graded`: the node's events are values, to be written as float64.
  SpikeLog(std::string node, std::vector<int64_t> shape, bool graded);

  void append(std::span<const Event> events);

  /// Writes `(steps, *shape)` in the smallest unsigned type that holds every value, float64 if some
  /// is no count.
  void writeNpy(const std::filesystem::path &file);
  void writeNirData(io::NirDataWriter &writer);

private:
  /// Hands the events of step 0, 1, … to `use` in turn.
  template <typename Use> void replay(Use use);
  std::span<const Event> readStep();
  template <typename T> void writeDense(const std::filesystem::path &file, io::NpyType type);

  struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
  };
  std::string node_;
  std::vector<int64_t> shape_;
  uint64_t neurons_ = 1, steps_ = 0, events_ = 0;
  double largest_ = 0;
  bool counts_, single_ = true;
  std::unique_ptr<std::FILE, Close> file_; // unlinked; per step a u64 count, then the events
  std::vector<Event> step_;
};

} // namespace spindle::probe

#endif // SPINDLE_RUNTIME_PROBE_SPIKELOG_H
