// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Records a run: call sample() for every step and finish() at the end, also of an interrupted
// run.
#ifndef SPINDLE_RUNTIME_PROBE_RECORDER_H
#define SPINDLE_RUNTIME_PROBE_RECORDER_H

#include "runtime/machine/Machine.h"
#include "runtime/probe/Names.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace spindle::probe {

struct RecorderOptions {
  std::filesystem::path directory; ///< made if absent
  bool raw = false;                ///< states as the raw int32 of a fixed-point engine
};

class Recorder {
public:
  /// Throws UserError for an unknown node or term, or a directory that cannot be written.
  Recorder(const Machine &machine, std::shared_ptr<const image::Image> image,
           const std::vector<Request> &requests, RecorderOptions options);
  ~Recorder(); ///< without finish() nothing is left behind

  /// Takes a step; by default the one that the machine has just done.
  void sample(const StepView &view);
  void sample();

  /// The states that it looks at.
  std::vector<StateRef> states() const;

  /// Writes `<node>.spikes.npy`, `<node>.<term>.npy` and `spikes.h5`; returns their names, sorted.
  std::vector<std::string> finish();

  uint64_t steps() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

} // namespace spindle::probe

#endif // SPINDLE_RUNTIME_PROBE_RECORDER_H
