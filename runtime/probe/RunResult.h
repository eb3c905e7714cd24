// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// run.json and timing.json. The first holds results only: two equal runs write equal bytes. What
// depends on the clock or the host goes to the second.
#ifndef SPINDLE_RUNTIME_PROBE_RUNRESULT_H
#define SPINDLE_RUNTIME_PROBE_RUNRESULT_H

#include "runtime/image/Image.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace spindle::probe {

/// What a node emitted in a run.
struct NodeCounts {
  uint64_t events = 0;        ///< non-zero entries
  double total = 0;           ///< sum of their values: spikes, where they are counts
  uint64_t activeNeurons = 0; ///< neurons that emitted at all
};

struct RunResult {
  std::string target, engine; ///< "xbar", "functional"
  nlohmann::json
      options;        ///< every option in force; nothing that changes no result (threads, paths)
  uint64_t steps = 0; ///< done
  bool interrupted = false;
  std::map<std::string, NodeCounts> populations;
  std::map<std::string, uint64_t> counters;
  std::vector<std::string> files;
  std::map<std::string, uint32_t> classes; ///< by output: the neuron with the largest sum
};

struct Timing {
  double compileSeconds = 0, loadSeconds = 0, runSeconds = 0, writeSeconds = 0;
  /// steps x dt; 0 when dt is unknown. The file has real_time_factor = run / simulated.
  double simulatedSeconds = 0;
  int threads = 1;
};

/// The document itself. Outputs (name, node, shape, latency), profile, dt and compile options come
/// from the image.
nlohmann::json toJson(const RunResult &result, const image::Image &image);

/// Writes `directory/run.json`: keys sorted, a line feed at the end.
void writeRunJson(const std::filesystem::path &directory, const RunResult &result,
                  const image::Image &image);

/// Writes `directory/timing.json`: wall times, real-time factor, steps per second, threads, host.
void writeTimingJson(const std::filesystem::path &directory, const Timing &timing, uint64_t steps);

} // namespace spindle::probe

#endif // SPINDLE_RUNTIME_PROBE_RUNRESULT_H
