// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The network and its parts: checks that name the user's node.
#include "dialects/snn/SnnConnect.h"
#include "dialects/snn/SnnTerms.h"

#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace spindle::snn;

#define GET_OP_CLASSES
#include "dialects/snn/SnnOps.cpp.inc"

//===- Network --------------------------------------------------------------------------------===//

LogicalResult NetworkOp::verify() {
  if (getDt() && !(getDt()->convertToDouble() > 0.0))
    return emitOpError("dt must be a positive number of seconds");
  llvm::StringMap<Operation *> names;
  for (Operation &op : getBody().front()) {
    if (!isa<SourceOp, RelayOp, PopulationOp, AssemblyOp>(op))
      continue;
    auto [it, fresh] = names.try_emplace(nodeName(op.getResult(0)), &op);
    if (!fresh) {
      auto diag = op.emitOpError() << "node '" << it->getKey() << "' exists already";
      diag.attachNote(it->second->getLoc()) << "first one here";
      return diag;
    }
  }
  return success();
}

//===- Weights --------------------------------------------------------------------------------===//

LogicalResult WeightsOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getValue().getShapedType());
  if (!type || !(type.getElementType().isF32() || type.getElementType().isF64()))
    return emitOpError() << "'" << getSymName() << "' must be a tensor of f32 or f64";
  return success();
}

//===- Sources and populations ----------------------------------------------------------------===//

static std::string ssaName(StringRef node) {
  std::string name;
  for (char c : node)
    name += llvm::isAlnum(c) ? c : '_';
  return name;
}

void SourceOp::getAsmResultNames(OpAsmSetValueNameFn set) { set(getPop(), ssaName(getName())); }
void RelayOp::getAsmResultNames(OpAsmSetValueNameFn set) { set(getPop(), ssaName(getName())); }
void PopulationOp::getAsmResultNames(OpAsmSetValueNameFn set) { set(getPop(), ssaName(getName())); }
void AssemblyOp::getAsmResultNames(OpAsmSetValueNameFn set) { set(getPop(), ssaName(getName())); }

LogicalResult SourceOp::verify() {
  bool poisson = getKind() == SourceKind::Poisson;
  if (poisson != (getRate().has_value() || getRates().has_value()) || (getRate() && getRates()))
    return emitOpError() << "source '" << getName() << "': a rate belongs to poisson sources, and "
                         << "only to them";
  if (!poisson && (getStart() || getDuration()))
    return emitOpError() << "source '" << getName() << "': start and duration belong to poisson "
                         << "sources";
  auto wrong = [](std::optional<APFloat> value) {
    return value && !(value->convertToDouble() >= 0.0);
  };
  if (wrong(getRate()) || wrong(getStart()) || wrong(getDuration()))
    return emitOpError() << "source '" << getName()
                         << "': rate, start and duration are not negative";
  if (!getRates())
    return success();
  auto type = cast<ShapedType>(getRates()->getType());
  if (!type.getElementType().isF64() ||
      type.getShape() != cast<PopType>(getPop().getType()).getShape())
    return emitOpError() << "source '" << getName() << "': rates must be a tensor of f64 of the "
                         << "shape of " << getPop().getType();
  return success();
}

static LogicalResult checkValue(PopulationOp op, NamedAttribute entry) {
  Attribute value = entry.getValue();
  if (isa<DistributionAttr>(value))
    return success();
  if (auto scalar = dyn_cast<FloatAttr>(value); scalar && scalar.getType().isF64())
    return success();
  if (auto dense = dyn_cast<ElementsAttr>(value)) {
    auto type = cast<ShapedType>(dense.getType());
    if (type.getElementType().isF64() &&
        type.getShape() == cast<PopType>(op.getPop().getType()).getShape())
      return success();
  }
  return op.emitOpError() << "node '" << op.getName() << "': '" << entry.getName().getValue()
                          << "' must be an f64 or a tensor of f64 of the shape of "
                          << op.getPop().getType();
}

