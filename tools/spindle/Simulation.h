// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A run of an image on its engine: steps, recordings, counters.
#ifndef SPINDLE_TOOLS_SPINDLE_SIMULATION_H
#define SPINDLE_TOOLS_SPINDLE_SIMULATION_H

#include "runtime/machine/Machine.h"
#include "runtime/report/Raster.h"
#include "tools/spindle/Inputs.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace spindle::tool {

enum class Engine { Functional, Rtl };

/// Makes the machine that an image is for. `Rtl` is for xbar images only (UserError otherwise).
std::unique_ptr<Machine> makeMachine(std::shared_ptr<const image::Image> image, Engine engine,
                                     const MachineOptions &options);

/// "float64", "emulator", "functional" or "rtl".
std::string engineName(const image::Image &image, Engine engine);

/// A state or observed value of a population, one value per neuron and step.
struct TermRecord {
  uint32_t node = 0, term = 0;
  std::string name;
  bool raw = false; ///< the integers of a fixed-point engine
  std::vector<double> real;
  std::vector<int32_t> fixed;
};

struct Recording {
  std::vector<uint32_t> rasters; ///< nodes whose emissions are kept
  std::vector<TermRecord> terms; ///< filled by the run
};

/// What --record asks for: "pop:spikes,v" each; without any, the outputs' spikes and the network's
/// own probes. Throws UserError naming what does not exist and what does.
Recording parseRecording(const image::Image &image, const std::vector<std::string> &requests);

struct RunOptions {
  Engine engine = Engine::Functional;
  MachineOptions machine;
  std::string label;
  bool quiet = false;
};

struct RunResult {
  uint64_t steps = 0;
  bool interrupted = false;
  std::map<uint32_t, report::Raster> rasters;
  std::vector<TermRecord> terms;
  std::vector<double> totals; ///< per node: sum of everything emitted
  std::map<std::string, uint64_t> counters;
  double loadSeconds = 0, runSeconds = 0;
};

RunResult simulate(std::shared_ptr<const image::Image> image, const Inputs &inputs,
                   Recording recording, const RunOptions &options);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_SIMULATION_H
