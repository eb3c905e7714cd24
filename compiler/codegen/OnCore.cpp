// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A `derive` region in the many-core machine's arithmetic (N15). It is evaluated from its results
// backwards, since what an operation does there depends on the format in which its result is
// wanted: an exponential is expk or expulr, a decay is one of s16.15 or of u0.32.
#include "compiler/codegen/Derive.h"

#include "sim/number/Exp.h"
#include "sim/number/Fixed.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

using namespace mlir;

namespace spindle::codegen {

namespace {

namespace n = number;

/// Words of a term: one for all neurons, or one per neuron. Truth values are 0 and 1.
using Words = std::vector<int32_t>;
using Function = std::function<int32_t(const int32_t *)>; ///< of one neuron's operands

uint32_t u(int32_t word) { return static_cast<uint32_t>(word); }
int32_t s(uint32_t word) { return static_cast<int32_t>(word); }

StringRef nameOf(Number number) {
  return number == Number::U032 ? "u0.32" : number == Number::I32 ? "an integer" : "s16.15";
}

class OnCore {
public:
  OnCore(snn::PopulationOp pop, snn::ModelOp model, std::optional<double> dt)
      : pop(pop), model(model), dt(dt) {}

  FailureOr<std::map<std::string, Column>> run(const StepInfo &info) {
    std::map<std::string, Column> result;
    for (Operation &op : model.getDerive().getOps()) // what a read gives is what was written last
      if (auto read = dyn_cast<snn::GetOp>(op))
        reads[read] = terms.lookup(read.getTerm());
      else if (auto set = dyn_cast<snn::SetOp>(op))
        terms[set.getTerm()] = set.getValue();
    for (const auto *list : {&info.param, &info.state})
      for (const StepTerm &term : *list) {
        auto found = terms.find(term.name);
        if (found == terms.end())
          continue;
        current = term.name;
        FailureOr<Words> words = evaluate(found->second, term.number);
        if (failed(words))
          return failure();
        result[term.name] = toColumn(*words, term.number);
      }
    return result;
  }

private:
  static Column toColumn(const Words &words, Number number) {
    Column column(words.size());
    llvm::transform(words, column.begin(), [&](int32_t w) {
      return number == Number::U032  ? n::fromU032(u(w))
             : number == Number::I32 ? double(w)
                                     : n::fromS1615(w);
    });
    return column;
  }

  InFlightDiagnostic refuse() {
    return pop.emitError() << "node '" << pop.getName() << "': '" << current << "': ";
  }
  LogicalResult refuse(Operation *op, Number wanted) {
    return op->emitError() << "model '" << model.getSymName() << "': '" << current
                           << "': the machine has no '" << op->getName() << "' of "
                           << nameOf(wanted);
  }
  void warn(const Twine &what) {
    if (warned.insert({current, what.str()}).second)
      pop.emitWarning() << "node '" << pop.getName() << "': '" << current << "' " << what;
  }

  FailureOr<Words> evaluate(Value value, Number wanted);
  FailureOr<Words> compute(Operation *op, Number wanted);
  FailureOr<Words> get(snn::GetOp op, Number wanted);
  FailureOr<Words> constant(arith::ConstantOp op, Number wanted);
  FailureOr<Words> divide(Operation *op, Number wanted);
  FailureOr<Words> exponential(Operation *op, Number wanted);
  FailureOr<Words> decay(snn::DecayOp op, Number wanted);
  FailureOr<Words> asFraction(Value x, Number wanted);
  FailureOr<Words> select(arith::SelectOp op, Number wanted);
  Function plain(Operation *op, Number wanted);

  /// Applies `f` to the words of every neuron.
  FailureOr<Words> apply(ArrayRef<std::pair<Value, Number>> operands, const Function &f) {
    SmallVector<Words, 3> columns;
    size_t size = 1;
    for (auto [value, number] : operands) {
      FailureOr<Words> words = evaluate(value, number);
      if (failed(words))
        return failure();
      size = std::max(size, words->size());
      columns.push_back(std::move(*words));
    }
    Words result(size);
    SmallVector<int32_t, 3> arguments(columns.size());
    for (size_t k = 0; k < size; ++k) {
      for (auto [i, column] : llvm::enumerate(columns))
        arguments[i] = column[column.size() == 1 ? 0 : k];
      result[k] = f(arguments.data());
    }
    return result;
  }

