// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiled fixed-point operations against sim/number on all pairs of corners and 10^6 random pairs.
#include "sim/number/Fixed.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/cpu/Compiled.h"

#include <functional>

using namespace spindle;
using namespace spindle::codegen;
using namespace spindle::test;
namespace n = spindle::number;

namespace {

using Binary = std::function<int32_t(int32_t, int32_t)>;

/// v := <operation> of the inputs a and b; the parameter d is there for fractions.
std::string model(const std::string &operation, const std::string &term = "b") {
  return "snn.model @m params(d) state(v) inputs(a, b)\nupdate {\n %a = snn.get \"a\"\n %b = "
         "snn.get \"" +
         term + "\"\n" + operation +
         "\nsnn.set \"v\", %r\n} emit {\n %v = snn.get \"v\"\n snn.emit graded %v : f64\n}";
}

/// All pairs of corners, then random pairs.
void fillPairs(std::vector<int32_t> &a, std::vector<int32_t> &b) {
  const std::vector<int64_t> corners = {
      0,  1,  2,      32767,  32768,  32769,  65536,       2147483646, 2147483647,
      -1, -2, -32767, -32768, -32769, -65536, -2147483647, -2147483648};
  a = words(a.size(), 1, 12);
  b = words(b.size(), 2, 14);
  size_t k = 0;
  for (int64_t p : corners)
    for (int64_t q : corners) {
      a[k] = static_cast<int32_t>(p);
      b[k++] = static_cast<int32_t>(q);
    }
}

void check(const std::string &text, Overflow overflow, const Binary &expected) {
  Compiled<int32_t> m(text, 1'000'300, overflow);
  fillPairs(m.input[0], m.input[1]);
  if (!m.param.empty())
    m.param[0] = m.input[1];
  m.step();
  size_t bad = 0, first = 0;
  for (size_t k = m.neurons; k-- > 0;)
    if (m.state[0][k] != expected(m.input[0][k], m.input[1][k]) || m.emitted[k] != m.state[0][k]) {
      ++bad;
      first = k;
    }
  INFO(text << "first difference: " << m.input[0][first] << ", " << m.input[1][first] << " gives "
            << m.state[0][first]);
  CHECK(bad == 0);
}

} // namespace

TEST_CASE("compiled operations wrap as the machine does") {
  check(model("%r = arith.mulf %a, %b : f64"), Overflow::Wrap, n::mulWrap);
  check(model("%r = arith.addf %a, %b : f64"), Overflow::Wrap, n::addWrap);
  check(model("%r = arith.subf %a, %b : f64"), Overflow::Wrap, n::subWrap);
  check(model("%r = arith.negf %a : f64"), Overflow::Wrap,
        [](int32_t a, int32_t) { return n::subWrap(0, a); });
}

TEST_CASE("compiled operations saturate as the fabric does") {
  check(model("%r = arith.mulf %a, %b : f64"), Overflow::Saturate, n::mulSat);
  check(model("%r = arith.addf %a, %b : f64"), Overflow::Saturate, n::addSat);
  check(model("%r = arith.subf %a, %b : f64"), Overflow::Saturate, n::subSat);
  check(model("%r = arith.negf %a : f64"), Overflow::Saturate,
        [](int32_t a, int32_t) { return n::subSat(0, a); });
}

TEST_CASE("compiled decays round to minus infinity") {
  auto expected = [](int32_t a, int32_t d) { return n::decay(a, static_cast<uint32_t>(d)); };
  for (Overflow overflow : {Overflow::Wrap, Overflow::Saturate})
    check(model("%r = snn.decay %a by %b", "d"), overflow, expected);
}

TEST_CASE("compiled comparisons, selections, minima") {
  check(model("%r = arith.minimumf %a, %b : f64"), Overflow::Wrap,
        [](int32_t a, int32_t b) { return std::min(a, b); });
  check(model("%r = arith.maximumf %a, %b : f64"), Overflow::Wrap,
        [](int32_t a, int32_t b) { return std::max(a, b); });
  const std::pair<const char *, std::function<bool(int32_t, int32_t)>> predicates[] = {
      {"oeq", std::equal_to<int32_t>()},
      {"une", std::not_equal_to<int32_t>()},
      {"ogt", std::greater<int32_t>()},
      {"uge", std::greater_equal<int32_t>()},
      {"olt", std::less<int32_t>()},
      {"ule", std::less_equal<int32_t>()},
      {"ord", [](int32_t, int32_t) { return true; }},
      {"uno", [](int32_t, int32_t) { return false; }}};
  for (const auto &[name, holds] : predicates)
    check(model("%c = arith.cmpf " + std::string(name) +
                ", %a, %b : f64\n%r = arith.select %c, %b, %a : f64"),
          Overflow::Wrap, [&](int32_t a, int32_t b) { return holds(a, b) ? b : a; });
}

TEST_CASE("compiled truth values") {
  check(model(R"(
    %zero = arith.constant 0.0 : f64
    %true = arith.constant true
    %p = arith.cmpf ogt, %a, %zero : f64
    %q = arith.cmpf ogt, %b, %zero : f64
    %and = arith.andi %p, %q : i1
    %or = arith.ori %p, %q : i1
    %xor = arith.xori %and, %true : i1
    %nand_or = arith.andi %xor, %or : i1
    %r = arith.uitofp %nand_or : i1 to f64)"),
        Overflow::Wrap, [](int32_t a, int32_t b) { return (a > 0) != (b > 0) ? 32768 : 0; });
}

TEST_CASE("compiled counts: emitted as an integer, read as a real") {
  const std::string counting = R"(
    snn.model @m state(v, seen) inputs(a, b)
    update {
      %a = snn.get "a"
      snn.set "v", %a
    } emit {
      %v = snn.get "v"
      %b = snn.get "b"
      %n = snn.count %v per %b
      snn.emit count %n : f64
    } reset {
      %n = snn.get "emitted"
      snn.set "seen", %n
      %zero = arith.constant 0.0 : f64
      snn.set "v", %zero
    })";
  for (Overflow overflow : {Overflow::Wrap, Overflow::Saturate}) {
    Compiled<int32_t> m(counting, 1'000'300, overflow);
    fillPairs(m.input[0], m.input[1]);
    m.state[1].assign(m.neurons, 77);
    m.step();
    size_t bad = 0;
    for (size_t k = 0; k < m.neurons; ++k) {
      int32_t count = n::count(m.input[0][k], m.input[1][k]);
      int64_t real = int64_t{count} << 15;
      int32_t seen = count == 0                       ? 77
                     : overflow == Overflow::Saturate ? n::clamp32(real)
                                                      : n::wrap32(real);
      bad += m.emitted[k] != count || m.state[1][k] != seen ||
             m.state[0][k] != (count == 0 ? m.input[0][k] : 0);
    }
    CHECK(bad == 0);
  }
}
