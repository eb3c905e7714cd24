// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle run: a network or an image on one engine, with recordings.
#include "runtime/probe/LearntFiles.h"
#include "runtime/probe/Recorder.h"
#include "runtime/probe/RunResult.h"
#include "runtime/report/ImageReport.h"
#include "runtime/report/ProvenanceReport.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/ImageNodes.h"
#include "tools/spindle/Interrupt.h"
#include "tools/spindle/NetworkSource.h"
#include "tools/spindle/ProvenanceArguments.h"
#include "tools/spindle/Simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <filesystem>

namespace spindle::tool {
namespace {

struct Arguments {
  std::string network, target, engine = "functional", output;
  std::vector<std::string> record;
  bool raw = false, pin = false;
  int shards = 0;
  InputOptions input;
  CommonOptions common;
  TargetOptions targetOptions;
  ProvenanceArguments provenance;
  const CLI::App *command = nullptr;
};

double secondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

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
  auto image = image::Image::fromBytes(network.imageBytes(target, arguments.targetOptions));
  if (!arguments.common.quiet)
    printWarnings(network);
  return image;
}

/// What --record asks for; without any, the outputs' spikes and the network's own probes, and
/// nothing with "none".
std::vector<probe::Request> requestsOf(const image::Image &image, const Arguments &arguments) {
  std::vector<probe::Request> requests;
  if (arguments.record == std::vector<std::string>{"none"})
    return requests;
  for (const std::string &text : arguments.record)
    requests.push_back(probe::parseRequest(text));
  if (!requests.empty())
    return requests;
  requests = probe::defaultRequests(image);
  if (image.meta().probes())
    for (const auto *probe : *image.meta().probes()) {
      probe::Request request{image.meta().nodes()->Get(probe->node())->name()->str(), {}};
      for (const auto *term : *probe->terms())
        request.terms.push_back(term->str());
      requests.push_back(request);
    }
  return requests;
}

/// Checks the names before the work begins.
void checkRequests(const image::Image &image, const std::vector<probe::Request> &requests) {
  for (const probe::Request &request : requests) {
    uint32_t node = probe::findNode(image, request.node);
    for (const std::string &term : request.terms)
      if (term != "spikes")
        probe::findTerm(image, node, term);
  }
}

/// Feeds a recorder, where there is a folder to record to.
class Recording : public Observer {
public:
  Recording(std::shared_ptr<const image::Image> image, std::vector<probe::Request> requests,
            std::string folder, bool raw)
      : image_(std::move(image)), requests_(std::move(requests)), folder_(std::move(folder)),
        raw_(raw) {}

