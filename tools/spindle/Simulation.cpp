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

void addEvents(const Machine &machine, std::vector<std::vector<bool>> &active,
               SimulationResult &result) {
  for (uint32_t node = 0; node < result.counts.size(); ++node)
    for (const Event &event : machine.events(node)) {
      probe::NodeCounts &counts = result.counts[node];
      ++counts.events;
      counts.total += event.value;
      counts.activeNeurons += !active[node][event.neuron];
      active[node][event.neuron] = true;
      if (!result.sums[node].empty())
        result.sums[node][event.neuron] += event.value;
    }
}

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
  for (const auto *node : *image->meta().nodes())
    result.sums.emplace_back(node->kind() == image::fb::NodeKind_Relay ? 0 : node->size());
  result.counts.resize(result.sums.size());
  std::vector<std::vector<bool>> active;
  for (const auto *node : *image->meta().nodes())
    active.emplace_back(node->size());
  observer.begin(*machine);

  begin = std::chrono::steady_clock::now();
  {
    Progress progress(options.label, inputs.steps, options.quiet);
    for (; result.steps < inputs.steps && !interrupted(); ++result.steps) {
      for (const SourceRows &source : inputs.sources)
        if (result.steps < source.rows.size())
          machine->inject(source.node, source.rows[result.steps]);
      machine->step();
      addEvents(*machine, active, result);
      observer.sample(*machine, result.steps);
      progress.update(result.steps + 1);
    }
  }
  result.runSeconds = secondsSince(begin);
  result.interrupted = result.steps < inputs.steps;
  result.counters = machine->counters();
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
