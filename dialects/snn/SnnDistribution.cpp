// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text and checks of reals, distributions and space.
#include "dialects/snn/SnnReals.h"

#include "mlir/IR/DialectImplementation.h"

#include <charconv>
#include <cmath>

using namespace mlir;
using namespace spindle::snn;

//===- Reals ----------------------------------------------------------------------------------===//

FloatAttr spindle::snn::real(MLIRContext *context, double value) {
  return FloatAttr::get(Float64Type::get(context), value);
}

ParseResult spindle::snn::parseReal(AsmParser &parser, double &value) {
  SMLoc where = parser.getCurrentLocation();
  Attribute attr;
  if (parser.parseAttribute(attr))
    return failure();
  if (auto number = dyn_cast<FloatAttr>(attr))
    value = number.getValueAsDouble();
  else if (auto number = dyn_cast<IntegerAttr>(attr))
    value = static_cast<double>(number.getValue().getSExtValue());
  else
    return parser.emitError(where, "expected a number");
  if (!std::isfinite(value))
    return parser.emitError(where, "expected a finite number");
  return success();
}

DenseF64ArrayAttr spindle::snn::parseReals(AsmParser &parser) {
  SmallVector<double> values;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     [&] { return parseReal(parser, values.emplace_back()); }))
    return {};
  return DenseF64ArrayAttr::get(parser.getContext(), values);
}

void spindle::snn::printReal(AsmPrinter &printer, double value) {
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  StringRef digits(text, end - text);
  size_t exponent = digits.find('e');
  StringRef mantissa = digits.substr(0, exponent);
  printer << mantissa;
  if (!mantissa.contains('.'))
    printer << ".0";
  if (exponent != StringRef::npos)
    printer << digits.substr(exponent);
}

void spindle::snn::printReals(AsmPrinter &printer, ArrayRef<double> values) {
  printer << "[";
  llvm::interleaveComma(values, printer, [&](double v) { printReal(printer, v); });
  printer << "]";
}

ParseResult spindle::snn::parseIntegers(AsmParser &parser, SmallVectorImpl<int64_t> &values) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                        [&] { return parser.parseInteger(values.emplace_back()); });
}

//===- Distributions --------------------------------------------------------------------------===//

DistributionAttr DistributionAttr::constant(MLIRContext *context, double value, StringRef unit) {
  return get(context, Law::Constant, real(context, value), real(context, 0), FloatAttr(),
             FloatAttr(), false, false, unit);
}

bool DistributionAttr::isConstant() const {
  switch (getLaw()) {
  case Law::Constant:
    return true;
  case Law::Normal:
  case Law::LogNormal:
    return second() == 0;
  case Law::Uniform:
    return first() == second();
  case Law::Exponential:
    return first() == 0;
  }
  return true;
}

namespace {

/// The law's numbers in parentheses; the second one stays 0 where the law has one.
ParseResult parseArguments(AsmParser &parser, Law law, double &a, double &b) {
  if (parser.parseLParen() || parseReal(parser, a))
    return failure();
  if (law != Law::Constant && law != Law::Exponential &&
      (parser.parseComma() || parseReal(parser, b)))
    return failure();
  return parser.parseRParen();
}

ParseResult parseBound(AsmParser &parser, StringRef word, FloatAttr &bound) {
  double value = 0;
  if (failed(parser.parseOptionalKeyword(word)))
    return success();
  if (parseReal(parser, value))
    return failure();
  bound = real(parser.getContext(), value);
  return success();
}

} // namespace

DistributionAttr DistributionAttr::parseBare(AsmParser &parser) {
  SMLoc where = parser.getCurrentLocation();
  bool negate = succeeded(parser.parseOptionalKeyword("negative"));
  Law law = Law::Constant;
  double a = 0, b = 0;
  StringRef word;
  if (succeeded(parser.parseOptionalKeyword(
          &word, {"constant", "normal", "uniform", "lognormal", "exponential"}))) {
    law = *symbolizeLaw(word);
    if (parseArguments(parser, law, a, b))
      return {};
  } else if (parseReal(parser, a)) {
    return {};
  }
  FloatAttr low, high;
  std::string unit;
  if (parseBound(parser, "above", low) || parseBound(parser, "below", high))
    return {};
  bool redraw = succeeded(parser.parseOptionalKeyword("redrawn"));
  if (succeeded(parser.parseOptionalKeyword("unit")) && parser.parseString(&unit))
    return {};
  MLIRContext *context = parser.getContext();
  return DistributionAttr::getChecked([&] { return parser.emitError(where); }, context, law,
                                      real(context, a), real(context, b), low, high, redraw, negate,
                                      StringRef(unit));
}

void DistributionAttr::printBare(AsmPrinter &printer) const {
  if (getNegate())
    printer << "negative ";
  if (getLaw() != Law::Constant)
    printer << stringifyLaw(getLaw()) << "(";
  printReal(printer, first());
  if (getLaw() != Law::Constant && getLaw() != Law::Exponential) {
    printer << ", ";
    printReal(printer, second());
  }
  if (getLaw() != Law::Constant)
    printer << ")";
  for (auto [word, bound] : {std::pair(" above ", getLow()), std::pair(" below ", getHigh())})
    if (bound) {
      printer << word;
      printReal(printer, bound.getValueAsDouble());
    }
  if (getRedraw())
    printer << " redrawn";
  if (!getUnit().empty()) {
    printer << " unit ";
    printer.printString(getUnit());
  }
}

