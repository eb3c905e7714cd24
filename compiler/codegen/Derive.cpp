// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An interpreter of `derive` regions over columns, and the rounding of columns to fixed point.
#include "compiler/codegen/Derive.h"

#include "sim/number/Fixed.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <functional>

using namespace mlir;

namespace spindle::codegen {

namespace {

InFlightDiagnostic refuse(snn::PopulationOp pop) {
  return pop.emitError() << "node '" << pop.getName() << "': ";
}

/// "term 'tau' of neuron 3", or without the neuron where one value holds for all.
void name(InFlightDiagnostic &diag, StringRef term, const Column &column, size_t index) {
  diag << "'" << term << "'";
  if (column.size() > 1)
    diag << " of neuron " << index;
}

LogicalResult checkFinite(snn::PopulationOp pop, StringRef term, const Column &column) {
  for (size_t i = 0; i < column.size(); ++i) {
    if (std::isfinite(column[i]))
      continue;
    InFlightDiagnostic diag = refuse(pop);
    name(diag, term, column, i);
    return diag << " is " << column[i] << ", not a finite number";
  }
  return success();
}

FailureOr<Column> readColumn(snn::PopulationOp pop, StringRef term, Attribute value) {
  if (auto scalar = dyn_cast<FloatAttr>(value))
    return Column{scalar.getValueAsDouble()};
  if (auto resource = dyn_cast<DenseF64ResourceElementsAttr>(value)) {
    if (std::optional<ArrayRef<double>> data = resource.tryGetAsArrayRef())
      return Column(data->begin(), data->end());
  } else if (auto elements = dyn_cast<ElementsAttr>(value)) {
    if (auto values = elements.tryGetValues<double>()) {
      if (elements.isSplat())
        return Column{*values->begin()};
      return Column(values->begin(), values->end());
    }
  }
  return refuse(pop) << "the values of '" << term << "' cannot be read";
}

} // namespace

FailureOr<Column> termColumn(snn::PopulationOp pop, snn::TermAttr term, DictionaryAttr given,
                             std::optional<double> fallback) {
  Attribute value = given ? given.get(term.getName()) : Attribute();
  if (!value)
    value = term.getInitial();
  if (!value) {
    if (fallback)
      return Column{*fallback};
    return refuse(pop) << "parameter '" << term.getName() << "' has no value";
  }
  FailureOr<Column> column = readColumn(pop, term.getName(), value);
  if (failed(column) || failed(checkFinite(pop, term.getName(), *column)))
    return failure();
  return column;
}

//===- Interpreter ----------------------------------------------------------------------------===//

namespace {

bool compare(arith::CmpFPredicate predicate, double x, double y) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return x == y;
  case P::UEQ:
    return unordered || x == y;
  case P::ONE:
    return !unordered && x != y;
  case P::UNE:
    return x != y;
  case P::OGT:
    return x > y;
  case P::UGT:
    return unordered || x > y;
  case P::OGE:
    return x >= y;
  case P::UGE:
    return unordered || x >= y;
  case P::OLT:
    return x < y;
  case P::ULT:
    return unordered || x < y;
  case P::OLE:
    return x <= y;
  case P::ULE:
    return unordered || x <= y;
  }
  return false;
}

/// arith.minimumf and maximumf hand NaN on and order the zeros; fmin and fmax do not.
double minimum(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return std::nan("");
  return x == y ? (std::signbit(x) ? x : y) : std::min(x, y);
}
double maximum(double x, double y) { return -minimum(-x, -y); }

class Interpreter {
public:
  Interpreter(snn::PopulationOp pop, snn::ModelOp model, std::optional<double> dt)
      : pop(pop), model(model), dt(dt) {}

  FailureOr<std::map<std::string, Column>> run() {
    for (auto term : model.getParams().getAsRange<snn::TermAttr>()) {
      FailureOr<Column> column = termColumn(pop, term, pop.getParameters(), std::nullopt);
      if (failed(column))
        return failure();
      terms[term.getName().str()] = std::move(*column);
    }
    if (!model.getDerive().empty())
      for (Operation &op : model.getDerive().front())
        if (failed(evaluate(&op)))
          return failure();
    return std::move(derived);
  }

private:
  using Function = std::function<double(const double *)>; ///< of one neuron's operands

  const Column &operand(Operation *op, unsigned i) { return values[op->getOperand(i)]; }

  /// Applies `f` to every neuron's operands; scalars stay scalars.
  LogicalResult apply(Operation *op, const Function &f) {
    unsigned count = op->getNumOperands();
    size_t size = 1;
    for (unsigned i = 0; i < count; ++i)
      size = std::max(size, operand(op, i).size());
    Column result(size);
    SmallVector<double, 4> arguments(count);
    for (size_t k = 0; k < size; ++k) {
      for (unsigned i = 0; i < count; ++i) {
        const Column &column = operand(op, i);
        arguments[i] = column[column.size() == 1 ? 0 : k];
      }
      result[k] = f(arguments.data());
    }
    values[op->getResult(0)] = std::move(result);
    return success();
  }

