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
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

namespace spindle::tool {
namespace {

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void addOnce(std::vector<uint32_t> &nodes, uint32_t node) {
  if (std::find(nodes.begin(), nodes.end(), node) == nodes.end())
    nodes.push_back(node);
}

/// Adds what `what` ("spikes" or a term) of a node to the recording.
void request(const image::Image &image, uint32_t node, const std::string &what,
             Recording &recording) {
  const auto *entry = image.meta().nodes()->Get(node);
  if (what == "spikes") {
    addOnce(recording.rasters, node);
    return;
  }
  std::vector<std::string> known = {"spikes"};
  if (const image::fb::Model *model = modelOf(image, node))
    for (uint32_t t = 0; t < model->state()->size(); ++t) {
      std::string name = model->state()->Get(t)->name()->str();
      if (name == what) {
        for (const TermRecord &record : recording.terms)
          if (record.node == node && record.term == t)
            return;
        bool raw = model->state()->Get(t)->number() != image::fb::Number_F64;
        recording.terms.push_back({node, t, name, raw, {}, {}});
        return;
      }
      known.push_back(name);
    }
  throw UserError(fmt::format("--record={}:{}: '{}' has no '{}'; it can record {}",
                              entry->name()->str(), what, entry->name()->str(), what,
                              fmt::join(known, ", ")));
}

void recordStep(const Machine &machine, const image::Image &image, uint64_t step,
                RunResult &result) {
  for (uint32_t node = 0; node < result.totals.size(); ++node) {
    auto kept = result.rasters.find(node);
    for (const Event &event : machine.events(node)) {
      result.totals[node] += event.value;
      if (kept != result.rasters.end())
        kept->second.entries.push_back({step, event.neuron, event.value});
    }
  }
  for (TermRecord &record : result.terms) {
    uint64_t size = image.meta().nodes()->Get(record.node)->size();
    if (record.raw) {
      record.fixed.resize(record.fixed.size() + size);
      machine.observeRaw(record.node, record.term, std::span(record.fixed).last(size));
    } else {
      record.real.resize(record.real.size() + size);
      machine.observe(record.node, record.term, std::span(record.real).last(size));
    }
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

Recording parseRecording(const image::Image &image, const std::vector<std::string> &requests) {
  Recording recording;
  for (const std::string &text : requests) {
    size_t colon = text.rfind(':');
    std::string name = text.substr(0, colon);
    // A name may hold colons itself; the whole text is tried first.
    std::optional<uint32_t> node = findNode(image, text);
    std::string terms = "spikes";
    if (!node && colon != std::string::npos) {
      node = findNode(image, name);
      terms = text.substr(colon + 1);
    }
    if (!node)
      throw UserError(fmt::format("--record={}: no population '{}'; there is {}", text, name,
                                  fmt::join(nodeNames(image), ", ")));
    for (const std::string &term : CLI::detail::split(terms, ','))
      request(image, *node, CLI::detail::trim_copy(term), recording);
  }
  if (!requests.empty())
    return recording;
  if (image.meta().outputs())
    for (const auto *output : *image.meta().outputs())
      addOnce(recording.rasters, output->node());
  if (image.meta().probes())
    for (const auto *probe : *image.meta().probes())
      for (const auto *term : *probe->terms())
        request(image, probe->node(), term->str(), recording);
  return recording;
}

RunResult simulate(std::shared_ptr<const image::Image> image, const Inputs &inputs,
                   Recording recording, const RunOptions &options) {
  RunResult result;
  auto begin = std::chrono::steady_clock::now();
  std::unique_ptr<Machine> machine = makeMachine(image, options.engine, options.machine);
  result.loadSeconds = secondsSince(begin);

  const auto &nodes = *image->meta().nodes();
  result.totals.resize(nodes.size());
  result.terms = std::move(recording.terms);
  for (uint32_t node : recording.rasters)
    result.rasters[node].size = static_cast<uint32_t>(nodes.Get(node)->size());

  begin = std::chrono::steady_clock::now();
  {
    Progress progress(options.label, inputs.steps, options.quiet);
    for (; result.steps < inputs.steps && !interrupted(); ++result.steps) {
      for (const SourceRows &source : inputs.sources)
        if (result.steps < source.rows.size())
          machine->inject(source.node, source.rows[result.steps]);
      machine->step();
      recordStep(*machine, *image, result.steps, result);
      progress.update(result.steps + 1);
    }
  }
  result.runSeconds = secondsSince(begin);
  result.interrupted = result.steps < inputs.steps;
  result.counters = machine->counters();
  for (auto &[node, raster] : result.rasters)
    raster.steps = result.steps;
  return result;
}

} // namespace spindle::tool
