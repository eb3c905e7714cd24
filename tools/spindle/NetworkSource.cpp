// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/spindle/NetworkSource.h"

#include "compiler/models/Library.h"
#include "compiler/transforms/Connectivity.h"
#include "compiler/transforms/Passes.h"
#include "dialects/snn/Snn.h"
#include "tools/Registry.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace spindle::tool {
namespace {

const mlir::DialectRegistry &dialects() {
  static const mlir::DialectRegistry registry = [] {
    mlir::DialectRegistry all;
    registerDialects(all);
    return all;
  }();
  return registry;
}

// One name for the three back ends, so that the code below is written once.
mlir::LogicalResult lower(mlir::ModuleOp module, const ReferenceOptions &options) {
  return lowerToReference(module, options);
}
mlir::LogicalResult lower(mlir::ModuleOp module, const SpinnOptions &options) {
  return lowerToSpinn(module, options);
}
mlir::LogicalResult lower(mlir::ModuleOp module, const XbarOptions &options) {
  return lowerToXbar(module, options);
}
auto write(mlir::ModuleOp module, const ReferenceOptions &options) {
  return writeReferenceImage(module, options);
}
auto write(mlir::ModuleOp module, const SpinnOptions &options) {
  return writeSpinnImage(module, options);
}
auto write(mlir::ModuleOp module, const XbarOptions &options) {
  return writeXbarImage(module, options);
}
Target targetOf(const ReferenceOptions &) { return Target::Reference; }
Target targetOf(const SpinnOptions &) { return Target::Spinn; }
Target targetOf(const XbarOptions &) { return Target::Xbar; }

std::string print(mlir::ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream);
  stream << "\n";
  return text;
}

} // namespace

