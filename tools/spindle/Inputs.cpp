// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Inputs.h"

#include "runtime/io/SpikeInput.h"
#include "tools/spindle/ImageNodes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace spindle::tool {
namespace {

constexpr uint64_t kMaxSteps = uint64_t(1) << 32;

struct Assignment {
  uint32_t node;
  std::string file;
};

/// FILE for the only source, or SOURCE:FILE.
Assignment assign(const image::Image &image, const std::string &text) {
  std::vector<uint32_t> sources = inputsOf(image);
  std::vector<std::string> names;
  for (uint32_t source : sources) {
    std::string name = image.meta().nodes()->Get(source)->name()->str();
    if (text.rfind(name + ":", 0) == 0)
      return {source, text.substr(name.size() + 1)};
    names.push_back("'" + name + "'");
  }
  if (sources.empty())
    throw UserError(fmt::format("--input={}: the network has no source that takes input", text));
  size_t colon = text.find(':');
  std::error_code error;
  bool exists = std::filesystem::exists(text, error);
  if (colon != std::string::npos && !exists)
    throw UserError(fmt::format("--input={}: there is no source '{}' and no such file; sources: {}",
                                text, text.substr(0, colon), fmt::join(names, ", ")));
  if (sources.size() > 1)
    throw UserError(fmt::format("--input={}: the network has {} sources ({}); say which one, as in "
                                "--input=SOURCE:FILE",
                                text, sources.size(), fmt::join(names, ", ")));
  return {sources.front(), text};
}

std::optional<uint64_t> stepsAsked(const image::Image &image, const InputOptions &options) {
  if (options.duration.empty())
    return options.steps;
  if (options.steps)
    throw UserError("--steps and --for exclude each other");
  double dt = image.meta().dt();
  if (dt <= 0)
    throw UserError("--for: the network has no step in seconds; give --steps, or --dt");
  double steps = std::round(parseSeconds(options.duration, "--for") / dt);
  if (!(steps >= 0 && steps < double(kMaxSteps)))
    throw UserError(fmt::format("--for={}: that is {} steps of {} s; at most {} are possible",
                                options.duration, steps, dt, kMaxSteps));
  return static_cast<uint64_t>(steps);
}

} // namespace

void InputOptions::addTo(CLI::App &command) {
  command.add_option("--input", files,
                     "spikes: .npy, .csv, .bin or .bs2; SOURCE:FILE where there are several "
                     "sources (repeatable)");
  command.add_option("--steps", steps, "steps to run (default: as many as the input has rows)");
  command.add_option("--for", duration, "the same as a time: 10s, 256ms");
  command.add_option("--window", window, "length of a step of a camera recording (default: 1ms)");
}

Inputs readInputs(const image::Image &image, const InputOptions &options) {
  Inputs inputs;
  std::optional<uint64_t> asked = stepsAsked(image, options);
  io::LoadOptions load;
  load.dt = image.meta().dt();
  if (!options.window.empty()) {
    load.windowUs = parseSeconds(options.window, "--window") * 1e6;
    if (!(load.windowUs >= 1))
      throw UserError(fmt::format("--window={}: at least 1us is needed", options.window));
  }
  for (const std::string &text : options.files) {
    Assignment assignment = assign(image, text);
    std::string name = image.meta().nodes()->Get(assignment.node)->name()->str();
    for (const SourceRows &other : inputs.sources)
      if (other.node == assignment.node)
        throw UserError(fmt::format("--input={}: source '{}' has an input already", text, name));
    io::SpikeInput spikes;
    try {
      spikes = io::loadSpikes(assignment.file, shapeOf(image, assignment.node), load);
    } catch (const InputError &error) {
      throw InputError(fmt::format("{} (input of source '{}')", error.what(), name));
    }
    inputs.steps = std::max<uint64_t>(inputs.steps, spikes.steps.size());
    inputs.sources.push_back({assignment.node, name,
                              std::filesystem::path(assignment.file).filename().string(),
                              std::move(spikes.steps)});
  }
  std::sort(inputs.sources.begin(), inputs.sources.end(),
            [](const SourceRows &a, const SourceRows &b) { return a.node < b.node; });
  if (asked)
    inputs.steps = *asked;
  else if (options.files.empty())
    throw UserError("how long? Give the spikes with --input=FILE, or --steps=N for a run without "
                    "input");
  if (inputs.steps > kMaxSteps)
    throw UserError(fmt::format("--steps={}: at most {} are possible", inputs.steps, kMaxSteps));
  return inputs;
}

void checkValues(const Inputs &inputs, const std::string &target) {
  if (target == "reference")
    return;
  for (const SourceRows &source : inputs.sources)
    for (size_t step = 0; step < source.rows.size(); ++step)
      for (const Event &event : source.rows[step])
        if (event.value < 0 || event.value != std::floor(event.value) || event.value > 4294967295.0)
          throw InputError(
              fmt::format("{}: row {}, neuron {} holds {}; {} takes spike counts (whole "
                          "numbers >= 0) only, real values run on the reference",
                          source.file, step, event.neuron, event.value, target));
}

} // namespace spindle::tool
