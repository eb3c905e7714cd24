// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text and checks of the maps that list synapses, and of the parts that they join.
#include "dialects/snn/SnnConnect.h"
#include "dialects/snn/SnnReals.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace spindle::snn;

//===- Parts ----------------------------------------------------------------------------------===//

PartAttr PartAttr::whole(MLIRContext *context, int64_t count, int64_t offset, int64_t total) {
  return get(context, 0, 1, count, ArrayRef<int64_t>(), offset, total);
}

int64_t PartAttr::largest() const {
  if (getList().empty())
    return getFirst() + (getCount() - 1) * getStep();
  return *llvm::max_element(getList());
}

/// With the brackets of a list, which in a projection stand round ranges too.
PartAttr PartAttr::parseBare(AsmParser &parser, bool bracketed) {
  SMLoc where = parser.getCurrentLocation();
  SmallVector<int64_t> list;
  int64_t first = 0, last = 0, step = 1, offset = 0, total = 0;
  bool listed = !bracketed && succeeded(parser.parseOptionalLSquare());
  if (parser.parseInteger(first))
    return {};
  if (!listed && succeeded(parser.parseOptionalKeyword("to"))) {
    if (parser.parseInteger(last) ||
        (succeeded(parser.parseOptionalKeyword("by")) && parser.parseInteger(step)))
      return {};
    if (step == 0 || (last - first) / step < 0) {
      parser.emitError(where, "the range holds no neuron");
      return {};
    }
  } else {
    list.push_back(first);
    while (succeeded(parser.parseOptionalComma()))
      if (parser.parseInteger(list.emplace_back()))
        return {};
    if (listed && parser.parseRSquare())
      return {};
  }
  bool reverse = step < 0;
  int64_t span = reverse ? first - last : last - first, stride = reverse ? -step : step;
  int64_t count = list.empty() ? (span + stride - 1) / stride : static_cast<int64_t>(list.size());
  total = count;
  if (succeeded(parser.parseOptionalKeyword("at")) &&
      (parser.parseInteger(offset) || parser.parseKeyword("of") || parser.parseInteger(total)))
    return {};
  if (!list.empty())
    first = 0;
  return PartAttr::getChecked([&] { return parser.emitError(where); }, parser.getContext(), first,
                              step, count, ArrayRef<int64_t>(list), offset, total);
}

void PartAttr::printBare(AsmPrinter &printer, bool bracketed) const {
  if (getList().empty()) {
    printer << getFirst() << " to " << getFirst() + getCount() * getStep();
    if (getStep() != 1)
      printer << " by " << getStep();
  } else {
    if (!bracketed)
      printer << "[";
    llvm::interleaveComma(getList(), printer);
    if (!bracketed)
      printer << "]";
  }
  if (getOffset() != 0 || getTotal() != getCount())
    printer << " at " << getOffset() << " of " << getTotal();
}

Attribute PartAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  PartAttr attr = parseBare(parser, false);
  if (!attr || parser.parseGreater())
    return {};
  return attr;
}

void PartAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printBare(printer, false);
  printer << ">";
}

