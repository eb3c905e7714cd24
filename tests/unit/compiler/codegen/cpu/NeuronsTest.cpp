// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whole neurons, compiled, against twins written in plain C++: s16.15 with sim/number, and float64
// bit for bit; per-neuron parameters, hundreds of steps.
#include "sim/number/Fixed.h"
#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/cpu/Compiled.h"

#include <cmath>
#include <cstring>

using namespace spindle;
using namespace spindle::codegen;
using namespace spindle::test;
namespace n = spindle::number;

namespace {

// CubaLIF with reset to a value, a refractory-like trace in `after`, and an observed value.
const char *const kCuba = R"(
snn.model @cuba params(alpha, gain_syn, beta, gain, r, v_leak, w_in, v_threshold, v_reset)
    state(i, v, trace) inputs(x) observe(drive)
  update {
    %i = snn.get "i"
    %x = snn.get "x"
    %w_in = snn.get "w_in"
    %alpha = snn.get "alpha"
    %gain_syn = snn.get "gain_syn"
    %a = snn.decay %i by %alpha
    %wx = arith.mulf %w_in, %x : f64
    %b = snn.decay %wx by %gain_syn
    %i1 = arith.addf %a, %b : f64
    snn.set "i", %i1
    %v = snn.get "v"
    %r = snn.get "r"
    %leak = snn.get "v_leak"
    %beta = snn.get "beta"
    %gain = snn.get "gain"
    %c = snn.decay %v by %beta
    %ri = arith.mulf %r, %i1 : f64
    %to = arith.addf %leak, %ri : f64
    snn.set "drive", %to
    %d = snn.decay %to by %gain
    %v1 = arith.addf %c, %d : f64
    snn.set "v", %v1
  } emit {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %z = arith.cmpf ogt, %v, %th : f64
    snn.emit spike %z : i1
  } reset {
    %v_reset = snn.get "v_reset"
    snn.set "v", %v_reset
  } after {
    %t = snn.get "trace"
    %half = arith.constant 0.5 : f64
    %t1 = snn.decay %t by %half
    %z = snn.get "emitted"
    %t2 = arith.addf %t1, %z : f64
    snn.set "trace", %t2
  })";

// LIF that emits counts, subtracts and clips.
const char *const kMulti = R"(
snn.model @multi params(beta, v_threshold) state(v) inputs(x)
  update {
    %v = snn.get "v"
    %x = snn.get "x"
    %beta = snn.get "beta"
    %a = snn.decay %v by %beta
    %v1 = arith.addf %a, %x : f64
    snn.set "v", %v1
  } emit {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %n = snn.count %v per %th
    snn.emit count %n : f64
  } reset {
    %v = snn.get "v"
    %n = snn.get "emitted"
    %th = snn.get "v_threshold"
    %off = arith.mulf %n, %th : f64
    %v1 = arith.subf %v, %off : f64
    snn.set "v", %v1
  } after {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %low = arith.negf %th : f64
    %v1 = arith.maximumf %v, %low : f64
    snn.set "v", %v1
  })";

/// The numbers of a format: how a twin computes.
struct Wrapping {
  using T = int32_t;
  static T add(T a, T b) { return n::addWrap(a, b); }
  static T sub(T a, T b) { return n::subWrap(a, b); }
  static T mul(T a, T b) { return n::mulWrap(a, b); }
  static T decay(T x, T d) { return n::decay(x, static_cast<uint32_t>(d)); }
  static T half(T x) { return n::decay(x, 0x80000000u); }
  static T count(T v, T th) { return n::count(v, th); }
  static T real(T count) { return n::wrap32(int64_t{count} << 15); }
};
struct Saturating : Wrapping {
  static T add(T a, T b) { return n::addSat(a, b); }
  static T sub(T a, T b) { return n::subSat(a, b); }
  static T mul(T a, T b) { return n::mulSat(a, b); }
  static T real(T count) { return n::clamp32(int64_t{count} << 15); }
};
struct Doubles {
  using T = double;
  static T add(T a, T b) { return a + b; }
  static T sub(T a, T b) { return a - b; }
  static T mul(T a, T b) { return a * b; }
  static T decay(T x, T d) { return x * d; }
  static T half(T x) { return x * 0.5; }
  static T count(T v, T th) { return v >= th ? std::trunc(v / th) : 0.0; }
  static T real(T count) { return count; }
};