  snn::PopulationOp pop;
  snn::ModelOp model;
  std::optional<double> dt;
  llvm::StringMap<Value> terms;             ///< what `derive` writes
  llvm::DenseMap<Operation *, Value> reads; ///< what stands for a read of what it wrote
  std::map<std::pair<void *, Number>, Words> done;
  std::set<std::pair<std::string, std::string>> warned;
  std::string current; ///< the term that is being computed
};

FailureOr<Words> OnCore::evaluate(Value value, Number wanted) {
  auto key = std::pair(value.getAsOpaquePointer(), wanted);
  if (auto known = done.find(key); known != done.end())
    return known->second;
  FailureOr<Words> words = compute(value.getDefiningOp(), wanted);
  if (succeeded(words))
    done[key] = *words;
  return words;
}

FailureOr<Words> OnCore::get(snn::GetOp op, Number wanted) {
  StringRef name = op.getTerm();
  if (name == "dt" || name == "dt_ms") {
    if (!dt)
      return refuse() << "dt is needed: pass --dt (model '" << model.getSymName()
                      << "' depends on the step)";
    // The host writes the step, the core divides it.
    FailureOr<Words> words = toS1615(pop, name, {name == "dt" ? *dt : *dt * 1e3});
    if (failed(words))
      return failure();
    if (wanted != Number::S1615)
      return refuse(op, wanted);
    return Words{n::divideByInteger((*words)[0], static_cast<uint32_t>(pop.getSubsteps()))};
  }
  if (Value written = reads.lookup(op))
    return evaluate(written, wanted);
  if (snn::termIndex(model.getDerived(), name) >= 0)
    return op.emitError() << "derived term '" << name << "' is read before it is written";
  auto declared = cast<snn::TermAttr>(model.getParams()[snn::termIndex(model.getParams(), name)]);
  FailureOr<Column> column = termColumn(pop, declared, pop.getParameters(), std::nullopt);
  if (failed(column))
    return failure();
  auto words = toWords(pop, {name.str(), "", wanted}, *column);
  if (failed(words))
    return failure();
  return Words(words->begin(), words->end());
}

FailureOr<Words> OnCore::constant(arith::ConstantOp op, Number wanted) {
  if (auto truth = dyn_cast<IntegerAttr>(op.getValue()))
    return Words{truth.getValue() != 0};
  auto words =
      toWords(pop, {"constant", "", wanted}, {cast<FloatAttr>(op.getValue()).getValueAsDouble()});
  if (failed(words))
    return failure();
  return Words(words->begin(), words->end());
}

/// kdivk: both not negative, the divisor not 0.
FailureOr<Words> OnCore::divide(Operation *op, Number wanted) {
  if (wanted == Number::U032)
    return asFraction(op->getResult(0), wanted);
  if (wanted != Number::S1615)
    return refuse(op, wanted);
  bool bad = false;
  FailureOr<Words> result =
      apply({{op->getOperand(0), Number::S1615}, {op->getOperand(1), Number::S1615}},
            [&](const int32_t *x) {
              bad |= x[0] < 0 || x[1] <= 0;
              return x[1] == 0 ? 0 : n::divide(x[0], x[1]);
            });
  if (succeeded(result) && bad)
    return refuse()
           << "divides by 0 or a negative number in s16.15, or a negative number, which "
              "the machine cannot (times and capacities are positive, and not below 2^-15)";
  return result;
}

FailureOr<Words> OnCore::exponential(Operation *op, Number wanted) {
  bool isOne = false;
  FailureOr<Words> result = apply({{op->getOperand(0), Number::S1615}}, [&](const int32_t *x) {
    isOne |= wanted == Number::U032 && x[0] == 0;
    return wanted == Number::U032 ? s(n::expulr(x[0])) : n::expk(x[0]);
  });
  if (isOne)
    warn("is e^0 = 1 in s16.15, which the machine's u0.32 holds as 0: what should last for ever "
         "is gone after one step (a time constant is too long for this dt)");
  return result;
}

FailureOr<Words> OnCore::decay(snn::DecayOp op, Number wanted) {
  return apply(
      {{op.getX(), Number::S1615}, {op.getFraction(), Number::U032}}, [&](const int32_t *x) {
        return wanted == Number::U032 ? s(n::decayToU032(x[0], u(x[1]))) : n::decay(x[0], u(x[1]));
      });
}

/// A number stored as u0.32: 17 more binary places, and no whole part.
FailureOr<Words> OnCore::asFraction(Value x, Number wanted) {
  int32_t lost = 0;
  FailureOr<Words> result = apply({{x, Number::S1615}}, [&](const int32_t *v) {
    if (u(v[0]) >= u(n::kS1615One))
      lost = v[0];
    uint32_t fraction = u(v[0]) << 17;
    return s(wanted == Number::U032 ? fraction : fraction >> 17);
  });
  if (lost != 0)
    warn("is " + Twine(std::to_string(n::fromS1615(lost))) +
         ", which the machine keeps as an unsigned fraction: only the part behind the point is "
         "left, and what it scales is silent or too weak (a time constant is too short for this "
         "dt)");
  return result;
}

FailureOr<Words> OnCore::select(arith::SelectOp op, Number wanted) {
  return apply(
      {{op.getCondition(), Number::I32}, {op.getTrueValue(), wanted}, {op.getFalseValue(), wanted}},
      [](const int32_t *x) { return x[0] != 0 ? x[1] : x[2]; });
}

bool holds(arith::CmpFPredicate predicate, int32_t x, int32_t y) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::OEQ:
  case P::UEQ:
    return x == y;
  case P::ONE:
  case P::UNE:
    return x != y;
  case P::OGT:
  case P::UGT:
    return x > y;
  case P::OGE:
  case P::UGE:
    return x >= y;
  case P::OLT:
  case P::ULT:
    return x < y;
  case P::OLE:
  case P::ULE:
    return x <= y;
  default:
    return predicate == P::ORD || predicate == P::AlwaysTrue;
  }
}

