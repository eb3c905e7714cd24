// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle run: a network or an image on one engine, with recordings.
#include "runtime/report/ImageReport.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/ImageNodes.h"
#include "tools/spindle/Interrupt.h"
#include "tools/spindle/NetworkSource.h"
#include "tools/spindle/Results.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <filesystem>

namespace spindle::tool {
namespace {

struct Arguments {
  std::string network, target, engine = "functional", output;
  std::vector<std::string> record;
  InputOptions input;
  CommonOptions common;
  TargetOptions targetOptions;
  const CLI::App *command = nullptr;
};

std::shared_ptr<const image::Image> openImage(const Arguments &arguments) {
  std::vector<std::string> given = compileOptionsGiven(*arguments.command);
  if (!given.empty())
    throw UserError(fmt::format("{}: {} cannot be changed in an image; compile the network again",
                                arguments.network, fmt::join(given, ", ")));
  auto image = image::Image::open(arguments.network);
  std::string target = report::targetOf(*image);
  if (!arguments.target.empty() && arguments.target != target)
    throw UserError(fmt::format("{}: it is an image for {}, not for {}", arguments.network, target,
                                arguments.target));
  return image;
}

std::shared_ptr<const image::Image> compileNow(const Arguments &arguments) {
  Target target = targetNamed(arguments.target.empty() ? "reference" : arguments.target);
  Network network(arguments.network, arguments.common);
  if (!arguments.common.quiet)
    printChoices(network);
  return image::Image::fromBytes(network.imageBytes(target, arguments.targetOptions));
}

/// Before the work: a bad folder is cheaper to hear of now.
void makeFolder(const std::string &folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder))
    throw UserError(fmt::format("{}: the folder cannot be made: {}", folder,
                                error ? error.message() : "a file of that name is in the way"));
}

RunRecord recordOf(const Arguments &arguments, const image::Image &image, const Inputs &inputs,
                   Engine engine, uint64_t seed) {
  RunRecord record;
  record.options = Json::parse(image.meta().options()->str());
  record.options["seed"] = seed;
  record.target = report::targetOf(image);
  record.engine = engineName(image, engine);
  record.stepsAsked = inputs.steps;
  Json files = Json::array();
  for (const SourceRows &source : inputs.sources) {
    double events = 0;
    for (const auto &row : source.rows)
      for (const Event &event : row)
        events += event.value;
    files.push_back({{"source", source.source},
                     {"file", source.file},
                     {"rows", source.rows.size()},
                     {"sum", events}});
  }
  record.run["input"] = files;
  if (!arguments.input.window.empty())
    record.run["window"] = arguments.input.window;
  record.run["record"] = arguments.record;
  return record;
}

void printSummary(const image::Image &image, const RunRecord &record, const RunResult &result) {
  fmt::print("{} ({}), {} steps{}\n", record.target, record.engine, result.steps,
             result.interrupted ? fmt::format(" of {} (interrupted)", record.stepsAsked) : "");
  for (uint32_t node = 0; node < result.totals.size(); ++node) {
    const auto *entry = image.meta().nodes()->Get(node);
    if (entry->kind() == image::fb::NodeKind_Relay)
      continue;
    fmt::print("  {}: {} {}{}\n", entry->name()->str(), result.totals[node],
               isGraded(image, node) ? "summed" : "spikes",
               entry->latency() ? fmt::format(", latency {}", entry->latency()) : "");
  }
  for (const ClassLine &line : classesOf(image, result))
    fmt::print("class {} ({}): {}\n", line.winner, line.output, fmt::join(line.sums, " "));
}

int run(const Arguments &arguments) {
  if (arguments.output.empty() && arguments.common.quiet && !arguments.common.json)
    throw UserError("run: -o DIR is needed with --quiet, or nothing would come out");
  auto begin = std::chrono::steady_clock::now();
  bool isImage = kindOf(arguments.network) == SourceKind::Image;
  auto image = isImage ? openImage(arguments) : compileNow(arguments);
  double compileSeconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  if (interrupted())
    throw Interrupted();

  Engine engine = arguments.engine == "rtl" ? Engine::Rtl : Engine::Functional;
  Inputs inputs = readInputs(*image, arguments.input);
  checkValues(inputs, report::targetOf(*image));
  Recording recording = parseRecording(*image, arguments.record);
  Json options = Json::parse(image->meta().options()->str());
  RunOptions runOptions;
  runOptions.engine = engine;
  runOptions.machine.threads = arguments.common.threadCount();
  runOptions.machine.seed = arguments.common.seed.value_or(options.value("seed", uint64_t(0)));
  runOptions.label = "run";
  runOptions.quiet = arguments.common.quiet;
  if (!arguments.output.empty())
    makeFolder(arguments.output);
  RunResult result = simulate(image, inputs, recording, runOptions);

  RunRecord record = recordOf(arguments, *image, inputs, engine, runOptions.machine.seed);
  if (!arguments.output.empty()) {
    writeResults(arguments.output, *image, record, result);
    writeTiming(arguments.output, *image, result, compileSeconds, runOptions.machine.threads);
  }
  if (arguments.common.json)
    fmt::print("{}\n", describeRun(*image, record, result).dump(2));
  else if (!arguments.common.quiet)
    printSummary(*image, record, result);
  return result.interrupted ? Cancelled : Ok;
}

} // namespace

void addRun(CLI::App &app, int &exitCode) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command = app.add_subcommand("run", "run a network or an image");
  arguments->command = command;
  command->add_option("NET", arguments->network, "network (.nir, .mlir) or image (.spn)")
      ->required();
  command->add_option("--target", arguments->target, "reference (default), spinn or xbar")
      ->check(CLI::IsMember({"reference", "spinn", "xbar"}));
  command->add_option("--engine", arguments->engine, "of xbar: functional (default) or rtl")
      ->check(CLI::IsMember({"functional", "rtl"}));
  command->add_option("--record", arguments->record,
                      "what to record, POP:spikes,v (repeatable; default: the outputs' spikes)");
  command->add_option("-o,--output", arguments->output, "folder for the results");
  arguments->input.addTo(*command);
  arguments->common.addTo(*command);
  arguments->targetOptions.addTo(*command);
  command->callback([arguments, &exitCode] { exitCode = run(*arguments); });
}

} // namespace spindle::tool