LogicalResult PopulationOp::verify() {
  for (NamedAttribute entry : getParameters())
    if (failed(checkValue(*this, entry)))
      return failure();
  if (DictionaryAttr initial = getInitialAttr())
    for (NamedAttribute entry : initial)
      if (failed(checkValue(*this, entry)))
        return failure();
  if (getOnsetAttr().getInt() < 0)
    return emitOpError() << "node '" << getName() << "': onset " << getOnsetAttr().getInt()
                         << " is negative";
  if (int64_t n = getSubstepsAttr().getInt(); n < 1 || n > kMaxSubsteps)
    return emitOpError() << "node '" << getName() << "': " << n << " sub-steps: 1 to "
                         << kMaxSubsteps << " are possible";
  return success();
}

LogicalResult PopulationOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto model = symbols.lookupNearestSymbolFrom<ModelOp>(*this, getModelAttr());
  if (!model)
    return emitOpError() << "node '" << getName() << "': there is no model '" << getModel() << "'";
  for (NamedAttribute entry : getParameters())
    if (termIndex(model.getParams(), entry.getName()) < 0)
      return emitOpError() << "node '" << getName() << "': model '" << getModel()
                           << "' has no parameter '" << entry.getName().getValue() << "'";
  for (Attribute t : model.getParams()) {
    auto term = cast<TermAttr>(t);
    if (!term.getInitial() && !getParameters().contains(term.getName()))
      return emitOpError() << "node '" << getName() << "': parameter '" << term.getName()
                           << "' of model '" << getModel() << "' is missing";
  }
  if (DictionaryAttr initial = getInitialAttr())
    for (NamedAttribute entry : initial)
      if (termIndex(model.getState(), entry.getName()) < 0)
        return emitOpError() << "node '" << getName() << "': model '" << getModel()
                             << "' has no state '" << entry.getName().getValue() << "'";
  return success();
}

//===- Projections ----------------------------------------------------------------------------===//

namespace {

int64_t sizeOf(Value pop) { return cast<PopType>(pop.getType()).size(); }
ArrayRef<int64_t> shapeOf(Value pop) { return cast<PopType>(pop.getType()).getShape(); }

InFlightDiagnostic fail(ProjectOp op) {
  return op.emitOpError() << "'" << nodeName(op.getSource()) << "' to '" << nodeName(op.getTarget())
                          << "': ";
}

/// Source and target as the map sees them: a transposed read runs from columns to rows.
std::pair<Value, Value> asForward(ProjectOp op) {
  if (op.getDirection() == Direction::Forward)
    return {op.getSource(), op.getTarget()};
  return {op.getTarget(), op.getSource()};
}

LogicalResult checkConv(ProjectOp op, ConvAttr conv, ArrayRef<int64_t> w) {
  auto [from, to] = asForward(op);
  size_t axes = conv.getStride().size();
  ArrayRef<int64_t> in = shapeOf(from), out = shapeOf(to);
  if (in.size() != axes + 1 || out.size() != axes + 1 || w.size() != axes + 2)
    return fail(op) << "a convolution over " << axes << " axes joins shapes of " << axes + 1
                    << " dimensions with weights of " << axes + 2;
  if (w[0] != out[0] || w[0] % conv.getGroups() != 0 || w[1] * conv.getGroups() != in[0])
    return fail(op) << "weights (" << w[0] << ", " << w[1] << ", ...) in " << conv.getGroups()
                    << " groups do not join " << in[0] << " channels to " << out[0];
  for (size_t a = 0; a < axes; ++a) {
    int64_t span = conv.getDilation()[a] * (w[a + 2] - 1) + 1;
    int64_t room = in[a + 1] + conv.getPadding()[2 * a] + conv.getPadding()[2 * a + 1] - span;
    int64_t expected = room < 0 ? 0 : room / conv.getStride()[a] + 1;
    if (expected != out[a + 1])
      return fail(op) << "axis " << a << " of the convolution gives " << expected
                      << " positions, the target has " << out[a + 1];
  }
  return success();
}

LogicalResult checkPool(ProjectOp op, PoolAttr pool) {
  auto [from, to] = asForward(op);
  ArrayRef<int64_t> in = shapeOf(from), out = shapeOf(to);
  if (in.size() != 3 || out.size() != 3 || in[0] != out[0])
    return fail(op) << "a pool joins (C, H, W) to (C, H', W')";
  for (size_t a = 0; a < 2; ++a) {
    int64_t room = in[a + 1] + 2 * pool.getPadding()[a] - pool.getKernel()[a];
    int64_t expected = room < 0 ? 0 : room / pool.getStride()[a] + 1;
    if (expected != out[a + 1])
      return fail(op) << "axis " << a << " of the pool gives " << expected
                      << " positions, the target has " << out[a + 1];
  }
  return success();
}

} // namespace

