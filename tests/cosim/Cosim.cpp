// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/cosim/Cosim.h"

#include "compiler/import/nir/Models.h"
#include "dialects/snn/Snn.h"
#include "dialects/xbar/Xbar.h"
#include "tools/Registry.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <stdexcept>

namespace spindle::test {

namespace {

/// Declares the models that are missing and brings all into the order of the library.
void declareLibrary(mlir::ModuleOp module, const std::string &profile) {
  auto network = *module.getOps<snn::NetworkOp>().begin();
  std::string text = "snn.network @library {\n";
  for (const std::string &type : nir::neuronTypes())
    text += nir::modelText(type, profile);
  auto library = mlir::parseSourceString<mlir::ModuleOp>(text + "}\n", module.getContext());
  if (!library)
    throw std::runtime_error("the model library does not parse");
  for (auto model : llvm::make_early_inc_range(network.getOps<snn::ModelOp>()))
    model.erase();
  auto source = *library->getOps<snn::NetworkOp>().begin();
  auto builder = mlir::OpBuilder::atBlockBegin(&network.getBody().front());
  for (mlir::Operation &op : source.getBody().front())
    builder.clone(op);
}

struct Runner {
  std::unique_ptr<Machine> machine;
  Runner(const std::shared_ptr<const image::Image> &image, FabricEngine engine) {
    FabricDebug debug;
    debug.hashes = true;
    debug.assertions = true;
    machine = makeFabricMachine(image, {}, engine, debug);
  }
};

class Comparer {
public:
  Comparer(const std::shared_ptr<const image::Image> &image)
      : image_(*image), functional_(image, FabricEngine::Functional),
        rtl_(image, FabricEngine::Rtl) {}

  Comparison run(const Frames &frames) {
    const auto &nodes = *image_.meta().nodes();
    for (const auto &frame : frames) {
      inject(frame);
      functional_.machine->step();
      rtl_.machine->step();
      for (uint32_t n = 0; n < nodes.size(); ++n)
        compareNode(n, *nodes.Get(n));
      ++result_.steps;
    }
    compareCounters();
    return std::move(result_);
  }

private:
  void differs(const std::string &what) {
    if (result_.differences++ == 0)
      result_.report = "step " + std::to_string(result_.steps) + ": " + what;
  }

  void inject(const std::vector<double> &frame) {
    std::vector<Event> events;
    for (uint32_t i = 0; i < frame.size(); ++i)
      if (frame[i] != 0.0)
        events.push_back({i, frame[i]});
    const auto &nodes = *image_.meta().nodes();
    for (uint32_t n = 0; n < nodes.size(); ++n)
      if (nodes.Get(n)->kind() == image::fb::NodeKind_Source) {
        functional_.machine->inject(n, events);
        rtl_.machine->inject(n, events);
      }
  }

  void compareNode(uint32_t n, const image::fb::Node &node) {
    auto a = functional_.machine->events(n), b = rtl_.machine->events(n);
    bool equal = std::equal(a.begin(), a.end(), b.begin(), b.end(), [](Event x, Event y) {
      return x.neuron == y.neuron && x.value == y.value;
    });
    if (!equal)
      differs("events of node '" + node.name()->str() + "'");
    result_.events += a.size();
    if (node.kind() != image::fb::NodeKind_Population)
      return;
    if (node.emit() != image::fb::Emit_Graded)
      for (Event e : a) {
        result_.spikes += static_cast<uint64_t>(e.value);
        result_.largest = std::max(result_.largest, e.value);
      }
    const auto &model = *image_.meta().models()->Get(static_cast<uint32_t>(node.model()));
    std::vector<int32_t> x(node.size()), y(node.size());
    for (uint32_t term = 0; term < model.state()->size(); ++term) {
      functional_.machine->observeRaw(n, term, x);
      rtl_.machine->observeRaw(n, term, y);
      result_.states += x.size();
      for (size_t i = 0; i < x.size(); ++i)
        if (x[i] != y[i])
          differs("node '" + node.name()->str() + "' neuron " + std::to_string(i) + " state '" +
                  model.state()->Get(term)->name()->str() + "': functional " +
                  std::to_string(x[i]) + ", rtl " + std::to_string(y[i]));
    }
  }

  /// Cycles are the RTL's alone; whatever else both count must be equal.
  void compareCounters() {
    auto a = functional_.machine->counters(), b = rtl_.machine->counters();
    for (const auto &[name, value] : a)
      if (auto it = b.find(name); it != b.end() && it->second != value)
        differs("counter '" + name + "': functional " + std::to_string(value) + ", rtl " +
                std::to_string(it->second));
    for (const char *name : {"adc_hash", "state_hash"})
      if (!a.count(name) || !b.count(name))
        differs(std::string("counter '") + name + "' is missing");
    result_.counters = std::move(b);
  }

  const image::Image &image_;
  Runner functional_, rtl_;
  Comparison result_;
};

} // namespace

std::shared_ptr<const image::Image> compileForFabric(const nir::Graph &graph,
                                                     const nir::ImportOptions &import,
                                                     const XbarOptions &options,
                                                     unsigned clipBits) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry);
  context.loadAllAvailableDialects();
  std::string messages;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    messages += d.str() + "\n";
    return mlir::success();
  });
  nir::ImportReport report;
  auto module = nir::importNir(graph, "random.nir", import, &context, report);
  if (!module)
    throw std::runtime_error(messages);
  declareLibrary(*module, report.profile);
  if (mlir::failed(lowerToXbar(*module, options)))
    throw std::runtime_error(messages);
  if (clipBits != 0)
    module->walk([&](xbar::TileOp tile) {
      tile.setAdcShift(tile.getAdcShift() - std::min<uint64_t>(tile.getAdcShift(), clipBits));
    });
  auto bytes = writeXbarImage(*module, options);
  if (mlir::failed(bytes))
    throw std::runtime_error(messages);
  return image::Image::fromBytes(std::move(*bytes));
}

Comparison compareEngines(const std::shared_ptr<const image::Image> &image, const Frames &frames) {
  return Comparer(image).run(frames);
}

} // namespace spindle::test
