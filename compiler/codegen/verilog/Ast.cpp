// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Construction and printing of the SystemVerilog tree.
#include "compiler/codegen/verilog/Ast.h"

#include <cctype>

namespace spindle::codegen::verilog {

namespace {

ExprRef make(Expr expr) { return std::make_shared<const Expr>(std::move(expr)); }

std::string decimal(Wide value) {
  std::string digits;
  do
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
  while ((value /= 10) != 0);
  return digits;
}

std::string printLiteral(const Expr &e) {
  std::string size = std::to_string(e.width);
  if (!e.isSigned)
    return size + (e.width == 1 ? "'b" : "'d") + decimal(e.value);
  Wide lowest = -(Wide{1} << (e.width - 1));
  if (e.value == lowest) { // has no positive counterpart of this width
    std::string digits(1, "1248"[(e.width - 1) % 4]);
    return size + "'sh" + digits + std::string((e.width - 1) / 4, '0');
  }
  if (e.value < 0)
    return "-" + size + "'sd" + decimal(-e.value);
  return size + "'sd" + decimal(e.value);
}

std::string printExtend(const Expr &e) {
  const Expr &from = *e.operands[0];
  std::string name = print(e.operands[0]);
  std::string top = from.width == 1 ? name : name + "[" + std::to_string(from.width - 1) + "]";
  return "$signed({{" + std::to_string(e.width - from.width) + "{" + top + "}}, " + name + "})";
}

bool isComparison(std::string_view op) {
  return op == "<" || op == "<=" || op == ">" || op == ">=" || op == "==" || op == "!=";
}

/// Operands of an operator in parentheses unless they are atoms.
std::string atom(const ExprRef &e) {
  if (e->kind == Expr::Kind::Binary || e->kind == Expr::Kind::Select ||
      (e->kind == Expr::Kind::Literal && e->value < 0))
    return "(" + print(e) + ")";
  return print(e);
}

std::string typeOf(const Expr &net) {
  std::string text = net.isSigned ? "logic signed" : "logic";
  return net.width == 1 ? text : text + " [" + std::to_string(net.width - 1) + ":0]";
}

} // namespace

ExprRef net(std::string name, unsigned width, bool isSigned) {
  return make({Expr::Kind::Net, width, isSigned, std::move(name), 0, {}});
}

ExprRef literal(Wide value, unsigned width, bool isSigned) {
  return make({Expr::Kind::Literal, width, isSigned, "", value, {}});
}

ExprRef extend(const ExprRef &value, unsigned width) {
  if (value->width >= width)
    return value;
  if (value->kind == Expr::Kind::Literal)
    return literal(value->value, width);
  return make({Expr::Kind::Extend, width, true, "", 0, {value}});
}

ExprRef withZeroBit(const ExprRef &value) {
  if (value->kind == Expr::Kind::Literal && value->value >= 0)
    return literal(value->value, value->width + 1);
  return make({Expr::Kind::Concat, value->width + 1, true, "", 0, {literal(0, 1, false), value}});
}

ExprRef resize(const ExprRef &value, unsigned width) {
  if (value->width == width)
    return value;
  return make({Expr::Kind::Resize, width, true, "", 0, {value}});
}

ExprRef binary(std::string op, const ExprRef &a, const ExprRef &b) {
  bool truth = isComparison(op);
  return make(
      {Expr::Kind::Binary, truth ? 1 : a->width, !truth && a->isSigned, std::move(op), 0, {a, b}});
}

ExprRef select(const ExprRef &condition, const ExprRef &a, const ExprRef &b) {
  return make({Expr::Kind::Select, a->width, a->isSigned, "", 0, {condition, a, b}});
}

ExprRef concat(std::vector<ExprRef> parts) {
  unsigned width = 0;
  for (const ExprRef &part : parts)
    width += part->width;
  return make({Expr::Kind::Concat, width, false, "", 0, std::move(parts)});
}

std::string print(const ExprRef &expr) {
  const Expr &e = *expr;
  switch (e.kind) {
  case Expr::Kind::Net:
    return e.text;
  case Expr::Kind::Literal:
    return printLiteral(e);
  case Expr::Kind::Extend:
    return printExtend(e);
  case Expr::Kind::Resize:
    return std::to_string(e.width) + "'(" + print(e.operands[0]) + ")";
  case Expr::Kind::Binary:
    return atom(e.operands[0]) + " " + e.text + " " + atom(e.operands[1]);
  case Expr::Kind::Select:
    return atom(e.operands[0]) + " ? " + atom(e.operands[1]) + " : " + atom(e.operands[2]);
  case Expr::Kind::Concat: {
    std::string text;
    for (const ExprRef &part : e.operands)
      text += (text.empty() ? "" : ", ") + print(part);
    return e.isSigned ? "$signed({" + text + "})" : "{" + text + "}";
  }
  }
  return {};
}

std::string print(const Function &function) {
  std::string text = "// " + function.comment + "\n";
  text += "function automatic [" + function.resultRange + "] " + function.name + "(";
  const char *separator = "\n";
  for (const ExprRef &input : function.inputs) {
    text += separator + ("    input " + typeOf(*input)) + " " + input->text;
    separator = ",\n";
  }
  text += ");\n";
  for (const auto &[target, value] : function.assignments)
    text += "  " + typeOf(*target) + " " + target->text + ";\n";
  text += "  begin\n";
  for (const auto &[target, value] : function.assignments)
    text += "    " + target->text + " = " + print(value) + ";\n";
  text += "    " + function.name + " = " + print(function.result) + ";\n";
  return text + "  end\nendfunction\n";
}

std::string sanitise(std::string_view name) {
  std::string text;
  for (char c : name)
    text += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])))
    text.insert(text.begin(), '_');
  return text;
}

} // namespace spindle::codegen::verilog