/// Operations whose operands have the format of their result (a comparison: s16.15).
Function OnCore::plain(Operation *op, Number wanted) {
  bool fraction = wanted == Number::U032;
  return llvm::TypeSwitch<Operation *, Function>(op)
      .Case([](arith::AddFOp) { return [](const int32_t *x) { return n::addWrap(x[0], x[1]); }; })
      .Case([](arith::SubFOp) { return [](const int32_t *x) { return n::subWrap(x[0], x[1]); }; })
      .Case([](arith::NegFOp) { return [](const int32_t *x) { return n::subWrap(0, x[0]); }; })
      .Case([&](arith::MinimumFOp) {
        return [=](const int32_t *x) {
          return (fraction ? u(x[0]) < u(x[1]) : x[0] < x[1]) ? x[0] : x[1];
        };
      })
      .Case([&](arith::MaximumFOp) {
        return [=](const int32_t *x) {
          return (fraction ? u(x[0]) < u(x[1]) : x[0] < x[1]) ? x[1] : x[0];
        };
      })
      .Case([&](arith::MulFOp) -> Function {
        if (wanted != Number::S1615)
          return {};
        return [](const int32_t *x) { return n::mulWrap(x[0], x[1]); };
      })
      .Default([](Operation *) { return Function(); });
}

FailureOr<Words> OnCore::compute(Operation *op, Number wanted) {
  using Result = FailureOr<Words>;
  auto rounded = [&](Value x, int32_t up) -> Result {
    return apply({{x, Number::S1615}}, [=](const int32_t *v) {
      int32_t whole = n::addWrap(v[0], up) >> 15;
      return wanted == Number::I32 ? whole : s(u(whole) << 15);
    });
  };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](snn::GetOp g) { return get(g, wanted); })
      .Case([&](arith::ConstantOp c) { return constant(c, wanted); })
      .Case<arith::DivFOp, snn::QuotientOp>([&](Operation *o) { return divide(o, wanted); })
      .Case([&](math::ExpOp e) -> Result {
        if (wanted == Number::I32)
          return refuse(op, wanted);
        return exponential(e, wanted);
      })
      .Case([&](math::CeilOp c) { return rounded(c.getOperand(), n::kS1615One - 1); })
      .Case([&](math::FloorOp f) { return rounded(f.getOperand(), 0); })
      .Case([&](snn::DecayOp d) { return decay(d, wanted); })
      .Case([&](snn::AsFractionOp f) { return asFraction(f.getX(), wanted); })
      .Case([&](snn::UngainOp g) { return evaluate(g.getX(), wanted); })
      .Case([&](arith::SelectOp o) { return select(o, wanted); })
      .Case([&](arith::CmpFOp c) {
        return apply({{c.getLhs(), Number::S1615}, {c.getRhs(), Number::S1615}},
                     [p = c.getPredicate()](const int32_t *x) { return holds(p, x[0], x[1]); });
      })
      .Default([&](Operation *o) -> Result {
        Function f = plain(o, wanted);
        if (!f)
          return refuse(o, wanted);
        SmallVector<std::pair<Value, Number>> operands;
        for (Value operand : o->getOperands())
          operands.emplace_back(operand, wanted);
        return apply(operands, f);
      });
}

} // namespace

FailureOr<std::map<std::string, Column>> evaluateOnCore(snn::PopulationOp pop, snn::ModelOp model,
                                                        std::optional<double> dt,
                                                        const StepInfo &info) {
  return OnCore(pop, model, dt).run(info);
}

} // namespace spindle::codegen
