// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Neuron models and learning rules: term lists, checks of the regions, folds.
#include "dialects/snn/SnnTerms.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace spindle::snn;

//===- Term lists: params(tau = 2.0e-2 : "s", r) ----------------------------------------------===//

static ParseResult parseTerms(OpAsmParser &parser, StringRef keyword, ArrayAttr &terms) {
  SmallVector<Attribute> list;
  if (succeeded(parser.parseOptionalKeyword(keyword))) {
    auto one = [&]() -> ParseResult {
      std::string name;
      if (parser.parseKeywordOrString(&name))
        return failure();
      int64_t integer = 0, types = 2, gain = 0;
      if (succeeded(parser.parseOptionalKeyword("integer")))
        integer = 1;
      if (succeeded(parser.parseOptionalKeyword("magnitude")))
        types = 1;
      else if (succeeded(parser.parseOptionalKeyword("current")))
        types = 0;
      if (succeeded(parser.parseOptionalKeyword("gain")) && parser.parseInteger(gain))
        return failure();
      FloatAttr initial;
      if (succeeded(parser.parseOptionalEqual())) {
        double value;
        if (parser.parseFloat(value))
          return failure();
        initial = parser.getBuilder().getF64FloatAttr(value);
      }
      std::string decay, unit;
      if (succeeded(parser.parseOptionalKeyword("decay")) && parser.parseKeywordOrString(&decay))
        return failure();
      if (succeeded(parser.parseOptionalColon()) && parser.parseString(&unit))
        return failure();
      list.push_back(
          TermAttr::get(parser.getContext(), name, initial, unit, decay, integer, types, gain));
      return success();
    };
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, one))
      return failure();
  }
  terms = parser.getBuilder().getArrayAttr(list);
  return success();
}

static void printTerms(OpAsmPrinter &printer, bool &first, StringRef keyword, ArrayAttr terms) {
  if (terms.empty())
    return;
  printer << (first ? "" : " ") << keyword << "(";
  first = false;
  llvm::interleaveComma(terms, printer, [&](Attribute attr) {
    auto term = cast<TermAttr>(attr);
    printer.printKeywordOrString(term.getName());
    if (term.getInteger())
      printer << " integer";
    if (term.getTypes() < 2)
      printer << (term.getTypes() == 1 ? " magnitude" : " current");
    if (term.getGain())
      printer << " gain " << term.getGain();
    if (term.getInitial()) {
      printer << " = ";
      printer.printFloat(term.getInitial().getValue());
    }
    if (!term.getDecay().empty()) {
      printer << " decay ";
      printer.printKeywordOrString(term.getDecay());
    }
    if (!term.getUnit().empty())
      printer << " : \"" << term.getUnit() << "\"";
  });
  printer << ")";
}

ParseResult spindle::snn::parseModelTerms(OpAsmParser &parser, ArrayAttr &params, ArrayAttr &state,
                                          ArrayAttr &inputs, ArrayAttr &derived,
                                          ArrayAttr &observe) {
  return failure(parseTerms(parser, "params", params) || parseTerms(parser, "state", state) ||
                 parseTerms(parser, "inputs", inputs) || parseTerms(parser, "derived", derived) ||
                 parseTerms(parser, "observe", observe));
}

void spindle::snn::printModelTerms(OpAsmPrinter &printer, Operation *, ArrayAttr params,
                                   ArrayAttr state, ArrayAttr inputs, ArrayAttr derived,
                                   ArrayAttr observe) {
  bool first = true;
  printTerms(printer, first, "params", params);
  printTerms(printer, first, "state", state);
  printTerms(printer, first, "inputs", inputs);
  printTerms(printer, first, "derived", derived);
  printTerms(printer, first, "observe", observe);
}

ParseResult spindle::snn::parseRuleTerms(OpAsmParser &parser, ArrayAttr &params, ArrayAttr &derived,
                                         ArrayAttr &pre, ArrayAttr &post, ArrayAttr &synapse) {
  return failure(parseTerms(parser, "params", params) || parseTerms(parser, "derived", derived) ||
                 parseTerms(parser, "pre", pre) || parseTerms(parser, "post", post) ||
                 parseTerms(parser, "synapse", synapse));
}

void spindle::snn::printRuleTerms(OpAsmPrinter &printer, Operation *, ArrayAttr params,
                                  ArrayAttr derived, ArrayAttr pre, ArrayAttr post,
                                  ArrayAttr synapse) {
  bool first = true;
  printTerms(printer, first, "params", params);
  printTerms(printer, first, "derived", derived);
  printTerms(printer, first, "pre", pre);
  printTerms(printer, first, "post", post);
  printTerms(printer, first, "synapse", synapse);
}

//===- Checks ---------------------------------------------------------------------------------===//

LogicalResult spindle::snn::checkDistinct(Operation *op, std::initializer_list<ArrayAttr> lists) {
  llvm::StringSet<> seen;
  for (ArrayAttr list : lists)
    for (Attribute t : list) {
      StringRef name = cast<TermAttr>(t).getName();
      if (name == "dt" || name == "dt_ms" || name == "emitted")
        return op->emitOpError() << "term '" << name << "' has a reserved name";
      if (!seen.insert(name).second)
        return op->emitOpError() << "term '" << name << "' is declared twice";
    }
  return success();
}

