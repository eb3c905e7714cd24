// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// spindle compile: a network to an image, or to one of the forms on the way to it.
#include "runtime/io/Files.h"
#include "runtime/report/ImageReport.h"
#include "runtime/report/MachineUse.h"
#include "tools/spindle/Commands.h"
#include "tools/spindle/NetworkSource.h"

#include <fmt/format.h>

namespace spindle::tool {
namespace {

struct Arguments {
  std::string network, target, output, emit = "image", picturedNode;
  CommonOptions common;
  TargetOptions targetOptions;
};

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// JSON, or for a many-core machine a text or a picture, by the name of the output.
std::string reportOf(const image::Image &image, Target target, const Arguments &arguments) {
  bool picture = endsWith(arguments.output, ".svg"), plain = endsWith(arguments.output, ".txt");
  if (!picture && !plain)
    return report::describe(image).dump(2) + "\n";
  if (target != Target::Spinn)
    throw UserError(fmt::format("{}: a report as a picture or a text is made for the spinn target "
                                "only (use a name that ends in .json)",
                                arguments.output));
  report::MachineUse use = report::machineUse(image);
  return picture ? report::machinePicture(use, arguments.picturedNode) : report::machineText(use);
}

std::string text(Network &network, Target target, const Arguments &arguments) {
  if (arguments.emit == "snn")
    return network.text();
  if (arguments.emit == "target")
    return network.mappedText(target, arguments.targetOptions);
  if (arguments.emit == "verilog") {
    if (target != Target::Xbar)
      throw UserError("--emit=verilog: only the xbar target has a datapath in SystemVerilog "
                      "(use --target=xbar)");
    return network.verilog(arguments.targetOptions.xbar());
  }
  auto image = image::Image::fromBytes(network.imageBytes(target, arguments.targetOptions));
  return reportOf(*image, target, arguments);
}

int compile(const Arguments &arguments) {
  Target target = targetNamed(arguments.target);
  bool toImage = arguments.emit == "image";
  if (toImage && arguments.output.empty())
    throw UserError("compile: -o OUT.spn is needed for an image");
  if (kindOf(arguments.network) == SourceKind::Image)
    throw UserError(
        fmt::format("{}: it is an image already; compile takes a network", arguments.network));
  Network network(arguments.network, arguments.common);
  if (!arguments.common.quiet)
    printChoices(network);

  if (!toImage) {
    std::string result = text(network, target, arguments);
    if (!arguments.common.quiet)
      printWarnings(network);
    if (arguments.output.empty() || arguments.output == "-")
      fmt::print("{}", result);
    else
      io::writeText(arguments.output, result);
    return Ok;
  }
  std::vector<std::byte> bytes = network.imageBytes(target, arguments.targetOptions);
  if (!arguments.common.quiet)
    printWarnings(network);
  auto image = image::Image::fromBytes(bytes); // what cannot be loaded is not written
  io::AtomicFile file(arguments.output);
  file.write(bytes);
  file.commit();
  if (arguments.common.json)
    fmt::print("{}\n", report::describe(*image).dump(2));
  else if (!arguments.common.quiet)
    fmt::print(stderr, "{}: {} image, {} bytes\n", arguments.output, arguments.target,
               bytes.size());
  return Ok;
}

} // namespace

void addCompile(CLI::App &app, int &exitCode) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App *command = app.add_subcommand("compile", "compile a network to an image");
  command->add_option("NET", arguments->network, "network: .nir, or .mlir (snn)")->required();
  command->add_option("--target", arguments->target, "reference, spinn or xbar")
      ->required()
      ->check(CLI::IsMember({"reference", "spinn", "xbar"}));
  command->add_option("-o,--output", arguments->output, "file to write");
  command
      ->add_option("--emit", arguments->emit,
                   "what to write: image (default), or as text: snn (the network as read), target "
                   "(mapped: placement, routes, tiles), verilog (neuron datapaths), report "
                   "(resources in use: JSON; for spinn also as text with -o X.txt, as a picture of "
                   "the machine with -o X.svg)")
      ->check(CLI::IsMember({"snn", "target", "verilog", "report", "image"}));
  command->add_option("--picture-node", arguments->picturedNode,
                      "node whose packets' way the picture shows (default: the longest way)");
  arguments->common.addTo(*command);
  arguments->targetOptions.addTo(*command);
  command->callback([arguments, &exitCode] { exitCode = compile(*arguments); });
}

} // namespace spindle::tool
