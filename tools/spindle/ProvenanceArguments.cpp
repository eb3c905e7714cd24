// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/ProvenanceArguments.h"

#include "runtime/image/Errors.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <string_view>

namespace spindle::tool {
namespace {

struct Setting {
  uint64_t *value;
  uint64_t least;
};

/// "name=number,…" into the settings of those names.
void parse(std::string_view text, const char *option, const std::map<std::string, Setting> &known) {
  while (!text.empty()) {
    std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    size_t equals = item.find('=');
    auto at = known.find(std::string(item.substr(0, equals)));
    if (at == known.end() || equals == std::string_view::npos) {
      std::string names;
      for (auto &[name, setting] : known)
        names += (names.empty() ? "" : ", ") + name;
      throw UserError(
          fmt::format("{}: '{}' is not NAME=NUMBER with one of {}", option, item, names));
    }
    const char *begin = item.data() + equals + 1, *end = item.data() + item.size();
    uint64_t value = 0;
    auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || value < at->second.least || value > 1'000'000'000)
      throw UserError(fmt::format("{}: '{}' wants a whole number from {} to 1000000000", option,
                                  item, at->second.least));
    *at->second.value = value;
  }
}

} // namespace

void ProvenanceArguments::addTo(CLI::App &command) {
  command.add_flag("--provenance", counts,
                   "spinn: what each core and chip had to do, as a table and as provenance.json");
  command.add_flag(
      "--cycles", cycles,
      "spinn: which cores would miss their tick (=neuron=222,row=400,… changes budgets)");
  command.add_flag("--stress", stress,
                   "spinn: what routers with short queues would drop (=queue=16,wait1=256,…)");
  command.add_option("--time-scale", timeScale,
                     "of --cycles and --stress: wall time of a tick by its simulated time");
}

ProvenanceOptions ProvenanceArguments::options(const std::string &target) const {
  ProvenanceOptions options;
  if (!counts && cycles.empty() && stress.empty()) {
    if (timeScale != 0)
      throw UserError("--time-scale is for --cycles and --stress");
    return options;
  }
  if (target != "spinn")
    throw UserError(fmt::format(
        "--provenance, --cycles and --stress are for the spinn target; this is {}", target));
  options.counts = true;
  if (timeScale != 0 && !(std::isfinite(timeScale) && timeScale > 0 && timeScale <= 1e6))
    throw UserError("--time-scale wants a number above 0, up to 1000000");
  options.timeScale = timeScale;
  CycleBudgets &budgets = options.budgets;
  std::map<std::string, Setting> costs{
      {"clock", {&budgets.perMicrosecond, 1}}, {"tick", {&budgets.tick, 0}},
      {"neuron", {&budgets.neuron, 0}},        {"send", {&budgets.send, 0}},
      {"packet", {&budgets.packet, 1}},        {"row", {&budgets.row, 0}},
      {"synapse", {&budgets.synapse, 0}},      {"buffer", {&budgets.inputBuffer, 1}}};
  options.cycles = !cycles.empty();
  if (options.cycles && cycles != "true")
    parse(cycles, "--cycles", costs);
  if (stress.empty())
    return options;
  StressOptions &routers = options.stress.emplace();
  if (stress != "true")
    parse(stress, "--stress",
          {{"queue", {&routers.queue, 1}},
           {"link", {&routers.link, 1}},
           {"wait1", {&routers.wait1, 0}},
           {"wait2", {&routers.wait2, 0}},
           {"check", {&routers.check, 1}},
           {"reinjection", {&routers.reinjection, 0}}});
  return options;
}

} // namespace spindle::tool