/// Gains and synapse types belong to input ports.
static LogicalResult checkPorts(ModelOp op) {
  for (ArrayAttr list : {op.getParams(), op.getState(), op.getDerived(), op.getObserve()})
    for (auto term : list.getAsRange<TermAttr>())
      if (term.getTypes() != 2 || term.getGain() != 0)
        return op.emitOpError() << "term '" << term.getName()
                                << "': 'magnitude', 'current' and 'gain' belong to input ports";
  for (auto port : op.getInputs().getAsRange<TermAttr>()) {
    if (port.getInteger())
      return op.emitOpError() << "input port '" << port.getName() << "' cannot be an integer";
    if (port.getGain() < 0 || port.getGain() > kMaxGain)
      return op.emitOpError() << "input port '" << port.getName() << "': a gain of "
                              << port.getGain() << " places: 0 to " << kMaxGain << " are possible";
  }
  WalkResult ports = op.walk([&](UngainOp ungain) {
    if (termIndex(op.getInputs(), ungain.getPort()) >= 0)
      return WalkResult::advance();
    ungain.emitOpError() << "there is no input port '" << ungain.getPort() << "'";
    return WalkResult::interrupt();
  });
  return failure(ports.wasInterrupted());
}

LogicalResult spindle::snn::checkRegion(Region &region, StringRef what, const Scope &scope,
                                        bool divides) {
  if (region.empty())
    return success();
  if (region.front().getNumArguments() != 0)
    return region.getParentOp()->emitOpError() << "region '" << what << "' takes no arguments";
  for (Operation &op : region.front()) {
    if (auto get = dyn_cast<GetOp>(op)) {
      if (!scope.readable.contains(get.getTerm()))
        return get.emitOpError() << "region '" << what << "' cannot read term '" << get.getTerm()
                                 << "'";
    } else if (auto set = dyn_cast<SetOp>(op)) {
      if (!scope.writable.contains(set.getTerm()))
        return set.emitOpError() << "region '" << what << "' cannot write term '" << set.getTerm()
                                 << "'";
    } else if (isa<EmitOp>(op)) {
      if (what != "emit")
        return op.emitOpError() << "belongs into the region 'emit', not '" << what << "'";
    } else {
      StringRef dialect = op.getName().getDialectNamespace();
      if (dialect != "arith" && dialect != "math" &&
          !isa<DecayOp, CountOp, QuotientOp, UngainOp, AsFractionOp>(op))
        return op.emitOpError() << "is not allowed in a model or rule: only arith, math and snn "
                                   "operations are";
      if (!divides && (isa<arith::DivFOp, AsFractionOp>(op) || dialect == "math"))
        return op.emitOpError() << "stands in region '" << what
                                << "': compute it once, in 'derive'";
      for (Type type : op.getResultTypes())
        if (!type.isF64() && !type.isInteger(1))
          return op.emitOpError() << "yields " << type << ": values of a region are f64 or i1";
    }
  }
  return success();
}

LogicalResult ModelOp::verify() {
  if (failed(
          checkDistinct(*this, {getParams(), getState(), getInputs(), getDerived(), getObserve()})))
    return failure();
  Scope derive;
  derive.read(getParams());
  derive.readable.insert("dt");
  derive.readable.insert("dt_ms");
  derive.write(getDerived());
  for (Attribute t : getState())
    derive.writable.insert(cast<TermAttr>(t).getName());
  Scope step;
  for (ArrayAttr list : {getParams(), getInputs(), getDerived()})
    step.read(list);
  step.write(getState());
  step.write(getObserve());
  Scope emit = step;
  emit.writable.clear();
  Scope late = step;
  late.readable.insert("emitted");
  if (failed(checkPorts(*this)) || failed(checkRegion(getDerive(), "derive", derive, true)) ||
      failed(checkRegion(getReceive(), "receive", step, false)) ||
      failed(checkRegion(getUpdate(), "update", step, false)) ||
      failed(checkRegion(getEmit(), "emit", emit, false)) ||
      failed(checkRegion(getReset(), "reset", late, false)) ||
      failed(checkRegion(getAfter(), "after", late, false)))
    return failure();
  if (getEmit().front().empty() || !isa<EmitOp>(getEmit().front().back()))
    return emitOpError("region 'emit' must end in snn.emit");
  llvm::StringSet<> written;
  getDerive().walk([&](SetOp set) { written.insert(set.getTerm()); });
  for (Attribute t : getDerived())
    if (!written.contains(cast<TermAttr>(t).getName()))
      return emitOpError() << "derived term '" << cast<TermAttr>(t).getName()
                           << "' is never written by 'derive'";
  return success();
}

EmitKind ModelOp::emitKind() { return cast<EmitOp>(getEmit().front().back()).getKind(); }

bool ModelOp::readsDt() {
  bool reads = false;
  getDerive().walk([&](GetOp get) { reads |= get.getTerm() == "dt" || get.getTerm() == "dt_ms"; });
  return reads;
}

LogicalResult EmitOp::verify() {
  bool wantsBit = getKind() == EmitKind::Spike;
  if (wantsBit != getValue().getType().isInteger(1))
    return emitOpError() << stringifyEmitKind(getKind()) << " takes "
                         << (wantsBit ? "an i1" : "an f64");
  return success();
}

//===- Names and folds ------------------------------------------------------------------------===//

void GetOp::getAsmResultNames(OpAsmSetValueNameFn setName) { setName(getValue(), getTerm()); }

OpFoldResult DecayOp::fold(FoldAdaptor adaptor) {
  auto fraction = dyn_cast_if_present<FloatAttr>(adaptor.getFraction());
  if (fraction && fraction.getValueAsDouble() == 1.0)
    return getX();
  return {};
}
