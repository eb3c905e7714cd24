// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small tree of SystemVerilog: expressions of known width, nets, assignments, functions. Printing
// keeps to the subset that Verilator, iverilog 11 and yosys 0.23 agree on: functions give their
// result by name, all locals are declared at the top, widths always match and every extension is
// written out.
#ifndef SPINDLE_COMPILER_CODEGEN_VERILOG_AST_H
#define SPINDLE_COMPILER_CODEGEN_VERILOG_AST_H

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spindle::codegen::verilog {

__extension__ typedef __int128 Wide; ///< holds every value of a 64-bit product

struct Expr;
using ExprRef = std::shared_ptr<const Expr>;

/// An expression. A width of 1 with isSigned false is a truth value.
struct Expr {
  enum class Kind { Net, Literal, Extend, Resize, Binary, Select, Concat };
  Kind kind;
  unsigned width;
  bool isSigned;
  std::string text; ///< name of a net, operator of a binary
  Wide value = 0;   ///< of a literal
  std::vector<ExprRef> operands;
};

ExprRef net(std::string name, unsigned width, bool isSigned = true);
ExprRef literal(Wide value, unsigned width, bool isSigned = true);
/// Sign extension of a net or literal to `width`; the same expression where it has that width.
ExprRef extend(const ExprRef &value, unsigned width);
/// Zero extension of bits: {0, value}, one bit wider, signed.
ExprRef withZeroBit(const ExprRef &value);
/// The low `width` bits of any expression.
ExprRef resize(const ExprRef &value, unsigned width);
/// `a op b`, both of one width. Comparisons and logic of truth values give a truth value.
ExprRef binary(std::string op, const ExprRef &a, const ExprRef &b);
ExprRef select(const ExprRef &condition, const ExprRef &a, const ExprRef &b);
/// Most significant part first.
ExprRef concat(std::vector<ExprRef> parts);

std::string print(const ExprRef &expr);

struct Function {
  std::string name;
  std::string comment;
  std::string resultRange; ///< text between the brackets of the result type
  std::vector<ExprRef> inputs;
  std::vector<std::pair<ExprRef, ExprRef>> assignments; ///< net, value; in order, each net once
  ExprRef result;
};
std::string print(const Function &function);

/// A name that is legal everywhere: letters, digits and underscores; never starting with a digit.
std::string sanitise(std::string_view name);

} // namespace spindle::codegen::verilog

#endif // SPINDLE_COMPILER_CODEGEN_VERILOG_AST_H
