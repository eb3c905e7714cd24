// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/probe/RunResult.h"

#include "runtime/io/Files.h"

#include <cmath>
#include <sys/utsname.h>
#include <thread>

namespace spindle::probe {
namespace {

using nlohmann::json;

/// A whole number without a decimal point, so that counts read as counts.
json numberOf(double value) {
  if (std::floor(value) == value && std::abs(value) < 9e15)
    return static_cast<int64_t>(value);
  return std::isfinite(value) ? json(value) : json(nullptr);
}

json populationsOf(const RunResult &result) {
  json all = json::object();
  for (const auto &[name, counts] : result.populations)
    all[name] = {{"active_neurons", counts.activeNeurons},
                 {"events", counts.events},
                 {"total", numberOf(counts.total)}};
  return all;
}

json outputsOf(const RunResult &result, const image::Image &image) {
  json all = json::array();
  for (const image::fb::Output *output : *image.meta().outputs()) {
    const image::fb::Node &node = *image.meta().nodes()->Get(output->node());
    all.push_back({{"name", output->name()->str()},
                   {"node", node.name()->str()},
                   {"shape", std::vector<int64_t>(node.shape()->begin(), node.shape()->end())},
                   {"latency", node.latency()}});
    auto found = result.classes.find(output->name()->str());
    if (found != result.classes.end())
      all.back()["class"] = found->second;
  }
  return all;
}

/// The compile options as JSON; an image of another maker may hold anything else, which stays text.
json compileOptionsOf(const image::Image &image) {
  json options = json::parse(image.meta().options()->string_view(), nullptr, false);
  return options.is_discarded() ? json(image.meta().options()->str()) : options;
}

void write(const std::filesystem::path &file, const json &document) {
  io::writeText(file, document.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

json hostOf() {
  utsname name{};
  if (uname(&name) != 0)
    return nullptr;
  return {{"name", name.nodename},
          {"machine", name.machine},
          {"system", name.sysname},
          {"cpus", std::thread::hardware_concurrency()}};
}

} // namespace

json toJson(const RunResult &result, const image::Image &image) {
  double dt = image.meta().dt();
  return {{"compile", compileOptionsOf(image)},
          {"counters", result.counters},
          {"dt", dt > 0 ? json(dt) : json(nullptr)},
          {"engine", result.engine},
          {"files", result.files},
          {"interrupted", result.interrupted},
          {"options", result.options},
          {"outputs", outputsOf(result, image)},
          {"populations", populationsOf(result)},
          {"producer", image.meta().producer()->str()},
          {"profile", image.meta().profile()->str()},
          {"steps", result.steps},
          {"target", result.target}};
}

void writeRunJson(const std::filesystem::path &directory, const RunResult &result,
                  const image::Image &image) {
  write(directory / "run.json", toJson(result, image));
}

void writeTimingJson(const std::filesystem::path &directory, const Timing &timing, uint64_t steps) {
  bool ran = timing.runSeconds > 0;
  json factor = ran && timing.simulatedSeconds > 0
                    ? json(timing.runSeconds / timing.simulatedSeconds)
                    : json(nullptr);
  write(directory / "timing.json",
        {{"compile_seconds", timing.compileSeconds},
         {"host", hostOf()},
         {"load_seconds", timing.loadSeconds},
         {"real_time_factor", factor},
         {"run_seconds", timing.runSeconds},
         {"steps", steps},
         {"steps_per_second",
          ran ? json(static_cast<double>(steps) / timing.runSeconds) : json(nullptr)},
         {"threads", timing.threads},
         {"write_seconds", timing.writeSeconds}});
}

} // namespace spindle::probe
