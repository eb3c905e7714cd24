// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Kernels from bitcode: they compute what they say on this host, strictly, and reach nothing
// outside.
#include "runtime/image/Errors.h"
#include "runtime/machine/Kernel.h"
#include "tests/support/catch.h"

#include "llvm/AsmParser/Parser.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <string>
#include <thread>
#include <vector>

using namespace spindle;
using Catch::Matchers::Contains;

namespace {

std::vector<std::byte> bitcodeOf(const std::string &text) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic error;
  auto module = llvm::parseAssemblyString(text, error, context);
  if (!module)
    throw std::runtime_error("test module: " + error.getMessage().str());
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*module, stream);
  auto raw = std::as_bytes(std::span(stream.str()));
  return {raw.begin(), raw.end()};
}

/// A kernel that does `v = body(v, p, x)` over its neurons; `body` defines %r from %v, %p, %x.
std::string kernel(const std::string &body, const std::string &rest = "",
                   const std::string &head = "") {
  return head + R"(
define void @step(i64 %begin, i64 %end, ptr %state, ptr %param, ptr %input, ptr %emit) {
entry:
  %vs = load ptr, ptr %state
  %ps = load ptr, ptr %param
  %xs = load ptr, ptr %input
  %any = icmp slt i64 %begin, %end
  br i1 %any, label %loop, label %done
loop:
  %i = phi i64 [ %begin, %entry ], [ %next, %loop ]
  %va = getelementptr double, ptr %vs, i64 %i
  %pa = getelementptr double, ptr %ps, i64 %i
  %xa = getelementptr double, ptr %xs, i64 %i
  %ea = getelementptr double, ptr %emit, i64 %i
  %v = load double, ptr %va
  %p = load double, ptr %pa
  %x = load double, ptr %xa
)" + body +
         R"(
  store double %r, ptr %va
  %over = fcmp ogt double %r, 1.0
  %e = uitofp i1 %over to double
  store double %e, ptr %ea
  %next = add i64 %i, 1
  %more = icmp slt i64 %next, %end
  br i1 %more, label %loop, label %done
done:
  ret void
}
)" + rest;
}

struct Columns {
  explicit Columns(size_t n) : v(n), p(n), x(n), emit(n, -1) {
    for (size_t i = 0; i < n; ++i) {
      v[i] = 0.1 * static_cast<double>(i % 17) + 1e-9;
      p[i] = 0.9 + 1e-3 * static_cast<double>(i % 13);
      x[i] = 1.0 / (3.0 + static_cast<double>(i));
    }
  }
  void run(KernelFn step, int64_t begin, int64_t end) {
    void *state[] = {v.data()};
    const void *param[] = {p.data()}, *input[] = {x.data()};
    step(begin, end, state, param, input, emit.data());
  }
  std::vector<double> v, p, x, emit;
};

constexpr char kLeak[] = "%m = fmul double %v, %p\n%r = fadd double %m, %x\n";
constexpr char kFastLeak[] = "%m = fmul fast double %v, %p\n%r = fadd fast double %m, %x\n";

void expectLeak(const std::string &text) {
  auto library = KernelLibrary::load(bitcodeOf(text));
  Columns columns(1003), before(1003);
  columns.run(library->find("step"), 2, 1001);
  for (size_t i = 0; i < 1003; ++i) {
    bool inside = i >= 2 && i < 1001;
    volatile double product =
        before.v[i] * before.p[i]; // rounded: what a fused instruction would not do
    double expected = inside ? product + before.x[i] : before.v[i];
    REQUIRE(columns.v[i] == expected);
    REQUIRE(columns.emit[i] == (inside ? double(expected > 1.0) : -1.0));
  }
}

void refuses(const std::string &text, const std::string &reason) {
  INFO(text);
  CHECK_THROWS_WITH(KernelLibrary::load(bitcodeOf(text)), Contains(reason));
  CHECK_THROWS_AS(KernelLibrary::load(bitcodeOf(text)), ImageError);
}

} // namespace

