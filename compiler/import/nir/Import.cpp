// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A NIR graph as an snn network. Neurons become populations; the maps between them become
// projections, and relays where a map does not lead straight into neurons; biases become drives.
#include "compiler/import/nir/Loops.h"
#include "compiler/import/nir/Models.h"
#include "compiler/import/nir/Nir.h"
#include "dialects/snn/Snn.h"
#include "runtime/image/Errors.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"

#include <algorithm>
#include <cmath>
#include <set>

using namespace mlir;

namespace spindle::nir {
namespace {

bool isNeuron(const Node &node) {
  const auto &types = neuronTypes();
  return std::find(types.begin(), types.end(), node.type) != types.end();
}
bool isInterface(const Node &node) { return node.type == "Input" || node.type == "Output"; }
bool isMap(const Node &node) { return !isNeuron(node) && !isInterface(node); }

/// How a map node is written as a projection.
struct Map {
  Attribute map;
  FlatSymbolRefAttr weights;
  int64_t delay = 0;
  DenseI64ArrayAttr delays;
  FlatSymbolRefAttr bias; ///< of the shape of the output
};

class Importer {
public:
  Importer(const Graph &graph, const std::string &file, const ImportReport &report,
           MLIRContext *context)
      : graph_(graph), file_(file), report_(report), context_(context), builder_(context),
        back_(loopEdges(graph)) {
    for (const auto &[from, to] : graph.edges) {
      before_[to].push_back(from);
      if (!isNeuron(graph.nodes.at(to)))
        relays_.insert(from);
    }
  }

  OwningOpRef<ModuleOp> run() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(FileLineColLoc::get(context_, file_, 0, 0));
    builder_.setInsertionPointToStart(module->getBody());
    std::string name = file_.substr(file_.find_last_of('/') + 1);
    network_ = builder_.create<snn::NetworkOp>(
        module->getLoc(), name, report_.dt ? builder_.getF64FloatAttr(*report_.dt) : FloatAttr(),
        builder_.getStringAttr(report_.profile));
    builder_.setInsertionPointToStart(&network_.getBody().emplaceBlock());
    addModels();
    for (const auto &[node, data] : graph_.nodes)
      if (isMap(data))
        maps_[node] = makeMap(node, data);
    addNodes();
    addProjections();
    addOutputs();
    if (failed(verify(*module)))
      return {};
    return module;
  }

private:
  [[noreturn]] void refuse(const std::string &node, const std::string &why) const {
    throw UserError(file_ + ": node '" + node + "': " + why);
  }

  Location loc(const std::string &node) {
    return NameLoc::get(builder_.getStringAttr("node '" + node + "'"),
                        FileLineColLoc::get(context_, file_, 0, 0));
  }

  const Array &array(const std::string &node, const char *field) const {
    auto it = graph_.nodes.at(node).fields.find(field);
    const Array *a =
        it == graph_.nodes.at(node).fields.end() ? nullptr : std::get_if<Array>(&it->second);
    if (!a)
      refuse(node, std::string("'") + field + "' is missing or no number");
    return *a;
  }
  bool has(const std::string &node, const char *field) const {
    return graph_.nodes.at(node).fields.count(field) != 0;
  }
  std::vector<int64_t> integers(const std::string &node, const char *field, size_t count,
                                int64_t missing) const {
    if (!has(node, field))
      return std::vector<int64_t>(count, missing);
    const Array &a = array(node, field);
    std::vector<int64_t> out;
    for (double v : a.values)
      out.push_back(static_cast<int64_t>(v));
    if (out.size() == 1)
      out.assign(count, out[0]);
    if (out.size() != count)
      refuse(node, std::string("'") + field + "' has " + std::to_string(out.size()) +
                       " entries, not " + std::to_string(count));
    return out;
  }

  const std::vector<std::string> &before(const std::string &node) const {
    static const std::vector<std::string> none;
    auto it = before_.find(node);
    return it == before_.end() ? none : it->second;
  }
  bool isBack(const std::string &from, const std::string &to) const {
    return back_.count({from, to}) != 0;
  }

  static int64_t product(const std::vector<int64_t> &shape) {
    int64_t n = 1;
    for (int64_t d : shape)
      n *= d;
    return n;
  }
  Type popType(const std::vector<int64_t> &shape) {
    return snn::PopType::get(context_,
                             shape.empty() ? ArrayRef<int64_t>{1} : ArrayRef<int64_t>(shape));
  }

  //===- Models and values --------------------------------------------------------------------===//

