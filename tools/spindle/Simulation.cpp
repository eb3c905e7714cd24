// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Simulation.h"

#include "runtime/report/ImageReport.h"
#include "sim/fabric/FabricMachine.h"
#include "sim/reference/ReferenceMachine.h"
#include "sim/spinn/SpinnMachine.h"
#include "tools/spindle/ImageNodes.h"
#include "tools/spindle/Interrupt.h"
#include "tools/spindle/Progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace spindle::tool {
namespace {

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Feeds a run from its inputs, adds up what it emits, and shows it to an observer.
class Hooks final : public RunHooks {
public:
  Hooks(const image::Image &image, const Inputs &inputs, const RunOptions &options,
        Observer &observer, const Machine &machine, SimulationResult &result)
      : inputs_(inputs), observer_(observer), machine_(machine), result_(result),
        before_(machine.tallies()), progress_(options.label, inputs.steps, options.quiet) {
    for (const auto *node : *image.meta().nodes()) {
      result.sums.emplace_back(node->kind() == image::fb::NodeKind_Relay ? 0 : node->size());
      active_.emplace_back(node->size());
    }
    result.counts.resize(result.sums.size());
  }

  std::vector<uint32_t> sources() const override {
    std::vector<uint32_t> nodes;
    for (const SourceRows &source : inputs_.sources)
      nodes.push_back(source.node);
    return nodes;
  }
  std::span<const Event> input(uint32_t node, uint64_t step) override {
    for (const SourceRows &source : inputs_.sources)
      if (source.node == node && step < source.rows.size())
        return source.rows[step];
    return {};
  }
  std::vector<StateRef> states() const override { return observer_.states(); }
  void sample(const StepView &view, uint64_t step) override {
    for (uint32_t node = 0; node < result_.counts.size(); ++node)
      if (before_.empty() || !before_[node].kept)
        for (const Event &event : view.events(node))
          add(node, event);
    observer_.sample(view, step);
    progress_.update(step + 1);
  }
  bool goOn() override { return !interrupted(); }

  /// After the run: what the machine has counted itself.
  void finish() {
    std::vector<NodeTally> after = machine_.tallies();
    for (uint32_t node = 0; node < after.size(); ++node)
      if (after[node].kept)
        add(node, before_[node], after[node]);
  }

private:
  void add(uint32_t node, const NodeTally &before, const NodeTally &after) {
    probe::NodeCounts &counts = result_.counts[node];
    for (size_t i = 0; i < after.events.size(); ++i) {
      uint64_t events = after.events[i] - before.events[i];
      double spikes = double(after.spikes[i] - before.spikes[i]);
      counts.events += events;
      counts.total += spikes;
      counts.activeNeurons += events > 0;
      result_.sums[node][i] = spikes;
    }
  }
  void add(uint32_t node, const Event &event) {
    probe::NodeCounts &counts = result_.counts[node];
    ++counts.events;
    counts.total += event.value;
    counts.activeNeurons += !active_[node][event.neuron];
    active_[node][event.neuron] = true;
    if (!result_.sums[node].empty())
      result_.sums[node][event.neuron] += event.value;
  }

  const Inputs &inputs_;
  Observer &observer_;
  const Machine &machine_;
  SimulationResult &result_;
  std::vector<NodeTally> before_;
  Progress progress_;
  std::vector<std::vector<bool>> active_;
};

} // namespace

std::unique_ptr<Machine> makeMachine(std::shared_ptr<const image::Image> image, Engine engine,
                                     const MachineOptions &options) {
  std::string target = report::targetOf(*image);
  if (engine == Engine::Rtl && target != "xbar")
    throw UserError(fmt::format("--engine=rtl: only the xbar target has RTL, this is {}", target));
  if (target == "spinn")
    return makeSpinnMachine(std::move(image), options);
  if (target == "xbar")
    return makeFabricMachine(std::move(image), options,
                             engine == Engine::Rtl ? FabricEngine::Rtl : FabricEngine::Functional);
  return makeReferenceMachine(std::move(image), options);
}

std::string engineName(const image::Image &image, Engine engine) {
  std::string target = report::targetOf(image);
  if (target == "xbar")
    return engine == Engine::Rtl ? "rtl" : "functional";
  return target == "spinn" ? "emulator" : "float64";
}

SimulationResult simulate(std::shared_ptr<const image::Image> image, const Inputs &inputs,
                          const RunOptions &options, Observer &observer) {
  SimulationResult result;
  auto begin = std::chrono::steady_clock::now();
  std::unique_ptr<Machine> machine = makeMachine(image, options.engine, options.machine);
  result.loadSeconds = secondsSince(begin);
  observer.begin(*machine);

  begin = std::chrono::steady_clock::now();
  {
    Hooks hooks(*image, inputs, options, observer, *machine, result);
    result.steps = machine->run(inputs.steps, hooks);
    hooks.finish();
  }
  result.runSeconds = secondsSince(begin);
  result.interrupted = result.steps < inputs.steps;
  result.counters = machine->counters();
  result.provenance = machine->provenance();
  result.learnt = machine->learnt();
  return result;
}

std::vector<ClassLine> classesOf(const image::Image &image, const SimulationResult &result) {
  std::vector<ClassLine> lines;
  if (!image.meta().outputs())
    return lines;
  for (const auto *output : *image.meta().outputs()) {
    const std::vector<double> &sums = result.sums[output->node()];
    if (sums.size() < 2 || shapeOf(image, output->node()).size() != 1)
      continue;
    auto largest = std::max_element(sums.begin(), sums.end());
    lines.push_back({output->name()->str(), static_cast<uint32_t>(largest - sums.begin()), sums});
  }
  return lines;
}

} // namespace spindle::tool