TEST_CASE("a kernel computes its range and nothing else, in plain IEEE arithmetic") {
  expectLeak(kernel(kLeak));
  expectLeak(kernel(kFastLeak)); // permission to relax is dropped
}

TEST_CASE("a module written on another kind of host loads") {
  expectLeak(kernel(
      kLeak, "", "target triple = \"riscv64-unknown-elf\"\ntarget datalayout = \"E-p:32:32\"\n"));
}

TEST_CASE("the mathematics that models use is there") {
  auto library = KernelLibrary::load(bitcodeOf(kernel(
      "%a = call double @exp(double %v)\n%b = call double @llvm.exp.f64(double %p)\n"
      "%c = call double @llvm.floor.f64(double %a)\n%d = call double @llvm.trunc.f64(double %b)\n"
      "%s = fadd double %c, %d\n%f = call double @llvm.exp.f64(double %x)\n%r = fadd double %s, "
      "%f\n",
      "declare double @exp(double)\ndeclare double @llvm.exp.f64(double)\n"
      "declare double @llvm.floor.f64(double)\ndeclare double @llvm.trunc.f64(double)\n")));
  Columns columns(100), before(100);
  columns.run(library->find("step"), 0, 100);
  for (size_t i = 0; i < 100; ++i)
    REQUIRE(columns.v[i] == std::floor(std::exp(before.v[i])) + std::trunc(std::exp(before.p[i])) +
                                std::exp(before.x[i]));
}

TEST_CASE("a loaded library is used from several threads") {
  auto library = KernelLibrary::load(bitcodeOf(kernel(kLeak)));
  Columns whole(4000), parts(4000);
  whole.run(library->find("step"), 0, 4000);
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] { parts.run(library->find("step"), 1000 * t, 1000 * (t + 1)); });
  for (std::thread &thread : threads)
    thread.join();
  CHECK(whole.v == parts.v);
  CHECK(whole.emit == parts.emit);
}

TEST_CASE("a kernel reaches nothing outside its module") {
  refuses(kernel("%r = call double @getenv(double %v)\n", "declare double @getenv(double)\n"),
          "calls 'getenv'");
  refuses(kernel("%r = call double @llvm.fmuladd.f64(double %v, double %p, double %x)\n",
                 "declare double @llvm.fmuladd.f64(double, double, double)\n"),
          "calls 'llvm.fmuladd.f64'");
  refuses(kernel("%r = call double asm \"nop\", \"=x\"()\n"), "inline assembly");
  refuses(kernel("%f = inttoptr i64 4096 to ptr\n%r = call double %f(double %v)\n"),
          "indirect call");
  refuses(kernel(kLeak, "", "module asm \"nop\"\n"), "inline assembly");
  refuses(kernel(kLeak, "@counter = global i32 0\n"), "global variable 'counter'");
  refuses(kernel(kLeak, "@environ = external constant ptr\n"), "global variable 'environ'");
  refuses(
      kernel(
          kLeak,
          "define internal void @start() {\n  ret void\n}\n@llvm.global_ctors = appending global "
          "[1 x { i32, ptr, ptr }] [{ i32, ptr, ptr } { i32 1, ptr @start, ptr null }]\n"),
      "global variable");
  refuses(kernel(kLeak, "@other = alias void (i64, i64, ptr, ptr, ptr, ptr), ptr @step\n"),
          "aliases");
}

TEST_CASE("damaged bitcode and missing kernels are refused") {
  auto good = bitcodeOf(kernel(kLeak));
  CHECK_THROWS_WITH(KernelLibrary::load(good)->find("stop"), Contains("no kernel 'stop'"));
  for (size_t length : {size_t(0), size_t(3), size_t(64), good.size() / 2})
    CHECK_THROWS_AS(KernelLibrary::load(std::span(good).first(length)), ImageError);
  std::vector<std::byte> other(100, std::byte{0x5a});
  CHECK_THROWS_AS(KernelLibrary::load(other), ImageError);
}