  void addModels() {
    std::set<std::string> used;
    for (const auto &[name, node] : graph_.nodes)
      if (isNeuron(node))
        used.insert(node.type);
    std::string text = "snn.network @library {\n";
    for (const std::string &type : used)
      text += modelText(type, report_.profile);
    auto library = parseSourceString<ModuleOp>(text + "}\n", context_);
    if (!library)
      throw UserError("internal error: the model library does not parse");
    auto source = *library->getOps<snn::NetworkOp>().begin();
    for (Operation &op : source.getBody().front())
      builder_.clone(op);
  }

  FlatSymbolRefAttr storage(const std::string &node, std::string name, std::vector<int64_t> shape,
                            const std::vector<double> &values, bool single) {
    // Models are symbols too, and a node may be called LIF.
    while (network_.lookupSymbol(name))
      name += "_";
    Type element = single ? Type(builder_.getF32Type()) : Type(builder_.getF64Type());
    auto type = RankedTensorType::get(shape, element);
    DenseElementsAttr attr;
    if (single) {
      std::vector<float> narrow(values.begin(), values.end());
      attr = DenseElementsAttr::get(type, ArrayRef<float>(narrow));
    } else {
      attr = DenseElementsAttr::get(type, ArrayRef<double>(values));
    }
    builder_.create<snn::WeightsOp>(loc(node), name, attr, StringAttr());
    return FlatSymbolRefAttr::get(context_, name);
  }

  /// One value per element of `shape`: from a scalar, one per channel, or one per element.
  std::vector<double> spread(const std::string &node, const char *field,
                             const std::vector<int64_t> &shape) const {
    const Array &a = array(node, field);
    int64_t n = product(shape), have = static_cast<int64_t>(a.values.size());
    if (have == n)
      return a.values;
    if (have != 1 && (shape.empty() || have != shape[0]))
      refuse(node, std::string("'") + field + "' has " + std::to_string(have) +
                       " entries for a shape of " + std::to_string(n));
    std::vector<double> out;
    for (int64_t i = 0; i < n; ++i)
      out.push_back(a.values[have == 1 ? 0 : static_cast<size_t>(i / (n / have))]);
    return out;
  }

  Attribute parameter(const std::string &node, const char *field,
                      const std::vector<int64_t> &shape) {
    if (const Array &a = array(node, field); a.values.size() == 1)
      return builder_.getF64FloatAttr(a.values[0]);
    std::vector<double> values = spread(node, field, shape);
    if (std::all_of(values.begin(), values.end(), [&](double v) { return v == values[0]; }))
      return builder_.getF64FloatAttr(values[0]);
    return DenseElementsAttr::get(
        RankedTensorType::get(shape.empty() ? std::vector<int64_t>{1} : shape,
                              builder_.getF64Type()),
        ArrayRef<double>(values));
  }

  //===- Maps ---------------------------------------------------------------------------------===//

  Map makeMap(const std::string &name, const Node &node) {
    Map map;
    map.map = snn::OneToOneAttr::get(context_);
    if (node.type == "Affine" || node.type == "Linear")
      makeLinear(name, node, map);
    else if (node.type == "Scale")
      map.weights = storage(name, name, node.outputShape, spread(name, "scale", node.outputShape),
                            array(name, "scale").single);
    else if (node.type == "Conv1d" || node.type == "Conv2d")
      makeConv(name, node, map);
    else if (node.type == "SumPool2d" || node.type == "AvgPool2d")
      makePool(name, node, map);
    else if (node.type == "Delay")
      makeDelay(name, node, map);
    else if (node.type != "Flatten")
      refuse(name, "type '" + node.type + "' is not known");
    if (has(name, "bias") && (node.type != "Linear"))
      map.bias = storage(name, name + ".bias", node.outputShape,
                         spread(name, "bias", node.outputShape), array(name, "bias").single);
    return map;
  }

  void makeLinear(const std::string &name, const Node &node, Map &map) {
    const Array &w = array(name, "weight");
    int64_t out = product(node.outputShape), in = product(node.inputShape);
    if (static_cast<int64_t>(w.values.size()) != out * in)
      refuse(name, "a weight of " + std::to_string(w.values.size()) + " entries does not map " +
                       std::to_string(in) + " inputs to " + std::to_string(out) + " outputs");
    map.map = snn::DenseAttr::get(context_);
    map.weights = storage(name, name, {out, in}, w.values, w.single);
  }