  LogicalResult get(snn::GetOp op) {
    StringRef term = op.getTerm();
    if (term == "dt" || term == "dt_ms") {
      if (!dt)
        return refuse(pop) << "dt is needed: pass --dt (model '" << model.getSymName()
                           << "' depends on the step)";
      double step = term == "dt" ? *dt : *dt * 1e3;
      values[op.getValue()] = {step / static_cast<double>(pop.getSubsteps())};
      return success();
    }
    auto found = terms.find(term.str());
    if (found == terms.end())
      return op.emitError() << "derived term '" << term << "' is read before it is written";
    values[op.getValue()] = found->second;
    return success();
  }

  LogicalResult set(snn::SetOp op) {
    const Column &column = values[op.getValue()];
    if (failed(checkFinite(pop, op.getTerm(), column)))
      return failure();
    terms[op.getTerm().str()] = derived[op.getTerm().str()] = column;
    return success();
  }

  LogicalResult evaluate(Operation *op);

  snn::PopulationOp pop;
  snn::ModelOp model;
  std::optional<double> dt;
  std::map<std::string, Column> terms, derived;
  llvm::DenseMap<Value, Column> values;
};

LogicalResult Interpreter::evaluate(Operation *op) {
  if (auto getOp = dyn_cast<snn::GetOp>(op))
    return get(getOp);
  if (auto setOp = dyn_cast<snn::SetOp>(op))
    return set(setOp);
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    double value = isa<FloatAttr>(constant.getValue())
                       ? cast<FloatAttr>(constant.getValue()).getValueAsDouble()
                       : double(cast<IntegerAttr>(constant.getValue()).getValue().getBoolValue());
    values[constant] = {value};
    return success();
  }
  Function f =
      llvm::TypeSwitch<Operation *, Function>(op)
          .Case([](arith::AddFOp) { return [](const double *x) { return x[0] + x[1]; }; })
          .Case([](arith::SubFOp) { return [](const double *x) { return x[0] - x[1]; }; })
          .Case<arith::MulFOp, snn::DecayOp>(
              [](Operation *) { return [](const double *x) { return x[0] * x[1]; }; })
          .Case<arith::DivFOp, snn::QuotientOp>(
              [](Operation *) { return [](const double *x) { return x[0] / x[1]; }; })
          .Case<snn::UngainOp, snn::AsFractionOp>(
              [](Operation *) { return [](const double *x) { return x[0]; }; })
          .Case([](arith::NegFOp) { return [](const double *x) { return -x[0]; }; })
          .Case(
              [](arith::MinimumFOp) { return [](const double *x) { return minimum(x[0], x[1]); }; })
          .Case(
              [](arith::MaximumFOp) { return [](const double *x) { return maximum(x[0], x[1]); }; })
          .Case([](arith::CmpFOp cmp) {
            return [p = cmp.getPredicate()](const double *x) {
              return double(compare(p, x[0], x[1]));
            };
          })
          .Case([](arith::SelectOp) {
            return [](const double *x) { return x[0] != 0.0 ? x[1] : x[2]; };
          })
          // Truth values are 0 and 1.
          .Case([](arith::AndIOp) { return [](const double *x) { return x[0] * x[1]; }; })
          .Case([](arith::OrIOp) { return [](const double *x) { return std::max(x[0], x[1]); }; })
          .Case([](arith::XOrIOp) { return [](const double *x) { return double(x[0] != x[1]); }; })
          .Case([](arith::UIToFPOp) { return [](const double *x) { return x[0]; }; })
          .Case([](snn::CountOp) {
            return [](const double *x) { return x[0] >= x[1] ? std::trunc(x[0] / x[1]) : 0.0; };
          })
          .Case([](math::ExpOp) { return [](const double *x) { return std::exp(x[0]); }; })
          .Case([](math::LogOp) { return [](const double *x) { return std::log(x[0]); }; })
          .Case([](math::SqrtOp) { return [](const double *x) { return std::sqrt(x[0]); }; })
          .Case([](math::AbsFOp) { return [](const double *x) { return std::fabs(x[0]); }; })
          .Case([](math::FloorOp) { return [](const double *x) { return std::floor(x[0]); }; })
          .Case([](math::CeilOp) { return [](const double *x) { return std::ceil(x[0]); }; })
          .Default([](Operation *) { return Function(); });
  if (!f)
    return op->emitError() << "model '" << model.getSymName() << "': operation '" << op->getName()
                           << "' has no meaning in 'derive'";
  return apply(op, f);
}

} // namespace

//===- Columns --------------------------------------------------------------------------------===//

