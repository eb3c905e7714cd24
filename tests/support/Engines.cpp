// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/support/Engines.h"

#include "compiler/models/Library.h"
#include "dialects/snn/Snn.h"
#include "runtime/io/Npy.h"
#include "sim/fabric/FabricMachine.h"
#include "sim/reference/ReferenceMachine.h"
#include "sim/spinn/SpinnMachine.h"
#include "tools/Registry.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <stdexcept>

namespace spindle::test {
namespace {

/// A context with our dialects, whose diagnostics become text.
struct Session {
  mlir::MLIRContext context;
  std::string messages;
  mlir::ScopedDiagnosticHandler handler;

  Session()
      : context(registry()), handler(&context, [this](mlir::Diagnostic &d) {
          messages += d.str() + "\n";
          return mlir::success();
        }) {
    context.loadAllAvailableDialects();
  }

  static const mlir::DialectRegistry &registry() {
    static const mlir::DialectRegistry all = [] {
      mlir::DialectRegistry r;
      registerDialects(r);
      return r;
    }();
    return all;
  }
};

std::vector<std::byte> finish(mlir::ModuleOp module, const TargetOptions &target,
                              Session &session) {
  auto build = [&](auto lower, auto write, const auto &options) {
    if (mlir::failed(lower(module, options)))
      throw std::runtime_error(session.messages);
    auto bytes = write(module, options);
    if (mlir::failed(bytes))
      throw std::runtime_error(session.messages);
    return std::move(*bytes);
  };
  if (auto *o = std::get_if<ReferenceOptions>(&target))
    return build(lowerToReference, writeReferenceImage, *o);
  if (auto *o = std::get_if<SpinnOptions>(&target))
    return build(lowerToSpinn, writeSpinnImage, *o);
  return build(lowerToXbar, writeXbarImage, std::get<XbarOptions>(target));
}

} // namespace

Frames readFrames(const std::filesystem::path &file) {
  io::NpyArray array = io::readNpy(file.string());
  auto steps = static_cast<size_t>(array.shape.at(0));
  size_t width = steps ? array.size() / steps : 0;
  Frames frames(steps, std::vector<double>(width));
  for (size_t i = 0; i < array.size(); ++i)
    frames[i / width][i % width] = array.at(i);
  return frames;
}

std::shared_ptr<const image::Image>
compileNir(const nir::Graph &graph, const nir::ImportOptions &import, const TargetOptions &target) {
  Session session;
  nir::ImportReport report;
  auto module = nir::importNir(graph, "test.nir", import, &session.context, report);
  if (!module)
    throw std::runtime_error(session.messages);
  return image::Image::fromBytes(finish(*module, target, session));
}

std::shared_ptr<const image::Image> compileText(const std::string &text,
                                                const TargetOptions &target) {
  return image::Image::fromBytes(imageBytes(text, target));
}

std::vector<std::byte> imageBytes(const std::string &text, const TargetOptions &target) {
  Session session;
  mlir::ParserConfig config(&session.context, /*verifyAfterParse=*/false);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(text, config);
  if (!module || mlir::failed(models::link(*module)) || mlir::failed(mlir::verify(*module)))
    throw std::runtime_error(session.messages);
  return finish(*module, target, session);
}

std::unique_ptr<Machine> machineFor(std::shared_ptr<const image::Image> image, bool rtl,
                                    const MachineOptions &options) {
  switch (image->meta().program_type()) {
  case image::fb::Program_Reference:
    return makeReferenceMachine(std::move(image), options);
  case image::fb::Program_Spinn:
    return spinn::makeSpinnMachine(std::move(image), options);
  default:
    return makeFabricMachine(std::move(image), options,
                             rtl ? FabricEngine::Rtl : FabricEngine::Functional);
  }
}

std::vector<std::vector<double>> Trace::raster(uint32_t node, uint64_t size) const {
  std::vector<std::vector<double>> out;
  for (const auto &events : emitted[node]) {
    out.emplace_back(size, 0.0);
    for (const Event &e : events)
      out.back()[e.neuron] = e.value;
  }
  return out;
}

double Trace::total(uint32_t node) const {
  double sum = 0;
  for (const auto &events : emitted[node])
    for (const Event &e : events)
      sum += e.value;
  return sum;
}

std::vector<double> Trace::totals(uint32_t node, uint64_t size) const {
  std::vector<double> sums(size, 0.0);
  for (const auto &events : emitted[node])
    for (const Event &e : events)
      sums[e.neuron] += e.value;
  return sums;
}

Trace run(Machine &machine, const image::Image &image, const Frames &frames, uint64_t steps) {
  const auto &nodes = *image.meta().nodes();
  int64_t source = -1;
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->kind() == image::fb::NodeKind_Source)
      source = n;
  Trace trace;
  trace.emitted.resize(nodes.size());
  std::vector<Event> events;
  for (uint64_t t = 0; t < (steps ? steps : frames.size()); ++t) {
    events.clear();
    if (t < frames.size())
      for (uint32_t i = 0; i < frames[t].size(); ++i)
        if (frames[t][i] != 0.0)
          events.push_back({i, frames[t][i]});
    if (source >= 0)
      machine.inject(static_cast<uint32_t>(source), events);
    machine.step();
    for (uint32_t n = 0; n < nodes.size(); ++n) {
      auto seen = machine.events(n);
      trace.emitted[n].emplace_back(seen.begin(), seen.end());
    }
  }
  return trace;
}

uint32_t nodeIndex(const image::Image &image, const std::string &name) {
  const auto &nodes = *image.meta().nodes();
  for (uint32_t n = 0; n < nodes.size(); ++n)
    if (nodes.Get(n)->name()->str() == name)
      return n;
  throw std::runtime_error("no node '" + name + "'");
}

uint32_t termOf(const image::Image &image, uint32_t node, const std::string &term) {
  const auto *model =
      image.meta().models()->Get(static_cast<uint32_t>(image.meta().nodes()->Get(node)->model()));
  for (uint32_t t = 0; t < model->state()->size(); ++t)
    if (model->state()->Get(t)->name()->str() == term)
      return t;
  throw std::runtime_error("no state '" + term + "'");
}

uint64_t mismatches(const Trace &a, uint32_t nodeA, const Trace &b, uint32_t nodeB, uint64_t size,
                    uint64_t shift) {
  auto left = a.raster(nodeA, size), right = b.raster(nodeB, size);
  uint64_t count = 0;
  for (uint64_t t = 0; t < left.size() && t + shift < right.size(); ++t)
    for (uint64_t i = 0; i < size; ++i)
      count += left[t][i] != right[t + shift][i];
  return count;
}

} // namespace spindle::test