  void makeConv(const std::string &name, const Node &node, Map &map) {
    size_t axes = node.type == "Conv1d" ? 1 : 2;
    const Array &w = array(name, "weight");
    if (w.shape.size() != axes + 2)
      refuse(name, "a weight of " + std::to_string(w.shape.size()) + " dimensions, not " +
                       std::to_string(axes + 2));
    std::vector<int64_t> stride = integers(name, "stride", axes, 1);
    std::vector<int64_t> dilation = integers(name, "dilation", axes, 1);
    int64_t groups = integers(name, "groups", 1, 1)[0];
    std::vector<int64_t> padding;
    const auto it = node.fields.find("padding");
    const std::string *word =
        it == node.fields.end() ? nullptr : std::get_if<std::string>(&it->second);
    std::vector<int64_t> sides =
        word ? std::vector<int64_t>(axes, 0) : integers(name, "padding", axes, 0);
    for (size_t a = 0; a < axes; ++a) {
      int64_t total = dilation[a] * (w.shape[a + 2] - 1);
      bool same = word && *word == "same";
      padding.push_back(same ? total / 2 : sides[a]);
      padding.push_back(same ? total - total / 2 : sides[a]);
    }
    if (failed(snn::ConvAttr::verify([&] { return emitError(loc(name)); }, stride, padding,
                                     dilation, groups)))
      refuse(name, "stride, padding, dilation or groups are out of range");
    map.map = snn::ConvAttr::get(context_, stride, padding, dilation, groups);
    map.weights = storage(name, name, w.shape, w.values, w.single);
  }

  void makePool(const std::string &name, const Node &node, Map &map) {
    auto kind = node.type == "SumPool2d" ? snn::PoolKind::Sum : snn::PoolKind::Avg;
    auto kernel = integers(name, "kernel_size", 2, 1);
    auto stride = has(name, "stride") ? integers(name, "stride", 2, 1) : kernel;
    auto padding = integers(name, "padding", 2, 0);
    if (failed(snn::PoolAttr::verify([&] { return emitError(loc(name)); }, kind, kernel, stride,
                                     padding)))
      refuse(name, "kernel_size, stride or padding are out of range");
    map.map = snn::PoolAttr::get(context_, kind, kernel, stride, padding);
  }

  void makeDelay(const std::string &name, const Node &node, Map &map) {
    std::vector<double> times = spread(name, "delay", node.outputShape);
    std::vector<int64_t> steps;
    for (double t : times) {
      double s = std::round(t / *report_.dt);
      if (!(s >= 0.0) || s > 1e6)
        refuse(name, "a delay of " + std::to_string(t) + " s is not between 0 and 10^6 steps");
      steps.push_back(static_cast<int64_t>(s));
    }
    map.delay = *std::min_element(steps.begin(), steps.end());
    for (int64_t &s : steps)
      s -= map.delay;
    if (std::any_of(steps.begin(), steps.end(), [](int64_t s) { return s != 0; }))
      map.delays = builder_.getDenseI64ArrayAttr(steps);
  }

  //===- Nodes --------------------------------------------------------------------------------===//

  void addNodes() {
    for (const auto &[name, node] : graph_.nodes) {
      if (node.type == "Input")
        values_[name] = builder_.create<snn::SourceOp>(
            loc(name), popType(node.outputShape), builder_.getStringAttr(name),
            snn::SourceKindAttr::get(context_, snn::SourceKind::Frames), FloatAttr(),
            ElementsAttr(), FloatAttr(), FloatAttr());
      else if (isNeuron(node))
        values_[name] = population(name, node);
      else if (isMap(node) && relays_.count(name))
        values_[name] = builder_.create<snn::RelayOp>(loc(name), popType(node.outputShape),
                                                      builder_.getStringAttr(name));
    }
  }

  mlir::Value population(const std::string &name, const Node &node) {
    NamedAttrList parameters;
    auto model = network_.lookupSymbol<snn::ModelOp>(node.type);
    for (Attribute t : model.getParams()) {
      std::string term = cast<snn::TermAttr>(t).getName().str();
      if (has(name, term.c_str()) || !cast<snn::TermAttr>(t).getInitial())
        parameters.append(term, parameter(name, term.c_str(), node.outputShape));
    }
    return builder_.create<snn::PopulationOp>(
        loc(name), popType(node.outputShape), builder_.getStringAttr(name),
        FlatSymbolRefAttr::get(context_, node.type), parameters.getDictionary(context_),
        DictionaryAttr(), builder_.getI64IntegerAttr(0));
  }

  //===- Projections --------------------------------------------------------------------------===//

  void project(const std::string &at, mlir::Value from, mlir::Value to, const Map &map,
               int64_t extraDelay) {
    builder_.create<snn::ProjectOp>(loc(at), from, to, StringAttr(), map.weights, map.map,
                                    snn::DirectionAttr::get(context_, snn::Direction::Forward),
                                    builder_.getI64IntegerAttr(map.delay + extraDelay), map.delays,
                                    FlatSymbolRefAttr(), mlir::DictionaryAttr());
  }