Attribute DistributionAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  DistributionAttr attr = parseBare(parser);
  if (!attr || parser.parseGreater())
    return {};
  return attr;
}

void DistributionAttr::print(AsmPrinter &printer) const {
  printer << "<";
  printBare(printer);
  printer << ">";
}

LogicalResult DistributionAttr::verify(function_ref<InFlightDiagnostic()> emitError, Law law,
                                       FloatAttr a, FloatAttr b, FloatAttr low, FloatAttr high,
                                       bool redraw, bool negate, StringRef unit) {
  double first = a.getValueAsDouble(), second = b.getValueAsDouble();
  if ((law == Law::Normal || law == Law::LogNormal) && second < 0)
    return emitError() << "the deviation " << second << " of a distribution is negative";
  if (law == Law::Uniform && second < first)
    return emitError() << "a uniform distribution runs from its lower to its upper bound, not from "
                       << first << " to " << second;
  if (low && high && low.getValueAsDouble() > high.getValueAsDouble())
    return emitError() << "the bounds of a distribution exclude every number";
  return success();
}

//===- Space ----------------------------------------------------------------------------------===//

Attribute SpaceAttr::parse(AsmParser &parser, Type) {
  SMLoc where = parser.getCurrentLocation();
  StringRef word;
  double amplitude = 0, scale = 0;
  if (parser.parseLess() || parser.parseKeyword(&word))
    return {};
  auto kernel = symbolizeSpaceKernel(word);
  if (!kernel) {
    parser.emitError(where, "expected a kernel: gaussian, exponential or step");
    return {};
  }
  if (parser.parseComma() || parseReal(parser, amplitude) || parser.parseComma() ||
      parseReal(parser, scale))
    return {};
  FloatAttr cutoff;
  DenseF64ArrayAttr spacing, origin, targetSpacing, targetOrigin, period;
  while (succeeded(parser.parseOptionalComma())) {
    SMLoc at = parser.getCurrentLocation();
    if (parser.parseKeyword(&word) || parser.parseEqual())
      return {};
    if (word == "cutoff") {
      double value = 0;
      if (parseReal(parser, value))
        return {};
      cutoff = real(parser.getContext(), value);
      continue;
    }
    DenseF64ArrayAttr *list = llvm::StringSwitch<DenseF64ArrayAttr *>(word)
                                  .Case("spacing", &spacing)
                                  .Case("origin", &origin)
                                  .Case("target_spacing", &targetSpacing)
                                  .Case("target_origin", &targetOrigin)
                                  .Case("period", &period)
                                  .Default(nullptr);
    if (!list) {
      parser.emitError(at, "expected cutoff, spacing, origin, target_spacing, target_origin or "
                           "period");
      return {};
    }
    if (!(*list = parseReals(parser)))
      return {};
  }
  MLIRContext *context = parser.getContext();
  if (parser.parseGreater())
    return {};
  return SpaceAttr::getChecked([&] { return parser.emitError(where); }, context, *kernel,
                               real(context, amplitude), real(context, scale), cutoff, spacing,
                               origin, targetSpacing, targetOrigin, period);
}

void SpaceAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifySpaceKernel(getKernel()) << ", ";
  printReal(printer, getAmplitude().getValueAsDouble());
  printer << ", ";
  printReal(printer, getScale().getValueAsDouble());
  if (getCutoff()) {
    printer << ", cutoff = ";
    printReal(printer, getCutoff().getValueAsDouble());
  }
  std::pair<const char *, DenseF64ArrayAttr> lists[] = {{"spacing", getSpacing()},
                                                        {"origin", getOrigin()},
                                                        {"target_spacing", getTargetSpacing()},
                                                        {"target_origin", getTargetOrigin()},
                                                        {"period", getPeriod()}};
  for (auto [name, list] : lists)
    if (list) {
      printer << ", " << name << " = ";
      printReals(printer, list);
    }
  printer << ">";
}

LogicalResult SpaceAttr::verify(function_ref<InFlightDiagnostic()> emitError, SpaceKernel,
                                FloatAttr amplitude, FloatAttr scale, FloatAttr cutoff,
                                DenseF64ArrayAttr spacing, DenseF64ArrayAttr, DenseF64ArrayAttr,
                                DenseF64ArrayAttr, DenseF64ArrayAttr period) {
  double p = amplitude.getValueAsDouble();
  if (!(p >= 0 && p <= 1))
    return emitError() << "the amplitude " << p << " of a kernel is not a probability";
  if (!(scale.getValueAsDouble() > 0))
    return emitError() << "the scale of a kernel must be positive";
  if (cutoff && !(cutoff.getValueAsDouble() > 0))
    return emitError() << "a cut-off must be positive";
  for (DenseF64ArrayAttr list : {spacing, period})
    if (list && llvm::any_of(list.asArrayRef(), [](double v) { return v < 0; }))
      return emitError() << "spacings and periods are not negative";
  return success();
}
