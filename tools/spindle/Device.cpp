// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle device: synapse devices: list the presets, show one, fit one to a measurement.
#include "runtime/image/Errors.h"
#include "sim/device/DeviceFile.h"
#include "sim/device/Presets.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/DeviceReport.h"

#include <fmt/format.h>

#include <fstream>

namespace spindle::tool {
namespace {

using device::Device;
using Json = nlohmann::ordered_json;

struct Arguments {
  std::string device, curve, output, svg, name, model = "exponential";
  uint32_t drawn = 0, nodes = 33;
  uint64_t seed = 0;
  bool json = false;
};

void print(const Json &json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void writeText(const std::string &path, const std::string &text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush())
    throw UserError(path + ": cannot be written");
}

/// A preset by its name, else a file: names of presets have no dot and no slash.
Device deviceNamed(const std::string &name) {
  if (const Device *preset = device::presetNamed(name))
    return *preset;
  if (name.find_first_of("./") != std::string::npos)
    return device::readDevice(name);
  std::vector<std::string_view> names;
  for (const Device &preset : device::presets())
    names.push_back(preset.name);
  std::string_view near = device::nearest(name, names);
  throw UserError(fmt::format("'{}' is neither a preset nor a file with a dot in its name ({})",
                              name,
                              near.empty() ? "`spindle device list` names the presets"
                                           : fmt::format("did you mean '{}'?", near)));
}

int list(const Arguments &arguments) {
  Json all = Json::array();
  for (const Device &d : device::presets()) {
    std::string range =
        fmt::format("{} to {}", engineering(d.minimum, "S"), engineering(d.maximum, "S"));
    if (arguments.json)
      all.push_back({{"name", d.name},
                     {"note", d.note},
                     {"source", d.source},
                     {"min", d.minimum},
                     {"max", d.maximum},
                     {"levels", d.levelCount()}});
    else
      fmt::print("{:<18} {:<24} {:>5} levels  {}\n", d.name, range, d.levelCount(), d.note);
  }
  if (arguments.json)
    print(all);
  return Ok;
}

int show(const Arguments &arguments) {
  Device d = deviceNamed(arguments.device);
  Plot plot = curvesOf(d);
  if (!arguments.output.empty())
    writeText(arguments.output, device::toToml(d));
  if (arguments.json) {
    Json json = toJson(d);
    for (const PlotSeries &series : plot.series)
      json["curves"][series.name] = {{"pulses", series.pulses}, {"siemens", series.siemens}};
    print(json);
  } else {
    fmt::print("{:<12} {}\n{}\n{}", "device:", d.name.empty() ? arguments.device : d.name,
               describe(d), asciiPlot(plot));
    fmt::print("{:>13}+ pulses up from the lowest state{}\n", "",
               d.down ? ", o pulses down from the highest" : "");
  }
  if (!arguments.svg.empty()) {
    addDrawn(plot, d, arguments.drawn, arguments.seed);
    writeText(arguments.svg, svgPlot(plot));
  }
  return Ok;
}

void printQuality(const char *direction, const device::FitQuality &q, double range) {
  fmt::print(
      "  {:<5} {:>6} points  RMS {} ({:.3g} % of the range)  max {} ({:.3g} %)  R^2 {:.6f}\n",
      direction, q.points, engineering(q.rms, "S"), 100 * q.rms / range,
      engineering(q.largest, "S"), 100 * q.largest / range, q.rSquared);
}

void printFit(const char *model, const device::Fit &fit) {
  double range = fit.device.maximum - fit.device.minimum;
  fmt::print("{}\n", model);
  printQuality("up", *fit.up, range);
  if (fit.down)
    printQuality("down", *fit.down, range);
}

Json fitJson(const device::Fit &fit) {
  double range = fit.device.maximum - fit.device.minimum;
  return {{"up", toJson(*fit.up, range)}, {"down", fit.down ? toJson(*fit.down, range) : Json()}};
}

int fit(const Arguments &arguments) {
  device::MeasuredCurves curves = device::readMeasured(arguments.curve);
  device::Fit exponential = device::fitExponential(curves, arguments.curve);
  device::Fit piecewise = device::fitPiecewise(curves, arguments.curve, arguments.nodes);
  Device d = arguments.model == "piecewise" ? piecewise.device : exponential.device;
  d.name = arguments.name;
  if (!arguments.output.empty())
    writeText(arguments.output, device::toToml(d));
  if (!arguments.svg.empty()) {
    Plot plot = curvesOf(d);
    plot.title = d.name.empty() ? arguments.curve : d.name;
    addMeasured(plot, curves);
    writeText(arguments.svg, svgPlot(plot));
  }
  if (arguments.json) {
    print(
        {{"file", arguments.curve},
         {"model", arguments.model},
         {"device", toJson(d)},
         {"quality", {{"exponential", fitJson(exponential)}, {"piecewise", fitJson(piecewise)}}}});
    return Ok;
  }
  printFit("exponential", exponential);
  printFit(fmt::format("piecewise, {} nodes", arguments.nodes).c_str(), piecewise);
  fmt::print("\nmodel:       {}\n{}", arguments.model, describe(d));
  return Ok;
}

/// The readers' errors are the user's.
template <typename F> int asUser(F f) {
  try {
    return f();
  } catch (const device::DeviceFileError &error) {
    throw UserError(error.what());
  }
}

void addShow(CLI::App &command, std::shared_ptr<Arguments> arguments, int &exitCode) {
  CLI::App *sub = command.add_subcommand("show", "parameters, label and curvature, and the curves");
  sub->add_option("DEVICE", arguments->device, "preset, or device file (.toml)")->required();
  sub->add_option("-o,--output", arguments->output, "write it as a device file to start from");
  sub->add_option("--svg", arguments->svg, "draw the curves into this file");
  sub->add_option("--devices", arguments->drawn, "with --svg: curves of so many drawn devices")
      ->check(CLI::Range(0, 1000));
  sub->add_option("--seed", arguments->seed, "key of their draws (default 0)");
  sub->add_flag("--json", arguments->json, "print results as JSON");
  sub->callback([=, &exitCode] { exitCode = asUser([&] { return show(*arguments); }); });
}

void addFit(CLI::App &command, std::shared_ptr<Arguments> arguments, int &exitCode) {
  CLI::App *sub = command.add_subcommand("fit", "fit a device to measured conductance curves");
  sub->add_option("CSV", arguments->curve,
                  "columns pulse,conductance or up,down or pulse,up,down (docs/devices.md)")
      ->required();
  sub->add_option("--model", arguments->model,
                  "which fit is written and drawn (default exponential)")
      ->check(CLI::IsMember({"exponential", "piecewise"}));
  sub->add_option("--nodes", arguments->nodes, "steps of a piecewise curve (default 33)")
      ->check(CLI::Range(2, 4097));
  sub->add_option("--name", arguments->name, "name of the device");
  sub->add_option("-o,--output", arguments->output, "write the device file");
  sub->add_option("--svg", arguments->svg, "draw measurement and fit into this file");
  sub->add_flag("--json", arguments->json, "print results as JSON");
  sub->callback([=, &exitCode] { exitCode = asUser([&] { return fit(*arguments); }); });
}

} // namespace

void addDevice(CLI::App &app, int &exitCode) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command = app.add_subcommand("device", "synapse devices: presets, files, fits");
  command->require_subcommand(1);
  CLI::App *sub = command->add_subcommand("list", "the presets, with their sources in --json");
  sub->add_flag("--json", arguments->json, "print results as JSON");
  sub->callback([arguments, &exitCode] { exitCode = list(*arguments); });
  addShow(*command, arguments, exitCode);
  addFit(*command, arguments, exitCode);
  command->footer("`spindle device COMMAND --help` lists the options of each.");
}

} // namespace spindle::tool
