// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Current sources: which parameters each kind has, and where they may go.
#include "dialects/snn/Snn.h"

#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace mlir;
using namespace spindle::snn;

namespace {

struct Parameter {
  StringRef name;
  bool required, list;
};

ArrayRef<Parameter> parametersOf(CurrentKind kind) {
  static const Parameter dc[] = {
      {"amplitude", true, false}, {"start", false, false}, {"stop", false, false}};
  static const Parameter step[] = {{"times", true, true}, {"amplitudes", true, true}};
  static const Parameter ac[] = {{"amplitude", true, false}, {"offset", false, false},
                                 {"frequency", true, false}, {"phase", false, false},
                                 {"start", false, false},    {"stop", false, false}};
  static const Parameter noisy[] = {{"mean", true, false},
                                    {"stdev", true, false},
                                    {"dt", false, false},
                                    {"start", false, false},
                                    {"stop", false, false}};
  switch (kind) {
  case CurrentKind::Dc:
    return dc;
  case CurrentKind::Step:
    return step;
  case CurrentKind::Ac:
    return ac;
  case CurrentKind::Noisy:
    return noisy;
  }
  return {};
}

LogicalResult checkParameters(CurrentOp op) {
  ArrayRef<Parameter> known = parametersOf(op.getKind());
  for (NamedAttribute entry : op.getParameters()) {
    auto found = llvm::find_if(
        known, [&](const Parameter &p) { return entry.getName().getValue() == p.name; });
    if (found == known.end()) {
      std::string names =
          llvm::join(llvm::map_range(known, [](const Parameter &p) { return p.name; }), ", ");
      return op.emitOpError() << "current '" << op.getName()
                              << "': " << stringifyCurrentKind(op.getKind())
                              << " has no parameter '" << entry.getName().getValue() << "' ("
                              << names << ")";
    }
    auto number = dyn_cast<FloatAttr>(entry.getValue());
    bool fits = found->list ? isa<DenseF64ArrayAttr>(entry.getValue())
                            : number && std::isfinite(number.getValueAsDouble());
    if (!fits)
      return op.emitOpError() << "current '" << op.getName() << "': '" << found->name << "' is "
                              << (found->list ? "an array of f64" : "a finite f64");
  }
  for (const Parameter &p : known)
    if (p.required && !op.getParameters().contains(p.name))
      return op.emitOpError() << "current '" << op.getName() << "': parameter '" << p.name
                              << "' is missing";
  return success();
}

LogicalResult checkSteps(CurrentOp op) {
  auto times = op.getParameters().getAs<DenseF64ArrayAttr>("times").asArrayRef();
  auto amplitudes = op.getParameters().getAs<DenseF64ArrayAttr>("amplitudes").asArrayRef();
  if (times.size() != amplitudes.size())
    return op.emitOpError() << "current '" << op.getName() << "': " << times.size() << " times and "
                            << amplitudes.size() << " amplitudes";
  for (size_t k = 0; k < times.size(); ++k)
    if (!(times[k] >= 0.0) || (k > 0 && times[k] < times[k - 1]) || !std::isfinite(amplitudes[k]))
      return op.emitOpError() << "current '" << op.getName()
                              << "': times are ascending from 0 on, amplitudes finite";
  return success();
}

} // namespace

double CurrentOp::parameter(StringRef name, double otherwise) {
  auto value = getParameters().getAs<FloatAttr>(name);
  return value ? value.getValueAsDouble() : otherwise;
}

int CurrentOp::portIndex() {
  auto population = getTarget().getDefiningOp<PopulationOp>();
  if (!population)
    return -1;
  auto model = SymbolTable::lookupNearestSymbolFrom<ModelOp>(population, population.getModelAttr());
  if (!model)
    return -1;
  if (getPort())
    return termIndex(model.getInputs(), *getPort());
  for (auto [k, port] : llvm::enumerate(model.getInputs().getAsRange<TermAttr>()))
    if (port.getTypes() == 0)
      return static_cast<int>(k);
  return -1;
}

LogicalResult CurrentOp::verify() {
  if (failed(checkParameters(*this)))
    return failure();
  if (!getTarget().getDefiningOp<PopulationOp>())
    return emitOpError() << "current '" << getName() << "': only populations take currents";
  if (parameter("start") < 0.0 || parameter("stop", 1.0) < 0.0 || parameter("dt", 1.0) <= 0.0 ||
      parameter("stdev") < 0.0 || parameter("frequency") < 0.0)
    return emitOpError() << "current '" << getName()
                         << "': start, stop, stdev and frequency are not negative, dt is positive";
  int64_t size = cast<PopType>(getTarget().getType()).size(), last = -1;
  for (int64_t neuron : getNeurons().value_or(ArrayRef<int64_t>())) {
    if (neuron <= last || neuron >= size)
      return emitOpError() << "current '" << getName() << "': neuron " << neuron
                           << " is out of order, or not one of " << size;
    last = neuron;
  }
  return getKind() == CurrentKind::Step ? checkSteps(*this) : success();
}

LogicalResult CurrentOp::verifySymbolUses(SymbolTableCollection &) {
  if (portIndex() >= 0)
    return success();
  return emitOpError() << "current '" << getName() << "': the model of node '"
                       << nodeName(getTarget())
                       << (getPort() ? "' has no input port '" + *getPort() + "'"
                                     : "' has no port of currents (name one with 'port')");
}
