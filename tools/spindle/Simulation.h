// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A run of an image on its engine: steps, recordings, counters.
#ifndef SPINDLE_TOOLS_SPINDLE_SIMULATION_H
#define SPINDLE_TOOLS_SPINDLE_SIMULATION_H

#include "runtime/machine/Machine.h"
#include "runtime/probe/RunResult.h"
#include "tools/spindle/Inputs.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace spindle::tool {

enum class Engine { Functional, Rtl };

/// Makes the machine that an image is for. `Rtl` is for xbar images only (UserError otherwise).
std::unique_ptr<Machine> makeMachine(std::shared_ptr<const image::Image> image, Engine engine,
                                     const MachineOptions &options);

/// "float64", "emulator", "functional" or "rtl".
std::string engineName(const image::Image &image, Engine engine);

struct RunOptions {
  Engine engine = Engine::Functional;
  MachineOptions machine;
  std::string label;
  bool quiet = false;
};

struct SimulationResult {
  uint64_t steps = 0;
  bool interrupted = false;
  /// Per node: the sum of what each neuron emitted; empty for relays.
  std::vector<std::vector<double>> sums;
  std::vector<probe::NodeCounts> counts; ///< per node
  std::map<std::string, uint64_t> counters;
  std::optional<Provenance> provenance;
  std::vector<LearntWeights> learnt;
  double loadSeconds = 0, runSeconds = 0;
};

/// What sees a run while it goes on.
class Observer {
public:
  virtual ~Observer() = default;
  virtual void begin(const Machine &machine) = 0;
  /// The states that sample() looks at; asked after begin().
  virtual std::vector<StateRef> states() const { return {}; }
  virtual void sample(const StepView &view, uint64_t step) = 0;
};

/// Loads and runs. After Ctrl-C it returns with what was done so far.
SimulationResult simulate(std::shared_ptr<const image::Image> image, const Inputs &inputs,
                          const RunOptions &options, Observer &observer);

/// The class that an output answers.
struct ClassLine {
  std::string output;
  uint32_t winner = 0; ///< largest sum, ties to the lowest neuron
  std::vector<double> sums;
};

/// Of the outputs with one axis and at least two neurons.
std::vector<ClassLine> classesOf(const image::Image &image, const SimulationResult &result);

} // namespace spindle::tool

#endif // SPINDLE_TOOLS_SPINDLE_SIMULATION_H
