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
constexpr unsigned kWideConverter = 16;

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
  void sample(const StepView &view, uint64_t step) override {
    for (uint32_t node = 0; node < all.size(); ++node) {
      all[node].steps = step + 1;
      for (const Event &event : view.events(node))
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

report::Differences Comparison::differencesOf(const EngineRun &run) const {
  report::Differences result;
  for (const std::string &population : populations_)
    result.push_back(report::compare(reference_.rasters.at(population), run.rasters.at(population),
                                     int64_t(run.latency.at(population))));
  return result;
}

const EngineRun &Comparison::retimed(const std::string &quantize, bool fixedPoint) {
  std::string name = "retimed" + (quantize.empty() ? "" : ", weights of " + quantize) +
                     (fixedPoint ? ", fixed point" : "");
  return effect(name, [&] {
    ReferenceOptions options;
    options.retime = true;
    options.fixedPoint = fixedPoint;
    options.quantize = quantize;
    options.levels = options_.target.xbar().levels;
    return network_.compile(options);
  });
}

/// The emulator cannot be run with exact weights or real numbers, so nothing is switched off.
void Comparison::attributeSpinn(const report::Differences &target, report::Attribution &result) {
  result = report::attribute(
      target,
      {{"retiming", differencesOf(retimed("", false)), {}},
       {"weight quantisation (16 bit)", differencesOf(retimed("spinn", false)), {}},
       {"fixed point (s16.15)", differencesOf(retimed("", true)), {}}},
      {{"weights and fixed point together", differencesOf(retimed("spinn", true))}});
}

void Comparison::attributeXbar(const report::Differences &target,
                               const report::Differences &suspect, report::Attribution &result) {
  // The fabric itself with one or two effects off; fine levels and wide converters lose next to
  // nothing. Where one is off the other two are on together.
  auto fabric = [&](bool weights, bool converters, bool fixedPoint) {
    XbarOptions options = options_.target.xbar();
    std::string name = "xbar";
    if (!weights) {
      options.levels = std::max(options.levels, kFineLevels);
      name += ", fine levels";
    }
    if (!converters) {
      options.adcBits = kWideConverter;
      name += ", wide converters";
    }
    options.floatNeurons = !fixedPoint;
    if (!fixedPoint)
      name += ", real neurons";
    return differencesOf(effect(name, [&] { return network_.compile(options); }));
  };
  XbarOptions chosen = options_.target.xbar();
  report::Differences noWeights = fabric(false, true, true), noFixed = fabric(true, true, false);
  result =
      report::attribute(target,
                        {{"retiming", differencesOf(retimed("", false)), {}},
                         {fmt::format("weight quantisation ({} levels)", chosen.levels),
                          differencesOf(retimed("xbar", false)), noWeights},
                         {fmt::format("converters ({} bits)", chosen.adcBits),
                          fabric(false, true, false), fabric(true, false, true)},
                         {"fixed point (s16.15)", differencesOf(retimed("", true)), noFixed}},
                        {{"weights and converters together", noFixed},
                         {"weights and fixed point together", differencesOf(retimed("xbar", true))},
                         {"converters and fixed point together", noWeights}},
                        suspect);
}

/// RTL only: where it is not what the functional model is.
report::Differences Comparison::twinDifferences(const EngineRun &target, TargetComparison &result) {
  if (target.name != "xbar-rtl")
    return {};
  const EngineRun &twin = run("xbar");
  report::Differences differences;
  result.twinMismatches = 0;
  for (const std::string &population : populations_) {
    // In the steps of the reference, as all other entries.
    auto latency = int64_t(target.latency.at(population));
    report::Difference d =
        report::compare(twin.rasters.at(population), target.rasters.at(population));
    *result.twinMismatches += d.mismatches;
    for (report::Entry &entry : d.at)
      entry.step -= uint64_t(latency);
    differences.push_back(std::move(d));
  }
  return differences;
}

TargetComparison Comparison::compare(const std::string &name) {
  const EngineRun &target = run(name);
  TargetComparison result;
  result.name = name;
  result.engine = target.engine;
  report::Differences differences = differencesOf(target);
  for (size_t k = 0; k < populations_.size(); ++k) {
    const report::Raster &left = reference_.rasters.at(populations_[k]);
    const report::Raster &right = target.rasters.at(populations_[k]);
    uint64_t latency = target.latency.at(populations_[k]);
    result.populations.push_back({populations_[k], latency, left.total(),
                                  right.total(latency, latency + left.steps), differences[k]});
  }
  for (const auto &[output, node] : outputs_)
    result.classes.push_back(
        {output, reference_.rasters.at(node).winner(), target.rasters.at(node).winner()});
  report::Differences suspect = twinDifferences(target, result);
  if (name == "spinn")
    attributeSpinn(differences, result.attribution);
  else if (name != "reference")
    attributeXbar(differences, suspect, result.attribution);
  return result;
}

} // namespace spindle::tool
