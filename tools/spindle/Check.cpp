// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle check: what a file holds, what was chosen and why, and every repair.
#include "compiler/transforms/Connectivity.h"
#include "dialects/snn/Snn.h"
#include "runtime/report/ImageReport.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/ImageNodes.h"
#include "tools/spindle/NetworkSource.h"

#include <fmt/format.h>

#include <algorithm>

namespace spindle::tool {
namespace {

struct Arguments {
  std::string network;
  CommonOptions common;
};

struct NodeLine {
  std::string name, type;
  std::vector<int64_t> input, output;
};

struct Findings {
  std::string format, version;
  std::vector<NodeLine> nodes;
  size_t edges = 0;
  nir::ImportReport report;
};

/// The name of a file may be any bytes; JSON is UTF-8.
std::string textOf(const Json &json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

void append(std::vector<std::string> &all, const std::vector<std::string> &more) {
  for (const std::string &line : more)
    if (std::find(all.begin(), all.end(), line) == all.end())
      all.push_back(line);
}

Findings checkNir(const Arguments &arguments) {
  Findings findings;
  findings.format = "NIR";
  nir::Graph graph = nir::load(arguments.network, arguments.common.weights);
  findings.version = graph.version;
  for (const auto &[name, node] : graph.nodes)
    findings.nodes.push_back({name, node.type, node.inputShape, node.outputShape});
  findings.edges = graph.edges.size();
  findings.report = nir::decide(graph, arguments.common.import());
  // The rest of the way, as far as it goes without a step: what a run would refuse is refused here.
  if (findings.report.dt || !findings.report.needsDt) {
    Network network(arguments.network, graph, arguments.common);
    findings.report = network.report();
    network.checkOrder();
    append(findings.report.warnings, network.warnings());
  }
  append(findings.report.repairs, graph.repairs);
  append(findings.report.warnings, graph.warnings);
  return findings;
}

Findings checkText(const Arguments &arguments) {
  Findings findings;
  findings.format = "snn";
  Network network(arguments.network, arguments.common);
  network.checkOrder();
  findings.report = network.report();
  append(findings.report.warnings, network.warnings());
  for (snn::NetworkOp net : network.module().getOps<snn::NetworkOp>()) {
    transforms::Dataflow flow(net);
    for (mlir::Value node : flow.nodes) {
      auto shape = transforms::shapeOf(node);
      std::string type = "relay";
      if (auto population = node.getDefiningOp<snn::PopulationOp>())
        type = population.getModel().str();
      else if (node.getDefiningOp<snn::SourceOp>())
        type = "source";
      findings.nodes.push_back({snn::nodeName(node).str(), type, shape.vec(), shape.vec()});
    }
    findings.edges = flow.projections.size();
  }
  return findings;
}

std::string dtText(const nir::ImportReport &report) {
  if (report.dt)
    return fmt::format("{} s ({})", *report.dt, report.dtReason);
  if (report.needsDt)
    return fmt::format("unknown; a run needs one, give it with --dt ({})", report.dtReason);
  return "not needed: no model depends on it";
}

void print(const std::string &file, const Findings &findings) {
  const nir::ImportReport &report = findings.report;
  fmt::print("{}: {} {}, {} nodes, {} edges\n", file, findings.format, findings.version,
             findings.nodes.size(), findings.edges);
  size_t name = 4, type = 4;
  for (const NodeLine &node : findings.nodes) {
    name = std::max(name, node.name.size());
    type = std::max(type, node.type.size());
  }
  for (const NodeLine &node : findings.nodes)
    fmt::print("  {:<{}}  {:<{}}  {} -> {}\n", node.name, name, node.type, type,
               shapeText(node.input), shapeText(node.output));
  fmt::print("dt: {}\n", dtText(report));
  if (!report.profile.empty())
    fmt::print("profile: {} ({})\n", report.profile, report.profileReason);
  if (!report.unitReason.empty())
    fmt::print("units: {}\n", report.unitReason);
  for (const std::string &line : report.defaults)
    fmt::print("default: {}\n", line);
  for (const std::string &repair : report.repairs)
    fmt::print("repaired: {}\n", repair);
  for (const std::string &warning : report.warnings)
    fmt::print("warning: {}\n", warning);
  fmt::print("{}\n", report.repairs.empty() ? "loaded" : "loaded after repairs");
}

Json toJson(const std::string &file, const Findings &findings) {
  const nir::ImportReport &report = findings.report;
  Json nodes = Json::array();
  for (const NodeLine &node : findings.nodes)
    nodes.push_back({{"name", node.name},
                     {"type", node.type},
                     {"input_shape", node.input},
                     {"output_shape", node.output}});
  Json result = {{"file", file},
                 {"accepted", true},
                 {"format", findings.format},
                 {"version", findings.version},
                 {"nodes", nodes},
                 {"edges", findings.edges},
                 {"dt", report.dt ? Json(*report.dt) : Json()},
                 {"dt_reason", report.dtReason},
                 {"needs_dt", report.needsDt},
                 {"profile", report.profile},
                 {"profile_reason", report.profileReason},
                 {"units", report.unitReason},
                 {"defaults", report.defaults},
                 {"repairs", report.repairs},
                 {"warnings", report.warnings}};
  return result;
}

int checkImage(const Arguments &arguments) {
  auto image = image::Image::open(arguments.network);
  Json description = report::describe(*image);
  if (arguments.common.json) {
    Json result = {{"file", arguments.network}, {"accepted", true}, {"format", "image"}};
    result.update(description);
    fmt::print("{}\n", textOf(result));
    return Ok;
  }
  fmt::print("{}: image for {}, written by {}\n", arguments.network,
             description["target"].get<std::string>(), description["producer"].get<std::string>());
  for (const Json &node : description["nodes"])
    fmt::print("  {}  {}  {}\n", node["name"].get<std::string>(), node["kind"].get<std::string>(),
               shapeText(node["shape"].get<std::vector<int64_t>>()));
  fmt::print("loaded\n");
  return Ok;
}

int check(const Arguments &arguments) {
  try {
    SourceKind kind = kindOf(arguments.network);
    if (kind == SourceKind::Image)
      return checkImage(arguments);
    Findings findings = kind == SourceKind::Text ? checkText(arguments) : checkNir(arguments);
    if (arguments.common.json)
      fmt::print("{}\n", textOf(toJson(arguments.network, findings)));
    else
      print(arguments.network, findings);
    return Ok;
  } catch (const UserError &error) {
    if (arguments.common.json)
      fmt::print(
          "{}\n",
          textOf({{"file", arguments.network}, {"accepted", false}, {"error", error.what()}}));
    throw;
  }
}

} // namespace

void addCheck(CLI::App &app, int &exitCode) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command =
      app.add_subcommand("check", "say what is in a network file, and what was repaired");
  command->add_option("NET", arguments->network, "network (.nir, .mlir) or image (.spn)")
      ->required();
  arguments->common.addTo(*command);
  command->footer("Exit 0: loaded, or repaired. Exit 1: refused, with the reason.");
  command->callback([arguments, &exitCode] { exitCode = check(*arguments); });
}

} // namespace spindle::tool