LogicalResult ProjectOp::verify() {
  if (getDelayAttr().getInt() < 0)
    return fail(*this) << "delay " << getDelayAttr().getInt() << " is negative";
  if (getDelays()) {
    if (static_cast<int64_t>(getDelays()->size()) != sizeOf(getSource()))
      return fail(*this) << getDelays()->size() << " delays for " << sizeOf(getSource())
                         << " source neurons";
    if (llvm::any_of(*getDelays(), [](int64_t d) { return d < 0; }))
      return fail(*this) << "a negative delay";
  }
  if (getTarget().getDefiningOp<SourceOp>())
    return fail(*this) << "a source takes no input";
  if (!isa<DenseAttr, OneToOneAttr, ConvAttr, PoolAttr, GeneratedAttr, ListAttr>(getMap()))
    return fail(*this) << getMap() << " is not a map of the snn dialect";
  if (isa<DenseAttr, ConvAttr>(getMap()) && !getWeights())
    return fail(*this) << "this map needs weights (via @...)";
  if (isa<PoolAttr, GeneratedAttr, ListAttr>(getMap()) && getWeights())
    return fail(*this) << "this map has no stored weights";
  if ((getSourcePart() || getTargetPart()) && isa<ConvAttr, PoolAttr>(getMap()))
    return fail(*this) << "a convolution or pool joins whole populations";
  if (isa<OneToOneAttr>(getMap()) && sourceCount() != targetCount())
    return fail(*this) << "one_to_one joins " << sourceCount() << " neurons to " << targetCount();
  if (failed(verifyJoin(*this)))
    return failure();
  if (auto pool = dyn_cast<PoolAttr>(getMap()))
    return checkPool(*this, pool);
  return success();
}

/// The rule is there, and has a number for each of its parameters.
static LogicalResult checkLearning(ProjectOp op, SymbolTableCollection &symbols) {
  auto rule = symbols.lookupNearestSymbolFrom<RuleOp>(op, op.getLearnAttr());
  if (!rule)
    return fail(op) << "there is no rule '" << *op.getLearn() << "'";
  DictionaryAttr given = op.getRuleParamsAttr();
  for (NamedAttribute entry : given ? given.getValue() : ArrayRef<NamedAttribute>()) {
    if (termIndex(rule.getParams(), entry.getName()) < 0)
      return fail(op) << "rule '" << *op.getLearn() << "' has no parameter '"
                      << entry.getName().getValue() << "'";
    auto value = dyn_cast<FloatAttr>(entry.getValue());
    if (!value || !value.getType().isF64())
      return fail(op) << "parameter '" << entry.getName().getValue() << "' of rule '"
                      << *op.getLearn() << "' is one f64 for the whole projection";
  }
  for (auto term : rule.getParams().getAsRange<TermAttr>())
    if (!term.getInitial() && !(given && given.contains(term.getName())))
      return fail(op) << "parameter '" << term.getName() << "' of rule '" << *op.getLearn()
                      << "' is missing";
  return success();
}