LogicalResult PartAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t first,
                               int64_t step, int64_t count, ArrayRef<int64_t> list, int64_t offset,
                               int64_t total) {
  constexpr int64_t most = int64_t{1} << 31;
  if (count < 1 || count > most || total > most || step > most || step < -most || step == 0)
    return emitError() << "a part holds 1 to 2^31 neurons, " << count << " are given";
  if (offset < 0 || offset > total - count)
    return emitError() << count << " neurons do not stand at " << offset << " of " << total;
  if (list.empty() && (first < 0 || first > most || first + (count - 1) * step < 0))
    return emitError() << "a neuron of a part is negative";
  if (!list.empty() && static_cast<int64_t>(list.size()) != count)
    return emitError() << "a list of " << list.size() << " neurons cannot count " << count;
  if (llvm::any_of(list, [](int64_t n) { return n < 0; }))
    return emitError() << "a neuron of a part is negative";
  SmallVector<int64_t> sorted(list);
  llvm::sort(sorted);
  if (auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    return emitError() << "neuron " << *twice << " stands twice in a part";
  return success();
}

ParseResult spindle::snn::parsePart(OpAsmParser &parser, PartAttr &part) {
  if (failed(parser.parseOptionalLSquare()))
    return success();
  part = PartAttr::parseBare(parser, true);
  return part ? parser.parseRSquare() : failure();
}

void spindle::snn::printPart(OpAsmPrinter &printer, Operation *, PartAttr part) {
  if (!part)
    return;
  printer << "[";
  part.printBare(printer, true);
  printer << "]";
}

//===- Generated maps -------------------------------------------------------------------------===//

namespace {

bool takesNumber(Generator rule) {
  return rule == Generator::FixedProbability || rule == Generator::FixedInDegree ||
         rule == Generator::FixedOutDegree || rule == Generator::FixedTotal;
}

/// What follows the rule, in any order.
struct Entries {
  AsmParser &parser;
  int64_t seed = 0, object = -1;
  DistributionAttr weight, delay;
  bool allowSelf = true, multapses = true;
  SpaceAttr space;
  SmallVector<int64_t> selfTargets;

  ParseResult parse() {
    while (succeeded(parser.parseOptionalComma()))
      if (parseOne())
        return failure();
    if (!weight)
      weight = DistributionAttr::constant(parser.getContext(), 1.0);
    return success();
  }

private:
  ParseResult parseOne() {
    SMLoc where = parser.getCurrentLocation();
    StringRef word;
    if (parser.parseKeyword(&word))
      return failure();
    if (word == "no_self" || word == "no_multapses") {
      (word == "no_self" ? allowSelf : multapses) = false;
      return success();
    }
    if (parser.parseEqual())
      return failure();
    if (word == "seed")
      return parser.parseInteger(seed);
    if (word == "object")
      return parser.parseInteger(object);
    if (word == "weight")
      return failure(!(weight = DistributionAttr::parseBare(parser)));
    if (word == "delay")
      return failure(!(delay = DistributionAttr::parseBare(parser)));
    if (word == "space")
      return parser.parseAttribute(space);
    if (word == "self_targets")
      return parseIntegers(parser, selfTargets);
    return parser.emitError(where, "expected seed, weight, delay, no_self, no_multapses, space or "
                                   "object");
  }
};

} // namespace

Attribute GeneratedAttr::parse(AsmParser &parser, Type) {
  SMLoc where = parser.getCurrentLocation();
  StringRef word;
  double value = 0;
  if (parser.parseLess() || parser.parseKeyword(&word))
    return {};
  auto rule = symbolizeGenerator(word);
  if (!rule) {
    parser.emitError(where, "unknown rule '") << word << "'";
    return {};
  }
  if (takesNumber(*rule) &&
      (parser.parseLParen() || parseReal(parser, value) || parser.parseRParen()))
    return {};
  Entries entries{parser, 0, -1, {}, {}, true, true, {}, {}};
  if (entries.parse() || parser.parseGreater())
    return {};
  MLIRContext *context = parser.getContext();
  return GeneratedAttr::getChecked(
      [&] { return parser.emitError(where); }, context, *rule, real(context, value), entries.seed,
      entries.weight, entries.delay, entries.allowSelf, entries.multapses, entries.space,
      entries.object, ArrayRef<int64_t>(entries.selfTargets));
}

void GeneratedAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyGenerator(getRule());
  if (takesNumber(getRule())) {
    printer << "(";
    printReal(printer, getValue().getValueAsDouble());
    printer << ")";
  }
  printer << ", seed = " << getSeed() << ", weight = ";
  getWeight().printBare(printer);
  if (getDelay()) {
    printer << ", delay = ";
    getDelay().printBare(printer);
  }
  if (!getAllowSelf())
    printer << ", no_self";
  if (!getMultapses())
    printer << ", no_multapses";
  if (getSpace())
    printer << ", space = " << getSpace();
  if (getObject() >= 0)
    printer << ", object = " << getObject();
  if (!getSelfTargets().empty()) {
    printer << ", self_targets = [";
    llvm::interleaveComma(getSelfTargets(), printer);
    printer << "]";
  }
  printer << ">";
}

LogicalResult GeneratedAttr::verify(function_ref<InFlightDiagnostic()> emitError, Generator rule,
                                    FloatAttr value, int64_t, DistributionAttr weight,
                                    DistributionAttr, bool, bool multapses, SpaceAttr space,
                                    int64_t object, ArrayRef<int64_t>) {
  double number = value.getValueAsDouble();
  if (rule == Generator::FixedProbability && !(number >= 0 && number <= 1))
    return emitError() << "a probability lies between 0 and 1, " << number << " does not";
  bool counts = takesNumber(rule) && rule != Generator::FixedProbability;
  if (counts && (number < 0 || number != std::floor(number) || number > 0x1p40))
    return emitError() << "'" << stringifyGenerator(rule) << "' takes a whole number, not "
                       << number;
  if (!counts && !multapses)
    return emitError() << "'" << stringifyGenerator(rule)
                       << "' never repeats a pair: no_multapses does not belong to it";
  if ((rule == Generator::Distance) != static_cast<bool>(space))
    return emitError() << "rule distance and `space = #snn.space<...>` belong together";
  if (object > 0xFFFFFFFF)
    return emitError() << "object " << object << " is out of range";
  if (!weight.isConstant() &&
      ((weight.getLaw() == Law::Normal && weight.first() == 0) ||
       (weight.getLaw() == Law::Uniform && weight.first() < 0 && weight.second() > 0)))
    return emitError() << "weights of both signs are two synapse types: write two projections";
  return success();
}