  void drive(const std::string &at, mlir::Value to, const Map &map, int64_t from) {
    if (map.bias)
      builder_.create<snn::DriveOp>(loc(at), to, StringAttr(), map.bias,
                                    builder_.getI64IntegerAttr(from));
  }

  /// The map `name` into `to`, from all of its predecessors. `late`: the edge out of it closes a
  /// loop, so what it maps is of the step before.
  void through(const std::string &name, mlir::Value to, bool late) {
    const Map &map = maps_.at(name);
    bool recurrent = late || !before(name).empty(); // nothing of this step leads into it
    for (const std::string &from : before(name)) {
      bool back = isBack(from, name);
      recurrent &= late || back;
      if (late && !back && isMap(graph_.nodes.at(from)))
        project(name, previous(from), to, map, 0);
      else
        project(name, values_.at(from), to, map, (late ? 1 : 0) + (back ? 1 : 0));
    }
    // A recurrent map gives its bias in the first step too, except in the one profile that leaves
    // it out.
    drive(name, to, map, recurrent && report_.profile == "euler-value-norec0" ? 1 : 0);
  }

  /// What a map in the middle of a recurrent chain gave in the step before. A relay of its own,
  /// not a delay behind the map's: in the first step the chain maps zeros, biases included.
  mlir::Value previous(const std::string &name) {
    auto [it, made] = previous_.try_emplace(name);
    if (!made)
      return it->second;
    std::string relay = name + ".previous";
    while (graph_.nodes.count(relay))
      relay += "_";
    mlir::Value value = builder_.create<snn::RelayOp>(
        loc(name), popType(graph_.nodes.at(name).outputShape), builder_.getStringAttr(relay));
    previous_[name] = value;
    through(name, value, true);
    return value;
  }

  void addProjections() {
    Map plain;
    plain.map = snn::OneToOneAttr::get(context_);
    for (const auto &[name, node] : graph_.nodes) {
      if (isInterface(node) || !values_.count(name))
        continue;
      mlir::Value to = values_.at(name);
      if (isMap(node)) {
        through(name, to, false);
        continue;
      }
      for (const std::string &from : before(name)) {
        bool back = isBack(from, name);
        // A loop is closed by the map itself, not by its relay: so its bias keeps its first step.
        if (isMap(graph_.nodes.at(from)) && (back || !values_.count(from)))
          through(from, to, back);
        else
          project(name, values_.at(from), to, plain, back ? 1 : 0);
      }
    }
  }

  void addOutputs() {
    Map plain;
    plain.map = snn::OneToOneAttr::get(context_);
    for (const auto &[name, node] : graph_.nodes) {
      if (node.type != "Output")
        continue;
      std::vector<std::string> from = before(name);
      mlir::Value value;
      if (from.size() == 1)
        value = values_.at(from[0]);
      else {
        value = builder_.create<snn::RelayOp>(loc(name), popType(node.inputShape),
                                              builder_.getStringAttr(name));
        for (const std::string &f : from)
          project(name, values_.at(f), value, plain, 0);
      }
      builder_.create<snn::OutputOp>(loc(name), value, builder_.getStringAttr(name),
                                     builder_.getI64IntegerAttr(0));
    }
  }

  const Graph &graph_;
  const std::string &file_;
  const ImportReport &report_;
  MLIRContext *context_;
  OpBuilder builder_;
  snn::NetworkOp network_;
  std::set<std::pair<std::string, std::string>> back_;
  std::map<std::string, std::vector<std::string>> before_; ///< in the order of the edges
  std::set<std::string> relays_; ///< whose value is needed as such: they lead into a map or output
  std::map<std::string, Map> maps_;
  std::map<std::string, mlir::Value> values_, previous_;
};

} // namespace

OwningOpRef<ModuleOp> importNir(const Graph &graph, const std::string &file,
                                const ImportOptions &options, MLIRContext *context,
                                ImportReport &report) {
  context->loadDialect<snn::SnnDialect, arith::ArithDialect, math::MathDialect>();
  bool shaped = std::none_of(graph.nodes.begin(), graph.nodes.end(),
                             [](const auto &n) { return n.second.outputShape.empty(); });
  if (!shaped) // made in memory
    return importNir(complete(graph, options.weights), file, options, context, report);
  report = decide(graph, options);
  if (report.needsDt && !report.dt)
    throw UserError(file + ": the step is not known (" + report.dtReason +
                    "), and models of this network depend on it; pass --dt=SECONDS");
  return Importer(graph, file, report, context).run();
}

} // namespace spindle::nir
