// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Derived terms against the same formulae in C++, columns, rounding, and what is refused.
#include "compiler/codegen/Derive.h"

#include "tests/support/catch.h"
#include "tests/unit/compiler/codegen/Parsed.h"

#include <cmath>

using namespace spindle;
using namespace spindle::codegen;
using spindle::test::Parsed;

namespace {

const char *const kModel = R"(
snn.model @lif params(tau : "s", v_threshold, v_reset = 0.25) state(v = 0.5, w) inputs(x)
    derived(decay, gain)
  derive {
    %tau = snn.get "tau"
    %dt = snn.get "dt"
    %one = arith.constant 1.0 : f64
    %ratio = arith.divf %dt, %tau : f64
    %minus = arith.negf %ratio : f64
    %decay = math.exp %minus : f64
    snn.set "decay", %decay
    %kept = snn.get "decay"
    %gain = arith.subf %one, %kept : f64
    %low = arith.constant 0.01 : f64
    %small = arith.cmpf olt, %gain, %low : f64
    %g = arith.select %small, %low, %gain : f64
    snn.set "gain", %g
  } update {
    %v = snn.get "v"
    %x = snn.get "x"
    %d = snn.get "decay"
    %g = snn.get "gain"
    %a = snn.decay %v by %d
    %b = snn.decay %x by %g
    %c = arith.addf %a, %b : f64
    snn.set "v", %c
  } emit {
    %v = snn.get "v"
    %th = snn.get "v_threshold"
    %z = arith.cmpf ogt, %v, %th : f64
    snn.emit spike %z : i1
  }
)";

std::string withPopulation(const std::string &parameters, const std::string &rest = "") {
  return std::string(kModel) + "%p = snn.population \"a.b\" of @lif " + parameters + rest +
         " : !snn.pop<3>";
}

const std::string kDt = "attributes {dt = 1.0e-3 : f64}";
const std::string kPerNeuron =
    "{tau = dense<[1.0e-2, 2.0e-2, 1.0]> : tensor<3xf64>, v_threshold = 1.0 : f64}";

/// What is said about a population that cannot be had in fixed point.
std::string refusal(const std::string &parameters, const std::string &attributes) {
  Parsed parsed(withPopulation(parameters), attributes);
  auto info = buildScalarStep(parsed.model(), {Number::S1615}, *parsed.scratch);
  REQUIRE(mlir::succeeded(info));
  auto all = columns(parsed.population(), parsed.model(), *info);
  bool ok = mlir::succeeded(all);
  for (size_t k = 0; ok && k < all->param.size(); ++k)
    ok = mlir::succeeded(toWords(parsed.population(), info->param[k], all->param[k]));
  CHECK(!ok);
  return parsed.said;
}

} // namespace

TEST_CASE("derived terms follow the region, per neuron") {
  Parsed parsed(withPopulation(kPerNeuron));
  auto derived = evaluateDerived(parsed.population(), parsed.model(), 1e-3);
  INFO(parsed.said);
  REQUIRE(mlir::succeeded(derived));
  const double tau[] = {1e-2, 2e-2, 1.0};
  for (int i = 0; i < 3; ++i) {
    double decay = std::exp(-(1e-3 / tau[i])), gain = 1.0 - decay;
    CHECK(derived->at("decay")[i] == decay);
    CHECK(derived->at("gain")[i] == (gain < 0.01 ? 0.01 : gain));
  }
}

TEST_CASE("scalars stay scalars") {
  Parsed parsed(withPopulation("{tau = dense<2.0e-2> : tensor<3xf64>, v_threshold = 1.0 : f64}"));
  auto derived = evaluateDerived(parsed.population(), parsed.model(), 1e-3);
  REQUIRE(mlir::succeeded(derived));
  CHECK(derived->at("decay") == Column{std::exp(-(1e-3 / 2e-2))});
}

TEST_CASE("columns come in the order of the step") {
  Parsed parsed(withPopulation(kPerNeuron, " initial {w = dense<[1.0, 2.0, 3.0]> : tensor<3xf64>}"),
                kDt);
  auto info = buildScalarStep(parsed.model(), {Number::S1615}, *parsed.scratch);
  REQUIRE(mlir::succeeded(info));
  auto all = columns(parsed.population(), parsed.model(), *info);
  INFO(parsed.said);
  REQUIRE(mlir::succeeded(all));
  REQUIRE(all->param.size() == 3); // v_threshold, decay, gain: nothing else is read
  CHECK(all->param[0] == Column{1.0});
  CHECK(all->param[1].size() == 3);
  CHECK(all->state == std::vector<Column>{{0.5}, {1.0, 2.0, 3.0}});
  auto words = toWords(parsed.population(), info->param[1], all->param[1]);
  REQUIRE(mlir::succeeded(words));
  CHECK((*words)[0] == static_cast<uint32_t>(std::nearbyint(all->param[1][0] * 4294967296.0)));
  auto threshold = toWords(parsed.population(), info->param[0], all->param[0]);
  REQUIRE(mlir::succeeded(threshold));
  CHECK(*threshold == std::vector<uint32_t>{32768});
}

TEST_CASE("dt is asked for where it is needed") {
  CHECK(refusal(kPerNeuron, "").find("node 'a.b': dt is needed: pass --dt") != std::string::npos);
}

TEST_CASE("values that are no numbers are refused, with node, term and neuron") {
  std::string said = refusal(
      "{tau = dense<[1.0, 0x7FF8000000000000, 1.0]> : tensor<3xf64>, v_threshold = 1.0 : f64}",
      kDt);
  CHECK(said.find("node 'a.b': 'tau' of neuron 1 is nan, not a finite number") !=
        std::string::npos);
}

TEST_CASE("values outside the format are refused, with node, term and neuron") {
  std::string said =
      refusal("{tau = 1.0 : f64, v_threshold = dense<[1.0, 2.0, 70000.0]> : tensor<3xf64>}", kDt);
  CHECK(said.find("node 'a.b': 'v_threshold' of neuron 2 is 7.000000e+04, outside the range") !=
        std::string::npos);
  said = refusal("{tau = -1.0 : f64, v_threshold = 1.0 : f64}", kDt);
  CHECK(said.find("node 'a.b': 'decay' is") != std::string::npos);
  CHECK(said.find("not a fraction in [0, 1]") != std::string::npos);
}