LogicalResult ProjectOp::verifySymbolUses(SymbolTableCollection &symbols) {
  if (auto target = getTarget().getDefiningOp<PopulationOp>(); target && getPort()) {
    auto model = symbols.lookupNearestSymbolFrom<ModelOp>(*this, target.getModelAttr());
    if (model && termIndex(model.getInputs(), *getPort()) < 0)
      return fail(*this) << "model '" << target.getModel() << "' has no input port '" << *getPort()
                         << "'";
    if (model &&
        cast<TermAttr>(model.getInputs()[termIndex(model.getInputs(), *getPort())]).getTypes() == 0)
      return fail(*this) << "input port '" << *getPort() << "' of model '" << target.getModel()
                         << "' takes no synapses, only drives and current sources";
  }
  if (getLearn() && failed(checkLearning(*this, symbols)))
    return failure();
  if (!getWeights())
    return success();
  auto storage = symbols.lookupNearestSymbolFrom<WeightsOp>(*this, getWeightsAttr());
  if (!storage)
    return fail(*this) << "there are no weights '" << *getWeights() << "'";
  ArrayRef<int64_t> w = cast<ShapedType>(storage.getValue().getType()).getShape();
  bool forward = getDirection() == Direction::Forward;
  int64_t from = forward ? sourceCount() : targetCount();
  int64_t to = forward ? targetCount() : sourceCount();
  if (isa<DenseAttr>(getMap()) && (w.size() != 2 || w[0] != to || w[1] != from))
    return fail(*this) << "weights '" << *getWeights() << "' of type "
                       << storage.getValue().getType() << " do not join " << from << " neurons to "
                       << to;
  if (isa<OneToOneAttr>(getMap())) {
    int64_t n = cast<ShapedType>(storage.getValue().getType()).getNumElements();
    if (n != 1 && n != from)
      return fail(*this) << n << " weights for " << from << " neurons";
  }
  if (auto conv = dyn_cast<ConvAttr>(getMap()))
    return checkConv(*this, conv, w);
  return success();
}

/// A one-to-one map whose stored weights are all 1 needs no storage.
LogicalResult ProjectOp::canonicalize(ProjectOp op, PatternRewriter &rewriter) {
  if (!isa<OneToOneAttr>(op.getMap()) || !op.getWeights() || op.getLearn())
    return failure();
  auto storage = SymbolTable::lookupNearestSymbolFrom<WeightsOp>(op, op.getWeightsAttr());
  if (!storage)
    return failure();
  auto values = dyn_cast<DenseFPElementsAttr>(storage.getValue());
  if (!values || !llvm::all_of(values, [](const APFloat &v) { return v.isExactlyValue(1.0); }))
    return failure();
  rewriter.modifyOpInPlace(op, [&] { op.removeWeightsAttr(); });
  return success();
}

//===- Drives, probes, phases -----------------------------------------------------------------===//

LogicalResult DriveOp::verify() {
  if (getFromAttr().getInt() < 0)
    return emitOpError() << "of '" << nodeName(getTarget()) << "' starts at a negative step";
  if (getTarget().getDefiningOp<SourceOp>())
    return emitOpError() << "of '" << nodeName(getTarget()) << "': a source takes no input";
  return success();
}

LogicalResult DriveOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto storage = symbols.lookupNearestSymbolFrom<WeightsOp>(*this, getValuesAttr());
  if (!storage)
    return emitOpError() << "of '" << nodeName(getTarget()) << "': there are no weights '"
                         << getValues() << "'";
  int64_t n = cast<ShapedType>(storage.getValue().getType()).getNumElements();
  if (n != 1 && n != sizeOf(getTarget()))
    return emitOpError() << "of '" << nodeName(getTarget()) << "': " << n << " values for "
                         << sizeOf(getTarget()) << " neurons";
  return success();
}

LogicalResult ProbeOp::verify() {
  auto population = getPop().getDefiningOp<PopulationOp>();
  auto model = population ? SymbolTable::lookupNearestSymbolFrom<ModelOp>(population,
                                                                          population.getModelAttr())
                          : ModelOp();
  for (Attribute t : getTerms()) {
    StringRef term = cast<StringAttr>(t).getValue();
    if (term == "spikes" || (model && (termIndex(model.getState(), term) >= 0 ||
                                       termIndex(model.getObserve(), term) >= 0)))
      continue;
    return emitOpError() << "node '" << nodeName(getPop()) << "' has nothing named '" << term
                         << "' to record";
  }
  return success();
}

LogicalResult PhaseOp::verify() {
  if (getStepsAttr().getInt() < 0)
    return emitOpError() << "'" << getName() << "': a negative number of steps";
  return success();
}

LogicalResult PhaseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (Attribute rule : getRules())
    if (!symbols.lookupNearestSymbolFrom<RuleOp>(*this, cast<FlatSymbolRefAttr>(rule)))
      return emitOpError() << "'" << getName() << "': there is no rule "
                           << cast<FlatSymbolRefAttr>(rule);
  return success();
}