template <typename N> void cubaTwin(Compiled<typename N::T> &m, size_t k, typename N::T &emitted) {
  auto p = [&](int i) { return m.param[i][k]; };
  auto &i = m.state[0][k], &v = m.state[1][k], &trace = m.state[2][k], &drive = m.state[3][k];
  i = N::add(N::decay(i, p(0)), N::decay(N::mul(p(6), m.input[0][k]), p(1)));
  drive = N::add(p(5), N::mul(p(4), i));
  v = N::add(N::decay(v, p(2)), N::decay(drive, p(3)));
  bool spike = v > p(7);
  if (spike)
    v = p(8);
  emitted = spike;
  trace = N::add(N::half(trace), N::real(spike));
}

template <typename N> void multiTwin(Compiled<typename N::T> &m, size_t k, typename N::T &emitted) {
  auto threshold = m.param[1][k];
  auto &v = m.state[0][k];
  v = N::add(N::decay(v, m.param[0][k]), m.input[0][k]);
  emitted = N::count(v, threshold);
  if (emitted != 0)
    v = N::sub(v, N::mul(N::real(emitted), threshold));
  v = std::max(v, N::sub(0, threshold));
}

template <typename T> bool same(T a, T b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// A random value of about `scale`, in the target's numbers.
template <typename T> T draw(std::mt19937_64 &random, double scale, bool fraction) {
  double u = std::uniform_real_distribution<>(fraction ? 0.0 : -1.0, 1.0)(random);
  if constexpr (std::is_same_v<T, double>)
    return u * scale;
  else
    return fraction ? static_cast<int32_t>(*n::toU032(u)) : *n::toS1615(u * scale);
}

/// Runs model and twin side by side; `scale` decides whether anything overflows.
template <typename N, typename Twin>
void compare(const char *text, Overflow overflow, double scale, Twin twin) {
  using T = typename N::T;
  Compiled<T> m(text, 515, overflow), t(text, 515, overflow);
  std::mt19937_64 random(5);
  const auto &terms = m.kernels.kernels[0].info.param;
  for (size_t p = 0; p < terms.size(); ++p)
    for (size_t k = 0; k < m.neurons; ++k) {
      bool fraction = terms[p].number == Number::U032 || terms[p].name == "alpha" ||
                      terms[p].name == "beta" || terms[p].name.starts_with("gain");
      T value = draw<T>(random, fraction ? 1.0 : scale, fraction);
      if (terms[p].name == "v_threshold")
        value = value < 0 ? N::sub(0, value) : value;
      m.param[p][k] = t.param[p][k] = value;
    }
  uint64_t bad = 0, events = 0;
  for (int step = 0; step < 300; ++step) {
    for (size_t k = 0; k < m.neurons; ++k)
      m.input[0][k] = t.input[0][k] = draw<T>(random, 2.0 * scale, false);
    m.step(0, 100); // in uneven parts, as threads would
    m.step(100, 101);
    m.step(101, 515);
    for (size_t k = 0; k < m.neurons; ++k) {
      twin(t, k, t.emitted[k]);
      events += t.emitted[k] != 0;
      bad += !same(m.emitted[k], t.emitted[k]);
      for (size_t s = 0; s < m.state.size(); ++s)
        bad += !same(m.state[s][k], t.state[s][k]);
    }
  }
  INFO(text);
  CHECK(bad == 0);
  CHECK(events > 1000);
}

} // namespace

