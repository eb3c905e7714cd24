// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Comparison.h"

#include "runtime/report/ImageReport.h"
#include "tools/spindle/ImageNodes.h"
#include "tools/spindle/Interrupt.h"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::tool {
namespace {

// Levels at which the quantisation of weights no longer shows, so that what the converters do can
// be seen alone.
constexpr unsigned kFineLevels = 4096;

uint64_t slowest(const image::Image &image) {
  uint64_t latency = 0;
  for (const auto *node : *image.meta().nodes())
    latency = std::max<uint64_t>(latency, node->latency());
  return latency;
}

/// Keeps what every node emits.
struct Rasters : Observer {
  explicit Rasters(const image::Image &image) {
    for (const auto *node : *image.meta().nodes())
      all.push_back({0, static_cast<uint32_t>(node->size()), {}});
  }
  void begin(const Machine &) override {}
  void sample(const Machine &machine, uint64_t step) override {
    for (uint32_t node = 0; node < all.size(); ++node) {
      all[node].steps = step + 1;
      for (const Event &event : machine.events(node))
        all[node].entries.push_back({step, event.neuron, event.value});
    }
  }
  std::vector<report::Raster> all;
};

} // namespace

Comparison::Comparison(Network &network, const CompareOptions &options)
    : network_(network), options_(options) {
  auto image = network_.compile(ReferenceOptions());
  steps_ = readInputs(*image, options_.input).steps;
  dt_ = image->meta().dt();
  for (uint32_t node : nodesOf(*image, image::fb::NodeKind_Population))
    if (!isGraded(*image, node))
      populations_.push_back(image->meta().nodes()->Get(node)->name()->str());
  if (image->meta().outputs())
    for (const auto *output : *image->meta().outputs()) {
      const auto *node = image->meta().nodes()->Get(output->node());
      outputNodes_.push_back(node->name()->str());
      if (node->kind() == image::fb::NodeKind_Population && node->size() > 1 &&
          shapeOf(*image, output->node()).size() == 1)
        outputs_.emplace_back(output->name()->str(), node->name()->str());
    }
  reference_ = simulateImage("reference", image, Engine::Functional);
}

EngineRun Comparison::simulateImage(const std::string &name,
                                    std::shared_ptr<const image::Image> image, Engine engine) {
  Inputs inputs = readInputs(*image, options_.input);
  checkValues(inputs, report::targetOf(*image));
  inputs.steps += slowest(*image);

  RunOptions runOptions;
  runOptions.engine = engine;
  runOptions.machine.threads = options_.common.threadCount();
  runOptions.machine.seed = options_.common.seed.value_or(0);
  runOptions.label = name;
  runOptions.quiet = options_.common.quiet;
  Rasters rasters(*image);
  SimulationResult result = simulate(image, inputs, runOptions, rasters);
  if (result.interrupted)
    throw Interrupted();

  EngineRun run;
  run.name = name;
  run.engine = engineName(*image, engine);
  run.counters = result.counters;
  run.seconds = result.runSeconds;
  for (uint32_t node = 0; node < rasters.all.size(); ++node) {
    const auto *entry = image->meta().nodes()->Get(node);
    run.latency[entry->name()->str()] = entry->latency();
    run.rasters[entry->name()->str()] = std::move(rasters.all[node]);
  }
  return run;
}

const EngineRun &
Comparison::effect(const std::string &name,
                   const std::function<std::shared_ptr<const image::Image>()> &compile) {
  auto known = runs_.find(name);
  if (known == runs_.end())
    known = runs_.emplace(name, simulateImage(name, compile(), Engine::Functional)).first;
  return known->second;
}

const EngineRun &Comparison::run(const std::string &name) {
  if (name == "reference")
    return reference_;
  if (name != "xbar-rtl")
    return effect(name, [&] {
      return name == "spinn" ? network_.compile(options_.target.spinn())
                             : network_.compile(options_.target.xbar());
    });
  auto known = runs_.find(name);
  if (known == runs_.end())
    known = runs_
                .emplace(name,
                         simulateImage(name, network_.compile(options_.target.xbar()), Engine::Rtl))
                .first;
  return known->second;
}

report::EffectRun Comparison::effectOf(const EngineRun &run, const std::string &name,
                                       bool single) const {
  report::EffectRun result{name, single, {}};
  for (const std::string &population : populations_)
    result.differences.push_back(report::compare(reference_.rasters.at(population),
                                                 run.rasters.at(population),
                                                 int64_t(run.latency.at(population))));
  return result;
}

std::vector<report::EffectRun> Comparison::spinnEffects() {
  auto reference = [&](const char *name, bool fixedPoint, bool quantize) -> const EngineRun & {
    return effect(name, [&] {
      ReferenceOptions options;
      options.retime = true;
      options.fixedPoint = fixedPoint;
      options.quantize = quantize ? "spinn" : "";
      return network_.compile(options);
    });
  };
  return {
      effectOf(reference("retiming", false, false), "retiming", true),
      effectOf(reference("weights of spinn", false, true), "weight quantisation (16 bit)", true),
      effectOf(reference("fixed point", true, false), "fixed point (s16.15)", true),
      effectOf(reference("weights of spinn, fixed point", true, true),
               "weights and fixed point together", false)};
}

std::vector<report::EffectRun> Comparison::xbarEffects() {
  XbarOptions target = options_.target.xbar();
  auto reference = [&](const char *name, bool fixedPoint, bool quantize) -> const EngineRun & {
    return effect(name, [&] {
      ReferenceOptions options;
      options.retime = true;
      options.fixedPoint = fixedPoint;
      options.quantize = quantize ? "xbar" : "";
      options.levels = target.levels;
      return network_.compile(options);
    });
  };
  XbarOptions converters = target, cells = target;
  converters.levels = std::max(target.levels, kFineLevels);
  converters.floatNeurons = cells.floatNeurons = true;
  const EngineRun &adc = effect("converters", [&] { return network_.compile(converters); });
  const EngineRun &array =
      effect("weights and converters", [&] { return network_.compile(cells); });
  return {effectOf(reference("retiming", false, false), "retiming", true),
          effectOf(reference("weights of xbar", false, true),
                   fmt::format("weight quantisation ({} levels)", target.levels), true),
          effectOf(adc, fmt::format("converters ({} bits)", target.adcBits), true),
          effectOf(reference("fixed point", true, false), "fixed point (s16.15)", true),
          effectOf(array, "weights and converters together", false),
          effectOf(reference("weights of xbar, fixed point", true, true),
                   "weights and fixed point together", false)};
}

TargetComparison Comparison::compare(const std::string &name) {
  const EngineRun &target = run(name);
  TargetComparison result;
  result.name = name;
  result.engine = target.engine;
  std::vector<report::Difference> differences;
  for (const std::string &population : populations_) {
    const report::Raster &left = reference_.rasters.at(population);
    const report::Raster &right = target.rasters.at(population);
    uint64_t latency = target.latency.at(population);
    report::Difference difference = report::compare(left, right, int64_t(latency));
    differences.push_back(difference);
    result.populations.push_back(
        {population, latency, left.total(), right.total(), std::move(difference)});
  }
  for (const auto &[output, node] : outputs_)
    result.classes.push_back(
        {output, reference_.rasters.at(node).winner(), target.rasters.at(node).winner()});
  if (name != "reference")
    result.attribution =
        report::attribute(differences, name == "spinn" ? spinnEffects() : xbarEffects());
  return result;
}

} // namespace spindle::tool
