// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/Options.h"

#include "runtime/image/Errors.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <thread>

namespace spindle::tool {

std::string nameOf(Target target) {
  switch (target) {
  case Target::Reference:
    return "reference";
  case Target::Spinn:
    return "spinn";
  case Target::Xbar:
    return "xbar";
  }
  return "";
}

Target targetNamed(const std::string &name) {
  for (Target target : {Target::Reference, Target::Spinn, Target::Xbar})
    if (name == nameOf(target))
      return target;
  throw UserError(fmt::format("'{}' is not a target (use reference, spinn or xbar)", name));
}

void CommonOptions::addTo(CLI::App &command) {
  command.add_option("--dt", dt, "step in seconds, or with a unit: 1e-4, 0.1ms, 100us");
  command.add_option("--profile", profile,
                     "numeric profile of a NIR file: euler-value, euler-value-norec0, "
                     "euler-subtract, euler-torchsub, exp-value, exp-subtract-multi, "
                     "if-multi-clip");
  command.add_option("--weights", weights, "orientation of Linear and Affine weights")
      ->check(CLI::IsMember({"in_out", "out_in"}));
  command.add_option("--seed", seed, "key of every random draw (default 0)");
  command
      .add_option("--threads", threads, "host threads (default: all); results do not depend on it")
      ->check(CLI::Range(1, 1024));
  command.add_flag("--quiet", quiet, "print results and errors only");
  command.add_flag("--json", json, "print results as JSON");
}

nir::ImportOptions CommonOptions::import() const {
  nir::ImportOptions options;
  if (!dt.empty()) {
    options.dt = parseSeconds(dt, "--dt");
    if (!(*options.dt > 0))
      throw UserError(fmt::format("--dt={}: a step must be longer than 0", dt));
  }
  options.profile = profile;
  options.weights = weights;
  return options;
}

int CommonOptions::threadCount() const {
  if (threads > 0)
    return threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void TargetOptions::addTo(CLI::App &command) {
  const char *fabric = "Fabric (xbar)", *manyCore = "Many-core (spinn)";
  command.add_option("--tiles", tiles, "mesh size, WxH (default 16x16)")->group(fabric);
  command.add_option("--rows", rows, "rows of a crossbar array, a power of two (default 128)")
      ->check(CLI::Range(2, 1024))
      ->group(fabric);
  command.add_option("--cols", cols, "columns of a crossbar array, two per neuron (default 128)")
      ->check(CLI::Range(2, 256))
      ->group(fabric);
  command
      .add_option("--banks", banks,
                  "crossbar arrays of a tile, 1024 rows in all at most (default 8)")
      ->check(CLI::Range(1, 128))
      ->group(fabric);
  command.add_option("--levels", levels, "conductance levels of a device (default 32)")
      ->check(CLI::Range(2, 32768))
      ->group(fabric);
  command.add_option("--adc-bits", adcBits, "resolution of the column converters (default 9)")
      ->check(CLI::Range(1, 16))
      ->group(fabric);
  command
      .add_option("--constants", constants,
                  "who computes the constants of PyNN models (decays, resistances): on-core "
                  "(default), or host-truncated, as older releases of the machine's tools did")
      ->check(CLI::IsMember({"on-core", "host-truncated"}))
      ->group(manyCore);
  command
      .add_option(
          "--weight-shift", weightShift,
          "binary places by which the 16-bit weights are raised (default: chosen per population "
          "and synapse type)")
      ->check(CLI::Range(0, 15))
      ->group(manyCore);
  command
      .add_option(
          "--neurons-per-core", neuronsPerCore,
          "neurons of a slice, at most (default 256; long delays and the memory of a core make "
          "slices smaller)")
      ->check(CLI::Range(1, 256))
      ->group(manyCore);
  command
      .add_option("--board", board,
                  "spinn3 (4 chips), spinn5 (48 chips, default), or a spinn5 machine by its chips, "
                  "as in 12x12 (which wraps round)")
      ->group(manyCore);
  command
      .add_option("--boards", boards,
                  "spinn5 boards, rounded up to whole triads above one, or auto: as many as the "
                  "network needs (default)")
      ->group(manyCore);
  command.add_option("--dead-chips", deadChips, "chips that do not work: x,y:…")->group(manyCore);
  command
      .add_option("--dead-cores", deadCores,
                  "cores that do not work: x,y,p:… with p as in 3 or 2-5 (-3: physical core 3)")
      ->group(manyCore);
  command
      .add_option("--dead-links", deadLinks,
                  "links that do not work, each in its one direction: x,y,link:… with 0 = E, 1 = "
                  "NE, 2 = N, 3 = W, 4 = SW, 5 = S")
      ->group(manyCore);
  command
      .add_option("--placement", placement,
                  "radial (populations in order, breadth first) or optimised (default: what sends "
                  "much to one another lies close together)")
      ->check(CLI::IsMember({"radial", "optimised"}))
      ->group(manyCore);
  command
      .add_option("--routing", routing,
                  "dimension (longest dimension first) or congestion (default: shared trees, by "
                  "hops and load)")
      ->check(CLI::IsMember({"dimension", "congestion"}))
      ->group(manyCore);
  command
      .add_option("--minimise", minimise,
                  "how routing tables are made smaller: auto (default: too large ones, with the "
                  "best), or all tables with none, range, pair, ordered-covering or best")
      ->check(CLI::IsMember({"auto", "none", "range", "pair", "ordered-covering", "best"}))
      ->group(manyCore);
}

SpinnOptions TargetOptions::spinn() const {
  SpinnOptions options;
  if (weightShift)
    options.weightShift = *weightShift;
  options.neuronsPerCore = neuronsPerCore.value_or(options.neuronsPerCore);
  if (!board.empty())
    options.board = board;
  if (!boards.empty() && boards != "auto") {
    char rest = 0;
    if (std::sscanf(boards.c_str(), "%u%c", &options.boards, &rest) != 1 || boards[0] == '-' ||
        options.boards < 1)
      throw UserError(fmt::format("--boards={}: expected a number from 1 on, or auto", boards));
  }
  options.deadChips = deadChips;
  options.deadCores = deadCores;
  options.deadLinks = deadLinks;
  options.hostTruncated = constants == "host-truncated";
  for (auto [given, option] : {std::pair(&placement, &options.placement),
                               {&routing, &options.routing},
                               {&minimise, &options.minimise}})
    if (!given->empty())
      *option = *given;
  return options;
}

XbarOptions TargetOptions::xbar() const {
  XbarOptions options;
  options.rows = rows.value_or(options.rows);
  options.cols = cols.value_or(options.cols);
  options.banks = banks.value_or(options.banks);
  options.levels = levels.value_or(options.levels);
  options.adcBits = adcBits.value_or(options.adcBits);
  if (!tiles.empty()) {
    unsigned width = 0, height = 0;
    char rest = 0;
    if (std::sscanf(tiles.c_str(), "%ux%u%c", &width, &height, &rest) != 2 || width < 1 ||
        height < 1 || width > 16 || height > 16)
      throw UserError(fmt::format("--tiles={}: expected WxH with 1 to 16 each, as in 4x4", tiles));
    options.meshWidth = width;
    options.meshHeight = height;
  }
  if (options.cols % 2)
    throw UserError(fmt::format("--cols={}: columns come in pairs, one neuron each", options.cols));
  return options;
}

std::vector<std::string> compileOptionsGiven(const CLI::App &command) {
  std::vector<std::string> given;
  for (const char *name : {"--dt",
                           "--profile",
                           "--weights",
                           "--tiles",
                           "--rows",
                           "--cols",
                           "--banks",
                           "--levels",
                           "--adc-bits",
                           "--weight-shift",
                           "--neurons-per-core",
                           "--board",
                           "--boards",
                           "--dead-chips",
                           "--dead-cores",
                           "--dead-links",
                           "--constants",
                           "--placement",
                           "--routing",
                           "--minimise"})
    if (const CLI::Option *option = command.get_option_no_throw(name); option && option->count())
      given.push_back(name);
  return given;
}

double parseSeconds(const std::string &text, const std::string &option) {
  char *end = nullptr;
  double value = std::strtod(text.c_str(), &end);
  std::string unit = end;
  double scale = 0;
  if (unit.empty() || unit == "s")
    scale = 1;
  else if (unit == "ms")
    scale = 1e-3;
  else if (unit == "us")
    scale = 1e-6;
  else if (unit == "ns")
    scale = 1e-9;
  if (end == text.c_str() || scale == 0 || !std::isfinite(value))
    throw UserError(
        fmt::format("{}={}: expected a time, as in 1e-4, 0.1ms or 100us", option, text));
  return value * scale;
}

Json toJson(const ReferenceOptions &options) {
  return {{"retime", options.retime},
          {"fixed_point", options.fixedPoint},
          {"quantize", options.quantize},
          {"levels", options.levels}};
}

Json toJson(const SpinnOptions &options) {
  return {{"board", options.board},
          {"boards", options.boards == 0 ? Json("auto") : Json(options.boards)},
          {"dead_chips", options.deadChips},
          {"dead_cores", options.deadCores},
          {"dead_links", options.deadLinks},
          {"placement", options.placement},
          {"routing", options.routing},
          {"minimise", options.minimise},
          {"neurons_per_core", options.neuronsPerCore},
          {"weight_shift", options.weightShift},
          {"constants", options.hostTruncated ? "host-truncated" : "on-core"}};
}

Json toJson(const XbarOptions &options) {
  return {{"mesh", {options.meshWidth, options.meshHeight}},
          {"rows", options.rows},
          {"cols", options.cols},
          {"banks", options.banks},
          {"levels", options.levels},
          {"adc_bits", options.adcBits},
          {"float_neurons", options.floatNeurons}};
}

} // namespace spindle::tool