//===- Lists ----------------------------------------------------------------------------------===//

Attribute ListAttr::parse(AsmParser &parser, Type) {
  SMLoc where = parser.getCurrentLocation();
  SmallVector<int64_t> sources, targets, delays;
  SmallVector<double> weights;
  std::string unit;
  if (parser.parseLess())
    return {};
  if (succeeded(parser.parseOptionalKeyword("unit"))) {
    if (parser.parseString(&unit))
      return {};
    if (failed(parser.parseOptionalComma())) {
      if (parser.parseGreater())
        return {};
      return ListAttr::get(parser.getContext(), sources, targets,
                           DenseF64ArrayAttr::get(parser.getContext(), weights), delays, unit);
    }
  }
  if (parser.parseCommaSeparatedList([&] {
        return failure(parser.parseLSquare() || parser.parseInteger(sources.emplace_back()) ||
                       parser.parseComma() || parser.parseInteger(targets.emplace_back()) ||
                       parser.parseComma() || parseReal(parser, weights.emplace_back()) ||
                       parser.parseComma() || parser.parseInteger(delays.emplace_back()) ||
                       parser.parseRSquare());
      }) ||
      parser.parseGreater())
    return {};
  return ListAttr::getChecked([&] { return parser.emitError(where); }, parser.getContext(),
                              ArrayRef<int64_t>(sources), ArrayRef<int64_t>(targets),
                              DenseF64ArrayAttr::get(parser.getContext(), weights),
                              ArrayRef<int64_t>(delays), StringRef(unit));
}

void ListAttr::print(AsmPrinter &printer) const {
  printer << "<";
  if (!getUnit().empty() || getSources().empty()) {
    printer << "unit ";
    printer.printString(getUnit());
    if (!getSources().empty())
      printer << ", ";
  }
  ArrayRef<double> weights = getWeights();
  for (size_t i = 0; i < weights.size(); ++i) {
    printer << (i ? ", [" : "[") << getSources()[i] << ", " << getTargets()[i] << ", ";
    printReal(printer, weights[i]);
    printer << ", " << getDelays()[i] << "]";
  }
  printer << ">";
}

LogicalResult ListAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<int64_t> sources, ArrayRef<int64_t> targets,
                               DenseF64ArrayAttr weights, ArrayRef<int64_t> delays, StringRef) {
  if (targets.size() != sources.size() || delays.size() != sources.size() ||
      weights.size() != static_cast<int64_t>(sources.size()))
    return emitError() << "a list of synapses has one target, weight and delay for each source";
  for (auto [s, t, d] : llvm::zip(sources, targets, delays))
    if (s < 0 || t < 0 || d < 0)
      return emitError() << "the synapse from " << s << " to " << t << " with delay " << d
                         << " has a negative number";
  return success();
}

//===- Assemblies -----------------------------------------------------------------------------===//

PartAttr AssemblyOp::partOf(unsigned i) {
  return getParts() ? dyn_cast<PartAttr>((*getParts())[i]) : PartAttr();
}

LogicalResult AssemblyOp::verify() {
  auto fail = [&]() { return emitOpError() << "'" << getName() << "': "; };
  if (getMembers().empty())
    return fail() << "an assembly has members";
  if (getParts() && getParts()->size() != getMembers().size())
    return fail() << getParts()->size() << " parts for " << getMembers().size() << " members";
  int64_t sum = 0;
  for (auto [i, member] : llvm::enumerate(getMembers())) {
    if (member.getDefiningOp<AssemblyOp>())
      return fail() << "an assembly of assemblies (list the populations)";
    int64_t size = cast<PopType>(member.getType()).size();
    if (getParts() && !isa<PartAttr, UnitAttr>((*getParts())[i]))
      return fail() << "a part is #snn.part<...> or unit";
    PartAttr part = partOf(i);
    if (part && part.largest() >= size)
      return fail() << "'" << nodeName(member) << "' has " << size << " neurons, no number "
                    << part.largest();
    if (part && part.getTotal() != part.getCount())
      return fail() << "the parts of an assembly are placed by their order";
    sum += part ? part.getCount() : size;
  }
  if (sum != cast<PopType>(getPop().getType()).size())
    return fail() << "its members have " << sum << " neurons, " << getPop().getType()
                  << " does not";
  for (Operation *user : getPop().getUsers())
    if (!isa<ProjectOp>(user))
      return fail() << "an assembly is a source or target of projections only";
  return success();
}