std::optional<double> networkDt(snn::PopulationOp pop) {
  auto network = pop->getParentOfType<snn::NetworkOp>();
  if (!network || !network.getDt())
    return std::nullopt;
  return network.getDt()->convertToDouble();
}

FailureOr<std::map<std::string, Column>> evaluateDerived(snn::PopulationOp pop, snn::ModelOp model,
                                                         std::optional<double> dt) {
  return Interpreter(pop, model, dt).run();
}

/// Cut towards 0 to the term's format.
static Column truncated(Number number, Column column) {
  double unit = number == Number::U032 ? 0x1p32 : number == Number::I32 ? 1.0 : 32768.0;
  for (double &value : column)
    value = std::trunc(value * unit) / unit;
  return column;
}

static FailureOr<std::map<std::string, Column>> derivedColumns(snn::PopulationOp pop,
                                                               snn::ModelOp model,
                                                               const StepInfo &info,
                                                               Constants constants) {
  if (!model.getOnCore())
    constants = Constants::Reals;
  if (constants == Constants::OnCore)
    return evaluateOnCore(pop, model, networkDt(pop), info);
  auto derived = evaluateDerived(pop, model, networkDt(pop));
  if (succeeded(derived) && constants == Constants::HostTruncated)
    for (const auto *list : {&info.param, &info.state})
      for (const StepTerm &term : *list)
        if (auto found = derived->find(term.name); found != derived->end())
          found->second = truncated(term.number, std::move(found->second));
  return derived;
}

FailureOr<StepColumns> columns(snn::PopulationOp pop, snn::ModelOp model, const StepInfo &info,
                               Constants constants) {
  auto derived = derivedColumns(pop, model, info, constants);
  if (failed(derived))
    return failure();
  StepColumns result;
  for (const StepTerm &term : info.param) {
    if (auto found = derived->find(term.name); found != derived->end()) {
      result.param.push_back(found->second);
      continue;
    }
    auto declared =
        cast<snn::TermAttr>(model.getParams()[snn::termIndex(model.getParams(), term.name)]);
    FailureOr<Column> column = termColumn(pop, declared, pop.getParameters(), std::nullopt);
    if (failed(column))
      return failure();
    result.param.push_back(std::move(*column));
  }
  for (ArrayAttr list : {model.getState(), model.getObserve()})
    for (auto term : list.getAsRange<snn::TermAttr>()) {
      DictionaryAttr given = pop.getInitialAttr();
      auto found = derived->find(term.getName().str());
      if (found != derived->end() && !(given && given.contains(term.getName()))) {
        result.state.push_back(found->second);
        continue;
      }
      FailureOr<Column> column = termColumn(pop, term, given, 0.0);
      if (failed(column))
        return failure();
      result.state.push_back(std::move(*column));
    }
  return result;
}

//===- Rounding -------------------------------------------------------------------------------===//

template <typename Raw, typename Convert>
static FailureOr<std::vector<Raw>> quantize(snn::PopulationOp pop, StringRef term,
                                            const Column &column, Convert convert,
                                            StringRef problem) {
  std::vector<Raw> raw;
  raw.reserve(column.size());
  for (size_t i = 0; i < column.size(); ++i) {
    std::optional<Raw> one = convert(column[i]);
    if (!one) {
      InFlightDiagnostic diag = refuse(pop);
      name(diag, term, column, i);
      return diag << " is " << column[i] << ", " << problem;
    }
    raw.push_back(*one);
  }
  return raw;
}

FailureOr<std::vector<int32_t>> toS1615(snn::PopulationOp pop, StringRef term,
                                        const Column &column) {
  return quantize<int32_t>(pop, term, column, number::toS1615,
                           "outside the range of s16.15, [-65536, 65536): rescale the network");
}

FailureOr<std::vector<uint32_t>> toU032(snn::PopulationOp pop, StringRef term,
                                        const Column &column) {
  return quantize<uint32_t>(
      pop, term, column, number::toU032,
      "not a fraction in [0, 1] as fixed point needs it here (is dt above a time constant?)");
}

FailureOr<std::vector<int32_t>> toI32(snn::PopulationOp pop, StringRef term, const Column &column) {
  auto convert = [](double value) -> std::optional<int32_t> {
    if (value != std::floor(value) || std::fabs(value) >= 2147483648.0)
      return std::nullopt;
    return static_cast<int32_t>(value);
  };
  return quantize<int32_t>(pop, term, column, convert, "not an integer of 32 bits");
}

FailureOr<std::vector<uint32_t>> toWords(snn::PopulationOp pop, const StepTerm &term,
                                         const Column &column) {
  if (term.number == Number::U032)
    return toU032(pop, term.name, column);
  FailureOr<std::vector<int32_t>> raw =
      term.number == Number::I32 ? toI32(pop, term.name, column) : toS1615(pop, term.name, column);
  if (failed(raw))
    return failure();
  return std::vector<uint32_t>(raw->begin(), raw->end());
}

} // namespace spindle::codegen
