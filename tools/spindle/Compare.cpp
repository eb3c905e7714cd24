// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle compare: where engines differ, and which effect of the hardware is the cause.
#include "runtime/io/Npy.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/Comparison.h"
#include "tools/spindle/ImageNodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace spindle::tool {
namespace {

constexpr int64_t kLowestShift = -2, kHighestShift = 40;

struct Arguments {
  std::string network, targets = "reference,spinn,xbar", engine = "functional", against;
  CompareOptions options;
};

/// The names in --targets, in order, each once; xbar means the RTL with --engine=rtl.
std::vector<std::string> targetsOf(const Arguments &arguments) {
  std::vector<std::string> targets;
  for (std::string name : CLI::detail::split(arguments.targets, ',')) {
    CLI::detail::trim(name);
    if (name != "xbar-rtl")
      targetNamed(name); // throws for a name that is none
    if (name == "xbar" && arguments.engine == "rtl")
      name = "xbar-rtl";
    if (std::find(targets.begin(), targets.end(), name) == targets.end())
      targets.push_back(name);
  }
  if (targets.empty())
    throw UserError("--targets: at least one is needed (reference, spinn, xbar, xbar-rtl)");
  return targets;
}

//===- A golden raster ------------------------------------------------------------------------===//

struct Golden {
  std::string population, file;
  report::Raster raster;
};

/// POP:FILE, or FILE where the network has one output.
Golden readGolden(const std::string &text, const Comparison &comparison) {
  Golden golden;
  golden.file = text;
  for (const auto &[name, raster] : comparison.reference().rasters)
    if (text.rfind(name + ":", 0) == 0 && name.size() >= golden.population.size()) {
      golden.population = name;
      golden.file = text.substr(name.size() + 1);
    }
  if (golden.population.empty()) {
    if (comparison.outputs().size() != 1)
      throw UserError(fmt::format("--against={}: say which population it is, as in "
                                  "--against=POP:FILE",
                                  text));
    golden.population = comparison.outputs().front();
  }
  io::NpyArray array = io::readNpy(golden.file);
  uint64_t size = comparison.reference().rasters.at(golden.population).size;
  // Leading axes of 1 are a batch.
  std::vector<int64_t> shape = array.shape;
  uint64_t rows = shape.empty() || size == 0 ? 0 : array.size() / size;
  while (shape.size() > 1 && shape.front() == 1 && rows > 1)
    shape.erase(shape.begin());
  if (rows == 0 || rows * size != array.size() || shape.front() != int64_t(rows))
    throw InputError(fmt::format("{}: its shape {} is not (steps, {}), the size of '{}'",
                                 golden.file, io::textOf(array.shape), size, golden.population));
  golden.raster = {rows, static_cast<uint32_t>(size), {}};
  for (uint64_t index = 0; index < array.size(); ++index)
    if (double value = array.at(index); value != 0)
      golden.raster.entries.push_back({index / size, static_cast<uint32_t>(index % size), value});
  return golden;
}

struct GoldenLine {
  std::string engine;
  report::Alignment alignment;
  double spikes = 0;
};

//===- Text -----------------------------------------------------------------------------------===//

std::string firstText(const report::Raster &reference, const report::Difference &difference) {
  if (difference.at.empty())
    return "-";
  const report::Entry &first = difference.at.front();
  double before = 0;
  for (const report::Entry &entry : reference.entries)
    if (entry.step == first.step && entry.neuron == first.neuron)
      before = entry.value;
  return fmt::format("step {} neuron {} ({} -> {})", first.step, first.neuron, before, first.value);
}

/// Entries that differ with one effect on, what that explains; entries that differ with it off,
/// what that removes.
void print(const report::Attribution &attribution) {
  size_t width = 16;
  for (const report::EffectShare &effect : attribution.effects)
    width = std::max(width, effect.name.size());
  for (const report::JointShare &run : attribution.joint)
    width = std::max(width, run.name.size());
  auto row = [&](const std::string &name, auto on, auto explains, auto off, auto removes) {
    fmt::print("  {:<{}}  {:>9}  {:>8}  {:>9}  {:>8}\n", name, width, on, explains, off, removes);
  };
  row("cause", "only this", "explains", "all but", "removes");
  for (const report::EffectShare &effect : attribution.effects)
    if (effect.without)
      row(effect.name, effect.alone, effect.explains, *effect.without, effect.removes);
    else
      row(effect.name, effect.alone, effect.explains, "-", "-");
  for (const report::JointShare &run : attribution.joint)
    row(run.name, run.mismatches, run.explains, "-", "-");
  row("all: the target", attribution.mismatches, "", "", "");
  row("unexplained rest", "", attribution.unexplained, "", "");
}

void print(const TargetComparison &target, const EngineRun &reference) {
  fmt::print("\n{} ({})\n", target.name, target.engine);
  size_t width = 10;
  for (const PopulationLine &line : target.populations)
    width = std::max(width, line.name.size());
  fmt::print("  {:<{}}  {:>7}  {:>9}  {:>9}  {:>17}  {}\n", "population", width, "latency",
             "reference", "spikes", "mismatching", "first difference");
  for (const PopulationLine &line : target.populations)
    fmt::print("  {:<{}}  {:>7}  {:>9}  {:>9}  {:>17}  {}\n", line.name, width, line.latency,
               line.referenceSpikes, line.spikes,
               fmt::format("{} of {}", line.difference.mismatches, line.difference.compared),
               firstText(reference.rasters.at(line.name), line.difference));
  for (const OutputLine &line : target.classes)
    fmt::print("  class of '{}': reference {}, {} {}{}\n", line.name, line.reference, target.name,
               line.target, line.reference == line.target ? "" : "  (differs)");
  if (target.name == "reference")
    return;
  if (target.twinMismatches)
    fmt::print("  functional model: {} entries differ from it\n", *target.twinMismatches);
  print(target.attribution);
}

void print(const Golden &golden, const std::vector<GoldenLine> &lines) {
  fmt::print("\nagainst {} ('{}', {} spikes)\n", golden.file, golden.population,
             golden.raster.total());
  for (const GoldenLine &line : lines)
    fmt::print("  {}: {} of {} entries differ at shift {}, {} spikes{}\n", line.engine,
               line.alignment.difference.mismatches, line.alignment.difference.compared,
               line.alignment.shift, line.spikes,
               line.alignment.difference.at.empty()
                   ? ""
                   : ", first " + firstText(golden.raster, line.alignment.difference));
}

//===- JSON -----------------------------------------------------------------------------------===//

Json toJson(const report::Difference &difference) {
  Json json = {{"mismatches", difference.mismatches}, {"compared", difference.compared}};
  if (auto first = difference.first())
    json["first"] = {{"step", first->step}, {"neuron", first->neuron}, {"value", first->value}};
  return json;
}

Json toJson(const report::Attribution &attribution) {
  Json effects = Json::array(), joint = Json::array();
  for (const report::EffectShare &effect : attribution.effects) {
    Json line = {
        {"cause", effect.name}, {"mismatches", effect.alone}, {"explains", effect.explains}};
    if (effect.without) {
      line["without"] = *effect.without;
      line["removes"] = effect.removes;
    }
    effects.push_back(line);
  }
  for (const report::JointShare &run : attribution.joint)
    joint.push_back(
        {{"causes", run.name}, {"mismatches", run.mismatches}, {"explains", run.explains}});
  return {{"mismatches", attribution.mismatches},
          {"effects", effects},
          {"joint", joint},
          {"unexplained", attribution.unexplained}};
}

Json toJson(const TargetComparison &target) {
  Json json = {{"target", target.name}, {"engine", target.engine}};
  for (const PopulationLine &line : target.populations)
    json["populations"].push_back({{"name", line.name},
                                   {"latency", line.latency},
                                   {"reference_spikes", line.referenceSpikes},
                                   {"spikes", line.spikes},
                                   {"difference", toJson(line.difference)}});
  for (const OutputLine &line : target.classes)
    json["classes"].push_back(
        {{"output", line.name}, {"reference", line.reference}, {"target", line.target}});
  if (target.name == "reference")
    return json;
  if (target.twinMismatches)
    json["functional_mismatches"] = *target.twinMismatches;
  json["attribution"] = toJson(target.attribution);
  return json;
}

Json toJson(const Golden &golden, const std::vector<GoldenLine> &lines) {
  Json json = {{"population", golden.population},
               {"file", std::filesystem::path(golden.file).filename().string()},
               {"spikes", golden.raster.total()}};
  for (const GoldenLine &line : lines)
    json["engines"].push_back({{"engine", line.engine},
                               {"shift", line.alignment.shift},
                               {"spikes", line.spikes},
                               {"difference", toJson(line.alignment.difference)}});
  return json;
}

//===- The command ----------------------------------------------------------------------------===//

int compare(const Arguments &arguments) {
  std::vector<std::string> targets = targetsOf(arguments);
  if (kindOf(arguments.network) == SourceKind::Image)
    throw UserError(fmt::format("{}: compare needs the network, it compiles it several times; an "
                                "image holds one target",
                                arguments.network));
  Network network(arguments.network, arguments.options.common);
  if (!arguments.options.common.quiet)
    printChoices(network);
  Comparison comparison(network, arguments.options);
  std::optional<Golden> golden;
  if (!arguments.against.empty())
    golden = readGolden(arguments.against, comparison);

  bool asJson = arguments.options.common.json;
  Json json = {{"network", std::filesystem::path(arguments.network).filename().string()},
               {"steps", comparison.steps()},
               {"dt", comparison.dt()},
               {"profile", network.report().profile},
               {"targets", Json::array()}};
  if (!asJson)
    fmt::print("{}: {} steps{}{}\n", arguments.network, comparison.steps(),
               comparison.dt() > 0 ? fmt::format(", dt {} s", comparison.dt()) : "",
               network.report().profile.empty() ? "" : ", profile " + network.report().profile);
  std::vector<GoldenLine> goldenLines;
  for (const std::string &name : targets) {
    TargetComparison result = comparison.compare(name);
    if (asJson)
      json["targets"].push_back(toJson(result));
    else
      print(result, comparison.reference());
    if (golden) {
      const report::Raster &raster = comparison.run(name).rasters.at(golden->population);
      goldenLines.push_back({name,
                             report::align(golden->raster, raster, kLowestShift, kHighestShift),
                             raster.total()});
    }
  }
  if (golden && asJson)
    json["against"] = toJson(*golden, goldenLines);
  else if (golden)
    print(*golden, goldenLines);
  if (asJson)
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
  return Ok;
}

} // namespace

void addCompare(CLI::App &app, int &exitCode) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("compare", "run a network on several engines and say where they differ");
  command->add_option("NET", arguments->network, "network: .nir, or .mlir (snn)")->required();
  command->add_option("--targets", arguments->targets,
                      "engines, separated by commas: reference, spinn, xbar, xbar-rtl "
                      "(default: reference,spinn,xbar)");
  command->add_option("--engine", arguments->engine, "of xbar: functional (default) or rtl")
      ->check(CLI::IsMember({"functional", "rtl"}));
  command->add_option("--against", arguments->against,
                      "golden raster (.npy) to compare each engine with: POP:FILE, or FILE for the "
                      "only output; shifts of -2 to 40 steps are tried");
  arguments->options.input.addTo(*command);
  arguments->options.common.addTo(*command);
  arguments->options.target.addTo(*command);
  command->callback([arguments, &exitCode] { exitCode = compare(*arguments); });
}

} // namespace spindle::tool
