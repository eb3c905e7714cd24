// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run leaves in its folder. Every file but timing.json depends on network, input and options
// only: it is byte-equal between two runs.
#ifndef SPINDLE_TOOLS_SPINDLE_RESULTS_H
#define SPINDLE_TOOLS_SPINDLE_RESULTS_H

#include "tools/spindle/Simulation.h"

#include <string>
#include <vector>

namespace spindle::tool {

/// The class that an output answers: the neuron with the largest sum, ties to the lowest.
struct ClassLine {
  std::string output, node;
  uint32_t winner = 0;
  std::vector<double> sums;
};

struct RunRecord {
  Json options; ///< resolved options of the image, with the seed in force
  Json run;     ///< steps, inputs, recordings
  std::string target, engine;
  uint64_t stepsAsked = 0;
};

/// Classes of the outputs with one axis and at least two neurons whose raster was recorded.
std::vector<ClassLine> classesOf(const image::Image &image, const RunResult &result);

/// run.json, <node>.spikes.npy (or .values.npy for what is no count), <node>.<term>.npy, spikes.h5.
void writeResults(const std::string &folder, const image::Image &image, const RunRecord &record,
                  const RunResult &result);

/// The contents of run.json.
Json describeRun(const image::Image &image, const RunRecord &record, const RunResult &result);

/// timing.json: last, and the only file that differs between two runs.
void writeTiming(const std::string &folder, const image::Image &image, const RunResult &result,
                 double compileSeconds, int threads);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_RESULTS_H