TEST_CASE("CubaLIF in s16.15 equals its twin, also where it overflows") {
  for (double scale : {1.0, 100.0, 30000.0}) {
    compare<Wrapping>(kCuba, Overflow::Wrap, scale, cubaTwin<Wrapping>);
    compare<Saturating>(kCuba, Overflow::Saturate, scale, cubaTwin<Saturating>);
  }
}

TEST_CASE("LIF with counts in s16.15 equals its twin, also where it overflows") {
  for (double scale : {1.0, 100.0, 30000.0}) {
    compare<Wrapping>(kMulti, Overflow::Wrap, scale, multiTwin<Wrapping>);
    compare<Saturating>(kMulti, Overflow::Saturate, scale, multiTwin<Saturating>);
  }
}

TEST_CASE("neurons in float64 equal plain doubles bit for bit") {
  for (double scale : {1e-3, 1.0, 1e6}) {
    compare<Doubles>(kCuba, Overflow::Wrap, scale, cubaTwin<Doubles>);
    compare<Doubles>(kMulti, Overflow::Wrap, scale, multiTwin<Doubles>);
  }
}

TEST_CASE("the step touches its own neurons only") {
  Compiled<int32_t> m(kCuba, 64);
  for (auto &column : m.state)
    column.assign(64, 12345);
  m.emitted.assign(64, -7);
  m.step(10, 20);
  for (size_t k = 0; k < 64; ++k) {
    INFO(k);
    CHECK((m.emitted[k] == -7) == (k < 10 || k >= 20));
    CHECK((m.state[1][k] == 12345) == (k < 10 || k >= 20));
  }
}

TEST_CASE("kernels are the same bytes every time and name no host") {
  Compiled<double> a(kCuba, 1), b(kCuba, 1);
  CHECK(a.kernels.bitcode == b.kernels.bitcode);
  CHECK(a.kernels.kernels[0].symbol == "spindle_step_cuba");
  CHECK(a.kernels.kernels[0].model == "cuba");
  std::string bytes(reinterpret_cast<const char *>(a.kernels.bitcode.data()),
                    a.kernels.bitcode.size());
  CHECK(bytes.find("x86_64") == std::string::npos);
  CHECK(bytes.find("aarch64") == std::string::npos);
}

TEST_CASE("a network gives one kernel per model, in order; one without models gives none") {
  Parsed both(std::string(kCuba) + kMulti);
  auto kernels = emitCpuKernels(both.network(), {Number::F64});
  REQUIRE(mlir::succeeded(kernels));
  REQUIRE(kernels->kernels.size() == 2);
  CHECK(kernels->kernels[1].symbol == "spindle_step_multi");
  auto library = KernelLibrary::load(kernels->bitcode);
  CHECK(library->find("spindle_step_cuba") != nullptr);
  CHECK(library->find("spindle_step_multi") != nullptr);

  Parsed none("");
  kernels = emitCpuKernels(none.network(), {Number::F64});
  REQUIRE(mlir::succeeded(kernels));
  CHECK(kernels->kernels.empty());
  CHECK(kernels->bitcode.empty());
}

TEST_CASE("a model that fixed point cannot express gives a diagnostic and no kernels") {
  Parsed parsed(R"(snn.model @m params(p) state(v) inputs(x)
  update {
    %x = snn.get "x"
    %p = snn.get "p"
    %a = snn.decay %x by %p
    %b = arith.addf %a, %p : f64
    snn.set "v", %b
  } emit {
    %v = snn.get "v"
    snn.emit graded %v : f64
  })");
  CHECK(mlir::succeeded(emitCpuKernels(parsed.network(), {Number::F64})));
  CHECK(mlir::failed(emitCpuKernels(parsed.network(), {Number::S1615})));
  CHECK(parsed.said.find("model 'm': term 'p'") != std::string::npos);
}