SourceKind kindOf(const std::string &file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    throw UserError(fmt::format("{}: it is a folder, a file is needed", file));
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw UserError(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  char head[8] = {};
  stream.read(head, sizeof(head));
  std::string extension = std::filesystem::path(file).extension().string();
  if (std::memcmp(head, "SPINDLE\n", 8) == 0 || extension == ".spn")
    return SourceKind::Image;
  if (extension == ".mlir")
    return SourceKind::Text;
  return SourceKind::Nir;
}

Network::Network(const std::string &file, const CommonOptions &options, Empty)
    : file_(file), seed_(options.seed.value_or(0)),
      weights_(options.weights.empty() ? "auto" : options.weights),
      context_(dialects(), mlir::MLIRContext::Threading::DISABLED),
      diagnostics_(&context_, std::filesystem::path(file).filename().string()) {
  context_.loadAllAvailableDialects();
}

Network::Network(const std::string &file, const CommonOptions &options)
    : Network(file, options, Empty()) {
  if (kindOf(file) == SourceKind::Text)
    parseText(options);
  else
    importNir(nir::load(file_, options.weights), options);
}

Network::Network(const std::string &file, const nir::Graph &graph, const CommonOptions &options)
    : Network(file, options, Empty()) {
  importNir(graph, options);
}

void Network::importNir(const nir::Graph &graph, const CommonOptions &options) {
  module_ = nir::importNir(graph, file_, options.import(), &context_, report_);
  if (!module_ || mlir::failed(mlir::verify(*module_)))
    diagnostics_.raise("the import");
}

void Network::parseText(const CommonOptions &options) {
  for (auto [given, name] :
       {std::pair(&options.profile, "--profile"), {&options.weights, "--weights"}})
    if (!given->empty())
      throw UserError(fmt::format("{}: {} is an option for NIR files only", file_, name));
  // It verifies once the models that it names stand in it.
  mlir::ParserConfig config(&context_, /*verifyAfterParse=*/false);
  module_ = mlir::parseSourceFile<mlir::ModuleOp>(file_, config);
  if (!module_ || mlir::failed(models::link(*module_)) || mlir::failed(mlir::verify(*module_)))
    diagnostics_.raise("the parser");
  auto networks = module_->getOps<snn::NetworkOp>();
  if (std::distance(networks.begin(), networks.end()) != 1)
    throw UserError(fmt::format("{}: it must hold exactly one snn.network", file_));
  snn::NetworkOp network = *networks.begin();
  report_.dtReason = "the network says so";
  if (std::optional<double> dt = options.import().dt) {
    network.setDtAttr(mlir::Builder(&context_).getF64FloatAttr(*dt));
    report_.dtReason = "--dt";
  }
  if (options.seed)
    network->setAttr("seed",
                     mlir::Builder(&context_).getI64IntegerAttr(static_cast<int64_t>(seed_)));
  if (network.getDt())
    report_.dt = network.getDt()->convertToDouble();
  report_.profile = network.getProfile().value_or("").str();
  report_.profileReason = "the network's own models";
  for (snn::ModelOp model : network.getOps<snn::ModelOp>())
    report_.needsDt |= model.readsDt();
}

void Network::checkOrder() {
  mlir::OwningOpRef<mlir::ModuleOp> module = module_->clone();
  for (snn::NetworkOp network : module->getOps<snn::NetworkOp>())
    if (mlir::failed(transforms::resolveConnections(network)) ||
        mlir::failed(transforms::evaluationOrder(network)))
      diagnostics_.raise("the order of evaluation");
}

template <typename Options> Json Network::resolved(const Options &options) const {
  Json result;
  result["target"] = nameOf(targetOf(options));
  result["dt"] = report_.dt ? Json(*report_.dt) : Json();
  result["dt_reason"] = report_.dtReason;
  result["profile"] = report_.profile;
  result["profile_reason"] = report_.profileReason;
  result["weights"] = weights_;
  result["seed"] = seed_;
  result[nameOf(targetOf(options))] = toJson(options);
  return result;
}

template <typename Options>
mlir::OwningOpRef<mlir::ModuleOp> Network::lowered(const Options &options) {
  mlir::OwningOpRef<mlir::ModuleOp> module = module_->clone();
  // The pipelines copy this text into the image, so that a run of the image can say what it is.
  (*module)->setAttr("spindle.options", mlir::StringAttr::get(&context_, resolved(options).dump()));
  if (mlir::failed(lower(*module, options)))
    diagnostics_.raise("the pipeline to " + nameOf(targetOf(options)));
  return module;
}

template <typename Options> std::vector<std::byte> Network::bytes(const Options &options) {
  mlir::OwningOpRef<mlir::ModuleOp> module = lowered(options);
  auto result = write(*module, options);
  if (mlir::failed(result))
    diagnostics_.raise("the image writer of " + nameOf(targetOf(options)));
  return std::move(*result);
}

std::shared_ptr<const image::Image> Network::compile(const ReferenceOptions &options) {
  return image::Image::fromBytes(bytes(options));
}
std::shared_ptr<const image::Image> Network::compile(const SpinnOptions &options) {
  return image::Image::fromBytes(bytes(options));
}
std::shared_ptr<const image::Image> Network::compile(const XbarOptions &options) {
  return image::Image::fromBytes(bytes(options));
}

std::vector<std::byte> Network::imageBytes(Target target, const TargetOptions &options) {
  return withOptions(target, options, [&](const auto &resolved) { return bytes(resolved); });
}

std::string Network::mappedText(Target target, const TargetOptions &options) {
  return withOptions(target, options,
                     [&](const auto &resolved) { return print(*lowered(resolved)); });
}

std::string Network::verilog(const XbarOptions &options) {
  mlir::OwningOpRef<mlir::ModuleOp> module = lowered(options);
  mlir::FailureOr<std::string> text = emitXbarVerilog(*module);
  if (mlir::failed(text))
    diagnostics_.raise("the SystemVerilog emitter");
  return *text;
}

std::string Network::text() { return print(*module_); }

std::vector<std::string> Network::freshWarnings() {
  std::vector<std::string> fresh;
  for (; shown_ < warnings().size(); ++shown_)
    if (std::ranges::find(fresh, warnings()[shown_]) == fresh.end())
      fresh.push_back(warnings()[shown_]);
  return fresh;
}

void printChoices(Network &network) {
  const nir::ImportReport &report = network.report();
  if (report.dt)
    fmt::print(stderr, "dt {} s ({})\n", *report.dt, report.dtReason);
  if (!report.profile.empty())
    fmt::print(stderr, "profile {} ({})\n", report.profile, report.profileReason);
  for (const std::string &repair : report.repairs)
    fmt::print(stderr, "repaired: {}\n", repair);
  for (const std::string &warning : report.warnings)
    fmt::print(stderr, "warning: {}\n", warning);
  printWarnings(network);
}

void printWarnings(Network &network) {
  for (const std::string &warning : network.freshWarnings())
    fmt::print(stderr, "warning: {}\n", warning);
}

} // namespace spindle::tool
