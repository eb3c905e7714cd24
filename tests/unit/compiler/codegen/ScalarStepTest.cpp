// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the scalar step declares, and what it refuses. That it computes the right numbers is shown
// by the compiled kernels (cpu/).
#include "compiler/codegen/ScalarStep.h"

#include "mlir/IR/Verifier.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/Parsed.h"

using namespace spindle;
using namespace spindle::codegen;
using spindle::test::Parsed;

namespace {

constexpr Format kReal{Number::F64}, kFixed{Number::S1615};

std::vector<std::string> names(const std::vector<StepTerm> &terms) {
  std::vector<std::string> list;
  for (const StepTerm &term : terms)
    list.push_back(term.name);
  return list;
}

/// A model whose update is `update` and that emits the state "v".
std::string modelWith(const std::string &update) {
  return "snn.model @m params(p, q = 1.0 : \"mV\", unused) state(v) inputs(x) derived(d, e)\n"
         "derive {\n %one = arith.constant 1.0 : f64\n snn.set \"d\", %one\n snn.set \"e\", "
         "%one\n}\n"
         "update {\n %v = snn.get \"v\"\n %x = snn.get \"x\"\n %p = snn.get \"p\"\n"
         "%d = snn.get \"d\"\n" +
         update + "\n} emit {\n %v = snn.get \"v\"\n snn.emit graded %v : f64\n}";
}

/// The diagnostics of building the fixed-point step.
std::string refusal(const std::string &update) {
  Parsed parsed(modelWith(update));
  CHECK(mlir::failed(buildScalarStep(parsed.model(), kFixed, *parsed.scratch)));
  CHECK(parsed.scratch->getBody()->empty());
  return parsed.said;
}

} // namespace

TEST_CASE("a step lists the terms that it reads, in declaration order") {
  Parsed parsed(modelWith(R"(
    %q = snn.get "q"
    %e = snn.get "e"
    %a = snn.decay %v by %e
    %b = arith.addf %a, %q : f64
    %c = snn.decay %b by %p
    snn.set "v", %c)"));
  auto info = buildScalarStep(parsed.model(), kFixed, *parsed.scratch);
  INFO(parsed.said);
  REQUIRE(mlir::succeeded(info));
  CHECK(names(info->state) == std::vector<std::string>{"v"});
  CHECK(names(info->input) == std::vector<std::string>{"x"});
  CHECK(names(info->param) == std::vector<std::string>{"p", "q", "e"}); // "d" is read by nobody
  CHECK(info->param[0].number == Number::U032);
  CHECK(info->param[1].number == Number::S1615);
  CHECK(info->param[1].unit == "mV");
  CHECK(info->param[2].number == Number::U032);
  CHECK(info->emit == snn::EmitKind::Graded);
  REQUIRE(mlir::succeeded(mlir::verify(*parsed.scratch)));
  auto step = *parsed.scratch->getOps<mlir::func::FuncOp>().begin();
  CHECK(step.getSymName() == "step_m");
  CHECK(step.getNumArguments() == 5);
  CHECK(step.getNumResults() == 2);
  CHECK(step.getArgument(0).getType().isInteger(32));

  auto real = buildScalarStep(parsed.model(), kReal, *parsed.scratch);
  REQUIRE(mlir::succeeded(real));
  CHECK(names(real->param) == names(info->param));
  for (const StepTerm &term : real->param)
    CHECK(term.number == Number::F64);
}

TEST_CASE("a fraction that is also a number is refused, with both places") {
  std::string said = refusal("%a = snn.decay %x by %p\n%b = arith.mulf %x, %p : f64\n"
                             "%c = arith.addf %a, %b : f64\nsnn.set \"v\", %c");
  CHECK(said.find("term 'p' is used as a number and as the fraction") != std::string::npos);
  CHECK(said.find("used as a fraction here") != std::string::npos);
}

TEST_CASE("a computed fraction is refused") {
  CHECK(refusal("%a = arith.mulf %p, %d : f64\n%b = snn.decay %x by %a\nsnn.set \"v\", %b")
            .find("compute it in 'derive'") != std::string::npos);
  CHECK(refusal("%b = snn.decay %x by %v\nsnn.set \"v\", %b").find("compute it in 'derive'") !=
        std::string::npos);
}

TEST_CASE("constants that a format cannot hold are refused") {
  CHECK(refusal("%c = arith.constant 65536.0 : f64\nsnn.set \"v\", %c")
            .find("constant 6.553600e+04 is outside the range of s16.15") != std::string::npos);
  CHECK(refusal("%c = arith.constant 1.5 : f64\n%b = snn.decay %x by %c\nsnn.set \"v\", %b")
            .find("is outside [0, 1]") != std::string::npos);
}

TEST_CASE("a constant is a fraction and a number at once") {
  Parsed parsed(modelWith("%c = arith.constant 0.5 : f64\n%a = snn.decay %x by %c\n"
                          "%b = arith.mulf %a, %c : f64\nsnn.set \"v\", %b"));
  CHECK(mlir::succeeded(buildScalarStep(parsed.model(), kFixed, *parsed.scratch)));
}

TEST_CASE("an operation without a meaning in a step is refused in every format") {
  for (Format format : {kReal, kFixed}) {
    Parsed parsed(modelWith("%a = arith.remf %x, %p : f64\nsnn.set \"v\", %a"));
    CHECK(mlir::failed(buildScalarStep(parsed.model(), format, *parsed.scratch)));
    CHECK(parsed.said.find("'arith.remf' has no meaning in a step") != std::string::npos);
  }
}

TEST_CASE("u0.32 is no format for a step") {
  Parsed parsed(modelWith(""));
  CHECK(mlir::failed(buildScalarStep(parsed.model(), {Number::U032}, *parsed.scratch)));
}