//===- Projections ----------------------------------------------------------------------------===//

static int64_t countOf(PartAttr part, Value pop) {
  return part ? part.getTotal() : cast<PopType>(pop.getType()).size();
}
int64_t ProjectOp::sourceCount() { return countOf(getSourcePartAttr(), getSource()); }
int64_t ProjectOp::targetCount() { return countOf(getTargetPartAttr(), getTarget()); }

void ProjectOp::build(OpBuilder &builder, OperationState &state, Value source, Value target,
                      StringAttr port, FlatSymbolRefAttr weights, Attribute map,
                      Direction direction, int64_t delay, DenseI64ArrayAttr delays,
                      FlatSymbolRefAttr learn, DictionaryAttr ruleParams) {
  build(builder, state, source, target, port, weights, map,
        DirectionAttr::get(builder.getContext(), direction), builder.getI64IntegerAttr(delay),
        delays, learn, ruleParams);
}

void ProjectOp::build(OpBuilder &builder, OperationState &state, Value source, Value target,
                      StringAttr port, FlatSymbolRefAttr weights, Attribute map,
                      DirectionAttr direction, IntegerAttr delay, DenseI64ArrayAttr delays,
                      FlatSymbolRefAttr learn, DictionaryAttr ruleParams) {
  build(builder, state, source, target, port, weights, map, direction, delay, delays, learn,
        ruleParams, PartAttr(), PartAttr());
}

/// Parts and lists against the sizes of what they join.
LogicalResult spindle::snn::verifyJoin(ProjectOp op) {
  auto fail = [&]() {
    return op.emitOpError() << "'" << nodeName(op.getSource()) << "' to '"
                            << nodeName(op.getTarget()) << "': ";
  };
  for (auto [part, pop] : {std::pair(op.getSourcePartAttr(), op.getSource()),
                           std::pair(op.getTargetPartAttr(), op.getTarget())}) {
    if (!part)
      continue;
    if (pop.getDefiningOp<AssemblyOp>())
      return fail() << "choose the parts where the assembly lists its members";
    int64_t size = cast<PopType>(pop.getType()).size();
    if (part.largest() >= size)
      return fail() << "'" << nodeName(pop) << "' has " << size << " neurons, no number "
                    << part.largest();
  }
  if (auto list = dyn_cast<ListAttr>(op.getMap()))
    for (auto [s, t] : llvm::zip(list.getSources(), list.getTargets()))
      if (s >= op.sourceCount() || t >= op.targetCount())
        return fail() << "there is no synapse from " << s << " to " << t << " between "
                      << op.sourceCount() << " and " << op.targetCount() << " neurons";
  auto generated = dyn_cast<GeneratedAttr>(op.getMap());
  if (!generated)
    return success();
  if (op.getDirection() != Direction::Forward)
    return fail() << "a generated map is read forward";
  bool whole = !op.getSourcePart() && !op.getTargetPart() &&
               !op.getSource().getDefiningOp<AssemblyOp>() &&
               !op.getTarget().getDefiningOp<AssemblyOp>();
  if (generated.getSpace() && !whole)
    return fail() << "rule distance joins whole populations, whose shapes are the grids";
  if (SpaceAttr space = generated.getSpace()) {
    auto dims = [](Value pop) { return cast<PopType>(pop.getType()).getShape().size(); };
    size_t from = dims(op.getSource()), to = dims(op.getTarget());
    if (from > 3 || to > 3)
      return fail() << "rule distance knows grids of up to 3 axes";
    auto fits = [](DenseF64ArrayAttr list, size_t n) {
      return !list || static_cast<size_t>(list.size()) == n;
    };
    if (from != to || !fits(space.getSpacing(), from) || !fits(space.getOrigin(), from) ||
        !fits(space.getTargetSpacing(), to) || !fits(space.getTargetOrigin(), to) ||
        !fits(space.getPeriod(), from))
      return fail() << "rule distance: the shapes and every list have one entry per axis";
  }
  if (generated.getRule() == Generator::OneToOne && op.sourceCount() != op.targetCount())
    return fail() << "one_to_one joins " << op.sourceCount() << " neurons to " << op.targetCount();
  return success();
}