  void begin(const Machine &machine) override {
    if (!folder_.empty())
      recorder_.emplace(machine, image_, requests_, probe::RecorderOptions{folder_, raw_});
  }
  std::vector<StateRef> states() const override {
    return recorder_ ? recorder_->states() : std::vector<StateRef>();
  }
  void sample(const StepView &view, uint64_t) override {
    if (recorder_)
      recorder_->sample(view);
  }
  std::vector<std::string> finish() {
    return recorder_ ? recorder_->finish() : std::vector<std::string>();
  }

private:
  std::shared_ptr<const image::Image> image_;
  std::vector<probe::Request> requests_;
  std::string folder_;
  bool raw_;
  std::optional<probe::Recorder> recorder_;
};

/// The options of the run itself; those of the compiler are in the image.
nlohmann::json optionsOf(const Arguments &arguments, const Inputs &inputs,
                         const std::vector<probe::Request> &requests, uint64_t seed) {
  nlohmann::json files = nlohmann::json::array(), record = nlohmann::json::array();
  for (const SourceRows &source : inputs.sources)
    files.push_back(
        {{"source", source.source}, {"file", source.file}, {"rows", source.rows.size()}});
  for (const probe::Request &request : requests)
    record.push_back(fmt::format("{}:{}", request.node, fmt::join(request.terms, ",")));
  return {{"input", files},        {"record", record},     {"seed", seed},
          {"steps", inputs.steps}, {"raw", arguments.raw}, {"window", arguments.input.window}};
}

probe::RunResult resultOf(const image::Image &image, Engine engine,
                          const SimulationResult &simulation) {
  probe::RunResult result;
  result.target = report::targetOf(image);
  result.engine = engineName(image, engine);
  result.steps = simulation.steps;
  result.interrupted = simulation.interrupted;
  result.counters = simulation.counters;
  for (uint32_t node = 0; node < simulation.sums.size(); ++node)
    if (!simulation.sums[node].empty())
      result.populations[image.meta().nodes()->Get(node)->name()->str()] = simulation.counts[node];
  for (const ClassLine &line : classesOf(image, simulation))
    result.classes[line.output] = line.winner;
  return result;
}

void printSummary(const image::Image &image, const probe::RunResult &run,
                  const SimulationResult &simulation, uint64_t stepsAsked) {
  fmt::print("{} ({}), {} steps{}\n", run.target, run.engine, run.steps,
             run.interrupted ? fmt::format(" of {} (interrupted)", stepsAsked) : "");
  for (uint32_t node = 0; node < simulation.sums.size(); ++node) {
    const auto *entry = image.meta().nodes()->Get(node);
    if (entry->kind() == image::fb::NodeKind_Relay)
      continue;
    fmt::print("  {}: {} {}{}\n", entry->name()->str(), simulation.counts[node].total,
               isGraded(image, node) ? "summed" : "spikes",
               entry->latency() ? fmt::format(", latency {}", entry->latency()) : "");
  }
  constexpr size_t kMostSums = 64; // an output of more neurons is no classifier to read by eye
  for (const ClassLine &line : classesOf(image, simulation))
    if (line.sums.size() <= kMostSums)
      fmt::print("class {} ({}): {}\n", line.winner, line.output, fmt::join(line.sums, " "));
}

/// Of several processes the first one speaks and writes; all simulate.
Arguments shareOf(Arguments arguments, const Ranks *ranks) {
  if (ranks && ranks->rank() != 0) {
    arguments.output.clear();
    arguments.common.quiet = true;
    arguments.common.json = false;
  }
  return arguments;
}

int run(const Arguments &all) {
  auto ranks = startedRanks();
  const Arguments arguments = shareOf(all, ranks.get());
  if (all.output.empty() && all.common.quiet && !all.common.json)
    throw UserError("run: -o DIR is needed with --quiet, or nothing would come out");
  auto begin = std::chrono::steady_clock::now();
  bool isImage = kindOf(arguments.network) == SourceKind::Image;
  auto image = isImage ? openImage(arguments) : compileNow(arguments);
  double compileSeconds = secondsSince(begin);
  if (interrupted())
    throw Interrupted();

  if (ranks && report::targetOf(*image) != "spinn")
    throw UserError(
        fmt::format("{} processes: only the target spinn runs a network on several, this is {}",
                    ranks->count(), report::targetOf(*image)));

  Engine engine = arguments.engine == "rtl" ? Engine::Rtl : Engine::Functional;
  Inputs inputs = readInputs(*image, arguments.input);
  checkValues(inputs, report::targetOf(*image));
  std::vector<probe::Request> requests = requestsOf(*image, arguments);
  checkRequests(*image, requests);
  Json compiled = Json::parse(image->meta().options()->str(), nullptr, false);
  RunOptions runOptions;
  runOptions.engine = engine;
  runOptions.machine.threads = arguments.common.threadCount();
  runOptions.machine.shards = arguments.shards;
  runOptions.machine.pin = arguments.pin;
  runOptions.machine.ranks = ranks;
  runOptions.machine.seed = arguments.common.seed.value_or(
      compiled.is_object() ? compiled.value("seed", uint64_t(0)) : 0);
  runOptions.machine.provenance = arguments.provenance.options(report::targetOf(*image));
  runOptions.label = "run";
  runOptions.quiet = arguments.common.quiet;
  Recording recording(image, requests, arguments.output, arguments.raw);
  SimulationResult simulation = simulate(image, inputs, runOptions, recording);

  auto written = std::chrono::steady_clock::now();
  probe::RunResult result = resultOf(*image, engine, simulation);
  result.options = optionsOf(arguments, inputs, requests, runOptions.machine.seed);
  result.files = recording.finish();
  if (!arguments.output.empty()) {
    if (simulation.provenance) {
      report::writeProvenance(arguments.output, *simulation.provenance);
      result.files.push_back("provenance.json");
    }
    for (std::string &file : probe::writeLearnt(arguments.output, *image, simulation.learnt))
      result.files.push_back(std::move(file));
    probe::writeRunJson(arguments.output, result, *image);
    probe::Timing timing;
    timing.compileSeconds = compileSeconds;
    timing.loadSeconds = simulation.loadSeconds;
    timing.runSeconds = simulation.runSeconds;
    timing.writeSeconds = secondsSince(written);
    timing.simulatedSeconds = image->meta().dt() * double(result.steps);
    timing.threads = runOptions.machine.threads;
    probe::writeTimingJson(arguments.output, timing, result.steps);
  }
  if (arguments.common.json) {
    nlohmann::json document = probe::toJson(result, *image);
    if (simulation.provenance)
      document["provenance"] = report::toJson(*simulation.provenance);
    fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else if (!arguments.common.quiet) {
    printSummary(*image, result, simulation, inputs.steps);
    if (simulation.provenance)
      fmt::print("{}", report::toText(*simulation.provenance));
  }
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
  command->add_option(
      "--record", arguments->record,
      "what to record, POP:spikes,v (repeatable), or none (default: the outputs' spikes)");
  command->add_flag("--raw", arguments->raw,
                    "record states as the raw integers of a fixed-point engine");
  command
      ->add_option(
          "--shards", arguments->shards,
          "of spinn: parts that neurons are dealt to (default: one per thread); results do "
          "not depend on it")
      ->check(CLI::Range(0, 4096));
  command->add_flag("--pin", arguments->pin,
                    "of spinn: keep each thread on a processor of its own");
  command->add_option("-o,--output", arguments->output, "folder for the results");
  arguments->input.addTo(*command);
  arguments->common.addTo(*command);
  arguments->targetOptions.addTo(*command);
  arguments->provenance.addTo(*command);
  command->callback([arguments, &exitCode] { exitCode = run(*arguments); });
}

} // namespace spindle::tool
